// SPDX-License-Identifier: MIT
/* Builds whole tables, and rebuilds parts of them after their entries changed. */
#include "common/policy/compile/addresses/address_table.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/policy/compile/addresses/address_fold.h"
#include "common/policy/compile/addresses/address_region.h"

static unsigned width_of(int family)
{
	return family == 4 ? 32 : 64;
}

static void note_steps(struct arena *arena, unsigned steps)
{
	if (arena->steps < steps)
		arena->steps = steps;
}

int address_table_build(struct arena *arena, int family, const struct policy_entry *entries,
			size_t count, uint32_t miss, uint32_t *ret_root)
{
	struct point *points cleanup_free = NULL;
	unsigned lower_steps = 0, steps = 0;
	size_t point_count;
	int err = address_fold(arena, family, entries, count, miss, &points, &point_count,
			       &lower_steps);

	if (!err)
		err = region_build_all(arena, width_of(family), points, point_count, miss, &steps,
				       ret_root);
	note_steps(arena, steps + lower_steps);
	return err;
}

/* ---- patches ---- */

struct patch {
	struct builder builder;
	const struct address_source *source;
	int family;
	/* What changed: left-aligned addresses, or upper halves. */
	uint64_t first;
	uint64_t last;
	unsigned steps;
	unsigned lower_steps;
};

/* The position of a walk: a region whose points were not read yet. */
struct spot {
	uint64_t first;
	unsigned used;
	unsigned depth;
};

static uint64_t last_of(const struct spot *spot)
{
	return spot->first | region_open_bits(spot->used);
}

static struct prefix range_of(const struct patch *patch, const struct spot *spot)
{
	struct prefix range = {.family = (uint8_t)patch->family, .length = (uint8_t)spot->used};
	uint64_t first = htobe64(spot->first);

	memcpy(range.addr, &first, sizeof(first));
	return range;
}

/* The current region. Its points are within *ret_points, which the caller frees. */
static int read_region(struct patch *patch, const struct spot *spot, struct point **ret_points,
		       struct region *ret)
{
	struct prefix range = range_of(patch, spot);
	struct address_part part = {0};
	struct region all;
	size_t count;
	int err = patch->source->read(patch->source->userdata, &range, &part);

	if (err)
		return err;
	err = address_fold(patch->builder.arena, patch->family, part.entries, part.count, part.miss,
			   ret_points, &count, &patch->lower_steps);
	if (err)
		return err;
	/* A line keeps its place, but what is below it may be deeper. */
	if (patch->steps < spot->depth)
		patch->steps = spot->depth;
	all = (struct region){
		.before = part.miss, .points = *ret_points, .count = count, .depth = spot->depth};
	if (spot->first)
		region_cut(&all, 0, spot->first - 1, 0);
	*ret = region_cut(&all, spot->first, last_of(spot), spot->used);
	return 0;
}

static int build_again(struct patch *patch, const struct spot *spot, uint32_t *ret)
{
	struct point *points cleanup_free = NULL;
	struct region region;
	int err = read_region(patch, spot, &points, &region);

	return err ? err : region_build(&patch->builder, &region, ret);
}

static int patch_cell(struct patch *patch, const struct spot *spot, uint32_t cell, uint32_t *ret);

/* Does a line only lead to another cell? Then *ret is that cell. */
static bool leads_deeper(const struct patch *patch, size_t number, uint32_t *ret)
{
	const void *line = arena_line(patch->builder.arena, number);
	const struct fw_line4 *line4 = line;
	const struct fw_line6_cells *line6 = line;

	if (patch->family == 4) {
		*ret = line4->keys[0];
		return line4->form == FW_LINE4_DEEPER;
	}
	*ret = line6->cells[0];
	return line6->has_cells && line6->keys[0] == ~0ULL && !(line6->cells[0] & FW_CELL_LOWER) &&
	       FW_CELL_KIND(line6->cells[0]) != FW_CELL_ROW;
}

