/* SPDX-License-Identifier: MIT */
/*
 * A trie of prefixes: a node for each entry, and one where two of them diverge.
 * Nodes of all tries of a struct live are in one pool and are identified by their
 * number; 0 is none. Numbers stay, addresses do not: the pool moves as it grows.
 */
#ifndef FWD_TRIE_H
#define FWD_TRIE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/prefix/prefix.h"

struct trie_node {
	struct prefix prefix;
	uint8_t set_id;
	bool is_entry;	   /* not only a fork */
	uint32_t child[2]; /* by the first bit after the prefix */
	uint32_t heap;	   /* place in the heap of ends, from 1; 0: never ends */
	uint64_t expires;
	uint64_t created;
	char *reason; /* NULL: none */
};

struct trie_pool {
	struct trie_node *nodes;
	uint32_t count;	    /* of nodes ever made, number 0 included */
	uint32_t free_list; /* linked by child[0] */
};

static inline struct trie_node *trie_node(const struct trie_pool *pool, uint32_t number)
{
	return &pool->nodes[number];
}

void trie_pool_clear(struct trie_pool *pool);

/* Add a new entry; *root changes. Returns its number, or 0: no memory. */
uint32_t trie_add(struct trie_pool *pool, uint32_t *root, const struct prefix *prefix);

/* Remove an existing entry. Its node may stay as a fork. */
void trie_remove(struct trie_pool *pool, uint32_t *root, const struct prefix *prefix);

/* The entry of exactly this prefix, or 0. */
uint32_t trie_find(const struct trie_pool *pool, uint32_t root, const struct prefix *prefix);

/*
 * The longest entry that contains the prefix (itself included), or 0. ret_cover
 * (may be NULL): the latest end of all entries that contain it, itself excluded; 0: none.
 */
uint32_t trie_match(const struct trie_pool *pool, uint32_t root, const struct prefix *prefix,
		    uint64_t *ret_cover);

#endif
