// SPDX-License-Identifier: MIT
/* Revisions: what there were, what they said, and back to one. */
#include <errno.h>
#include <libgen.h>
#include <string.h>

#include "common/base/memory.h"
#include "daemon/fwd/control/request.h"
#include "daemon/fwd/control/request_audit.h"
#include "daemon/fwd/control/verbs.h"
#include "daemon/fwd/history/history.h"
#include "daemon/fwd/transaction/apply.h"
#include "daemon/fwd/transaction/save.h"

#define PIECE_BYTES (900 * 1024) /* of a text, escaped: a reply holds it */

static size_t count_headers(const struct history *history)
{
	size_t count = 0;

	while (history_header(history, count))
		count++;
	return count;
}

static double number_of(const cJSON *header)
{
	return cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(header, "number"));
}

/* A header as it is shown; the set files only in the text's own reply. */
static cJSON *header_json(const struct history *history, const cJSON *header, bool whole)
{
	cJSON *json = cJSON_Duplicate(header, true);

	if (!whole)
		cJSON_DeleteItemFromObjectCaseSensitive(json, "sets");
	if (number_of(header) == (double)history_revision(history))
		cJSON_AddTrueToObject(json, "running");
	if (number_of(header) == (double)history_saved(history))
		cJSON_AddTrueToObject(json, "saved");
	return json;
}

int ctl_history(struct ctl_request *request)
{
	const struct history *history = request->core->history;
	struct ctl_page page;

	ctl_page_begin(request, count_headers(history), &page);
	if (history_trouble(history))
		cJSON_AddStringToObject(request->result, "trouble", history_trouble(history));
	for (size_t i = page.offset; i < page.end; i++) {
		if (!ctl_page_add(&page, header_json(history, history_header(history, i), false)))
			break;
	}
	return 0;
}

/* ---- texts ---- */

/* So much of a text that its escaped form fits into a reply; ends between characters. */
static size_t piece_length(const char *text, size_t length)
{
	size_t at = 0, escaped = 0;

	while (at < length && escaped < PIECE_BYTES) {
		unsigned char c = (unsigned char)text[at++];

		escaped += c < ' ' ? 6 : c == '"' || c == '\\' ? 2 : 1;
	}
	while (at < length && ((unsigned char)text[at] & 0xc0) == 0x80)
		at++;
	return at;
}

/* From where on: within a character, from its beginning, so that each piece is UTF-8. */
static size_t piece_start(const char *text, size_t length, uint64_t asked)
{
	size_t at = asked < length ? asked : length;

	while (at > 0 && at < length && ((unsigned char)text[at] & 0xc0) == 0x80)
		at--;
	return at;
}

static void add_piece(struct ctl_request *request, const char *text, size_t length)
{
	size_t offset = piece_start(text, length, ctl_count(request, "offset", 0));
	size_t piece = piece_length(text + offset, length - offset);
	cleanup_free char *copy = strndup(text + offset, piece);

	cJSON_AddNumberToObject(request->result, "total", (double)length);
	cJSON_AddNumberToObject(request->result, "offset", (double)offset);
	cJSON_AddNumberToObject(request->result, "bytes", (double)piece);
	cJSON_AddStringToObject(request->result, "text", copy ? copy : "");
}

/* What relative paths in all of these texts start from. */
static void add_folder(struct ctl_request *request)
{
	cleanup_free char *path = strdup(model_config_path(request->core->model));
	cleanup_free char *folder = path ? realpath(dirname(path), NULL) : NULL;

	cJSON_AddStringToObject(request->result, "folder", folder ? folder : "/");
}

static int find_revision(struct ctl_request *request, uint64_t number, const struct revision **ret)
{
	const char *why = NULL;
	int r = history_load(request->core->history, number, ret, &why);

	if (r == 0)
		return 0;
	if (r == -ENOENT && number && number < history_revision(request->core->history))
		return ctl_fail(request, WIRE_ERROR_NOT_FOUND,
				"revision %llu is not kept any more; fwctl history lists what is",
				(unsigned long long)number);
	if (r == -ENOENT)
		return ctl_fail(request, WIRE_ERROR_NOT_FOUND, "there is no revision %llu",
				(unsigned long long)number);
	return ctl_fail(request, WIRE_ERROR_FAILED, "revision %llu is damaged: %s",
			(unsigned long long)number, why ? why : strerror(-r));
}

