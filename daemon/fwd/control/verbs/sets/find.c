// SPDX-License-Identifier: MIT
/* Where an address is: in the block list, and in which sets. */
#include "daemon/fwd/control/request.h"
#include "daemon/fwd/control/verbs.h"
#include "daemon/fwd/control/verbs/sets/entry.h"
#include "daemon/fwd/control/verbs/sets/sets.h"
#include "daemon/fwd/live/live.h"
#include "daemon/fwd/model/model.h"

#include <errno.h>

/* entry (taken): the one that covers the address, or NULL. */
static void add(cJSON *found, cJSON *entry, const char *kind, const char *set)
{
	if (!entry)
		return;
	cJSON_AddStringToObject(entry, "kind", kind);
	if (set)
		cJSON_AddStringToObject(entry, "set", set);
	cJSON_AddItemToArray(found, entry);
}

static cJSON *find_all(const struct core *core, const struct prefix *prefix)
{
	const struct config *config = model_config(core->model);
	const struct live_entry *block = live_find(core->live, FW_LIVE_BLOCKS, prefix);
	cJSON *found = cJSON_CreateArray();

	add(found, block ? ctl_entry_json(block) : NULL, "block", NULL);
	for (size_t i = 0; i < config->set_count; i++) {
		const struct config_set *set = &config->sets[i];

		add(found, ctl_set_covering(core, set, prefix), ctl_set_kind(set), set->name);
	}
	return found;
}

int ctl_find(struct ctl_request *request)
{
	struct ctl_page page;
	struct prefix prefix;
	cJSON *found;

	if (ctl_prefix(request, ctl_string(request, "prefix"), &prefix) < 0)
		return -ECANCELED;
	found = find_all(request->core, &prefix);
	ctl_page_begin(request, (size_t)cJSON_GetArraySize(found), &page);
	for (size_t i = page.offset; i < page.end; i++) {
		if (!ctl_page_add(&page, cJSON_DetachItemFromArray(found, (int)page.offset)))
			break;
	}
	cJSON_Delete(found);
	return 0;
}
