// SPDX-License-Identifier: MIT
#include "daemon/fwd/live/trie.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"

static unsigned bit_at(const struct prefix *prefix, unsigned position)
{
	return prefix->addr[position / 8] >> (7 - position % 8) & 1;
}

/* The number of bits that two prefixes share, at most the shorter's length. */
static unsigned shared_bits(const struct prefix *a, const struct prefix *b)
{
	unsigned most = a->length < b->length ? a->length : b->length;

	for (unsigned i = 0; i * 8 < most; i++) {
		unsigned differ = a->addr[i] ^ b->addr[i];

		if (differ) {
			unsigned bits = i * 8 + (unsigned)__builtin_clz(differ) - 24;

			return bits < most ? bits : most;
		}
	}
	return most;
}

/* The first bits of a prefix. */
static struct prefix shorten(const struct prefix *prefix, unsigned length)
{
	struct prefix ret = {.family = prefix->family, .length = (uint8_t)length};

	memcpy(ret.addr, prefix->addr, (length + 7) / 8);
	if (length % 8)
		ret.addr[length / 8] &= (uint8_t)(0xff00 >> (length % 8));
	return ret;
}

/* ---- the pool ---- */

void trie_pool_clear(struct trie_pool *pool)
{
	for (uint32_t i = 0; i < pool->count; i++)
		free(pool->nodes[i].reason);
	free(pool->nodes);
	*pool = (struct trie_pool){0};
}

static uint32_t node_take(struct trie_pool *pool, const struct prefix *prefix)
{
	uint32_t number = pool->free_list;

	if (number)
		pool->free_list = pool->nodes[number].child[0];
	else
		number = pool->count++;
	pool->nodes[number] = (struct trie_node){.prefix = *prefix};
	return number;
}

static void node_give(struct trie_pool *pool, uint32_t number)
{
	pool->nodes[number] = (struct trie_node){.child[0] = pool->free_list};
	pool->free_list = number;
}

/* Reserve two more nodes, so that nothing fails or moves in the middle. */
static bool reserve_two(struct trie_pool *pool)
{
	uint32_t first = pool->free_list;

	if (first && pool->nodes[first].child[0])
		return true;
	/* Number 0 is never used. */
	for (uint32_t more = pool->count ? 2 : 3; more > 0; more--) {
		if (!array_grow(&pool->nodes, pool->count, sizeof(*pool->nodes)))
			return false;
		pool->count++;
		if (pool->count > 1)
			node_give(pool, pool->count - 1);
	}
	return true;
}

/* ---- the trie ---- */

/* Put a new entry above a node that it contains, or next to it below a new fork. */
static uint32_t split(struct trie_pool *pool, uint32_t *link, const struct prefix *prefix,
		      unsigned shared)
{
	uint32_t below = *link, entry = node_take(pool, prefix), above = entry;

	if (shared < prefix->length) {
		struct prefix common = shorten(prefix, shared);

		above = node_take(pool, &common);
		trie_node(pool, above)->child[bit_at(prefix, shared)] = entry;
	}
	trie_node(pool, above)->child[bit_at(&trie_node(pool, below)->prefix, shared)] = below;
	*link = above;
	return entry;
}

uint32_t trie_add(struct trie_pool *pool, uint32_t *root, const struct prefix *prefix)
{
	uint32_t *link = root, entry = 0;

	if (!reserve_two(pool))
		return 0;
	while (*link && !entry) {
		struct trie_node *node = trie_node(pool, *link);
		unsigned shared = shared_bits(&node->prefix, prefix);

		if (shared < node->prefix.length)
			entry = split(pool, link, prefix, shared);
		else if (shared == prefix->length)
			entry = *link;
		else
			link = &node->child[bit_at(prefix, shared)];
	}
	if (!entry)
		entry = *link = node_take(pool, prefix);
	trie_node(pool, entry)->is_entry = true;
	return entry;
}

/* Remove a node that is not an entry and has at most one child. */
static void unlink_node(struct trie_pool *pool, uint32_t *link)
{
	uint32_t number = *link;
	struct trie_node *node = trie_node(pool, number);

	if (node->is_entry || (node->child[0] && node->child[1]))
		return;
	*link = node->child[0] ? node->child[0] : node->child[1];
	node_give(pool, number);
}

void trie_remove(struct trie_pool *pool, uint32_t *root, const struct prefix *prefix)
{
	uint32_t *link = root, *parent = NULL;
	struct trie_node *node = trie_node(pool, *link);

	while (node->prefix.length < prefix->length) {
		parent = link;
		link = &node->child[bit_at(prefix, node->prefix.length)];
		node = trie_node(pool, *link);
	}
	free(node->reason);
	node->reason = NULL;
	node->is_entry = false;
	unlink_node(pool, link);
	/* The fork above, if there is one, is no longer needed. */
	if (parent)
		unlink_node(pool, parent);
}

uint32_t trie_match(const struct trie_pool *pool, uint32_t root, const struct prefix *prefix,
		    uint64_t *ret_cover)
{
	uint32_t number = root, found = 0;
	uint64_t cover = 0;

	while (number) {
		const struct trie_node *node = trie_node(pool, number);

		if (!prefix_contains(&node->prefix, prefix))
			break;
		if (node->is_entry)
			found = number;
		if (node->prefix.length == prefix->length)
			break;
		if (node->is_entry && node->expires > cover)
			cover = node->expires;
		number = node->child[bit_at(prefix, node->prefix.length)];
	}
	if (ret_cover)
		*ret_cover = cover;
	return found;
}

uint32_t trie_find(const struct trie_pool *pool, uint32_t root, const struct prefix *prefix)
{
	uint32_t found = trie_match(pool, root, prefix, NULL);

	return found && trie_node(pool, found)->prefix.length == prefix->length ? found : 0;
}
