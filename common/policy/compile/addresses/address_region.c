// SPDX-License-Identifier: MIT
#include "common/policy/compile/addresses/address_region.h"

#include <errno.h>
#include <string.h>

#include "common/base/memory.h"

/* Points that a line has on average at most, if they are spread evenly. */
#define FILL4	   5
#define FILL4_NEAR 6
#define FILL6	   2

/* Bits that addresses of a line have in common before it can hold more of them. */
#define NEAR_BITS 16

/* A region of so many points is worth a skip for a single bit. */
#define MANY_POINTS 1024

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

void region_write_deeper(const struct builder *builder, size_t line, uint32_t cell)
{
	const struct region region = {.before = cell};

	if (builder->width == 32)
		*(struct fw_line4 *)arena_line(builder->arena, line) =
			(struct fw_line4){.keys[0] = cell, .form = FW_LINE4_DEEPER};
	else
		write_line(builder, line, &region);
}

/* ---- regions ---- */

uint64_t region_open_bits(unsigned used)
{
	return used < 64 ? ~0ULL >> used : 0;
}

struct region region_cut(struct region *rest, uint64_t first, uint64_t last, unsigned used)
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
 * The widest index, up to so many bits, with points in at least every fourth line:
 * if points are in clusters, first to the clusters, then within each.
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

/* The width of an index; all relevant addresses have their first `common` bits in common. */
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

int region_build_part(const struct builder *builder, size_t line, const struct region *part)
{
	uint32_t cell;
	int err;

	if (fits_line(builder, part)) {
		write_line(builder, line, part);
		return 0;
	}
	err = region_build(builder, part, &cell);
	if (!err)
		region_write_deeper(builder, line, cell);
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
		struct region part = region_cut(&rest, first, first | region_open_bits(used), used);

		err = region_build_part(builder, offset + i, &part);
	}
	*ret = FW_CELL(FW_CELL_LINES, bits, offset);
	return err;
}

/* The bits in common to all addresses whose result differs from that of the region's ends. */
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
	skip.first = region->points[0].at & ~region_open_bits(used);
	skip.last = skip.first | region_open_bits(used);
	inside = region_cut(&rest, skip.first, skip.last, used);
	err = region_build(builder, &inside, &skip.inside);
	/* Only here, as the arena may have moved. */
	if (!err)
		*(struct fw_skip *)arena_line(builder->arena, offset) = skip;
	*ret = FW_CELL(FW_CELL_SKIP, 0, offset);
	return err;
}

int region_build(const struct builder *builder, const struct region *region, uint32_t *ret)
{
	unsigned common;

	if (region->count == 0) {
		*ret = region->before;
		return 0;
	}
	if (fits_line(builder, region))
		return build_lines(builder, region, 0, ret);
	common = common_bits(region);
	/* No step for one or two bits of a few points: their array becomes larger instead. */
	if (common > region->used + 2 || (common > region->used && region->count >= MANY_POINTS))
		return build_skip(builder, region, common, ret);
	return build_lines(builder, region, index_bits(builder, region, common), ret);
}

int region_build_all(struct arena *arena, unsigned width, const struct point *points, size_t count,
		     uint32_t before, unsigned *steps, uint32_t *ret)
{
	const struct builder builder = {.arena = arena, .width = width, .steps = steps};
	struct region all = {.before = before, .points = points, .count = count};
	struct region whole = region_cut(&all, 0, ~0ULL, 0);

	return region_build(&builder, &whole, ret);
}
