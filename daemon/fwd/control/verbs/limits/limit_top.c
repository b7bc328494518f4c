// SPDX-License-Identifier: MIT
/* One pass over a limit's buckets, with a heap of those that are to be shown. */
#include "daemon/fwd/control/verbs/limits/limit_top.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/base/prefix/prefix.h"
#include "common/base/words.h"
#include "common/policy/config/config.h"
#include "daemon/fwd/datapath/buckets/limit_state.h"
#include "daemon/fwd/model/model.h"

struct seen_key {
	struct fw_bucket_owner owner;
	bool busy;
};

/* The least limited one is the first: it is the one to give way. */
struct top {
	struct seen_key *heap;
	size_t count;
	size_t size;
};

static bool is_less(const struct top *top, size_t a, size_t b)
{
	return top->heap[a].owner.limited < top->heap[b].owner.limited;
}

static void swap(struct top *top, size_t a, size_t b)
{
	struct seen_key key = top->heap[a];

	top->heap[a] = top->heap[b];
	top->heap[b] = key;
}

static void sift_down(struct top *top)
{
	size_t at = 0;

	for (;;) {
		size_t least = at, left = 2 * at + 1, right = left + 1;

		if (left < top->count && is_less(top, left, least))
			least = left;
		if (right < top->count && is_less(top, right, least))
			least = right;
		if (least == at)
			return;
		swap(top, at, least);
		at = least;
	}
}

static void take_key(const struct fw_bucket_owner *owner, bool busy, void *userdata)
{
	struct top *top = userdata;
	size_t at = top->count;

	if (!owner->limited || !top->size)
		return;
	if (top->count == top->size) {
		if (owner->limited <= top->heap[0].owner.limited)
			return;
		top->heap[0] = (struct seen_key){*owner, busy};
		sift_down(top);
		return;
	}
	top->heap[top->count++] = (struct seen_key){*owner, busy};
	for (; at > 0 && is_less(top, at, (at - 1) / 2); at = (at - 1) / 2)
		swap(top, at, (at - 1) / 2);
}

static int compare(const void *a, const void *b)
{
	const struct seen_key *one = a, *other = b;

	if (one->owner.limited != other->owner.limited)
		return one->owner.limited > other->owner.limited ? -1 : 1;
	return memcmp(&one->owner.key, &other->owner.key, sizeof(one->owner.key));
}

/* ---- keys as text ---- */

#define KEY_TEXT  160
#define PORT_TEXT 32

static const char *address_text(const struct fw_bucket_key *key, const __u32 *addr,
				const struct config_level *level, char buffer[PREFIX_TEXT])
{
	struct prefix prefix = prefix_host(key->family, addr);

	prefix.length = key->family == 4 ? level->prefix4 : level->prefix6;
	return prefix_format(&prefix, buffer);
}

/* "tcp/443"; "tcp" if there is no port. */
static const char *port_text(const struct fw_bucket_key *key, unsigned port, char buffer[PORT_TEXT])
{
	const char *name = word_name(words_protocols, key->proto);
	char number[8];

	snprintf(number, sizeof(number), "%u", key->proto);
	if (key->flags & FW_HAS_PORTS)
		snprintf(buffer, PORT_TEXT, "%s/%u", name ? name : number, port);
	else
		snprintf(buffer, PORT_TEXT, "%s", name ? name : number);
	return buffer;
}

static void format_key(const struct fw_bucket_key *key, const struct config_level *level,
		       char text[KEY_TEXT])
{
	char src[PREFIX_TEXT] = "", dst[PREFIX_TEXT] = "", from[PORT_TEXT], to[PORT_TEXT],
	     name[IF_NAMESIZE];

	if (key->family) {
		address_text(key, key->src, level, src);
		address_text(key, key->dst, level, dst);
	}
	switch (level->key) {
	case FW_KEY_SRC:
		snprintf(text, KEY_TEXT, "%s", src);
		break;
	case FW_KEY_DST:
		snprintf(text, KEY_TEXT, "%s", dst);
		break;
	case FW_KEY_SRC_DPORT:
		snprintf(text, KEY_TEXT, "%s > %s", src, port_text(key, key->dport, to));
		break;
	case FW_KEY_SRC_DST:
		snprintf(text, KEY_TEXT, "%s > %s", src, dst);
		break;
	case FW_KEY_FLOW:
		snprintf(text, KEY_TEXT, "%s %s > %s %s", src, port_text(key, key->sport, from),
			 dst, port_text(key, key->dport, to));
		break;
	case FW_KEY_INTERFACE:
		if (!if_indextoname(key->src[0], name))
			snprintf(name, sizeof(name), "#%u", key->src[0]);
		snprintf(text, KEY_TEXT, "%s", name);
		return;
	case FW_KEY_VLAN:
		snprintf(text, KEY_TEXT, key->src[0] ? "vlan %u" : "untagged", key->src[0]);
		return;
	case FW_KEY_RULE:
	case FW_KEY_MAX:
		text[0] = '\0';
		return;
	}
	if (!key->family)
		snprintf(text, KEY_TEXT, "no address");
}

static cJSON *key_json(const struct seen_key *seen, const struct config_limit *limit)
{
	const struct config_level *level;
	char text[KEY_TEXT], per[LEVEL_KEY_TEXT];
	cJSON *json;

	/* A bucket of before a change of the limit. */
	if (seen->owner.key.level >= limit->level_count)
		return NULL;
	level = &limit->levels[seen->owner.key.level];
	format_key(&seen->owner.key, level, text);
	json = cJSON_CreateObject();
	cJSON_AddStringToObject(json, "key", text);
	cJSON_AddStringToObject(json, "per", level_key_format(level, per));
	cJSON_AddNumberToObject(json, "limited", (double)seen->owner.limited);
	cJSON_AddBoolToObject(json, "busy", seen->busy);
	return json;
}

cJSON *ctl_limit_top(const struct core *core, size_t index, size_t count)
{
	const struct config_limit *limit = &model_config(core->model)->limits[index];
	int slot = slots_find(model_slots(core->model), FW_NAME_LIMIT, limit->name);
	struct top top = {.size = count < LIMIT_TOP_MAX ? count : LIMIT_TOP_MAX};
	cJSON *list = cJSON_CreateArray(), *item;

	top.heap = calloc(top.size + 1, sizeof(*top.heap));
	if (!top.heap || slot < 0) {
		free(top.heap);
		return list;
	}
	datapath_each_bucket(core->dp, (unsigned)slot, take_key, &top);
	qsort(top.heap, top.count, sizeof(*top.heap), compare);
	for (size_t i = 0; i < top.count; i++) {
		item = key_json(&top.heap[i], limit);
		if (item)
			cJSON_AddItemToArray(list, item);
	}
	free(top.heap);
	return list;
}
