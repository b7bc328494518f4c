// SPDX-License-Identifier: MIT
/*
 * Blocks of many addresses: all of a list or none. A list that does not fit into a frame was sent before,
 * as text (upload).
 */
#include "daemon/fwd/control/request.h"
#include "daemon/fwd/control/server.h"
#include "daemon/fwd/control/verbs/blocks/blocks.h"
#include "daemon/fwd/control/verbs/sets/entry.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/abi/fw_abi.h"
#include "common/abi/fw_limits.h"
#include "common/base/clock.h"
#include "common/base/memory.h"
#include "daemon/fwd/live/live.h"

#define MOST_NAMED 100 /* addresses that stay blocked by others */
#define WORD_BYTES 128 /* no prefix is as long */

bool blocks_are_many(const struct ctl_request *request)
{
	return cJSON_GetObjectItemCaseSensitive(request->args, "prefixes") ||
	       ctl_bool(request, "uploaded");
}

/* ---- the list ---- */

static int add_word(struct ctl_request *request, const char *word, struct prefix_list *ret)
{
	struct prefix prefix;

	if (ctl_prefix(request, word, &prefix) < 0)
		return -ECANCELED;
	if (ret->count == FW_MAX_LIVE)
		return ctl_fail(request, WIRE_ERROR_BAD_REQUEST, "more than %d addresses",
				FW_MAX_LIVE);
	return prefix_list_add(ret, &prefix);
}

static int add_line(struct ctl_request *request, const char *line, size_t length,
		    struct prefix_list *ret)
{
	static const char blanks[] = " \t\r";
	const char *end = line + length;
	int r = 0;

	for (line += strspn(line, blanks); r == 0 && line < end; line += strspn(line, blanks)) {
		size_t word = strcspn(line, " \t\r\n");
		char text[WORD_BYTES];

		/* What is cut off is no prefix any more. */
		snprintf(text, sizeof(text), "%.*s",
			 word < sizeof(text) ? (int)word : WORD_BYTES - 1, line);
		r = add_word(request, text, ret);
		line += word;
	}
	return r;
}

static int read_text(struct ctl_request *request, struct prefix_list *ret)
{
	size_t length, line = 0;
	const char *text = ctl_uploaded(request, &length), *at = text;
	int r = text ? 0 : -ECANCELED;
	cleanup_free char *copy = NULL;

	if (r < 0)
		return r;
	copy = strndup(text, length);
	if (!copy)
		return -ENOMEM;
	for (at = copy; r == 0 && *at; at += *at == '\n') {
		size_t bytes = strcspn(at, "\n");

		line++;
		r = add_line(request, at, bytes, ret);
		at += bytes;
	}
	buffer_clear(&request->client->upload);
	return r < 0 && request->message
		       ? ctl_fail(request, request->error, "line %zu: %s", line, request->message)
		       : r;
}

static int compare(const void *a, const void *b)
{
	return prefix_compare(a, b);
}

/* Sorted, each once. */
static void arrange(struct prefix_list *list)
{
	size_t count = 0;

	qsort(list->items, list->count, sizeof(*list->items), compare);
	for (size_t i = 0; i < list->count; i++) {
		if (count == 0 || compare(&list->items[count - 1], &list->items[i]) != 0)
			list->items[count++] = list->items[i];
	}
	list->count = count;
}

static int read_list(struct ctl_request *request, struct prefix_list *ret)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(request->args, "prefixes"), *item;
	int r = 0;

	if (list && ctl_bool(request, "uploaded"))
		return ctl_fail(request, WIRE_ERROR_BAD_REQUEST,
				"%s takes only one of \"prefixes\" and \"uploaded\"",
				request->verb->op);
	cJSON_ArrayForEach (item, list) {
		r = add_word(request, item->valuestring, ret);
		if (r < 0)
			return r;
	}
	if (!list)
		r = read_text(request, ret);
	if (r == 0 && ret->count == 0)
		return ctl_fail(request, WIRE_ERROR_BAD_REQUEST, "no addresses are given");
	if (r == 0)
		arrange(ret);
	return r;
}

/* ---- block ---- */

/* What is about to be done, and what was there before. */
struct blocking {
	struct ctl_request *request;
	struct prefix_list list;
	struct live_entry *before; /* those that are there, in the order of the list */
	size_t before_count;
	size_t fresh[2]; /* those that are not, by family; [1]: IPv6 */
	uint64_t timeout;
	const char *reason;
	bool changed;
};

static void blocking_clear(struct blocking *blocking)
{
	prefix_list_clear(&blocking->list);
	free(blocking->before);
}

static int look(struct blocking *blocking)
{
	const struct core *core = blocking->request->core;

	for (size_t i = 0; i < blocking->list.count; i++) {
		const struct prefix *prefix = &blocking->list.items[i];
		const struct live_entry *entry = blocks_find(core, prefix);
		struct live_entry *slot;

		blocking->changed |= !blocks_is_so(entry, blocking->timeout, blocking->reason);
		if (!entry) {
			blocking->fresh[prefix->family == 6]++;
			continue;
		}
		slot = array_grow(&blocking->before, blocking->before_count, sizeof(*slot));
		if (!slot)
			return -ENOMEM;
		*slot = *entry;
		blocking->before_count++;
	}
	return 0;
}

