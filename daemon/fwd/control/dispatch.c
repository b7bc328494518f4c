// SPDX-License-Identifier: MIT
/* A request from its text to its reply: strict, with the rights it needs, on what the client means. */
#include "daemon/fwd/control/server.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/memory.h"
#include "common/base/progress.h"
#include "common/base/units.h"
#include "daemon/fwd/control/arguments.h"
#include "daemon/fwd/control/request.h"
#include "daemon/fwd/control/request_audit.h"
#include "daemon/fwd/history/history.h"
#include "daemon/fwd/transaction/apply.h"
#include "daemon/fwd/transaction/boot.h"
#include "daemon/fwd/transaction/transaction.h"

/* Has the running policy moved on from the revision that the client means? */
static int check_revision(struct ctl_request *request)
{
	uint64_t now = history_revision(request->core->history);
	uint64_t meant = ctl_count(request, "if_revision", now);

	if (meant == now)
		return 0;
	return ctl_fail(request, WIRE_ERROR_CONFLICT,
			"the running policy is revision %llu now, not %llu",
			(unsigned long long)now, (unsigned long long)meant);
}

/* The request's parts: strict JSON, nothing but op and args. */
static int read_request(struct ctl_request *request, cJSON *root, const char **ret_op)
{
	const cJSON *item;

	if (!cJSON_IsObject(root))
		return ctl_fail(request, WIRE_ERROR_BAD_REQUEST, "a request is a JSON object");
	cJSON_ArrayForEach (item, root) {
		if (strcmp(item->string, "op") == 0 && cJSON_IsString(item))
			*ret_op = item->valuestring;
		else if (strcmp(item->string, "args") == 0 && cJSON_IsObject(item))
			request->args = item;
		else if (strcmp(item->string, "from") == 0 && cJSON_IsString(item))
			request->from = item->valuestring;
		else if (strcmp(item->string, "progress") == 0 && cJSON_IsBool(item))
			request->progress = cJSON_IsTrue(item);
		else
			return ctl_fail(request, WIRE_ERROR_BAD_REQUEST,
					"a request is {\"op\": TEXT, \"args\": {...}, "
					"\"from\": TEXT}");
	}
	if (!*ret_op)
		return ctl_fail(request, WIRE_ERROR_BAD_REQUEST, "a request has an \"op\"");
	return 0;
}

static int check_access(struct ctl_request *request, const struct ctl_verb *verb)
{
	enum ctl_access needed =
		verb->row->privilege == PRIVILEGE_READ ? ACCESS_READ : ACCESS_WRITE;

	if (request->client->access >= needed)
		return 0;
	return ctl_fail(request, WIRE_ERROR_PERMISSION, "%s is for root and members of group %s",
			verb->op, needed == ACCESS_WRITE ? "fwd-admin" : "fwd");
}

/*
 * What waits for its confirmation goes with every reply, so that nobody forgets it; and so does
 * that the config file could not be used.
 */
static void add_pending(const struct ctl_request *request, cJSON *reply)
{
	struct pending_view view;
	cJSON *fault = boot_fault_json(request->core->transaction);

	if (transaction_pending(request->core->transaction, &view))
		cJSON_AddItemToObject(reply, "pending", ctl_pending_json(&view));
	if (fault)
		cJSON_AddItemToObject(reply, "config_fault", fault);
}

/* Nor of a panic. */
static void add_panic(const struct ctl_request *request, cJSON *reply)
{
	cJSON *panic = ctl_panic_json(request->core);

	if (panic)
		cJSON_AddItemToObject(reply, "panic", panic);
}

static cJSON *reply_of(struct ctl_request *request)
{
	cJSON *reply = cJSON_CreateObject(), *error;

	cJSON_AddBoolToObject(reply, "ok", !request->message);
	add_pending(request, reply);
	add_panic(request, reply);
	if (!request->message) {
		cJSON *result = request->result ? request->result : cJSON_CreateObject();

		request->result = NULL;
		if (request->notes && !cJSON_GetObjectItemCaseSensitive(result, "warnings")) {
			cJSON_AddItemToObject(result, "warnings", request->notes);
			request->notes = NULL;
		}
		cJSON_AddItemToObject(reply, "result", result);
		return reply;
	}
	error = cJSON_AddObjectToObject(reply, "error");
	cJSON_AddStringToObject(error, "code", wire_error_name(request->error));
	cJSON_AddStringToObject(error, "message", request->message);
	if (request->details)
		cJSON_AddItemToObject(error, "errors", request->details);
	request->details = NULL;
	return reply;
}

static void send_reply(struct ctl_request *request)
{
	cJSON *reply = reply_of(request);
	cleanup_free char *text = cJSON_PrintUnformatted(reply);
	size_t length = text ? strlen(text) : 0;

	cJSON_Delete(reply);
	if (!text)
		request->client->broken = true;
	else if (length > FW_MAX_FRAME_BYTES)
		ctl_reply_error(request->client, WIRE_ERROR_TOO_LARGE, "the reply is above 1 MiB");
	else
		client_send(request->client, text, length);
}

void ctl_reply_error(struct ctl_client *client, enum wire_error error, const char *message)
{
	struct ctl_request request = {.core = client->control->core,
				      .client = client,
				      .error = error,
				      .message = strdup(message)};

	if (!request.message)
		client->broken = true;
	else
		send_reply(&request);
	free(request.message);
}

