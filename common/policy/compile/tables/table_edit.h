/* SPDX-License-Identifier: MIT */
/* Internal to an edit of an address table: the changes, and the prefixes of a range. */
#ifndef FWD_TABLE_EDIT_H
#define FWD_TABLE_EDIT_H

#include "common/policy/compile/tables/table_build.h"

#define TABLE_MAX_CHANGED 4096 /* prefixes; more are slower than rebuilding */

struct table_change {
	struct table_build *build;
	const struct known_table *before;
	struct known_table *now;
	struct group *groups; /* by known number; list NULL: nothing uses it */
	size_t group_count;
	struct prefix_list changed;
	size_t added;
	struct item *few; /* of all small groups, sorted */
	size_t few_count;
	size_t item_capacity; /* of the build */
	size_t work;	      /* items that were read */
};

/* Sort the prefixes of small groups into one list, before the first range is read. 0 or -ENOMEM. */
int table_range_prepare(struct table_change *change);

/*
 * The entries of a range, as in struct address_source; userdata is a struct
 * table_change. -EAGAIN: so many were read that rebuilding the whole table is faster.
 */
int table_range_read(void *userdata, const struct prefix *range, struct address_part *ret);

#endif
