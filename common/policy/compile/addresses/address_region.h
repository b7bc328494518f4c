/* SPDX-License-Identifier: MIT */
/*
 * Internal to address tables: compiles a region of addresses and its points to a cell and the
 * lines below it. address_table.c builds whole tables of regions, and patches parts of them.
 */
#ifndef FWD_ADDRESS_REGION_H
#define FWD_ADDRESS_REGION_H

#include "common/policy/compile/addresses/arena.h"
#include "common/policy/compile/addresses/points.h"

/* Addresses that have their first bits, as many as `used`, in common with `first`. */
struct region {
	uint64_t first; /* left-aligned */
	unsigned used;
	unsigned depth;	 /* steps that lead to it */
	uint32_t before; /* the cell from `first` up to the first point */
	const struct point *points;
	size_t count; /* of points, all of them above `first` */
};

struct builder {
	struct arena *arena;
	unsigned width;	 /* bits of an address, or of half an IPv6 address */
	unsigned *steps; /* the longest walk so far */
};

/* The lowest bits of an address that a prefix of so many bits leaves open. */
uint64_t region_open_bits(unsigned used);

/* Cut the next part off the front of a region: the addresses up to `last`. */
struct region region_cut(struct region *rest, uint64_t first, uint64_t last, unsigned used);

/* The cell of a region, and all lines below it. 0, -ENOMEM or -E2BIG, as arena_take. */
int region_build(const struct builder *builder, const struct region *region, uint32_t *ret);

/* A whole (half) address of so many bits; *steps: the longest walk, if longer than it was. */
int region_build_all(struct arena *arena, unsigned width, const struct point *points, size_t count,
		     uint32_t before, unsigned *steps, uint32_t *ret);

/* region_build into a line without other use: as its content, or as the target it leads to. */
int region_build_part(const struct builder *builder, size_t line, const struct region *part);

/* Make a line lead on to a cell. */
void region_write_deeper(const struct builder *builder, size_t line, uint32_t cell);

#endif
