// SPDX-License-Identifier: MIT
#include "arena.h"

#include <errno.h>
#include <stdlib.h>

size_t arena_block_count(const struct arena *arena)
{
	return (arena->lines + FW_BLOCK_LINES - 1) / FW_BLOCK_LINES;
}

uint32_t arena_flags(const struct arena *arena)
{
	if (arena->steps > FW_FEW_STEPS)
		return FW_ARENA_DEEP;
	return arena_block_count(arena) <= FW_SMALL_BLOCKS ? FW_ARENA_SMALL : 0;
}

void arena_clear(struct arena *arena)
{
	free(arena->blocks);
	*arena = (struct arena){0};
}

void *arena_line(const struct arena *arena, size_t line)
{
	return &arena->blocks[line / FW_BLOCK_LINES].lines[line % FW_BLOCK_LINES];
}

int arena_take(struct arena *arena, size_t lines, uint32_t *ret)
{
	size_t blocks = (arena->lines + lines + FW_BLOCK_LINES - 1) / FW_BLOCK_LINES;
	size_t capacity = arena->capacity ? arena->capacity : 1;
	void *grown;

	if (blocks > FW_MAX_ARENA_BLOCKS)
		return -E2BIG;
	while (capacity < blocks)
		capacity *= 2;
	if (capacity != arena->capacity) {
		grown = reallocarray(arena->blocks, capacity, sizeof(*arena->blocks));
		if (!grown)
			return -ENOMEM;
		arena->blocks = grown;
		arena->capacity = capacity;
	}
	*ret = (uint32_t)arena->lines;
	arena->lines += lines;
	return 0;
}
