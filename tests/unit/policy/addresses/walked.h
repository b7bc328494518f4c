/* SPDX-License-Identifier: MIT */
/* Address tables, walked by the datapath's own code. */
#ifndef FWD_TEST_WALKED_H
#define FWD_TEST_WALKED_H

#include "common/policy/compile/addresses/arena.h"

/*
 * The row that an address has in the table at root; addr is in network order. No more steps than the
 * arena says: a longer walk would end at a cell that is no row.
 */
uint32_t walk_table(const struct arena *arena, int family, uint32_t root, const uint8_t *addr);

#endif
