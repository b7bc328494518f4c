/* SPDX-License-Identifier: MIT */
/* The memory that the address tables of one generation share. */
#ifndef FWD_ARENA_H
#define FWD_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/abi/fw_abi.h"

/* A line that an edit wrote over, and what it was. */
struct arena_saved {
	uint32_t number;
	unsigned char line[FW_LINE_BYTES];
};

struct arena_saves {
	struct arena_saved *list;
	size_t count;
	size_t lines;	/* there were before; all later ones are new */
	unsigned steps; /* likewise */
};

/*
 * All zero: empty. It can be edited in place: what an edit writes over is saved until it
 * is undone or becomes a generation. Of the last generation it is known what it changed, so
 * that the image that still has the one before need not be written as a whole.
 */
struct arena {
	struct fw_block *blocks;
	size_t lines;	 /* in use */
	unsigned steps;	 /* from a root to a row, at most */
	size_t capacity; /* blocks that are allocated */
	struct arena_saves edit;
	struct arena_saves last;
	uint32_t generation; /* that has what was here before the edit; 0: none */
	uint32_t previous;   /* that has what was here before `last`; 0: none */
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

/* ---- edits ---- */

/* From now on, lines that are there are saved before they are written over. */
void arena_edit(struct arena *arena);

/* Save a line that is about to be written. 0 or -ENOMEM. */
int arena_save(struct arena *arena, size_t line);

/* All is as it was at arena_edit. */
void arena_undo(struct arena *arena);

/* What is here now is in the arena of a generation. */
void arena_keep(struct arena *arena, uint32_t generation);

/*
 * Call visit for all lines by which this differs, at most, from the arena of a generation:
 * ranges of count lines from first on. False: that is not known, and nothing was called.
 */
bool arena_changes(const struct arena *arena, uint32_t generation,
		   void (*visit)(void *userdata, size_t first, size_t count), void *userdata);

void arena_clear(struct arena *arena);

#endif