static int saved_text(struct ctl_request *request)
{
	const char *text;
	struct errors errs = {0};
	size_t length;
	int r = transaction_saved_text(request->core->transaction, &text, &length, &errs);

	if (r < 0 && errors_failed(&errs))
		return ctl_fail_errors(request, &errs);
	errors_clear(&errs);
	if (r < 0)
		return ctl_fail(request, WIRE_ERROR_FAILED, "%s", strerror(-r));
	request->result = cJSON_CreateObject();
	add_folder(request);
	add_piece(request, text, length);
	return 0;
}

int ctl_text(struct ctl_request *request)
{
	struct history *history = request->core->history;
	const struct revision *revision;

	if (ctl_bool(request, "saved"))
		return saved_text(request);
	if (find_revision(request, ctl_count(request, "revision", history_revision(history)),
			  &revision) < 0)
		return -ECANCELED;
	request->result = cJSON_CreateObject();
	cJSON_AddItemToObject(request->result, "revision",
			      header_json(history, revision->header, true));
	add_folder(request);
	add_piece(request, revision->text, revision->length);
	return 0;
}

/* ---- back to one ---- */

static const cJSON *find_set(const cJSON *sets, const cJSON *name)
{
	const cJSON *set;

	cJSON_ArrayForEach (set, sets) {
		if (cJSON_Compare(cJSON_GetObjectItem(set, "name"), name, true))
			return set;
	}
	return NULL;
}

/* A revision keeps what set files held only as digests: say which hold something else now. */
static void warn_of_sets(struct ctl_request *request, const cJSON *before, uint64_t number,
			 struct errors *errs)
{
	const struct core *core = request->core;
	cJSON *now = history_sets_json(core->history, model_config(core->model));
	const cJSON *set;

	cJSON_ArrayForEach (set, now) {
		const cJSON *name = cJSON_GetObjectItem(set, "name");
		const cJSON *then = find_set(before, name);

		if (!then || cJSON_Compare(cJSON_GetObjectItem(then, "sha256"),
					   cJSON_GetObjectItem(set, "sha256"), true))
			continue;
		errors_add(errs, SEVERITY_WARNING, ERROR_SYSTEM, NULL,
			   "the file of set \"%s\" is not what it was in revision %llu: %.0f "
			   "entries then, %.0f now",
			   cJSON_GetStringValue(name), (unsigned long long)number,
			   cJSON_GetNumberValue(cJSON_GetObjectItem(then, "entries")),
			   cJSON_GetNumberValue(cJSON_GetObjectItem(set, "entries")));
	}
	cJSON_Delete(now);
}

static int roll_back(struct ctl_request *request, const struct revision *revision)
{
	cleanup_free char *command = ctl_command(request);
	cJSON *sets = cJSON_Duplicate(cJSON_GetObjectItem(revision->header, "sets"), true);
	uint64_t number = revision->number;
	const struct policy_text text = {
		.name = "revision",
		.text = revision->text,
		.length = revision->length,
	};
	struct errors errs = {0};
	struct actor actor;
	const struct history_change record = {
		.cause = "rollback",
		.command = command,
		.message = ctl_string(request, "message"),
		.actor = &actor,
	};
	bool applied;
	int r;

	ctl_actor(request, &actor);
	r = transaction_apply(request->core->transaction, &request->change, &text, &record,
			      &applied, &errs);
	if (applied)
		warn_of_sets(request, sets, number, &errs);
	cJSON_Delete(sets);
	if (r < 0)
		return ctl_fail_apply(request, r, applied, &errs);
	return ctl_recorded(request, &errs);
}

int ctl_rollback(struct ctl_request *request)
{
	const struct revision *revision;

	if (ctl_check_message(request) < 0 ||
	    find_revision(request, ctl_count(request, "revision", 0), &revision) < 0)
		return -ECANCELED;
	return roll_back(request, revision);
}
