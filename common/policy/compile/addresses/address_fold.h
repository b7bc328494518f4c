/* SPDX-License-Identifier: MIT */
/* Converts entries to the points over which the first (or only) half of an address is looked up. */
#ifndef FWD_ADDRESS_FOLD_H
#define FWD_ADDRESS_FOLD_H

#include "common/policy/compile/addresses/arena.h"
#include "common/policy/compile/addresses/points.h"

/*
 * IPv4: points_of4. IPv6: points over the upper half, whose cells lead on to tables over the
 * lower half where prefixes are longer than /64; these are built here. *steps: the longest
 * walk over a lower half, if longer than it was. The caller frees *ret. 0, -ENOMEM or -E2BIG.
 */
int address_fold(struct arena *arena, int family, const struct policy_entry *entries, size_t count,
		 uint32_t miss, struct point **ret, size_t *ret_count, unsigned *steps);

#endif
