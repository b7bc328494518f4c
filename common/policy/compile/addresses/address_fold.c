// SPDX-License-Identifier: MIT
#include "common/policy/compile/addresses/address_fold.h"

#include <errno.h>
#include <stdlib.h>

#include "common/base/memory.h"
#include "common/policy/compile/addresses/address_region.h"

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
	err = region_build_all(fold->arena, 64, fold->lower, taken, fold->before, &fold->steps,
			       &cell);
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
	/* The last row from the next half on, unless that half begins with a point or a table. */
	if (high != ~0ULL && (fold->wide_count == 0 || fold->wide->high != high + 1))
		fold->upper[fold->upper_count++] = (struct point){high + 1, fold->before};
	return 0;
}

static int fold_all(struct arena *arena, const struct wide_point *wide, size_t count, uint32_t miss,
		    struct point **ret, size_t *ret_count, unsigned *steps)
{
	struct point *lower cleanup_free = malloc((count + 1) * sizeof(*lower));
	struct point *upper cleanup_free = malloc((2 * count + 1) * sizeof(*upper));
	struct fold fold = {arena, wide, count, miss, lower, upper, 0, *steps};
	int err = lower && upper ? 0 : -ENOMEM;

	while (fold.wide_count && !err)
		err = fold_half(&fold);
	if (err)
		return err;
	*ret = steal(&upper);
	*ret_count = fold.upper_count;
	*steps = fold.steps;
	return 0;
}

int address_fold(struct arena *arena, int family, const struct policy_entry *entries, size_t count,
		 uint32_t miss, struct point **ret, size_t *ret_count, unsigned *steps)
{
	struct wide_point *wide cleanup_free = NULL;
	size_t wide_count;
	int err;

	if (family == 4)
		return points_of4(entries, count, miss, ret, ret_count);
	err = points_of6(entries, count, miss, &wide, &wide_count);
	return err ? err : fold_all(arena, wide, wide_count, miss, ret, ret_count, steps);
}
