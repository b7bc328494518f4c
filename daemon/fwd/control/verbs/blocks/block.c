// SPDX-License-Identifier: MIT
/* Blocks: entries of live set 0, which every packet's source is looked up in. */
#include "daemon/fwd/control/request.h"
#include "daemon/fwd/control/verbs.h"
#include "daemon/fwd/control/verbs/blocks/blocks.h"
#include "daemon/fwd/control/verbs/sets/entry.h"

#include <errno.h>
#include <string.h>

#include "common/base/prefix/prefix_content.h"
#include "daemon/fwd/live/live.h"

const struct live_entry *blocks_find(const struct core *core, const struct prefix *prefix)
{
	const struct live_entry *entry = live_find(core->live, FW_LIVE_BLOCKS, prefix);

	return entry && prefix_compare(&entry->prefix, prefix) == 0 ? entry : NULL;
}

bool blocks_is_so(const struct live_entry *entry, uint64_t timeout, const char *reason)
{
	return entry && !timeout && entry->expires == FW_FOREVER &&
	       strcmp(entry->reason, reason) == 0;
}

bool blocks_still_cover(const struct core *core, const struct prefix_list *gone,
			const struct prefix *prefix, struct prefix *ret)
{
	struct prefix at = *prefix;

	for (;;) {
		const struct live_entry *entry = live_find(core->live, FW_LIVE_BLOCKS, &at);
		size_t place;

		if (!entry)
			return false;
		at = entry->prefix;
		place = prefix_list_place(gone, &at);
		if (place == gone->count || prefix_compare(&gone->items[place], &at) != 0) {
			*ret = at;
			return true;
		}
		if (at.length == 0)
			return false;
		at = prefix_shorten(&at, at.length - 1U);
	}
}

static int block_one(struct ctl_request *request, const struct prefix *prefix, uint64_t timeout,
		     const char *reason)
{
	const struct prefix_list list = {.items = (struct prefix *)prefix, .count = 1};
	const struct live_entry *entry;
	char text[PREFIX_TEXT];
	bool is_new, changed;
	int r;

	if (ctl_guard_live(request, FW_LIVE_BLOCKS, LIVE_ADD, &list, timeout) < 0)
		return -ECANCELED;
	ctl_warn_notation(request, &list);
	entry = blocks_find(request->core, prefix);
	is_new = !entry;
	changed = !blocks_is_so(entry, timeout, reason);
	r = ctl_is_dry(request) ? 0
				: live_add(request->core->live, FW_LIVE_BLOCKS, prefix, timeout, 0,
					   reason, &is_new);
	if (r == -ENOSPC)
		return ctl_fail(request, WIRE_ERROR_CONFLICT, "the block list is full");
	if (r < 0)
		return r;
	entry = blocks_find(request->core, prefix);
	request->result = ctl_entry_json(entry);
	if (!entry)
		cJSON_AddStringToObject(request->result, "prefix", prefix_format(prefix, text));
	cJSON_AddBoolToObject(request->result, "new", is_new);
	ctl_add_change(request, changed);
	return 0;
}

/* One, or many: not both, and not neither. */
static int check_prefix(struct ctl_request *request)
{
	bool one = ctl_string(request, "prefix"), many = blocks_are_many(request);

	if (one != many)
		return 0;
	return ctl_fail(request, WIRE_ERROR_BAD_REQUEST,
			one ? "%s takes only one of \"prefix\", \"prefixes\" and \"uploaded\""
			    : "%s needs the argument \"prefix\", \"prefixes\" or \"uploaded\"",
			request->verb->op);
}

int ctl_block(struct ctl_request *request)
{
	const char *note = ctl_string(request, "reason"), *reason = note ? note : "";
	uint64_t timeout = 0;
	struct prefix prefix;

	if (check_prefix(request) < 0 || ctl_timeout(request, &timeout) < 0)
		return -ECANCELED;
	if (strlen(reason) >= sizeof(((struct live_entry *)NULL)->reason))
		return ctl_fail(request, WIRE_ERROR_BAD_REQUEST, "a reason has at most 63 bytes");
	if (blocks_are_many(request))
		return blocks_add_many(request, timeout, reason);
	if (ctl_prefix(request, ctl_string(request, "prefix"), &prefix) < 0)
		return -ECANCELED;
	return block_one(request, &prefix, timeout, reason);
}

int ctl_unblock(struct ctl_request *request)
{
	char text[PREFIX_TEXT], by[PREFIX_TEXT];
	struct prefix prefix, wider;
	const struct prefix_list list = {.items = &prefix, .count = 1};
	bool is_blocked, is_covered;

	if (check_prefix(request) < 0)
		return -ECANCELED;
	if (blocks_are_many(request))
		return blocks_delete_many(request);
	if (ctl_prefix(request, ctl_string(request, "prefix"), &prefix) < 0)
		return -ECANCELED;
	is_blocked = blocks_find(request->core, &prefix);
	is_covered = blocks_still_cover(request->core, &list, &prefix, &wider);
	prefix_format(&prefix, text);
	/* Its time may just have ended: only what is still blocked is not what was asked for. */
	if (!is_blocked && is_covered)
		return ctl_fail(request, WIRE_ERROR_NOT_FOUND,
				"%s is not blocked by itself, but as part of %s", text,
				prefix_format(&wider, by));
	if (is_blocked && !ctl_is_dry(request))
		live_delete(request->core->live, FW_LIVE_BLOCKS, &prefix);
	request->result = cJSON_CreateObject();
	cJSON_AddStringToObject(request->result, "prefix", text);
	ctl_add_change(request, is_blocked);
	if (is_covered)
		cJSON_AddStringToObject(request->result, "still_blocked_by",
					prefix_format(&wider, by));
	return 0;
}

int ctl_blocks(struct ctl_request *request)
{
	const struct live_entry *entries;
	size_t count = live_list(request->core->live, FW_LIVE_BLOCKS, &entries);
	struct ctl_page page;

	ctl_page_begin(request, count, &page);
	for (size_t i = page.offset; i < page.end; i++) {
		if (!ctl_page_add(&page, ctl_entry_json(&entries[i])))
			break;
	}
	return 0;
}
