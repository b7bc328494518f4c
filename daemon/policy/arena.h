/* SPDX-License-Identifier: MIT */
/* The memory that the address tables of one generation share, while it is made. */
#ifndef FWD_ARENA_H
#define FWD_ARENA_H

#include <stddef.h>
#include <stdint.h>

#include "fw_abi.h"

/* All zero: empty. */
struct arena {
	struct fw_block *blocks;
	size_t lines;	 /* in use */
	unsigned steps;	 /* from a root to a row, at most */
	size_t capacity; /* blocks that are allocated */
};

/*
 * Take lines that follow each other; *ret is the number of the first. Their content is
 * undefined, and what arena_line gave before is invalid. Returns 0, -ENOMEM, or -E2BIG:
 * there would be more than FW_MAX_ARENA_BLOCKS.
 */
int arena_take(struct arena *arena, size_t lines, uint32_t *ret);

/* Where a line is. */
void *arena_line(const struct arena *arena, size_t line);

/* Blocks in use. */
size_t arena_block_count(const struct arena *arena);

/* FW_ARENA_* of it. */
uint32_t arena_flags(const struct arena *arena);

void arena_clear(struct arena *arena);

#endif