/* A frame for who asked, and nobody waits for it: others have their turn after the work. */
static void report_progress(void *userdata, const struct progress_report *report)
{
	const struct ctl_request *request = userdata;
	cJSON *frame = cJSON_CreateObject(), *progress = cJSON_AddObjectToObject(frame, "progress");
	cleanup_free char *text = NULL;

	cJSON_AddStringToObject(progress, "step", progress_step_name(report->step));
	if (report->name)
		cJSON_AddStringToObject(progress, "set", report->name);
	if (report->total) {
		cJSON_AddNumberToObject(progress, "lines", (double)report->lines);
		cJSON_AddNumberToObject(progress, "bytes", (double)report->bytes);
		cJSON_AddNumberToObject(progress, "total", (double)report->total);
	}
	text = cJSON_PrintUnformatted(frame);
	if (text)
		client_send_now(request->client, text, strlen(text));
	cJSON_Delete(frame);
}

static int run_handler(struct ctl_request *request, const struct ctl_verb *verb)
{
	struct progress progress = {.report = report_progress, .userdata = request};
	int r;

	if (request->progress)
		request->change.progress = &progress;
	r = verb->handler(request);
	request->change.progress = NULL;
	return r;
}

/* How long to wait for a confirmation. */
static int read_confirm(struct ctl_request *request, const char *text)
{
	const char *problem;
	uint64_t ns;

	if (!text)
		return 0;
	problem = duration_problem(text, &ns);
	if (!problem && (ns < PENDING_MIN_NS || ns > PENDING_MAX_NS))
		problem = "is no time to wait for a confirmation: from 1s to 24h, as 5m";
	if (problem)
		return ctl_fail(request, WIRE_ERROR_BAD_REQUEST, "\"%.64s\" %s", text, problem);
	request->change.confirm_ns = ns;
	return 0;
}

/* What each write needs, whatever it does. */
static int begin_write(struct ctl_request *request)
{
	enum privilege privilege = request->verb->row->privilege;
	struct errors errs = {0};
	struct pending_view view;

	ctl_actor(request, &request->actor);
	request->was_kept = !history_trouble(request->core->history);
	request->caller = (struct caller){
		.pid = request->client->peer.pid,
		.started = request->client->peer_started,
		.claim = request->from,
	};
	request->change = (struct change){
		/* Verbs may have a force of their own. */
		.force =
			!op_own_argument(request->verb->row, "force") && ctl_bool(request, "force"),
		.dry = ctl_bool(request, "dry_run"),
		.caller = &request->caller,
		.actor = &request->actor,
	};
	if (read_confirm(request, ctl_string(request, "confirm")) < 0)
		return -ECANCELED;
	if (privilege >= PRIVILEGE_WRITE && transaction_pending(request->core->transaction, &view))
		return ctl_fail(request, WIRE_ERROR_CONFLICT,
				"revision %llu waits for its confirmation (%llu s left): fwctl "
				"confirm keeps it, fwctl abort takes it back; nothing else is "
				"changed before",
				(unsigned long long)view.revision,
				(unsigned long long)(view.left_ns / NS_PER_SECOND));
	if (privilege == PRIVILEGE_CHANGE && ctl_check_force(request) < 0)
		return -ECANCELED;
	transaction_retry_history(request->core->transaction);
	return transaction_begin(request->core->transaction, &request->change, &errs) < 0
		       ? ctl_fail_errors(request, &errs)
		       : 0;
}

static int run(struct ctl_request *request)
{
	const struct ctl_verb *verb = request->verb;
	struct pending_view view;
	uint64_t revision;
	int r;

	if (verb->row->privilege < PRIVILEGE_LIVE)
		return run_handler(request, verb);
	r = begin_write(request);
	revision = history_revision(request->core->history);
	if (r >= 0)
		r = run_handler(request, verb);
	transaction_end(request->core->transaction);
	if (r >= 0 && request->change.confirm_ns && !ctl_bool(request, "dry_run") &&
	    !transaction_pending(request->core->transaction, &view))
		return ctl_nothing_waits(request, revision);
	return r;
}

static void handle(struct ctl_request *request, cJSON *root)
{
	uint64_t revision_before = history_revision(request->core->history);
	const struct ctl_verb *verb;
	const char *name = NULL;
	enum op op;
	int r;

	if (read_request(request, root, &name) < 0)
		return;
	op = op_find(name);
	if (!op) {
		ctl_fail(request, WIRE_ERROR_UNKNOWN_OP, "there is no op \"%.64s\"", name);
		return;
	}
	verb = request->client->control->verb_of(op);
	request->verb = verb;
	transaction_poll(request->core->transaction);
	r = check_access(request, verb);
	if (r >= 0)
		r = ctl_check_args(request, verb);
	if (r >= 0)
		r = check_revision(request);
	if (r >= 0)
		r = run(request);
	if (r < 0 && !request->message)
		ctl_fail(request, WIRE_ERROR_FAILED, "%s: %s", verb->op, strerror(-r));
	if (verb->row->privilege != PRIVILEGE_READ)
		ctl_audit_request(request, revision_before);
}

void ctl_dispatch(struct ctl_client *client, const char *body, size_t length)
{
	struct ctl_request request = {.core = client->control->core, .client = client};
	cJSON *no_args = cJSON_CreateObject();
	struct document *document = NULL;
	struct errors errs = {0};

	request.args = no_args;
	if (document_read_text("request", body, length, &document, &errs) < 0) {
		ctl_fail_errors(&request, &errs);
		request.error = WIRE_ERROR_BAD_REQUEST;
	} else {
		handle(&request, document_root(document));
	}
	send_reply(&request);
	document_free(document);
	errors_clear(&errs);
	cJSON_Delete(no_args);
	cJSON_Delete(request.result);
	cJSON_Delete(request.details);
	cJSON_Delete(request.notes);
	free(request.message);
}
