// SPDX-License-Identifier: MIT
/* The book of entries: adds and removes entries, and updates the maps. live_list.c reads it. */
#include "daemon/fwd/live/live_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"

/* One less than the capacity of the maps: a full LPM trie refuses to replace an entry. */
#define MAX_ENTRIES (FW_MAX_LIVE - 1)

static uint64_t later(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

struct live *live_new(const struct live_ops *ops, void *userdata)
{
	struct live *live = calloc(1, sizeof(*live));

	if (!live)
		return NULL;
	live->lent = calloc(1, sizeof(*live->lent));
	if (!live->lent) {
		free(live);
		return NULL;
	}
	live->ops = ops;
	live->userdata = userdata;
	return live;
}

struct live *live_close(struct live *live)
{
	if (!live)
		return NULL;
	live->ops->close(live->userdata);
	live_take_back(live);
	free(live->lent);
	heap_clear(&live->heap);
	trie_pool_clear(&live->pool);
	free(live);
	return NULL;
}

/* ---- the entries in the maps ---- */

static struct fw_live_value value_of(const struct trie_node *node, uint64_t cover)
{
	return (struct fw_live_value){
		.expires = node->expires,
		.effective = later(node->expires, cover),
		.created = node->created,
	};
}

static int write_node(struct live *live, const struct trie_node *node, uint64_t cover)
{
	struct fw_live_value value = value_of(node, cover);

	return live->ops->write(live->userdata, node->set_id, &node->prefix, &value);
}

/*
 * The end of the entries that cover this subtree is now `now_ends` instead of
 * `ended`: rewrite the entries that depend on it, and stop at those that end later
 * themselves. A failed write is corrected when its entry ends: then the entry is
 * removed, and packets find the one that covers it.
 */
static void cover_changed(struct live *live, uint32_t number, uint64_t ended, uint64_t now_ends)
{
	const struct trie_node *node = trie_node(&live->pool, number);

	if (!number || ended == now_ends)
		return;
	if (node->is_entry) {
		if (later(node->expires, ended) != later(node->expires, now_ends))
			write_node(live, node, now_ends);
		ended = later(node->expires, ended);
		now_ends = later(node->expires, now_ends);
	}
	cover_changed(live, node->child[0], ended, now_ends);
	cover_changed(live, node->child[1], ended, now_ends);
}

static void count(struct live *live, unsigned set_id, int six, int change)
{
	live->counts[set_id][six] += (uint32_t)change;
	live->totals[six] += (uint32_t)change;
	if (set_id == FW_LIVE_BLOCKS)
		live->ops->count_blocks(live->userdata, six ? 6 : 4, live->counts[set_id][six]);
}

size_t live_room(const struct live *live, int family)
{
	uint32_t used = live->totals[family == 6];

	return used < MAX_ENTRIES ? MAX_ENTRIES - used : 0;
}

/* ---- adding ---- */

/* Into the book alone. Returns the number, or 0: no memory. */
static uint32_t enter(struct live *live, unsigned set_id, const struct prefix *prefix,
		      uint64_t expires, uint64_t created)
{
	uint32_t number = trie_add(&live->pool, &live->roots[set_id][live_is6(prefix)], prefix);
	struct trie_node *node;

	if (!number)
		return 0;
	node = trie_node(&live->pool, number);
	node->set_id = (uint8_t)set_id;
	node->expires = expires;
	node->created = created;
	if (expires != FW_FOREVER)
		heap_put(&live->heap, &live->pool, number);
	return number;
}

static void leave(struct live *live, uint32_t number)
{
	struct prefix prefix = trie_node(&live->pool, number)->prefix;
	unsigned set_id = trie_node(&live->pool, number)->set_id;

	heap_take(&live->heap, &live->pool, number);
	trie_remove(&live->pool, &live->roots[set_id][live_is6(&prefix)], &prefix);
}

static int add_new(struct live *live, unsigned set_id, const struct prefix *prefix,
		   uint64_t expires, uint64_t max, uint32_t *ret)
{
	int six = live_is6(prefix), err;
	uint64_t cover;
	uint32_t number;

	if (live->totals[six] >= MAX_ENTRIES ||
	    (max && (uint64_t)live->counts[set_id][0] + live->counts[set_id][1] >= max))
		return -ENOSPC;
	number = enter(live, set_id, prefix, expires, live->ops->now(live->userdata));
	if (!number)
		return -ENOMEM;
	trie_match(&live->pool, live->roots[set_id][six], prefix, &cover);
	err = write_node(live, trie_node(&live->pool, number), cover);
	if (err < 0) {
		leave(live, number);
		return err;
	}
	count(live, set_id, six, 1);
	cover_changed(live, trie_node(&live->pool, number)->child[0], cover, later(cover, expires));
	cover_changed(live, trie_node(&live->pool, number)->child[1], cover, later(cover, expires));
	*ret = number;
	return 0;
}

static int refresh(struct live *live, uint32_t number, uint64_t expires)
{
	struct trie_node *node = trie_node(&live->pool, number);
	uint64_t ended = node->expires, cover;
	int err;

	trie_match(&live->pool, live->roots[node->set_id][live_is6(&node->prefix)], &node->prefix,
		   &cover);
	node->expires = expires;
	err = write_node(live, node, cover);
	if (err < 0) {
		node->expires = ended;
		return err;
	}
	if (expires == FW_FOREVER)
		heap_take(&live->heap, &live->pool, number);
	else
		heap_put(&live->heap, &live->pool, number);
	for (int i = 0; i < 2; i++)
		cover_changed(live, node->child[i], later(cover, ended), later(cover, expires));
	return 0;
}

int live_add(struct live *live, unsigned set_id, const struct prefix *prefix, uint64_t timeout_ns,
	     uint64_t max, const char *reason, bool *ret_new)
{
	uint64_t now = live->ops->now(live->userdata);
	uint64_t expires =
		timeout_ns && timeout_ns < FW_FOREVER - now ? now + timeout_ns : FW_FOREVER;
	char *text cleanup_free = NULL;
	uint32_t number;
	int err;

	if (!live_is_sound(set_id, prefix))
		return -EINVAL;
	if (reason && *reason) {
		text = strndup(reason, sizeof(live->lent->found.reason) - 1);
		if (!text)
			return -ENOMEM;
	}
	if (heap_reserve(&live->heap) < 0)
		return -ENOMEM;
	live_take_back(live);
	number = trie_find(&live->pool, live->roots[set_id][live_is6(prefix)], prefix);
	if (ret_new)
		*ret_new = !number;
	err = number ? refresh(live, number, expires)
		     : add_new(live, set_id, prefix, expires, max, &number);
	if (err < 0)
		return err;
	if (text) {
		free(trie_node(&live->pool, number)->reason);
		trie_node(&live->pool, number)->reason = steal(&text);
	}
	return 0;
}

int live_adopt(struct live *live, unsigned set_id, const struct prefix *prefix,
	       const struct fw_live_value *value)
{
	if (!live_is_sound(set_id, prefix))
		return -EINVAL;
	if (trie_find(&live->pool, live->roots[set_id][live_is6(prefix)], prefix))
		return -EEXIST;
	if (heap_reserve(&live->heap) < 0 ||
	    !enter(live, set_id, prefix, value->expires, value->created))
		return -ENOMEM;
	live_take_back(live);
	live->counts[set_id][live_is6(prefix)]++;
	live->totals[live_is6(prefix)]++;
	return 0;
}

void live_publish(struct live *live)
{
	for (int six = 0; six < 2; six++)
		count(live, FW_LIVE_BLOCKS, six, 0);
}

int live_value(const struct live *live, unsigned set_id, const struct prefix *prefix,
	       struct fw_live_value *ret)
{
	uint32_t root = live->roots[set_id][live_is6(prefix)];
	uint32_t number = trie_find(&live->pool, root, prefix);
	uint64_t cover;

	if (!number)
		return -ENOENT;
	trie_match(&live->pool, root, prefix, &cover);
	*ret = value_of(trie_node(&live->pool, number), cover);
	return 0;
}

/* ---- removing ---- */

static void remove_node(struct live *live, uint32_t number)
{
	struct trie_node node = *trie_node(&live->pool, number);
	int six = live_is6(&node.prefix);
	uint64_t cover;

	live_take_back(live);
	trie_match(&live->pool, live->roots[node.set_id][six], &node.prefix, &cover);
	live->ops->erase(live->userdata, node.set_id, &node.prefix);
	for (int i = 0; i < 2; i++)
		cover_changed(live, node.child[i], later(cover, node.expires), cover);
	leave(live, number);
	count(live, node.set_id, six, -1);
}

int live_delete(struct live *live, unsigned set_id, const struct prefix *prefix)
{
	uint32_t number;

	if (!live_is_sound(set_id, prefix))
		return -EINVAL;
	number = trie_find(&live->pool, live->roots[set_id][live_is6(prefix)], prefix);
	if (!number)
		return -ENOENT;
	remove_node(live, number);
	return 0;
}

int live_flush(struct live *live, unsigned set_id)
{
	int removed = 0;

	if (set_id >= FW_MAX_LIVE_SETS)
		return 0;
	for (int six = 0; six < 2; six++) {
		/* Leaves first: they cover nothing that would have to be rewritten. */
		while (live->roots[set_id][six]) {
			uint32_t number = live->roots[set_id][six];

			while (trie_node(&live->pool, number)->child[0] ||
			       trie_node(&live->pool, number)->child[1])
				number = trie_node(&live->pool, number)->child[0]
						 ? trie_node(&live->pool, number)->child[0]
						 : trie_node(&live->pool, number)->child[1];
			remove_node(live, number);
			removed++;
		}
	}
	return removed;
}

int live_expire(struct live *live, uint64_t now)
{
	int removed = 0;
	uint32_t number;

	while ((number = heap_first(&live->heap)) &&
	       trie_node(&live->pool, number)->expires <= now) {
		remove_node(live, number);
		removed++;
	}
	return removed;
}
