// SPDX-License-Identifier: MIT
/* Sets as a whole: new ones, those that go, and files that are read again. */
#include "request.h"
#include "sets.h"
#include "verbs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

int ctl_set_create(struct ctl_request *request)
{
	const char *name = ctl_string(request, "name");
	struct errors errs = {0};
	int r = model_set_create(request->app->model, name, ctl_string(request, "set"), &errs);

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
	count = live_count(request->app->live, (unsigned)id);
	return count == 0 ? 0
			  : ctl_fail(request, WIRE_ERROR_CONFLICT,
				     "set \"%s\" has entries (%zu): set flush deletes them",
				     set->name, count);
}

int ctl_set_remove(struct ctl_request *request)
{
	const struct config *config = model_config(request->app->model);
	const char *name = ctl_string(request, "name");
	cleanup_free char *users = model_set_users(request->app->model, name);
	int index = config_find_set(config, name), r;
	struct errors errs = {0};

	if (ctl_check_force(request) < 0)
		return -ECANCELED;
	if (index >= 0 && users)
		return ctl_fail(request, WIRE_ERROR_CONFLICT, "set \"%.63s\" is used by %s", name,
				users);
	if (index >= 0 && refuse_entries(request, &config->sets[index]) < 0)
		return -ECANCELED;
	r = model_set_remove(request->app->model, name, &errs);
	if (r < 0 && !ctl_is_gone(request, r, &errs))
		return ctl_fail_edit(request, r, &errs, "set", name);
	return ctl_changed(request, &errs);
}
