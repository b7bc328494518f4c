// SPDX-License-Identifier: MIT
#include "daemon/fwd/live/heap.h"

#include <errno.h>
#include <stdlib.h>

#include "common/base/memory.h"

static bool ends_before(const struct heap *heap, const struct trie_pool *pool, uint32_t a,
			uint32_t b)
{
	return trie_node(pool, heap->nodes[a])->expires < trie_node(pool, heap->nodes[b])->expires;
}

static void place(struct heap *heap, struct trie_pool *pool, uint32_t at, uint32_t number)
{
	heap->nodes[at] = number;
	trie_node(pool, number)->heap = at;
}

static void swap(struct heap *heap, struct trie_pool *pool, uint32_t a, uint32_t b)
{
	uint32_t number = heap->nodes[a];

	place(heap, pool, a, heap->nodes[b]);
	place(heap, pool, b, number);
}

static void settle(struct heap *heap, struct trie_pool *pool, uint32_t at)
{
	while (at > 1 && ends_before(heap, pool, at, at / 2)) {
		swap(heap, pool, at, at / 2);
		at /= 2;
	}
	for (;;) {
		uint32_t first = at, left = 2 * at, right = left + 1;

		if (left <= heap->count && ends_before(heap, pool, left, first))
			first = left;
		if (right <= heap->count && ends_before(heap, pool, right, first))
			first = right;
		if (first == at)
			return;
		swap(heap, pool, at, first);
		at = first;
	}
}

int heap_reserve(struct heap *heap)
{
	/* Element 0 is not used, so count + 1 are. */
	if (heap->count == 0) {
		free(heap->nodes);
		heap->nodes = calloc(2, sizeof(*heap->nodes));
		return heap->nodes ? 0 : -ENOMEM;
	}
	return array_grow(&heap->nodes, heap->count + 1, sizeof(*heap->nodes)) ? 0 : -ENOMEM;
}

void heap_put(struct heap *heap, struct trie_pool *pool, uint32_t number)
{
	if (!trie_node(pool, number)->heap)
		place(heap, pool, ++heap->count, number);
	settle(heap, pool, trie_node(pool, number)->heap);
}

void heap_take(struct heap *heap, struct trie_pool *pool, uint32_t number)
{
	uint32_t at = trie_node(pool, number)->heap;

	if (!at)
		return;
	trie_node(pool, number)->heap = 0;
	heap->count--;
	if (at == heap->count + 1)
		return;
	place(heap, pool, at, heap->nodes[heap->count + 1]);
	settle(heap, pool, at);
}

uint32_t heap_first(const struct heap *heap)
{
	return heap->count ? heap->nodes[1] : 0;
}

void heap_clear(struct heap *heap)
{
	free(heap->nodes);
	*heap = (struct heap){0};
}
