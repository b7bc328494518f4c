/* SPDX-License-Identifier: MIT */
/* Prefixes as points: the addresses, ascending, at which the row changes. */
#ifndef FWD_POINTS_H
#define FWD_POINTS_H

#include "common/policy/compile/addresses/address_table.h"

/* From this address on, the cell (at first always a row) applies. */
struct point {
	uint64_t at; /* an IPv4 address in the upper 32 bits, or half an IPv6 address */
	uint32_t cell;
};

/* The same with a whole IPv6 address. */
struct wide_point {
	uint64_t high;
	uint64_t low;
	uint32_t row;
};

/*
 * Points of sorted, unique IPv4 (or IPv6) prefixes, ascending; two neighbours never have
 * the same row, and addresses below the first have `miss`. The caller frees *ret. 0 or -ENOMEM.
 */
int points_of4(const struct policy_entry *entries, size_t count, uint32_t miss, struct point **ret,
	       size_t *ret_count);
int points_of6(const struct policy_entry *entries, size_t count, uint32_t miss,
	       struct wide_point **ret, size_t *ret_count);

/*
 * Find the rows that at least one address has: ret[row] becomes 1; rows that are already 1 are
 * skipped. If longer prefixes fill a prefix, its own row is not found.
 */
void points_rows(const struct policy_entry *entries, size_t count, uint32_t miss, uint32_t rows,
		 uint8_t *ret);

#endif
