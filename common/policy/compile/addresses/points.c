// SPDX-License-Identifier: MIT
#include "common/policy/compile/addresses/points.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"

#define MAX_DEPTH 130 /* lengths 0 to 128, and what is around all */

typedef unsigned __int128 address;

/* A prefix that the sweep is in. */
struct around {
	address last;
	uint32_t row;
};

struct sweep {
	struct around around[MAX_DEPTH];
	unsigned depth;
	/* The last change, pending as a longer prefix may start at the same address. */
	address at;
	uint32_t row;
	uint32_t row_before;
	/* Where points go: one of the two. */
	struct point *narrow;
	struct wide_point *wide;
	size_t count;
	/* Or no points, but the rows that exist: 1 for each, and the number not found yet. */
	uint8_t *reached;
	uint32_t left;
};

static address first_of(const struct prefix *prefix)
{
	uint64_t high, low;
	uint32_t ip4;

	if (prefix->family == 4) {
		memcpy(&ip4, prefix->addr, sizeof(ip4));
		return (address)be32toh(ip4) << 96;
	}
	memcpy(&high, prefix->addr, sizeof(high));
	memcpy(&low, prefix->addr + sizeof(high), sizeof(low));
	return (address)be64toh(high) << 64 | be64toh(low);
}

static address last_of(address first, unsigned length)
{
	return length ? first | (((address)1 << (128 - length)) - 1) : ~(address)0;
}

static void reach(struct sweep *sweep)
{
	sweep->left -= !sweep->reached[sweep->row];
	sweep->reached[sweep->row] = 1;
}

static void flush(struct sweep *sweep)
{
	if (sweep->reached)
		reach(sweep);
	if (sweep->reached || sweep->row == sweep->row_before)
		return;
	if (sweep->narrow)
		sweep->narrow[sweep->count++] =
			(struct point){(uint64_t)(sweep->at >> 64), sweep->row};
	else
		sweep->wide[sweep->count++] = (struct wide_point){(uint64_t)(sweep->at >> 64),
								  (uint64_t)sweep->at, sweep->row};
	sweep->row_before = sweep->row;
}

static void change(struct sweep *sweep, address at, uint32_t row)
{
	if (at != sweep->at)
		flush(sweep);
	sweep->at = at;
	sweep->row = row;
}

/* Leave all prefixes that end before an address. */
static void leave(struct sweep *sweep, address before)
{
	while (sweep->depth > 0 && sweep->around[sweep->depth].last < before) {
		address last = sweep->around[sweep->depth--].last;

		change(sweep, last + 1, sweep->around[sweep->depth].row);
	}
}

static void sweep_all(struct sweep *sweep, const struct policy_entry *entries, size_t count,
		      uint32_t miss)
{
	unsigned family_shift = count && entries[0].prefix.family == 4 ? 96 : 0;

	sweep->around[0] = (struct around){~(address)0, miss};
	sweep->row = sweep->row_before = miss;
	for (size_t i = 0; i < count && (!sweep->reached || sweep->left); i++) {
		address first = first_of(&entries[i].prefix);

		leave(sweep, first);
		sweep->around[++sweep->depth] =
			(struct around){last_of(first, entries[i].prefix.length), entries[i].row};
		change(sweep, first, entries[i].row);
	}
	/* A prefix that reaches the highest address of its family never ends. */
	leave(sweep, ~(address)0 >> family_shift << family_shift);
	flush(sweep);
}

int points_of4(const struct policy_entry *entries, size_t count, uint32_t miss, struct point **ret,
	       size_t *ret_count)
{
	struct sweep sweep = {.narrow = malloc((2 * count + 1) * sizeof(*sweep.narrow))};

	if (!sweep.narrow)
		return -ENOMEM;
	sweep_all(&sweep, entries, count, miss);
	*ret = sweep.narrow;
	*ret_count = sweep.count;
	return 0;
}

int points_of6(const struct policy_entry *entries, size_t count, uint32_t miss,
	       struct wide_point **ret, size_t *ret_count)
{
	struct sweep sweep = {.wide = malloc((2 * count + 1) * sizeof(*sweep.wide))};

	if (!sweep.wide)
		return -ENOMEM;
	sweep_all(&sweep, entries, count, miss);
	*ret = sweep.wide;
	*ret_count = sweep.count;
	return 0;
}

void points_rows(const struct policy_entry *entries, size_t count, uint32_t miss, uint32_t rows,
		 uint8_t *ret)
{
	struct sweep sweep = {.reached = ret};

	for (uint32_t row = 0; row < rows; row++)
		sweep.left += !ret[row];
	sweep_all(&sweep, entries, count, miss);
}
