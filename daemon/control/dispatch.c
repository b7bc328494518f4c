// SPDX-License-Identifier: MIT
#include "server.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "audit.h"
#include "clock.h"
#include "log.h"
#include "memory.h"
#include "progress.h"
#include "request.h"
#include "units.h"

#define AUDIT_ARGS   200 /* bytes */
#define MAX_REFUSALS 100 /* noted in a minute, of those who may not write */

static const char *const type_names[] = {
	[ARG_STRING] = "a string",
	[ARG_TEXTS] = "a list of strings",
	[ARG_COUNT] = "a whole number",
	[ARG_BOOL] = "true or false",
};

static bool has_type(const cJSON *value, enum ctl_type type)
{
	const cJSON *item;

	switch (type) {
	case ARG_STRING:
		return cJSON_IsString(value);
	case ARG_BOOL:
		return cJSON_IsBool(value);
	case ARG_COUNT:
		return cJSON_IsNumber(value) && value->valuedouble >= 0 &&
		       value->valuedouble <= 9007199254740992.0 &&
		       value->valuedouble == (double)(uint64_t)value->valuedouble;
	case ARG_TEXTS:
		if (!cJSON_IsArray(value))
			return false;
		cJSON_ArrayForEach (item, value) {
			if (!cJSON_IsString(item))
				return false;
		}
		return true;
	}
	return false;
}

/* Arguments that all verbs take that write, and those that change the policy. */
static const struct ctl_arg of_writers[] = {
	{"if_revision", ARG_COUNT, false},
	{"force", ARG_BOOL, false},
};
static const struct ctl_arg of_changes[] = {{"confirm", ARG_STRING, false}};

static const struct ctl_arg *find_in(const struct ctl_arg *args, size_t count, const char *name)
{
	for (size_t i = 0; i < count && args[i].name; i++) {
		if (strcmp(args[i].name, name) == 0)
			return &args[i];
	}
	return NULL;
}

static const struct ctl_arg *find_arg(const struct ctl_verb *verb, const char *name)
{
	const struct ctl_arg *arg = NULL;

	if (verb->privilege != CTL_READ)
		arg = find_in(of_writers, array_size(of_writers), name);
	if (!arg && verb->privilege == CTL_WRITE)
		arg = find_in(of_changes, array_size(of_changes), name);
	return arg ? arg : find_in(verb->args, CTL_MAX_ARGS, name);
}

/* Has the running policy moved on from the revision that the client means? */
static int check_revision(struct ctl_request *request)
{
	uint64_t now = history_revision(request->app->history);
	uint64_t meant = ctl_count(request, "if_revision", now);

	if (meant == now)
		return 0;
	return ctl_fail(request, WIRE_ERROR_CONFLICT,
			"the running policy is revision %llu now, not %llu",
			(unsigned long long)now, (unsigned long long)meant);
}

static int check_args(struct ctl_request *request, const struct ctl_verb *verb)
{
	const cJSON *value;

	cJSON_ArrayForEach (value, request->args) {
		const struct ctl_arg *arg = find_arg(verb, value->string);

		if (!arg)
			return ctl_fail(request, WIRE_ERROR_BAD_REQUEST,
					"%s takes no argument \"%.64s\"", verb->op, value->string);
		if (!has_type(value, arg->type))
			return ctl_fail(request, WIRE_ERROR_BAD_REQUEST,
					"argument \"%s\" of %s must be %s", arg->name, verb->op,
					type_names[arg->type]);
	}
	for (size_t i = 0; i < CTL_MAX_ARGS && verb->args[i].name; i++) {
		if (verb->args[i].required &&
		    !cJSON_GetObjectItemCaseSensitive(request->args, verb->args[i].name))
			return ctl_fail(request, WIRE_ERROR_BAD_REQUEST,
					"%s needs the argument \"%s\"", verb->op,
					verb->args[i].name);
	}
	return 0;
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
	enum ctl_access needed = verb->privilege == CTL_READ ? ACCESS_READ : ACCESS_WRITE;

	if (request->client->access >= needed)
		return 0;
	return ctl_fail(request, WIRE_ERROR_PERMISSION, "%s is for root and members of group %s",
			verb->op, needed == ACCESS_WRITE ? "fwd-admin" : "fwd");
}

