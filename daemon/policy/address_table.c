// SPDX-License-Identifier: MIT
#include "address_table.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "points.h"

/* Points that a line has on average at most, if they are spread evenly. */
#define FILL4	   5
#define FILL4_NEAR 6
#define FILL6	   2

/* Bits that addresses of a line have in common before it can hold more of them. */
#define NEAR_BITS 16

/* A region of so many points is worth a skip for a single bit. */
#define MANY_POINTS 1024

/* Addresses that have their first bits, as many as `used`, in common with `first`. */
struct region {
	uint64_t first; /* left-aligned */
	unsigned used;
	unsigned depth;	 /* steps that lead to it */
	uint32_t before; /* the cell at `first` and on, up to the first point */
	const struct point *points;
	size_t count; /* of points, all of them above `first` */
};

struct builder {
	struct arena *arena;
	unsigned width;	 /* bits of an address, or of half an IPv6 address */
	unsigned *steps; /* the longest walk so far */
};

static int build_region(const struct builder *builder, const struct region *region, uint32_t *ret);

/* ---- lines ---- */

static uint32_t cell_after(const struct region *region)
{
	return region->count ? region->points[region->count - 1].cell : region->before;
}

static bool has_cells(const struct region *region)
{
	bool has = FW_CELL_KIND(region->before) != FW_CELL_ROW;

	for (size_t i = 0; i < region->count; i++)
		has |= FW_CELL_KIND(region->points[i].cell) != FW_CELL_ROW;
	return has;
}

static bool fits_line(const struct builder *builder, const struct region *region)
{
	if (builder->width == 32)
		return region->count <=
		       (region->used >= NEAR_BITS ? FW_LINE4_NEAR_KEYS : FW_LINE4_KEYS);
	return region->count <= FW_LINE6_CELL_KEYS ||
	       (region->count <= FW_LINE6_KEYS && !has_cells(region));
}

static struct fw_line4 line4_of(const struct region *region)
{
	struct fw_line4 line = {.rows[0] = (uint16_t)region->before};

	for (size_t i = 0; i < FW_LINE4_KEYS; i++) {
		bool used = i < region->count;

		line.keys[i] = used ? (uint32_t)(region->points[i].at >> 32) : ~0u;
		line.rows[i + 1] = (uint16_t)(used ? region->points[i].cell : cell_after(region));
	}
	return line;
}

static struct fw_line4_near near4_of(const struct region *region)
{
	struct fw_line4_near line = {.rows[0] = (uint16_t)region->before, .form = FW_LINE4_NEAR};

	for (size_t i = 0; i < FW_LINE4_NEAR_KEYS; i++) {
		bool used = i < region->count;

		line.keys[i] = used ? (uint16_t)(region->points[i].at >> 32) : UINT16_MAX;
		line.rows[i + 1] = (uint16_t)(used ? region->points[i].cell : cell_after(region));
	}
	return line;
}

static struct fw_line6 line6_with_rows(const struct region *region)
{
	struct fw_line6_rows line = {.rows[0] = (uint16_t)region->before};

	for (size_t i = 0; i < FW_LINE6_KEYS; i++) {
		bool used = i < region->count;

		line.keys[i] = used ? region->points[i].at : ~0ULL;
		line.rows[i + 1] = (uint16_t)(used ? region->points[i].cell : cell_after(region));
	}
	return (struct fw_line6){.with_rows = line};
}

static struct fw_line6 line6_with_cells(const struct region *region)
{
	struct fw_line6_cells line = {.cells[0] = region->before, .has_cells = 1};

	for (size_t i = 0; i < FW_LINE6_CELL_KEYS; i++) {
		bool used = i < region->count;

		line.keys[i] = used ? region->points[i].at : ~0ULL;
		line.cells[i + 1] = used ? region->points[i].cell : cell_after(region);
	}
	return (struct fw_line6){.with_cells = line};
}

/* A line about one region, or one that leads on to a cell. */
static void write_line(const struct builder *builder, size_t line, const struct region *region)
{
	void *to = arena_line(builder->arena, line);

	if (builder->width == 32 && region->used >= NEAR_BITS)
		*(struct fw_line4_near *)to = near4_of(region);
	else if (builder->width == 32)
		*(struct fw_line4 *)to = line4_of(region);
	else if (has_cells(region))
		*(struct fw_line6 *)to = line6_with_cells(region);
	else
		*(struct fw_line6 *)to = line6_with_rows(region);
}

static void write_deeper(const struct builder *builder, size_t line, uint32_t cell)
{
	const struct region region = {.before = cell};

	if (builder->width == 32)
		*(struct fw_line4 *)arena_line(builder->arena, line) =
			(struct fw_line4){.keys[0] = cell, .form = FW_LINE4_DEEPER};
	else
		write_line(builder, line, &region);
}

