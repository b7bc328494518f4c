/* SPDX-License-Identifier: MIT */
/*
 * Compiled address tables: a sorted list of prefixes with rows becomes the cells
 * that ebpf/classify/walk.h walks. A pure function; common/abi/addresses.h has the layout.
 *
 * Prefixes are converted to *points*: from this address on, up to the next point,
 * the row is this one. The longest match of a million nested prefixes is then one
 * search for the last point at or below the address. (Lampson,
 * Srinivasan and Varghese, "IP Lookups using Multiway and Multicolumn Search",
 * INFOCOM 1998.)
 *
 * A region of addresses with few points is one line, of one cache line. One with
 * more is an array of lines, the next bits of the address being the index, as
 * many that most lines are about half full: a large table of random prefixes is
 * one memory access, where DIR-24-8 has two (Gupta, Lin and McKeown, "Routing Lookups
 * in Hardware at Memory Access Speeds", INFOCOM 1998), and a small table one line.
 * A line whose part has too many points leads to a separate array, and bits that
 * all points have in common are skipped in one step. Choosing the width of each
 * index by what is below it, and skipping, is the LC-trie of Nilsson and Karlsson
 * ("IP-Address Lookup Using LC-Tries", JSAC 1999); leaves that answer for ranges
 * and not for prefixes are as in Poptrie (Asai and Ohara, SIGCOMM 2015).
 *
 * Cost: O(n) for sorted input; 30 to 60 bytes a prefix where they are spread
 * evenly, a few times that for the worst sets in the tests.
 */
#ifndef FWD_ADDRESS_TABLE_H
#define FWD_ADDRESS_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/prefix/prefix.h"
#include "common/policy/compile/addresses/arena.h"

/* An entry of an address table: each prefix knows its row. */
struct policy_entry {
	struct prefix prefix;
	uint32_t row;
};

/*
 * Add a table. family: 4 or 6, of all entries; sorted by prefix_compare and
 * unique; miss: the row of addresses in none of them. *ret_root: the cell that
 * answers for all addresses. Returns 0, -ENOMEM, or -E2BIG: the arena would be
 * larger than FW_MAX_ARENA_BLOCKS.
 */
int address_table_build(struct arena *arena, int family, const struct policy_entry *entries,
			size_t count, uint32_t miss, uint32_t *ret_root);

/* The entries of a table that matter for a part of all addresses. */
struct address_part {
	const struct policy_entry *entries; /* sorted and unique; good until the next read */
	size_t count;
	uint32_t miss;
};

/* The source of the current entries of a table. */
struct address_source {
	/*
	 * All entries that contain a range, or are contained in it (others are allowed).
	 * Returns 0 or a negative errno, which ends the patch.
	 */
	int (*read)(void *userdata, const struct prefix *range, struct address_part *ret);
	void *userdata;
};

/*
 * Rebuild the part of a table whose entries changed: the addresses of a prefix. arena_save keeps
 * the earlier content of lines; lines that become unused stay in place. Returns 0, an error of
 * address_table_build, or the error of the source: after arena_undo and with the earlier root,
 * the table is unchanged.
 */
int address_table_patch(struct arena *arena, const struct address_source *source,
			const struct prefix *changed, uint32_t *root);

#endif
