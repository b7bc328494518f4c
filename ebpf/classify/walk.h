/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * From an address to its row: the walk over compiled address tables, whose
 * layout is in abi/addresses.h. No maps here, so that user space can test the
 * same code. The including file first defines
 *
 *	struct fw_arena_ref;
 *	const struct fw_block *fw_arena_block(const struct fw_arena_ref *arena, __u32 number);
 *
 * which returns a block, or NULL beyond the end (never in a valid arena).
 *
 * Keys are compared without branches: on random addresses each would be predicted
 * wrong half the time. Steps are bounded because each uses bits of the address.
 */
#ifndef FW_WALK_H
#define FW_WALK_H

#include <stdbool.h>

#include "common/abi/fw_abi.h"

#ifdef __clang__
#define FW_UNROLL    _Pragma("clang loop unroll(full)")
#define FW_NO_UNROLL _Pragma("clang loop unroll(disable)")
#else
#define FW_UNROLL
#define FW_NO_UNROLL
#endif

/*
 * Return the same number as a separate value: what a comparison shows of it is not known of the
 * original. So paths that join have equal states, and the verifier follows them once.
 */
static __always_inline __u64 fw_apart(__u64 number)
{
#ifdef __bpf__
	asm volatile("%0 ^= 0" : "+r"(number));
#endif
	return number;
}

/* The position of a walk. */
struct fw_walk {
	__u32 cell;
	__u32 used; /* bits of the address (of its half, for IPv6) that are used; below 64 */
};

/* The address's line of a LINES cell; the address is left-aligned. Its bits become used. */
static __always_inline __u32 fw_take_line(struct fw_walk *walk, __u64 address)
{
	__u32 bits = FW_CELL_BITS(walk->cell);
	__u64 index = address << (walk->used & 63) >> 1 >> ((63 - bits) & 63);

	walk->used = (walk->used + bits) & 63;
	return FW_CELL_OFFSET(walk->cell) + (__u32)index;
}

/* A step. Return false if there is no such block. */
static __always_inline bool fw_walk_skip(struct fw_walk *walk, const struct fw_arena_ref *arena,
					 __u64 address)
{
	__u32 line = FW_CELL_OFFSET(walk->cell);
	const struct fw_block *block = fw_arena_block(arena, line / FW_BLOCK_LINES);
	const struct fw_skip *skip;

	if (!block)
		return false;
	skip = &block->lines[line & (FW_BLOCK_LINES - 1)].skip;
	walk->used = skip->used & 63;
	address = fw_apart(address);
	if (address < skip->first)
		walk->cell = skip->below;
	else if (address > skip->last)
		walk->cell = skip->above;
	else
		walk->cell = skip->inside;
	return true;
}

static __always_inline __u32 fw_find_near4(const struct fw_line4_near *line, __u64 address)
{
	__u64 place = 0;

	FW_UNROLL
	for (int i = 0; i < FW_LINE4_NEAR_KEYS; i++)
		place += (line->keys[i] - address - 1) >> 63;
	return line->rows[place];
}

static __always_inline __u32 fw_find_row4(const struct fw_line4 *line, __u64 address)
{
	__u64 place = 0;

	FW_UNROLL
	for (int i = 0; i < FW_LINE4_KEYS; i++)
		place += (line->keys[i] - address - 1) >> 63;
	return line->rows[place];
}

static __always_inline bool fw_walk_line4(struct fw_walk *walk, const struct fw_arena_ref *arena,
					  __u32 address)
{
	__u32 line = fw_take_line(walk, (__u64)address << 32);
	const struct fw_block *block = fw_arena_block(arena, line / FW_BLOCK_LINES);
	const struct fw_line4 *keys;

	if (!block)
		return false;
	line &= FW_BLOCK_LINES - 1;
	keys = &block->lines[line].line4;
	if (keys->form == FW_LINE4_NEAR)
		walk->cell = fw_find_near4(&block->lines[line].near4, address & 0xffff);
	else if (keys->form == FW_LINE4_WHOLE)
		walk->cell = fw_find_row4(keys, address);
	else
		walk->cell = keys->keys[0];
	return true;
}

/* 1 if a >= b, else 0. */
static __always_inline __u64 fw_at_least(__u64 a, __u64 b)
{
	return ~((~a & b) | (~(a ^ b) & (a - b))) >> 63;
}

static __always_inline __u32 fw_find_cell6(const struct fw_line6_cells *line, __u64 address)
{
	__u64 place = 0;

	FW_UNROLL
	for (int i = 0; i < FW_LINE6_CELL_KEYS; i++)
		place += fw_at_least(address, line->keys[i]);
	return line->cells[place];
}

static __always_inline __u32 fw_find_row6(const struct fw_line6_rows *line, __u64 address)
{
	__u64 place = 0;

	FW_UNROLL
	for (int i = 0; i < FW_LINE6_KEYS; i++)
		place += fw_at_least(address, line->keys[i]);
	return line->rows[place];
}

static __always_inline bool fw_walk_line6(struct fw_walk *walk, const struct fw_arena_ref *arena,
					  __u64 address)
{
	__u32 line = fw_take_line(walk, address);
	const struct fw_block *block = fw_arena_block(arena, line / FW_BLOCK_LINES);
	const struct fw_line6 *keys;

	if (!block)
		return false;
	keys = &block->lines[line & (FW_BLOCK_LINES - 1)].line6;
	walk->cell = keys->with_rows.has_cells ? fw_find_cell6(&keys->with_cells, address)
					       : fw_find_row6(&keys->with_rows, address);
	return true;
}

/* The row of an IPv4 address in host order, found in at most so many steps. */
static __always_inline __u32 fw_walk4(const struct fw_arena_ref *arena, __u32 root, int steps,
				      __u32 address)
{
	struct fw_walk walk = {.cell = root};

	FW_NO_UNROLL
	for (int step = 0; step < steps; step++) {
		if (FW_CELL_KIND(walk.cell) == FW_CELL_ROW)
			break;
		if (!(FW_CELL_KIND(walk.cell) == FW_CELL_LINES
			      ? fw_walk_line4(&walk, arena, address)
			      : fw_walk_skip(&walk, arena, (__u64)address << 32)))
			return 0;
	}
	return walk.cell;
}

/* The same for an IPv6 address, its halves in host order. */
static __always_inline __u32 fw_walk6(const struct fw_arena_ref *arena, __u32 root, int steps,
				      __u64 high, __u64 low)
{
	struct fw_walk walk = {.cell = root};
	bool lower = false;

	FW_NO_UNROLL
	for (int step = 0; step < steps; step++) {
		if (FW_CELL_KIND(walk.cell) == FW_CELL_ROW)
			break;
		if (!lower && walk.cell & FW_CELL_LOWER) {
			lower = true;
			walk.used = 0;
		}
		if (!(FW_CELL_KIND(walk.cell) == FW_CELL_LINES
			      ? fw_walk_line6(&walk, arena, lower ? low : high)
			      : fw_walk_skip(&walk, arena, lower ? low : high)))
			return 0;
	}
	return walk.cell;
}

#endif