/* ---- regions ---- */

/* The lowest bits of an address that a prefix of so many bits leaves open. */
static uint64_t open_bits(unsigned used)
{
	return used < 64 ? ~0ULL >> used : 0;
}

/* Cut the next part off the front of a region: the addresses up to `last`. */
static struct region cut_part(struct region *rest, uint64_t first, uint64_t last, unsigned used)
{
	struct region part = {.first = first, .used = used, .before = rest->before};

	part.depth = rest->depth;
	if (rest->count && rest->points->at == first) {
		part.before = rest->points->cell;
		rest->points++;
		rest->count--;
	}
	part.points = rest->points;
	while (rest->count && rest->points->at <= last) {
		rest->points++;
		rest->count--;
		part.count++;
	}
	rest->before = cell_after(&part);
	return part;
}

/*
 * The widest index, up to so many bits, of which at least every fourth line has
 * points: where they stand in clusters, first to the clusters, then within each.
 */
static unsigned dense_bits(const struct region *region, unsigned bits)
{
	size_t splits[64] = {0}; /* neighbours that differ first in this bit */
	size_t parts = 1, best = 0;

	for (size_t i = 1; i < region->count; i++)
		splits[__builtin_clzll(region->points[i - 1].at ^ region->points[i].at)]++;
	for (unsigned i = 0; i < bits; i++) {
		parts += splits[region->used + i];
		if (4 * parts >= (size_t)2 << i)
			best = i + 1;
	}
	return (unsigned)best;
}

/* Bits that make parts of less than `fill` points on average. */
static unsigned bits_for(const struct region *region, size_t fill)
{
	unsigned bits = 0;

	while (bits < FW_LINES_MAX_BITS && region->count >> bits >= fill)
		bits++;
	return bits;
}

/* How wide an index is; all addresses that matter have their first `common` bits in common. */
static unsigned index_bits(const struct builder *builder, const struct region *region,
			   unsigned common)
{
	unsigned min = region->depth < FW_LINES_FREE_DEPTH ? FW_LINES_MIN_BITS : FW_LINES_DEEP_BITS;
	unsigned left = builder->width - region->used;
	unsigned bits =
		common - region->used + bits_for(region, builder->width == 32 ? FILL4 : FILL6);
	unsigned near = common - region->used + bits_for(region, FILL4_NEAR);

	if (builder->width == 32 && region->used + near >= NEAR_BITS)
		bits = near;
	bits = dense_bits(region, bits < left ? bits : left);
	if (bits < min)
		bits = min;
	return bits < left ? bits : left;
}

static int build_part(const struct builder *builder, size_t line, const struct region *part)
{
	uint32_t cell;
	int err;

	if (fits_line(builder, part)) {
		write_line(builder, line, part);
		return 0;
	}
	err = build_region(builder, part, &cell);
	if (!err)
		write_deeper(builder, line, cell);
	return err;
}

static int build_lines(const struct builder *builder, const struct region *region, unsigned bits,
		       uint32_t *ret)
{
	unsigned used = region->used + bits;
	struct region rest = *region;
	uint32_t offset;
	int err = arena_take(builder->arena, (size_t)1 << bits, &offset);

	if (err)
		return err;
	rest.depth++;
	if (*builder->steps < rest.depth)
		*builder->steps = rest.depth;
	for (uint64_t i = 0; i < 1ULL << bits && !err; i++) {
		/* One line of 64 used bits (bits is 0 then) would shift by all of them. */
		uint64_t first = region->first + (bits ? i << (64 - used) : 0);
		struct region part = cut_part(&rest, first, first | open_bits(used), used);

		err = build_part(builder, offset + i, &part);
	}
	*ret = FW_CELL(FW_CELL_LINES, bits, offset);
	return err;
}

/* The bits that all addresses have in common whose answer is not that of the region's ends. */
static unsigned common_bits(const struct region *region)
{
	uint64_t first = region->points[0].at, last = region->points[region->count - 1].at - 1;

	return (unsigned)__builtin_clzll(first ^ last);
}

static int build_skip(const struct builder *builder, const struct region *region, unsigned used,
		      uint32_t *ret)
{
	struct fw_skip skip = {.below = region->before, .above = cell_after(region), .used = used};
	struct region rest = *region, inside;
	uint32_t offset;
	int err = arena_take(builder->arena, 1, &offset);

	if (err)
		return err;
	rest.depth++;
	skip.first = region->points[0].at & ~open_bits(used);
	skip.last = skip.first | open_bits(used);
	inside = cut_part(&rest, skip.first, skip.last, used);
	err = build_region(builder, &inside, &skip.inside);
	/* Only now, as the arena may have moved. */
	if (!err)
		*(struct fw_skip *)arena_line(builder->arena, offset) = skip;
	*ret = FW_CELL(FW_CELL_SKIP, 0, offset);
	return err;
}

