/* SPDX-License-Identifier: MIT */
/* Entries by their end, the next one first. A node has its place (trie_node.heap). */
#ifndef FWD_HEAP_H
#define FWD_HEAP_H

#include "daemon/fwd/live/trie.h"

struct heap {
	uint32_t *nodes; /* [1 .. count] */
	uint32_t count;
};

/* Reserve space for one more: 0 or -ENOMEM. Then heap_put cannot fail. */
int heap_reserve(struct heap *heap);

/* Put a node at its place by node->expires, or move it there if it changed. */
void heap_put(struct heap *heap, struct trie_pool *pool, uint32_t number);

/* Remove a node, if it is in the heap. */
void heap_take(struct heap *heap, struct trie_pool *pool, uint32_t number);

/* The node that ends next, or 0. */
uint32_t heap_first(const struct heap *heap);

void heap_clear(struct heap *heap);

#endif
