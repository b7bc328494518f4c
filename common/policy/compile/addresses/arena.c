// SPDX-License-Identifier: MIT
#include "common/policy/compile/addresses/arena.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"

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
	free(arena->edit.list);
	free(arena->last.list);
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

/* ---- edits ---- */

void arena_edit(struct arena *arena)
{
	arena->edit = (struct arena_saves){.lines = arena->lines, .steps = arena->steps};
}

int arena_save(struct arena *arena, size_t line)
{
	struct arena_saved *saved;

	if (line >= arena->edit.lines)
		return 0;
	saved = array_grow(&arena->edit.list, arena->edit.count, sizeof(*saved));
	if (!saved)
		return -ENOMEM;
	arena->edit.count++;
	saved->number = (uint32_t)line;
	memcpy(saved->line, arena_line(arena, line), FW_LINE_BYTES);
	return 0;
}

void arena_undo(struct arena *arena)
{
	struct arena_saves *edit = &arena->edit;

	/* A line may be saved twice: the first copy is the earlier content. */
	for (size_t i = edit->count; i-- > 0;)
		memcpy(arena_line(arena, edit->list[i].number), edit->list[i].line, FW_LINE_BYTES);
	arena->lines = edit->lines;
	arena->steps = edit->steps;
	free(edit->list);
	*edit = (struct arena_saves){.lines = arena->lines, .steps = arena->steps};
}

void arena_keep(struct arena *arena, uint32_t generation)
{
	free(arena->last.list);
	arena->last = arena->edit;
	arena->previous = arena->generation;
	arena->generation = generation;
	arena_edit(arena);
}

static void visit_saves(const struct arena_saves *saves,
			void (*visit)(void *userdata, size_t first, size_t count), void *userdata)
{
	for (size_t i = 0; i < saves->count; i++)
		visit(userdata, saves->list[i].number, 1);
}

bool arena_changes(const struct arena *arena, uint32_t generation,
		   void (*visit)(void *userdata, size_t first, size_t count), void *userdata)
{
	bool is_last = generation == arena->generation;
	size_t lines = is_last ? arena->edit.lines : arena->last.lines;

	if (generation == 0 || (!is_last && generation != arena->previous))
		return false;
	visit_saves(&arena->edit, visit, userdata);
	if (!is_last)
		visit_saves(&arena->last, visit, userdata);
	if (lines < arena->lines)
		visit(userdata, lines, arena->lines - lines);
	return true;
}