static int build_region(const struct builder *builder, const struct region *region, uint32_t *ret)
{
	unsigned common;

	if (region->count == 0) {
		*ret = region->before;
		return 0;
	}
	if (fits_line(builder, region))
		return build_lines(builder, region, 0, ret);
	common = common_bits(region);
	/* Not a step for a bit or two of a few points: their array is made larger instead. */
	if (common > region->used + 2 || (common > region->used && region->count >= MANY_POINTS))
		return build_skip(builder, region, common, ret);
	return build_lines(builder, region, index_bits(builder, region, common), ret);
}

static int build_half(struct arena *arena, unsigned width, const struct point *points, size_t count,
		      uint32_t before, unsigned *steps, uint32_t *ret)
{
	const struct builder builder = {.arena = arena, .width = width, .steps = steps};
	struct region all = {.before = before, .points = points, .count = count};
	struct region whole = cut_part(&all, 0, ~0ULL, 0);

	return build_region(&builder, &whole, ret);
}

static int build4(struct arena *arena, const struct point *points, size_t count, uint32_t miss,
		  uint32_t *ret)
{
	unsigned steps = 0;
	int err = build_half(arena, 32, points, count, miss, &steps, ret);

	if (arena->steps < steps)
		arena->steps = steps;
	return err;
}

/* ---- both halves of IPv6 ---- */

struct fold {
	struct arena *arena;
	const struct wide_point *wide; /* still to fold */
	size_t wide_count;
	uint32_t before;     /* the row in front of them */
	struct point *lower; /* of one upper half */
	struct point *upper;
	size_t upper_count;
	unsigned steps; /* the longest walk over a lower half */
};

/*
 * Wide points of one upper half become one narrow point, whose cell is a table
 * over the lower half, and one behind it.
 */
static int fold_half(struct fold *fold)
{
	const struct wide_point *wide = fold->wide;
	uint64_t high = wide[0].high;
	size_t taken = 0;
	uint32_t cell;
	int err;

	for (; taken < fold->wide_count && wide[taken].high == high; taken++)
		fold->lower[taken] = (struct point){wide[taken].low, wide[taken].row};
	err = build_half(fold->arena, 64, fold->lower, taken, fold->before, &fold->steps, &cell);
	if (err)
		return err;
	if (FW_CELL_KIND(cell) != FW_CELL_ROW)
		cell |= FW_CELL_LOWER;
	fold->upper[fold->upper_count++] = (struct point){high, cell};
	fold->before = wide[taken - 1].row;
	fold->wide += taken;
	fold->wide_count -= taken;
	if (FW_CELL_KIND(cell) == FW_CELL_ROW)
		return 0;
	/* From the next half on the last row, unless that half begins with a point or a table. */
	if (high != ~0ULL && (fold->wide_count == 0 || fold->wide->high != high + 1))
		fold->upper[fold->upper_count++] = (struct point){high + 1, fold->before};
	return 0;
}

static int build6(struct arena *arena, const struct wide_point *wide, size_t count, uint32_t miss,
		  uint32_t *ret)
{
	struct point *lower cleanup_free = malloc((count + 1) * sizeof(*lower));
	struct point *upper cleanup_free = malloc((2 * count + 1) * sizeof(*upper));
	struct fold fold = {arena, wide, count, miss, lower, upper, 0, 0};
	unsigned steps = 0;
	int err = lower && upper ? 0 : -ENOMEM;

	while (fold.wide_count && !err)
		err = fold_half(&fold);
	if (!err)
		err = build_half(arena, 64, upper, fold.upper_count, miss, &steps, ret);
	if (arena->steps < steps + fold.steps)
		arena->steps = steps + fold.steps;
	return err;
}

int address_table_build(struct arena *arena, int family, const struct policy_entry *entries,
			size_t count, uint32_t miss, uint32_t *ret_root)
{
	struct wide_point *wide cleanup_free = NULL;
	struct point *points cleanup_free = NULL;
	size_t point_count;
	int err;

	if (family == 4) {
		err = points_of4(entries, count, miss, &points, &point_count);
		return err ? err : build4(arena, points, point_count, miss, ret_root);
	}
	err = points_of6(entries, count, miss, &wide, &point_count);
	return err ? err : build6(arena, wide, point_count, miss, ret_root);
}
