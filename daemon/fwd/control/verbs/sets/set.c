// SPDX-License-Identifier: MIT
/*
 * Sets are of three kinds: inline ones are part of the policy (an edit is a new
 * generation), live ones are edited in place, those from files are edited there.
 */
#include "daemon/fwd/control/request.h"
#include "daemon/fwd/control/verbs.h"
#include "daemon/fwd/control/verbs/sets/entry.h"
#include "daemon/fwd/control/verbs/sets/sets.h"

#include <errno.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/policy/config/config.h"
#include "daemon/fwd/live/live.h"
#include "daemon/fwd/model/model.h"

static const char *const kind_names[] = {
	[SET_INLINE] = "inline",
	[SET_FILE] = "file",
	[SET_LIVE] = "live",
};

const char *ctl_set_kind(const struct config_set *set)
{
	return kind_names[set->kind];
}

const struct config_set *ctl_find_set(struct ctl_request *request)
{
	const struct config *config = model_config(request->core->model);
	const char *name = ctl_string(request, "name");
	int index = config_find_set(config, name);

	if (index >= 0)
		return &config->sets[index];
	ctl_no_such(request, "set", name);
	return NULL;
}

int ctl_live_id(struct ctl_request *request, const struct config_set *set)
{
	int id = slots_find(model_slots(request->core->model), FW_NAME_LIVE_SET, set->name);

	return id >= 0 ? id
		       : ctl_fail(request, WIRE_ERROR_FAILED, "live set \"%s\" has no id",
				  set->name);
}

static int refuse_file(struct ctl_request *request, const struct config_set *set)
{
	return ctl_fail(request, WIRE_ERROR_CONFLICT,
			"set \"%s\" comes from %s: edit that file, then fwctl set reload %s",
			set->name, set->file, set->name);
}

static size_t entry_count(const struct core *core, const struct config_set *set)
{
	int id;

	if (set->kind != SET_LIVE)
		return set->prefixes.count;
	id = slots_find(model_slots(core->model), FW_NAME_LIVE_SET, set->name);
	return id < 0 ? 0 : live_count(core->live, (unsigned)id);
}

static void add_set(cJSON *json, const struct core *core, const struct config_set *set)
{
	const struct config *config = model_config(core->model);
	cleanup_free char *problem = config_set_problem(config, (size_t)(set - config->sets));
	char text[UNITS_TEXT];

	cJSON_AddStringToObject(json, "name", set->name);
	cJSON_AddStringToObject(json, "kind", ctl_set_kind(set));
	cJSON_AddNumberToObject(json, "entries", (double)entry_count(core, set));
	if (set->max)
		cJSON_AddNumberToObject(json, "max", (double)set->max);
	if (set->kind == SET_LIVE && set->timeout_ns)
		cJSON_AddStringToObject(json, "timeout", duration_format(set->timeout_ns, text));
	if (set->kind == SET_FILE)
		cJSON_AddStringToObject(json, "file", set->file);
	if (set->is_kept)
		cJSON_AddTrueToObject(json, "kept");
	if (problem)
		cJSON_AddStringToObject(json, "problem", problem);
}

int ctl_set_list(struct ctl_request *request)
{
	const struct config *config = model_config(request->core->model);
	struct ctl_page page;

	ctl_page_begin(request, config->set_count, &page);
	for (size_t i = page.offset; i < page.end; i++) {
		cJSON *json = cJSON_CreateObject();

		add_set(json, request->core, &config->sets[i]);
		if (!ctl_page_add(&page, json))
			break;
	}
	return 0;
}

static cJSON *prefix_json(const struct prefix *prefix)
{
	cJSON *json = cJSON_CreateObject();
	char text[PREFIX_TEXT];

	cJSON_AddStringToObject(json, "prefix", prefix_format(prefix, text));
	return json;
}

cJSON *ctl_set_covering(const struct core *core, const struct config_set *set,
			const struct prefix *prefix)
{
	const struct live_entry *entry;
	const struct prefix *found;
	int id;

	if (set->kind != SET_LIVE) {
		found = prefix_list_covering(&set->prefixes, prefix);
		return found ? prefix_json(found) : NULL;
	}
	id = slots_find(model_slots(core->model), FW_NAME_LIVE_SET, set->name);
	entry = id < 0 ? NULL : live_find(core->live, (unsigned)id, prefix);
	return entry ? ctl_entry_json(entry) : NULL;
}