static int check_room(const struct blocking *blocking)
{
	for (int six = 0; six < 2; six++) {
		size_t room = live_room(blocking->request->core->live, six ? 6 : 4);

		if (blocking->fresh[six] > room)
			return ctl_fail(blocking->request, WIRE_ERROR_CONFLICT,
					"the block list has room for %zu more IPv%d entries, not "
					"for %zu; nothing was blocked",
					room, six ? 6 : 4, blocking->fresh[six]);
	}
	return 0;
}

/* The first `count` of the list as they were before. */
static void undo(const struct blocking *blocking, size_t count)
{
	struct live *live = blocking->request->core->live;
	uint64_t now = clock_ns();
	size_t at = 0;

	for (size_t i = 0; i < count; i++) {
		const struct prefix *prefix = &blocking->list.items[i];
		const struct live_entry *before = &blocking->before[at];

		if (at == blocking->before_count || prefix_compare(&before->prefix, prefix) != 0) {
			live_delete(live, FW_LIVE_BLOCKS, prefix);
			continue;
		}
		at++;
		live_add(live, FW_LIVE_BLOCKS, prefix,
			 before->expires == FW_FOREVER ? 0
			 : before->expires > now       ? before->expires - now
						       : 1,
			 0, before->reason, NULL);
	}
}

static int add_all(const struct blocking *blocking)
{
	for (size_t i = 0; i < blocking->list.count; i++) {
		int r = live_add(blocking->request->core->live, FW_LIVE_BLOCKS,
				 &blocking->list.items[i], blocking->timeout, 0, blocking->reason,
				 NULL);

		if (r < 0) {
			undo(blocking, i);
			return ctl_fail(blocking->request, WIRE_ERROR_FAILED,
					"block: %s; nothing was blocked", strerror(-r));
		}
	}
	return 0;
}

int blocks_add_many(struct ctl_request *request, uint64_t timeout, const char *reason)
{
	cleanup(blocking_clear) struct blocking blocking = {
		.request = request, .timeout = timeout, .reason = reason};
	char text[UNITS_TEXT];
	int r = read_list(request, &blocking.list);

	if (r == 0)
		r = ctl_guard_live(request, FW_LIVE_BLOCKS, LIVE_ADD, &blocking.list, timeout);
	if (r == 0)
		r = look(&blocking);
	if (r == 0)
		r = check_room(&blocking);
	if (r == 0 && !ctl_is_dry(request))
		r = add_all(&blocking);
	if (r < 0)
		return r;
	ctl_warn_notation(request, &blocking.list);
	request->result = cJSON_CreateObject();
	cJSON_AddNumberToObject(request->result, "added",
				(double)(blocking.fresh[0] + blocking.fresh[1]));
	cJSON_AddNumberToObject(request->result, "refreshed", (double)blocking.before_count);
	if (timeout)
		cJSON_AddStringToObject(request->result, "timeout", duration_format(timeout, text));
	ctl_add_change(request, blocking.changed);
	return 0;
}

/* ---- unblock ---- */

static void name_covered(cJSON *list, const struct prefix *prefix, const struct prefix *by)
{
	cJSON *item = cJSON_CreateObject();
	char text[PREFIX_TEXT];

	cJSON_AddStringToObject(item, "prefix", prefix_format(prefix, text));
	cJSON_AddStringToObject(item, "by", prefix_format(by, text));
	cJSON_AddItemToArray(list, item);
}

/* Which are blocked, and what goes on being blocked by others; -ECANCELED: one is only that. */
static int check_all(struct ctl_request *request, const struct prefix_list *list,
		     size_t *ret_blocked, size_t *ret_covered, cJSON *covered)
{
	char text[PREFIX_TEXT], by[PREFIX_TEXT];

	for (size_t i = 0; i < list->count; i++) {
		const struct prefix *prefix = &list->items[i];
		bool is_blocked = blocks_find(request->core, prefix);
		struct prefix wider;

		*ret_blocked += is_blocked;
		if (!blocks_still_cover(request->core, list, prefix, &wider))
			continue;
		if (!is_blocked)
			return ctl_fail(request, WIRE_ERROR_NOT_FOUND,
					"%s is not blocked by itself, but as part of %s; nothing "
					"was unblocked",
					prefix_format(prefix, text), prefix_format(&wider, by));
		if (++*ret_covered <= MOST_NAMED)
			name_covered(covered, prefix, &wider);
	}
	return 0;
}

int blocks_delete_many(struct ctl_request *request)
{
	cleanup(prefix_list_clear) struct prefix_list list = {0};
	size_t blocked = 0, covered = 0;
	cJSON *names = cJSON_CreateArray();
	int r = read_list(request, &list);

	if (r == 0)
		r = check_all(request, &list, &blocked, &covered, names);
	if (r < 0) {
		cJSON_Delete(names);
		return r;
	}
	for (size_t i = 0; i < list.count && !ctl_is_dry(request); i++)
		live_delete(request->core->live, FW_LIVE_BLOCKS, &list.items[i]);
	request->result = cJSON_CreateObject();
	cJSON_AddNumberToObject(request->result, "removed", (double)blocked);
	cJSON_AddNumberToObject(request->result, "missing", (double)(list.count - blocked));
	cJSON_AddNumberToObject(request->result, "still_blocked_count", (double)covered);
	cJSON_AddItemToObject(request->result, "still_blocked", names);
	ctl_add_change(request, blocked > 0);
	return 0;
}
