// SPDX-License-Identifier: MIT
/* What handlers use to read arguments and to make replies. */
#include "daemon/fwd/control/request.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/errors/errors_json.h"
#include "common/base/memory.h"
#include "daemon/fwd/control/request_audit.h"
#include "daemon/fwd/control/server.h"
#include "daemon/fwd/datapath/datapath.h"
#include "daemon/fwd/datapath/panic/panic_switch.h"
#include "daemon/fwd/history/history.h"
#include "daemon/fwd/model/model.h"
#include "daemon/fwd/panic/panic.h"
#include "daemon/fwd/transaction/apply.h"

int ctl_fail(struct ctl_request *request, enum wire_error error, const char *format, ...)
{
	va_list args;
	char *message;

	va_start(args, format);
	if (vasprintf(&message, format, args) < 0)
		message = NULL;
	va_end(args);
	free(request->message);
	request->message = message;
	request->error = error;
	return -ECANCELED;
}

int ctl_fail_errors(struct ctl_request *request, struct errors *errs)
{
	enum wire_error code = WIRE_ERROR_INVALID;
	char *text;

	for (size_t i = 0; i < errs->count; i++) {
		if (errs->list[i].severity != SEVERITY_ERROR)
			continue;
		if (errs->list[i].code == ERROR_SYSTEM || errs->list[i].code == ERROR_CUT_OFF)
			code = WIRE_ERROR_FAILED;
		if (errs->list[i].code == ERROR_PENDING || errs->list[i].code == ERROR_UNSAVED ||
		    errs->list[i].code == ERROR_OVERRIDDEN)
			code = WIRE_ERROR_CONFLICT;
	}
	text = errors_text(errs);
	if (text && *text && text[strlen(text) - 1] == '\n')
		text[strlen(text) - 1] = '\0';
	ctl_fail(request, code, "%s", text && *text ? text : "out of memory");
	free(text);
	cJSON_Delete(request->details);
	request->details = cJSON_CreateArray();
	errors_json(errs, request->details);
	errors_clear(errs);
	return -ECANCELED;
}

const char *ctl_string(const struct ctl_request *request, const char *name)
{
	return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(request->args, name));
}

uint64_t ctl_count(const struct ctl_request *request, const char *name, uint64_t fallback)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(request->args, name);

	return item ? (uint64_t)item->valuedouble : fallback;
}

bool ctl_bool(const struct ctl_request *request, const char *name)
{
	return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(request->args, name));
}

int ctl_check_force(struct ctl_request *request)
{
	if (!request->change.force || request->change.confirm_ns)
		return 0;
	return ctl_fail(request, WIRE_ERROR_BAD_REQUEST,
			"--force needs --confirm TIME: what may cut you off must end by itself");
}

int ctl_nothing_waits(struct ctl_request *request, uint64_t revision_before)
{
	struct errors errs = {0};
	cJSON *warnings;

	if (history_revision(request->core->history) != revision_before)
		return ctl_fail(request, WIRE_ERROR_FAILED,
				"it is done, and does not wait for a confirmation: nothing takes "
				"it back");
	errors_add(&errs, SEVERITY_WARNING, ERROR_SYSTEM, NULL,
		   "nothing has changed, so nothing waits for a confirmation");
	if (!request->result)
		request->result = cJSON_CreateObject();
	warnings = cJSON_GetObjectItemCaseSensitive(request->result, "warnings");
	if (!warnings)
		warnings = cJSON_AddArrayToObject(request->result, "warnings");
	errors_json(&errs, warnings);
	errors_clear(&errs);
	return 0;
}

void ctl_page_begin(struct ctl_request *request, size_t total, struct ctl_page *page)
{
	uint64_t offset = ctl_count(request, "offset", 0);
	uint64_t limit = ctl_count(request, "limit", PAGE_ITEMS);

	if (!request->result)
		request->result = cJSON_CreateObject();
	*page = (struct ctl_page){
		.offset = offset < total ? offset : total,
		.limit = limit < PAGE_ITEMS ? limit : PAGE_ITEMS,
	};
	cJSON_AddNumberToObject(request->result, "total", (double)total);
	cJSON_AddNumberToObject(request->result, "offset", (double)page->offset);
	page->items = cJSON_AddArrayToObject(request->result, "items");
	page->end = total - page->offset < page->limit ? total : page->offset + page->limit;
}

bool ctl_page_add(struct ctl_page *page, cJSON *item)
{
	cleanup_free char *text = cJSON_PrintUnformatted(item);

	/* At least one item, so that a client that asks for page after page comes to an end. */
	page->bytes += text ? strlen(text) + 1 : 0;
	if (page->count > 0 && page->bytes > PAGE_BYTES) {
		cJSON_Delete(item);
		return false;
	}
	page->count++;
	cJSON_AddItemToArray(page->items, item);
	return true;
}

