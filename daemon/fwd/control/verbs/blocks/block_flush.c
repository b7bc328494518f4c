// SPDX-License-Identifier: MIT
/* blocks.flush: all blocks end, or those for one reason. */
#include "daemon/fwd/control/request.h"
#include "daemon/fwd/control/verbs.h"
#include "daemon/fwd/control/verbs/blocks/blocks.h"
#include "daemon/fwd/control/verbs/sets/entry.h"

#include <errno.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/memory.h"
#include "daemon/fwd/live/live.h"

#define MOST_SHOWN 100 /* entries in the reply of a dry run */

/* What goes: all that is blocked for this reason (NULL: for any), in the order of the book. */
static int find_flushed(struct ctl_request *request, const char *reason, struct prefix_list *ret,
			cJSON *shown)
{
	const struct live_entry *entries;
	size_t count = live_list(request->core->live, FW_LIVE_BLOCKS, &entries);

	/* An empty list is one, too: none at all means no memory, not no blocks. */
	if (!entries)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		if (reason && strcmp(entries[i].reason, reason) != 0)
			continue;
		if (prefix_list_add(ret, &entries[i].prefix) < 0)
			return -ENOMEM;
		if (ret->count <= MOST_SHOWN)
			cJSON_AddItemToArray(shown, ctl_entry_json(&entries[i]));
	}
	return 0;
}

static size_t count_covered(const struct core *core, const struct prefix_list *gone)
{
	struct prefix wider;
	size_t count = 0;

	for (size_t i = 0; i < gone->count; i++)
		count += blocks_still_cover(core, gone, &gone->items[i], &wider);
	return count;
}

static void flush(struct live *live, const char *reason, const struct prefix_list *gone)
{
	if (!reason) {
		live_flush(live, FW_LIVE_BLOCKS);
		return;
	}
	/* The narrow ones first: what covers them needs no rewriting of what goes as well. */
	for (size_t i = gone->count; i-- > 0;)
		live_delete(live, FW_LIVE_BLOCKS, &gone->items[i]);
}

int ctl_blocks_flush(struct ctl_request *request)
{
	const char *reason = ctl_string(request, "reason");
	cleanup(prefix_list_clear) struct prefix_list gone = {0};
	struct live *live = request->core->live;
	cJSON *shown;
	int r;

	if (reason && strlen(reason) >= sizeof(((struct live_entry *)NULL)->reason))
		return ctl_fail(request, WIRE_ERROR_BAD_REQUEST,
				"a reason has at most 63 bytes: \"limit NAME\" is recorded with "
				"the first 57 bytes of a long name");
	/* What has ended is no block any more, even if its timer is late. */
	live_expire(live, clock_ns());
	shown = cJSON_CreateArray();
	r = find_flushed(request, reason, &gone, shown);
	if (r < 0) {
		cJSON_Delete(shown);
		return r;
	}
	request->result = cJSON_CreateObject();
	cJSON_AddNumberToObject(request->result, "removed", (double)gone.count);
	cJSON_AddNumberToObject(request->result, "still_blocked_count",
				reason ? (double)count_covered(request->core, &gone) : 0);
	if (ctl_is_dry(request)) {
		cJSON_AddItemToObject(request->result, "entries", shown);
	} else {
		cJSON_Delete(shown);
		flush(live, reason, &gone);
	}
	ctl_add_change(request, gone.count > 0);
	return 0;
}