static int patch_line(struct patch *patch, const struct spot *spot, size_t line)
{
	struct point *points cleanup_free = NULL;
	struct region region;
	uint32_t cell, now;
	int err;

	if (leads_deeper(patch, line, &cell)) {
		err = patch_cell(patch, spot, cell, &now);
		if (err || now == cell)
			return err;
		err = arena_save(patch->builder.arena, line);
		if (!err)
			region_write_deeper(&patch->builder, line, now);
		return err;
	}
	err = read_region(patch, spot, &points, &region);
	if (!err)
		err = arena_save(patch->builder.arena, line);
	return err ? err : region_build_part(&patch->builder, line, &region);
}

static int patch_lines(struct patch *patch, const struct spot *spot, uint32_t cell)
{
	unsigned bits = FW_CELL_BITS(cell), used = spot->used + bits;
	uint64_t first = patch->first > spot->first ? patch->first : spot->first;
	uint64_t last = patch->last < last_of(spot) ? patch->last : last_of(spot);
	uint64_t at = (first - spot->first) >> (64 - used),
		 end = (last - spot->first) >> (64 - used);
	int err = 0;

	for (; at <= end && !err; at++) {
		const struct spot part = {spot->first + (at << (64 - used)), used, spot->depth + 1};

		err = patch_line(patch, &part, FW_CELL_OFFSET(cell) + at);
	}
	return err;
}

static int patch_skip(struct patch *patch, const struct spot *spot, uint32_t cell, uint32_t *ret)
{
	struct fw_skip *skip = arena_line(patch->builder.arena, FW_CELL_OFFSET(cell));
	const struct spot inside = {skip->first, skip->used, spot->depth + 1};
	uint32_t before = skip->inside, now;
	int err;

	/* Its point was that nothing is outside. */
	if (patch->first < skip->first || patch->last > skip->last)
		return build_again(patch, spot, ret);
	*ret = cell;
	err = patch_cell(patch, &inside, before, &now);
	if (err || now == before)
		return err;
	err = arena_save(patch->builder.arena, FW_CELL_OFFSET(cell));
	if (err)
		return err;
	/* Only here, as the arena may have moved. */
	skip = arena_line(patch->builder.arena, FW_CELL_OFFSET(cell));
	skip->inside = now;
	return 0;
}

/* Change the lines below a cell; *ret: the new cell. */
static int patch_cell(struct patch *patch, const struct spot *spot, uint32_t cell, uint32_t *ret)
{
	bool whole = patch->first <= spot->first && patch->last >= last_of(spot);

	if (whole || cell & FW_CELL_LOWER || FW_CELL_KIND(cell) == FW_CELL_ROW)
		return build_again(patch, spot, ret);
	if (FW_CELL_KIND(cell) == FW_CELL_SKIP)
		return patch_skip(patch, spot, cell, ret);
	/* A single line is written quickly. */
	if (FW_CELL_BITS(cell) == 0)
		return build_again(patch, spot, ret);
	*ret = cell;
	return patch_lines(patch, spot, cell);
}

static uint64_t first_of(const struct prefix *prefix)
{
	uint64_t first;

	memcpy(&first, prefix->addr, sizeof(first));
	return be64toh(first);
}

int address_table_patch(struct arena *arena, const struct address_source *source,
			const struct prefix *changed, uint32_t *root)
{
	const struct spot all = {0};
	struct patch patch = {
		.builder = {.arena = arena,
			    .width = width_of(changed->family),
			    .steps = &patch.steps},
		.source = source,
		.family = changed->family,
		.first = first_of(changed),
		.last = first_of(changed) |
			region_open_bits(changed->length < 64 ? changed->length : 64),
	};
	int err = patch_cell(&patch, &all, *root, root);

	note_steps(arena, patch.steps + patch.lower_steps);
	return err;
}