bool ctl_is_dry(const struct ctl_request *request)
{
	return ctl_bool(request, "dry_run");
}

void ctl_add_change(struct ctl_request *request, bool changed)
{
	if (!request->result)
		request->result = cJSON_CreateObject();
	cJSON_AddBoolToObject(request->result, "changed", changed);
	if (ctl_is_dry(request))
		cJSON_AddTrueToObject(request->result, "dry_run");
}

bool ctl_is_gone(const struct ctl_request *request, int r, const struct errors *errs)
{
	return r == -ENOENT && !errors_failed(errs) && ctl_bool(request, "missing_ok");
}

void ctl_record(struct ctl_request *request)
{
	cleanup_free char *command = ctl_command(request);
	struct actor actor;
	const struct history_change record = {
		.cause = "edit",
		.command = command,
		.actor = &actor,
	};

	if (ctl_is_dry(request) || !request->change.changed)
		return;
	ctl_actor(request, &actor);
	transaction_record(request->core->transaction, &request->change, &record, false);
}

int ctl_changed(struct ctl_request *request, struct errors *errs)
{
	ctl_record(request);
	return ctl_recorded(request, errs);
}

int ctl_recorded(struct ctl_request *request, struct errors *errs)
{
	const struct model *model = request->core->model;
	const char *trouble = history_trouble(request->core->history);

	/* Once: after that, status and health report it. */
	if (trouble && request->was_kept)
		errors_add(errs, SEVERITY_WARNING, ERROR_SYSTEM, NULL,
			   "this is done, but %s: there is no rollback to it later", trouble);
	ctl_add_change(request, request->change.changed);
	cJSON_AddNumberToObject(request->result, "generation",
				datapath_generation(request->core->dp));
	cJSON_AddNumberToObject(request->result, "revision",
				(double)history_revision(request->core->history));
	cJSON_AddNumberToObject(request->result, "unsaved", model_unsaved(model));
	cJSON_AddStringToObject(request->result, "config", model_config_path(model));
	if (errs->count > 0)
		errors_json(errs, cJSON_AddArrayToObject(request->result, "warnings"));
	errors_clear(errs);
	return 0;
}

int ctl_fail_edit(struct ctl_request *request, int r, struct errors *errs, const char *kind,
		  const char *name)
{
	if (r == -ENOENT && !errors_failed(errs))
		ctl_no_such(request, kind, name);
	else if (r == -EEXIST && !errors_failed(errs))
		ctl_fail(request, WIRE_ERROR_CONFLICT, "there is %s %s \"%.64s\" already",
			 strchr("aeiou", kind[0]) ? "an" : "a", kind, name);
	else if (errors_failed(errs))
		ctl_fail_errors(request, errs);
	else
		ctl_fail(request, WIRE_ERROR_FAILED, "%s \"%.64s\": %s", kind, name, strerror(-r));
	errors_clear(errs);
	return -ECANCELED;
}

double ctl_seconds_since(uint64_t time)
{
	return (double)(int64_t)(clock_ns() - time) / 1e9;
}

cJSON *ctl_add_count(cJSON *object, const char *name, const struct fw_count *count)
{
	cJSON *item = cJSON_AddObjectToObject(object, name);

	cJSON_AddNumberToObject(item, "packets", (double)count->packets);
	cJSON_AddNumberToObject(item, "bytes", (double)count->bytes);
	return item;
}

cJSON *ctl_pending_json(const struct pending_view *view)
{
	cJSON *json = cJSON_CreateObject();

	cJSON_AddNumberToObject(json, "revision", (double)view->revision);
	cJSON_AddNumberToObject(json, "generation", view->generation);
	cJSON_AddNumberToObject(json, "seconds_left", (double)(view->left_ns / 1000000) / 1000.0);
	cJSON_AddNumberToObject(json, "returns_to", (double)view->before);
	cJSON_AddStringToObject(json, "by", view->who);
	return json;
}

cJSON *ctl_panic_json(const struct core *core)
{
	struct panic_view view;
	cJSON *json;

	if (!core->dp || !datapath_panic_view(core->dp, &view))
		return NULL;
	json = cJSON_CreateObject();
	cJSON_AddStringToObject(json, "mode", panic_name(view.mode));
	cJSON_AddNumberToObject(json, "seconds_left", -ctl_seconds_since(view.end));
	if (panic_by(core->panic)[0])
		cJSON_AddStringToObject(json, "by", panic_by(core->panic));
	return json;
}