int ctl_set_show(struct ctl_request *request)
{
	const struct config_set *set = ctl_find_set(request);
	const struct live_entry *entries = NULL;
	struct ctl_page page;
	int id;

	if (!set)
		return -ECANCELED;
	request->result = cJSON_CreateObject();
	add_set(request->result, request->core, set);
	if (set->kind == SET_LIVE) {
		id = ctl_live_id(request, set);
		if (id < 0)
			return id;
		live_list(request->core->live, (unsigned)id, &entries);
	}
	ctl_page_begin(request, entry_count(request->core, set), &page);
	for (size_t i = page.offset; i < page.end; i++) {
		if (!ctl_page_add(&page, entries ? ctl_entry_json(&entries[i])
						 : prefix_json(&set->prefixes.items[i])))
			break;
	}
	return 0;
}

/* All prefixes of the argument, or none. */
static int read_prefixes(struct ctl_request *request, struct prefix_list *ret)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(request->args, "prefixes"), *item;
	struct prefix prefix;

	cJSON_ArrayForEach (item, list) {
		if (ctl_prefix(request, item->valuestring, &prefix) < 0)
			return -ECANCELED;
		if (prefix_list_add(ret, &prefix) < 0)
			return -ENOMEM;
	}
	if (ret->count == 0)
		return ctl_fail(request, WIRE_ERROR_BAD_REQUEST, "no prefixes are given");
	return 0;
}

/* Is there an entry of just this prefix? */
static bool has_entry(const struct core *core, unsigned id, const struct prefix *prefix)
{
	const struct live_entry *entry = live_find(core->live, id, prefix);

	return entry && prefix_compare(&entry->prefix, prefix) == 0;
}

/* Add what fits: the first entry that does not is an error, those before it stay. */
static int add_live(struct ctl_request *request, const struct config_set *set,
		    const struct prefix_list *prefixes)
{
	uint64_t timeout = set->timeout_ns;
	int id = ctl_live_id(request, set), r, added = 0;
	char text[UNITS_TEXT], name[PREFIX_TEXT];
	bool is_new, changed = false;

	if (id < 0 || ctl_timeout(request, &timeout) < 0 ||
	    ctl_guard_live(request, (unsigned)id, LIVE_ADD, prefixes, timeout) < 0)
		return -ECANCELED;
	ctl_warn_notation(request, prefixes);
	for (size_t i = 0; i < prefixes->count; i++) {
		const struct live_entry *entry =
			live_find(request->core->live, (unsigned)id, &prefixes->items[i]);

		/* One that has a time and now has none, or another one, is changed, too. */
		changed |= timeout || !entry || entry->expires != FW_FOREVER ||
			   prefix_compare(&entry->prefix, &prefixes->items[i]) != 0;
		if (ctl_is_dry(request)) {
			added += !has_entry(request->core, (unsigned)id, &prefixes->items[i]);
			continue;
		}
		r = live_add(request->core->live, (unsigned)id, &prefixes->items[i], timeout,
			     set->max, "", &is_new);
		if (r == -ENOSPC)
			return ctl_fail(request, WIRE_ERROR_CONFLICT,
					"set \"%s\" is full: %s and all after it were not added",
					set->name, prefix_format(&prefixes->items[i], name));
		if (r < 0)
			return r;
		added += is_new;
	}
	request->result = cJSON_CreateObject();
	cJSON_AddStringToObject(request->result, "kind", "live");
	cJSON_AddNumberToObject(request->result, "added", added);
	cJSON_AddNumberToObject(request->result, "refreshed", (double)prefixes->count - added);
	if (timeout)
		cJSON_AddStringToObject(request->result, "timeout", duration_format(timeout, text));
	ctl_add_change(request, changed);
	return 0;
}

static int add_inline(struct ctl_request *request, const struct config_set *set,
		      const struct prefix_list *prefixes)
{
	char name[FW_NAME_SIZE];
	struct errors errs = {0};
	int r;

	if (ctl_string(request, "timeout"))
		return ctl_fail(request, WIRE_ERROR_BAD_REQUEST,
				"set \"%s\" is inline: only live sets have timeouts", set->name);
	strcpy(name, set->name);
	r = model_set_add(request->core->model, &request->change, name, prefixes, &errs);
	if (r < 0)
		return ctl_fail_edit(request, r, &errs, "set", name);
	request->result = cJSON_CreateObject();
	cJSON_AddStringToObject(request->result, "kind", "inline");
	cJSON_AddNumberToObject(request->result, "added", r);
	return ctl_changed(request, &errs);
}

