/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Compiled address tables: from an address to its row, mostly with one access to
 * memory. common/policy/compile/addresses/address_table.h describes how they are made,
 * ebpf/classify/walk.h walks them.
 *
 * All tables of a generation share one *arena*: memory in lines of 64 bytes (the
 * size of a cache line), which the kernel sees as an array of blocks. A small arena
 * is in the image, where finding a block takes no call; others are in map `arenas`,
 * where [image] is that array. A *cell* covers a range of addresses and has the
 * next step:
 *
 *	ROW	this is the row: the cell itself
 *	LINES	at offset, 2^bits lines; the next bits of the address choose one,
 *		a struct fw_line4 or fw_line6
 *	SKIP	at offset, a struct fw_skip
 *
 * IPv6 addresses are walked by halves; FW_CELL_LOWER: continue with the lower one.
 */
#ifndef FW_ABI_ADDRESSES_H
#define FW_ABI_ADDRESSES_H

#include <linux/types.h>

#include "common/abi/fw_limits.h"

#define FW_LINE_BYTES	    64
#define FW_BLOCK_LINES	    64
#define FW_LINE4_KEYS	    10
#define FW_LINE4_NEAR_KEYS  15
#define FW_LINE6_KEYS	    6
#define FW_LINE6_CELL_KEYS  4
#define FW_LINES_MIN_BITS   2 /* of lines that are not a single one, */
#define FW_LINES_DEEP_BITS  4 /* and below FW_LINES_FREE_DEPTH, so that walks end */
#define FW_LINES_MAX_BITS   20
#define FW_LINES_FREE_DEPTH 4
#define FW_WALK_STEPS4	    12 /* from a root to a row, at most */
#define FW_WALK_STEPS6	    40
#define FW_FEW_STEPS	    5  /* what is walked inline */
#define FW_SMALL_BLOCKS	    64 /* of an arena in the image: 256 KiB */

/* fw_header.arena */
#define FW_ARENA_SMALL 1 /* it is in the image */
#define FW_ARENA_DEEP  2 /* some walks have more than FW_FEW_STEPS; never a small one's */

enum fw_cell_kind { FW_CELL_ROW, FW_CELL_LINES, FW_CELL_SKIP };
#define FW_CELL_KIND(cell)	    ((cell) >> 30)
#define FW_CELL_BITS(cell)	    ((cell) >> 24 & 31)
#define FW_CELL_OFFSET(cell)	    ((cell)&0xffffff) /* in lines */
#define FW_CELL(kind, bits, offset) ((__u32)(kind) << 30 | (__u32)(bits) << 24 | (__u32)(offset))
#define FW_CELL_LOWER		    (1U << 29)

/*
 * Addresses below keys[0] have the first row, those from keys[i] on row i + 1.
 * Keys are in host order, ascending; places that are not needed hold the
 * highest address, and the last row again.
 */
struct fw_line4 {
	__u32 keys[FW_LINE4_KEYS];
	__u16 rows[FW_LINE4_KEYS + 1];
	__u16 form; /* enum fw_line4_form */
};
_Static_assert(sizeof(struct fw_line4) == FW_LINE_BYTES, "fw_line4");

/* The same for addresses that have their upper half in common: keys are the lower ones. */
struct fw_line4_near {
	__u16 keys[FW_LINE4_NEAR_KEYS];
	__u16 rows[FW_LINE4_NEAR_KEYS + 1];
	__u16 form;
};
_Static_assert(sizeof(struct fw_line4_near) == FW_LINE_BYTES, "fw_line4_near");

/* DEEPER: keys[0] of a struct fw_line4 is a cell, and the rest is unused. */
enum fw_line4_form { FW_LINE4_WHOLE, FW_LINE4_NEAR, FW_LINE4_DEEPER };
_Static_assert(FW_MAX_ROWS <= 65536, "rows in lines");

/* The same for the current half of an IPv6 address; with rows or with cells. */
struct fw_line6_rows {
	__u64 keys[FW_LINE6_KEYS];
	__u16 rows[FW_LINE6_KEYS + 1];
	__u16 has_cells;
};
struct fw_line6_cells {
	__u64 keys[FW_LINE6_CELL_KEYS];
	__u32 cells[FW_LINE6_CELL_KEYS + 1];
	__u16 reserved[5];
	__u16 has_cells;
};
struct fw_line6 {
	union {
		struct fw_line6_rows with_rows;
		struct fw_line6_cells with_cells;
	};
};
_Static_assert(sizeof(struct fw_line6_rows) == FW_LINE_BYTES, "fw_line6_rows");
_Static_assert(sizeof(struct fw_line6_cells) == FW_LINE_BYTES, "fw_line6_cells");

/* All entries are within a few addresses: the bits that these have in common are one step. */
struct fw_skip {
	__u64 first; /* of the inside; left-aligned, as `last` */
	__u64 last;
	__u32 below;
	__u32 inside;
	__u32 above;
	__u32 used; /* bits of the address (or its half) that are behind `inside` */
	__u64 reserved[4];
};
_Static_assert(sizeof(struct fw_skip) == FW_LINE_BYTES, "fw_skip");

/* One element of an arena. */
struct fw_block {
	union {
		struct fw_line4 line4;
		struct fw_line4_near near4;
		struct fw_line6 line6;
		struct fw_skip skip;
	} lines[FW_BLOCK_LINES];
};
_Static_assert(sizeof(struct fw_block) == 4096, "fw_block");

#endif
