// SPDX-License-Identifier: MIT
/* Blocks: entries of live set 0, which every packet's source is looked up in. */
#include "entry.h"
#include "request.h"
#include "verbs.h"

#include <errno.h>
#include <string.h>

/* The entry of just this prefix, or NULL. */
static const struct live_entry *find_block(const struct app *app, const struct prefix *prefix)
{
	const struct live_entry *entry = live_find(app->live, FW_LIVE_BLOCKS, prefix);

	return entry && prefix_compare(&entry->prefix, prefix) == 0 ? entry : NULL;
}

/* Would a block be what there is? One with a time is not: its time begins again. */
static bool is_so(const struct live_entry *entry, uint64_t timeout, const char *reason)
{
	return entry && !timeout && entry->expires == FW_FOREVER &&
	       strcmp(entry->reason, reason) == 0;
}

int ctl_block(struct ctl_request *request)
{
	const char *note = ctl_string(request, "reason"), *reason = note ? note : "";
	uint64_t timeout = 0;
	char text[PREFIX_TEXT];
	struct prefix prefix;
	const struct prefix_list list = {.items = &prefix, .count = 1};
	const struct live_entry *entry;
	bool is_new, changed;
	int r;

	if (ctl_prefix(request, ctl_string(request, "prefix"), &prefix) < 0 ||
	    ctl_timeout(request, &timeout) < 0)
		return -ECANCELED;
	if (strlen(reason) >= sizeof(((struct live_entry *)NULL)->reason))
		return ctl_fail(request, WIRE_ERROR_BAD_REQUEST, "a reason has at most 63 bytes");
	if (ctl_guard_live(request, FW_LIVE_BLOCKS, LIVE_ADD, &list, timeout) < 0)
		return -ECANCELED;
	ctl_warn_notation(request, &list);
	entry = find_block(request->app, &prefix);
	is_new = !entry;
	changed = !is_so(entry, timeout, reason);
	r = ctl_is_dry(request) ? 0
				: live_add(request->app->live, FW_LIVE_BLOCKS, &prefix, timeout, 0,
					   reason, &is_new);
	if (r == -ENOSPC)
		return ctl_fail(request, WIRE_ERROR_CONFLICT, "the block list is full");
	if (r < 0)
		return r;
	entry = find_block(request->app, &prefix);
	request->result = ctl_entry_json(entry);
	if (!entry)
		cJSON_AddStringToObject(request->result, "prefix", prefix_format(&prefix, text));
	cJSON_AddBoolToObject(request->result, "new", is_new);
	ctl_add_change(request, changed);
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
	if (ctl_is_dry(request))
		r = find_block(request->app, &prefix) ? 0 : -ENOENT;
	else
		r = live_delete(request->app->live, FW_LIVE_BLOCKS, &prefix);
	if (r < 0 && r != -ENOENT)
		return r;
	/* Its time may just have ended: only what is still blocked is not what was asked for. */
	entry = live_find(request->app->live, FW_LIVE_BLOCKS, &prefix);
	if (r == -ENOENT && entry)
		return ctl_fail(request, WIRE_ERROR_NOT_FOUND,
				"%s is not blocked by itself, but as part of %s", text,
				prefix_format(&entry->prefix, wider));
	request->result = cJSON_CreateObject();
	cJSON_AddStringToObject(request->result, "prefix", text);
	ctl_add_change(request, r == 0);
	if (entry && prefix_compare(&entry->prefix, &prefix) != 0)
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
