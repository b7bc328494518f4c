// SPDX-License-Identifier: MIT
#include "daemon/fwd/control/verbs/sets/entry.h"

#include <errno.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/errors/errors_json.h"
#include "common/base/prefix/notation.h"

int ctl_prefix(struct ctl_request *request, const char *text, struct prefix *ret)
{
	char meant[PREFIX_TEXT];
	int r = prefix_parse(text, ret);

	if (r == -EDOM)
		return ctl_fail(request, WIRE_ERROR_BAD_REQUEST,
				"prefix %.64s has host bits set; meant %s?", text,
				prefix_format(ret, meant));
	if (r == -ERANGE)
		return ctl_fail(request, WIRE_ERROR_BAD_REQUEST,
				"the length of prefix %.64s is beyond its family", text);
	if (r < 0)
		return ctl_fail(request, WIRE_ERROR_BAD_REQUEST,
				"\"%.64s\" is not an address or prefix", text);
	return 0;
}

/* Warnings for the result, after those that are there. */
static void add_notes(struct ctl_request *request, struct errors *errs)
{
	if (errs->count > 0 && !request->notes)
		request->notes = cJSON_CreateArray();
	if (errs->count > 0)
		errors_json(errs, request->notes);
	errors_clear(errs);
}

void ctl_warn_notation(struct ctl_request *request, const struct prefix_list *prefixes)
{
	struct errors errs = {0};
	char text[NOTATION_TEXT];

	for (size_t i = 0; i < prefixes->count && errs.count == 0; i++) {
		if (notation_warning(&prefixes->items[i], text))
			errors_add(&errs, SEVERITY_WARNING, ERROR_NOTATION, NULL, "%s", text);
	}
	add_notes(request, &errs);
}

int ctl_timeout(struct ctl_request *request, uint64_t *ret_ns)
{
	const char *text = ctl_string(request, "timeout");
	const char *problem;

	if (!text)
		return 0;
	if (strcmp(text, "0") == 0 || strcmp(text, "forever") == 0) {
		*ret_ns = 0;
		return 0;
	}
	problem = duration_problem(text, ret_ns);
	return problem ? ctl_fail(request, WIRE_ERROR_BAD_REQUEST, "\"%.64s\" %s", text, problem)
		       : 0;
}

/* Seconds with three decimals: JSON stays short, and nobody counts closer. */
static double seconds(uint64_t from, uint64_t to)
{
	return to > from ? (double)((to - from) / 1000000) / 1000.0 : 0;
}

cJSON *ctl_entry_json(const struct live_entry *entry)
{
	cJSON *json = cJSON_CreateObject();
	uint64_t now = clock_ns();
	char text[PREFIX_TEXT];

	if (!entry)
		return json;
	cJSON_AddStringToObject(json, "prefix", prefix_format(&entry->prefix, text));
	cJSON_AddNumberToObject(json, "age_s", seconds(entry->created, now));
	if (entry->expires != FW_FOREVER)
		cJSON_AddNumberToObject(json, "expires_in_s", seconds(now, entry->expires));
	if (entry->reason[0])
		cJSON_AddStringToObject(json, "reason", entry->reason);
	return json;
}

int ctl_guard_live(struct ctl_request *request, unsigned set_id, enum live_edit edit,
		   const struct prefix_list *prefixes, uint64_t timeout)
{
	const struct guard guard = {
		.model = request->core->model,
		.caller = request->change.caller,
		.force = request->change.force,
	};
	struct errors errs = {0};
	int r;

	if (request->change.force && edit == LIVE_ADD && !timeout)
		return ctl_fail(request, WIRE_ERROR_BAD_REQUEST,
				"--force needs a time (--for, --timeout): what may cut you off "
				"must end by itself");
	r = guard_live(&guard, set_id, edit, prefixes, &errs);
	if (r < 0)
		return errors_failed(&errs) ? ctl_fail_errors(request, &errs) : r;
	add_notes(request, &errs);
	return 0;
}
