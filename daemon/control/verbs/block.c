// SPDX-License-Identifier: MIT
/* Blocks: entries of live set 0, which every packet's source is looked up in. */
#include "entry.h"
#include "request.h"
#include "verbs.h"

#include <errno.h>
#include <string.h>

int ctl_block(struct ctl_request *request)
{
	const char *reason = ctl_string(request, "reason");
	uint64_t timeout = 0;
	struct prefix prefix;
	const struct prefix_list list = {.items = &prefix, .count = 1};
	bool is_new;
	int r;

	if (ctl_prefix(request, ctl_string(request, "prefix"), &prefix) < 0 ||
	    ctl_timeout(request, &timeout) < 0)
		return -ECANCELED;
	if (reason && strlen(reason) >= sizeof(((struct live_entry *)NULL)->reason))
		return ctl_fail(request, WIRE_ERROR_BAD_REQUEST, "a reason has at most 63 bytes");
	if (ctl_guard_live(request, FW_LIVE_BLOCKS, LIVE_ADD, &list, timeout) < 0)
		return -ECANCELED;
	ctl_warn_notation(request, &list);
	r = live_add(request->app->live, FW_LIVE_BLOCKS, &prefix, timeout, 0, reason ? reason : "",
		     &is_new);
	if (r == -ENOSPC)
		return ctl_fail(request, WIRE_ERROR_CONFLICT, "the block list is full");
	if (r < 0)
		return r;
	request->result = ctl_entry_json(live_find(request->app->live, FW_LIVE_BLOCKS, &prefix));
	cJSON_AddBoolToObject(request->result, "new", is_new);
	return 0;
}

int ctl_unblock(struct ctl_request *request)
{
	char text[PREFIX_TEXT], wider[PREFIX_TEXT];
	const struct live_entry *entry;
	struct prefix prefix;
	int r;

	if (ctl_prefix(request, ctl_string(request, "prefix"), &prefix) < 0)
		return -ECANCELED;
	prefix_format(&prefix, text);
	r = live_delete(request->app->live, FW_LIVE_BLOCKS, &prefix);
	if (r < 0 && r != -ENOENT)
		return r;
	entry = live_find(request->app->live, FW_LIVE_BLOCKS, &prefix);
	if (r == -ENOENT && entry)
		return ctl_fail(request, WIRE_ERROR_NOT_FOUND,
				"%s is not blocked by itself, but as part of %s", text,
				prefix_format(&entry->prefix, wider));
	/* Its time may just have ended: not blocked is what was asked for. */
	request->result = cJSON_CreateObject();
	cJSON_AddStringToObject(request->result, "prefix", text);
	cJSON_AddBoolToObject(request->result, "changed", r == 0);
	if (entry)
		cJSON_AddStringToObject(request->result, "still_blocked_by",
					prefix_format(&entry->prefix, wider));
	return 0;
}

int ctl_blocks(struct ctl_request *request)
{
	const struct live_entry *entries;
	size_t count = live_list(request->app->live, FW_LIVE_BLOCKS, &entries);
	struct ctl_page page;

	ctl_page_begin(request, count, &page);
	for (size_t i = page.offset; i < page.end; i++) {
		if (!ctl_page_add(&page, ctl_entry_json(&entries[i])))
			break;
	}
	return 0;
}