/* Only printable ASCII reaches logs. */
char *ctl_command(const struct ctl_request *request)
{
	cleanup_free char *args = cJSON_PrintUnformatted(request->args);
	char *command;

	if (asprintf(&command, "%s %.*s%s", request->verb->op, AUDIT_ARGS, args ? args : "?",
		     args && strlen(args) > AUDIT_ARGS ? "..." : "") < 0)
		return NULL;
	for (char *at = command; *at; at++) {
		if (*at < ' ' || *at > '~')
			*at = '?';
	}
	return command;
}

void ctl_actor(const struct ctl_request *request, struct actor *ret)
{
	actor_fill(ret, &request->client->peer, request->client->command, request->from);
}

/* Say once that the log fails, and once that it works again. */
static void note_audit(struct app *app, int r)
{
	/* Without a state folder, that was said at the start. */
	if (-r != app->audit_error && history_folder(app->history) >= 0) {
		if (r < 0)
			log_warning("the audit log cannot be written: %s", strerror(-r));
		else
			log_info("the audit log is written again");
	}
	app->audit_error = -r;
}

/*
 * Who may not write shall not be able to push what others wrote out of the log: of refusals, only
 * so many a minute are noted.
 */
static bool is_flood(struct control *control)
{
	uint64_t now = clock_ns();

	if (now - control->refused_since >= 60 * NS_PER_SECOND) {
		if (control->refused > MAX_REFUSALS)
			log_warning("control: %u refusals of the last minute are not in the audit",
				    control->refused - MAX_REFUSALS);
		control->refused_since = now;
		control->refused = 0;
	}
	return ++control->refused > MAX_REFUSALS;
}

/* Who did what, and what came of it. */
static void audit(const struct ctl_request *request, uint64_t revision_before)
{
	cleanup_free char *command = ctl_command(request);
	struct app *app = request->app;
	struct actor actor;
	const struct audit_entry entry = {
		.actor = &actor,
		.command = command,
		.result = request->message ? wire_error_name(request->error) : "ok",
		.message = request->message,
		.revision_before = revision_before,
		.revision = history_revision(app->history),
	};

	if (request->verb->privilege == CTL_PREPARE && !request->message)
		return;
	if (request->message && request->client->access != ACCESS_WRITE &&
	    is_flood(request->client->control))
		return;
	ctl_actor(request, &actor);
	note_audit(app, audit_write(history_folder(app->history), &entry));
	/* In the journal it is already, with its fields. */
	if (!getenv("JOURNAL_STREAM"))
		log_info("control: uid %u, pid %d (%s): %s: %s%s%.*s", actor.uid, actor.pid,
			 actor.process, command ? command : "?", entry.result,
			 entry.message ? ": " : "",
			 entry.message ? (int)strcspn(entry.message, "\n") : 0,
			 entry.message ? entry.message : "");
}

/* What waits for its confirmation goes with every reply, so that nobody forgets it. */
static void add_pending(const struct ctl_request *request, cJSON *reply)
{
	struct pending_view view;

	if (pending_view(request->app, &view))
		cJSON_AddItemToObject(reply, "pending", ctl_pending_json(&view));
}

