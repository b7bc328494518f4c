/* SPDX-License-Identifier: MIT */
/* The memory that the address tables of one generation share. */
#ifndef FWD_ARENA_H
#define FWD_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/abi/fw_abi.h"

/* A line that an edit overwrote, and its earlier content. */
struct arena_saved {
	uint32_t number;
	unsigned char line[FW_LINE_BYTES];
};

struct arena_saves {
	struct arena_saved *list;
	size_t count;
	size_t lines;	/* lines before the edit; all later ones are new */
	unsigned steps; /* likewise */
};

/*
 * All zero: empty. It can be edited in place: lines that an edit overwrites are saved until the
 * edit is undone or becomes a generation. The changes of the last generation are known, so that
 * an image with the generation before it need not be written as a whole.
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

/* The address of a line. */
void *arena_line(const struct arena *arena, size_t line);

/* Blocks in use. */
size_t arena_block_count(const struct arena *arena);

/* FW_ARENA_* of it. */
uint32_t arena_flags(const struct arena *arena);

/* ---- edits ---- */

/* Begin an edit: existing lines are saved before they are overwritten. */
void arena_edit(struct arena *arena);

/* Save a line that is about to be written. 0 or -ENOMEM. */
int arena_save(struct arena *arena, size_t line);

/* Restore the state at arena_edit. */
void arena_undo(struct arena *arena);

/* The current content is in the arena of a generation. */
void arena_keep(struct arena *arena, uint32_t generation);

/*
 * Call visit for all lines that may differ from the arena of a generation: ranges of count lines
 * from first on. False: the difference is unknown, and visit was not called.
 */
bool arena_changes(const struct arena *arena, uint32_t generation,
		   void (*visit)(void *userdata, size_t first, size_t count), void *userdata);

void arena_clear(struct arena *arena);

#endif
