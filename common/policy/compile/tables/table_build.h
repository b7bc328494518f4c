/* SPDX-License-Identifier: MIT */
/* Internal to the steps of an address table: groups, the sweep over their prefixes, edits. */
#ifndef FWD_TABLE_BUILD_H
#define FWD_TABLE_BUILD_H

#include "common/policy/compile/compile.h"
#include "common/policy/compile/known.h"

#define MAX_DEPTH 130 /* lengths 0 to 128, and the level below all */

/* A rule that wants the address in a group, or not in it. */
struct use {
	uint16_t clause;
	bool inside;
};

struct group {
	const struct prefix_list *list;
	struct prefix_content *content; /* of a set, borrowed; NULL: a rule's own list */
	/* Its numbers before and after an edit. */
	enum group_origin origin;
	bool negated;
	const char *name;
	struct use *uses;
	size_t use_count;
	const struct config_rule *rule; /* the last that uses it, for errors */
};

struct item {
	struct prefix prefix;
	uint32_t group;
};

/* Equal prefixes, and the state they lead to. The first level is below all. */
struct level {
	const struct prefix *prefix;
	size_t first, end; /* items */
	uint32_t state;
	uint32_t row;
};

struct table_build {
	struct compile *compile;
	enum fw_table table;
	struct group *groups;
	size_t group_count;
	struct row unaware; /* rules without prefixes */
	struct item *items;
	size_t item_count;
	struct policy_entry *entries;
	size_t entry_count;
	struct states states;
	/* The tables will be edited: rows have to keep their numbers, see table_edit.c. */
	bool keep;
	uint32_t all_number; /* then: the set of all rules, as a row of this table; 0: none */
	struct level levels[MAX_DEPTH];
	unsigned depth;
};

/* 4 or 6. */
int table_family(enum fw_table table);

/* The name of a table in words. */
const char *table_text(enum fw_table table);

/* The groups of prefixes and their rules: build->groups, build->unaware. 0 or -ENOMEM. */
int table_make_groups(struct table_build *build);

/*
 * From sorted items to entries, with the rows and states that they need. The table has no entries,
 * and space for one per item. 0, -EBADMSG with the error added, or -ENOMEM.
 */
int table_sweep(struct table_build *build);

/* Make state 0 and its row, before the first sweep. */
int table_begin(struct table_build *build);

/* The content of a group, with a reference for the caller. NULL: no memory. */
struct prefix_content *table_content(const struct group *group);

/* For qsort. */
int table_compare_items(const void *a, const void *b);

/*
 * Make the table by patching the earlier one. 1: done; 0: it must be rebuilt; errors as
 * table_sweep. build has groups.
 */
int table_edit(struct table_build *build);

#endif