static int delete_live(struct ctl_request *request, const struct config_set *set,
		       const struct prefix_list *prefixes)
{
	int id = ctl_live_id(request, set), removed = 0;

	if (id < 0)
		return id;
	if (ctl_guard_live(request, (unsigned)id, LIVE_DELETE, prefixes, 0) < 0)
		return -ECANCELED;
	for (size_t i = 0; i < prefixes->count; i++) {
		int r;

		if (ctl_is_dry(request)) {
			removed += has_entry(request->core, (unsigned)id, &prefixes->items[i]);
			continue;
		}
		r = live_delete(request->core->live, (unsigned)id, &prefixes->items[i]);

		if (r < 0 && r != -ENOENT)
			return r;
		removed += r == 0;
	}
	request->result = cJSON_CreateObject();
	cJSON_AddStringToObject(request->result, "kind", "live");
	cJSON_AddNumberToObject(request->result, "removed", removed);
	ctl_add_change(request, removed > 0);
	return 0;
}

static int delete_inline(struct ctl_request *request, const struct config_set *set,
			 const struct prefix_list *prefixes)
{
	char name[FW_NAME_SIZE];
	struct errors errs = {0};
	int r;

	strcpy(name, set->name);
	r = model_set_delete(request->core->model, &request->change, name, prefixes, &errs);
	if (r < 0)
		return ctl_fail_edit(request, r, &errs, "set", name);
	request->result = cJSON_CreateObject();
	cJSON_AddStringToObject(request->result, "kind", "inline");
	cJSON_AddNumberToObject(request->result, "removed", r);
	return ctl_changed(request, &errs);
}

typedef int set_edit(struct ctl_request *request, const struct config_set *set,
		     const struct prefix_list *prefixes);

/* Entries of live sets are no part of the policy, and nothing takes them back but their time. */
static int check_terms(struct ctl_request *request, const struct config_set *set)
{
	if (set->kind == SET_INLINE)
		return ctl_check_force(request);
	if (set->kind == SET_LIVE && request->change.confirm_ns)
		return ctl_fail(request, WIRE_ERROR_BAD_REQUEST,
				"set \"%s\" is live: its entries are no part of the policy, so "
				"confirm cannot take them back; give them a timeout",
				set->name);
	return 0;
}

/* Read the set and the prefixes, and do with them what its kind asks for. */
static int edit_set(struct ctl_request *request, set_edit *edit_live, set_edit *edit_inline)
{
	const struct config_set *set = ctl_find_set(request);
	struct prefix_list prefixes = {0};
	int r;

	if (!set || check_terms(request, set) < 0)
		return -ECANCELED;
	r = read_prefixes(request, &prefixes);
	if (r >= 0 && set->kind == SET_FILE)
		r = refuse_file(request, set);
	else if (r >= 0)
		r = (set->kind == SET_LIVE ? edit_live : edit_inline)(request, set, &prefixes);
	prefix_list_clear(&prefixes);
	return r;
}

int ctl_set_add(struct ctl_request *request)
{
	return edit_set(request, add_live, add_inline);
}

int ctl_set_delete(struct ctl_request *request)
{
	if (!cJSON_GetObjectItemCaseSensitive(request->args, "prefixes"))
		return ctl_set_remove(request);
	return edit_set(request, delete_live, delete_inline);
}

int ctl_set_test(struct ctl_request *request)
{
	const struct config_set *set = ctl_find_set(request);
	struct prefix prefix;
	cJSON *by;

	if (!set || ctl_prefix(request, ctl_string(request, "prefix"), &prefix) < 0)
		return -ECANCELED;
	by = ctl_set_covering(request->core, set, &prefix);
	request->result = cJSON_CreateObject();
	cJSON_AddBoolToObject(request->result, "contained", by != NULL);
	if (by)
		cJSON_AddItemToObject(request->result, "by", by);
	return 0;
}

int ctl_set_flush(struct ctl_request *request)
{
	const struct config_set *set = ctl_find_set(request);
	size_t count;
	int id;

	if (!set)
		return -ECANCELED;
	if (set->kind != SET_LIVE)
		return ctl_fail(request, WIRE_ERROR_CONFLICT,
				"set \"%s\" is not live: only live sets can be flushed", set->name);
	id = ctl_live_id(request, set);
	if (id < 0)
		return id;
	if (ctl_guard_live(request, (unsigned)id, LIVE_FLUSH, NULL, 0) < 0)
		return -ECANCELED;
	count = live_count(request->core->live, (unsigned)id);
	if (!ctl_is_dry(request))
		count = live_flush(request->core->live, (unsigned)id);
	request->result = cJSON_CreateObject();
	cJSON_AddNumberToObject(request->result, "removed", (double)count);
	ctl_add_change(request, count > 0);
	return 0;
}