static cJSON *reply_of(struct ctl_request *request)
{
	cJSON *reply = cJSON_CreateObject(), *error;

	cJSON_AddBoolToObject(reply, "ok", !request->message);
	add_pending(request, reply);
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
	struct ctl_request request = {.app = client->control->app,
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
static void tell_progress(void *userdata, const struct progress_report *report)
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
	struct progress progress = {.tell = tell_progress, .userdata = request};
	struct model *model = request->app->model;
	int r;

	if (!request->progress || !model)
		return verb->handler(request);
	model_set_progress(model, &progress);
	r = verb->handler(request);
	model_set_progress(model, NULL);
	return r;
}

/* How long to wait for a confirmation. */
static int read_confirm(struct ctl_request *request, const char *text)
{
	uint64_t ns;

	if (!text)
		return 0;
	if (duration_parse(text, &ns) < 0 || ns < PENDING_MIN_NS || ns > PENDING_MAX_NS)
		return ctl_fail(request, WIRE_ERROR_BAD_REQUEST,
				"\"%.64s\" is no time to wait for a confirmation: from 1s to 24h, "
				"as 5m",
				text);
	request->terms.confirm_ns = ns;
	return 0;
}

/* What holds for a write besides what it does. */
static int begin_write(struct ctl_request *request)
{
	enum ctl_privilege privilege = request->verb->privilege;
	struct change_terms *terms = &request->terms;
	struct errors errs = {0};
	struct pending_view view;

	ctl_actor(request, &request->actor);
	*terms = (struct change_terms){
		/* Verbs may have a force of their own. */
		.force = !find_in(request->verb->args, CTL_MAX_ARGS, "force") &&
			 ctl_bool(request, "force"),
		.caller = request->from,
		.actor = &request->actor,
	};
	if (read_confirm(request, ctl_string(request, "confirm")) < 0)
		return -ECANCELED;
	if (privilege == CTL_WRITE && pending_view(request->app, &view))
		return ctl_fail(request, WIRE_ERROR_CONFLICT,
				"revision %llu waits for its confirmation (%llu s left): fwctl "
				"confirm keeps it, fwctl abort takes it back; nothing else is "
				"changed before",
				(unsigned long long)view.revision,
				(unsigned long long)(view.left_ns / NS_PER_SECOND));
	if (privilege == CTL_WRITE && terms->force && !terms->confirm_ns)
		return ctl_fail(request, WIRE_ERROR_BAD_REQUEST,
				"force needs confirm: what may cut you off must end by itself");
	return pending_begin(request->app, terms, &errs) < 0 ? ctl_fail_errors(request, &errs) : 0;
}

static int run(struct ctl_request *request)
{
	const struct ctl_verb *verb = request->verb;
	struct pending_view view;
	int r;

	if (verb->privilege < CTL_LIVE)
		return run_handler(request, verb);
	r = begin_write(request);
	if (r >= 0)
		r = run_handler(request, verb);
	pending_end(request->app);
	if (r >= 0 && request->terms.confirm_ns && !pending_view(request->app, &view))
		return ctl_fail(
			request, WIRE_ERROR_BAD_REQUEST,
			"nothing waits for a confirmation: this does not change the running "
			"policy");
	return r;
}

static void handle(struct ctl_request *request, cJSON *root)
{
	uint64_t revision_before = history_revision(request->app->history);
	const struct ctl_verb *verb;
	const char *op = NULL;
	int r;

	if (read_request(request, root, &op) < 0)
		return;
	verb = ctl_verb_find(op);
	if (!verb) {
		ctl_fail(request, WIRE_ERROR_UNKNOWN_OP, "there is no op \"%.64s\"", op);
		return;
	}
	request->verb = verb;
	pending_poll(request->app);
	r = check_access(request, verb);
	if (r >= 0)
		r = check_args(request, verb);
	if (r >= 0)
		r = check_revision(request);
	if (r >= 0)
		r = run(request);
	if (r < 0 && !request->message)
		ctl_fail(request, WIRE_ERROR_FAILED, "%s: %s", verb->op, strerror(-r));
	if (verb->privilege != CTL_READ)
		audit(request, revision_before);
}

void ctl_dispatch(struct ctl_client *client, const char *body, size_t length)
{
	struct ctl_request request = {.app = client->control->app, .client = client};
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
