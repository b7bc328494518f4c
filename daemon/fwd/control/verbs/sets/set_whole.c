// SPDX-License-Identifier: MIT
/* Sets as a whole: new ones, those that go, and files that are read again. */
#include "daemon/fwd/control/request.h"
#include "daemon/fwd/control/verbs.h"
#include "daemon/fwd/control/verbs/sets/sets.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/policy/config/config.h"
#include "daemon/fwd/live/live.h"
#include "daemon/fwd/model/model.h"
#include "daemon/fwd/transaction/apply.h"

int ctl_set_create(struct ctl_request *request)
{
	const char *name = ctl_string(request, "name");
	struct errors errs = {0};
	int r = model_set_create(request->core->model, &request->change, name,
				 ctl_string(request, "set"), &errs);

	if (r < 0)
		return ctl_fail_edit(request, r, &errs, "set", name);
	return ctl_changed(request, &errs);
}

/* Entries of a live set come back by no rollback: they go by a command that is meant for it. */
static int refuse_entries(struct ctl_request *request, const struct config_set *set)
{
	size_t count;
	int id;

	if (set->kind != SET_LIVE)
		return 0;
	id = ctl_live_id(request, set);
	if (id < 0)
		return id;
	count = live_count(request->core->live, (unsigned)id);
	return count == 0 ? 0
			  : ctl_fail(request, WIRE_ERROR_CONFLICT,
				     "set \"%s\" has entries (%zu): set flush deletes them",
				     set->name, count);
}

int ctl_set_remove(struct ctl_request *request)
{
	const struct config *config = model_config(request->core->model);
	const char *name = ctl_string(request, "name");
	cleanup_free char *users = model_set_users(request->core->model, name);
	int index = config_find_set(config, name), r;
	struct errors errs = {0};

	if (ctl_check_force(request) < 0)
		return -ECANCELED;
	if (index >= 0 && users)
		return ctl_fail(request, WIRE_ERROR_CONFLICT, "set \"%.63s\" is used by %s", name,
				users);
	if (index >= 0 && refuse_entries(request, &config->sets[index]) < 0)
		return -ECANCELED;
	r = model_set_remove(request->core->model, &request->change, name, &errs);
	if (r < 0 && !ctl_is_gone(request, r, &errs))
		return ctl_fail_edit(request, r, &errs, "set", name);
	return ctl_changed(request, &errs);
}

/* ---- files that are read again ---- */

/* 0: all of the list are sets from files. */
static int check_names(struct ctl_request *request, const cJSON *list)
{
	const struct config *config = model_config(request->core->model);
	const cJSON *item;

	cJSON_ArrayForEach (item, list) {
		int index = config_find_set(config, item->valuestring);
		const struct config_set *set = index < 0 ? NULL : &config->sets[index];

		if (!set)
			return ctl_no_such(request, "set", item->valuestring);
		if (set->kind != SET_FILE)
			return ctl_fail(request, WIRE_ERROR_CONFLICT,
					"set \"%s\" is %s: only sets from files can be read again; "
					"nothing is done",
					set->name, set->kind == SET_LIVE ? "live" : "inline");
	}
	return 0;
}

static cJSON *changes_json(const struct set_reload *reload)
{
	cJSON *list = cJSON_CreateArray();

	for (size_t i = 0; i < reload->count; i++) {
		const struct set_change *change = &reload->items[i];
		cJSON *item = cJSON_CreateObject();

		cJSON_AddStringToObject(item, "name", change->name);
		cJSON_AddBoolToObject(item, "changed",
				      change->added || change->removed ||
					      change->entries != change->before);
		cJSON_AddNumberToObject(item, "entries", (double)change->entries);
		cJSON_AddNumberToObject(item, "before", (double)change->before);
		cJSON_AddNumberToObject(item, "added", (double)change->added);
		cJSON_AddNumberToObject(item, "removed", (double)change->removed);
		if (change->is_kept)
			cJSON_AddTrueToObject(item, "kept");
		cJSON_AddItemToArray(list, item);
	}
	return list;
}

int ctl_set_reload(struct ctl_request *request)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(request->args, "names"), *item;
	cleanup_free const char **names =
		calloc((size_t)cJSON_GetArraySize(list) + 1, sizeof(*names));
	struct set_reload reload = {0};
	struct errors errs = {0};
	size_t count = 0;
	int r;

	if (!names)
		return -ENOMEM;
	if (list && !list->child)
		return ctl_fail(request, WIRE_ERROR_BAD_REQUEST, "no sets are given");
	if (check_names(request, list) < 0)
		return -ECANCELED;
	cJSON_ArrayForEach (item, list)
		names[count++] = item->valuestring;
	r = model_set_reload(request->core->model, &request->change, names, count, &reload, &errs);
	if (errors_failed(&errs))
		return ctl_fail_errors(request, &errs);
	if (r < 0) {
		errors_clear(&errs);
		return ctl_fail(request, WIRE_ERROR_FAILED, "set reload: %s", strerror(-r));
	}
	request->result = cJSON_CreateObject();
	cJSON_AddItemToObject(request->result, "sets", changes_json(&reload));
	set_reload_clear(&reload);
	if (!request->change.changed && !ctl_is_dry(request))
		transaction_sets_read(request->core->transaction);
	return ctl_changed(request, &errs);
}
