// SPDX-License-Identifier: MIT
/* Reads the book of entries. */
#include "daemon/fwd/live/live_internal.h"

#include <stdlib.h>
#include <string.h>

void live_take_back(struct live *live)
{
	free(live->lent->list);
	live->lent->list = NULL;
	live->lent->count = 0;
	live->lent->is_valid = false;
}

uint64_t live_next_expiry(const struct live *live)
{
	uint32_t number = heap_first(&live->heap);

	return number ? trie_node(&live->pool, number)->expires : FW_FOREVER;
}

static void fill_entry(const struct trie_node *node, struct live_entry *entry)
{
	memset(entry, 0, sizeof(*entry));
	entry->prefix = node->prefix;
	entry->expires = node->expires;
	entry->created = node->created;
	if (node->reason)
		strncpy(entry->reason, node->reason, sizeof(entry->reason) - 1);
}

const struct live_entry *live_find(const struct live *live, unsigned set_id,
				   const struct prefix *prefix)
{
	uint32_t number;

	if (!live_is_sound(set_id, prefix))
		return NULL;
	number = trie_match(&live->pool, live->roots[set_id][live_is6(prefix)], prefix, NULL);
	if (!number)
		return NULL;
	fill_entry(trie_node(&live->pool, number), &live->lent->found);
	return &live->lent->found;
}

/* In the order of prefix_compare: a prefix, then what it contains, lower addresses first. */
static void list_below(const struct live *live, uint32_t number)
{
	const struct trie_node *node;

	if (!number)
		return;
	node = trie_node(&live->pool, number);
	if (node->is_entry)
		fill_entry(node, &live->lent->list[live->lent->count++]);
	list_below(live, node->child[0]);
	list_below(live, node->child[1]);
}

size_t live_count(const struct live *live, unsigned set_id)
{
	return set_id < FW_MAX_LIVE_SETS ? (size_t)live->counts[set_id][0] + live->counts[set_id][1]
					 : 0;
}

size_t live_list(const struct live *live, unsigned set_id, const struct live_entry **ret)
{
	struct lent *lent = live->lent;
	size_t most;

	*ret = NULL;
	if (set_id >= FW_MAX_LIVE_SETS)
		return 0;
	most = (size_t)live->counts[set_id][0] + live->counts[set_id][1];
	if (!lent->is_valid || lent->set_id != set_id) {
		free(lent->list);
		*lent = (struct lent){.set_id = set_id, .found = lent->found};
		lent->list = calloc(most + 1, sizeof(*lent->list));
		if (!lent->list)
			return 0;
		list_below(live, live->roots[set_id][0]);
		list_below(live, live->roots[set_id][1]);
		lent->is_valid = true;
	}
	*ret = lent->list;
	return lent->count;
}
