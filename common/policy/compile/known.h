/* SPDX-License-Identifier: MIT */
/*
 * What is kept of a policy's address tables, so that an edit of it changes parts of them
 * instead of making all anew: the tables compiled, which prefixes are in them, and
 * which states these lead to. Large policies only: small ones are compiled in no time.
 *
 * One edit is open at a time: the policy that it is for has a reference, and either
 * becomes the running one (policy_keep) or is freed, which takes the edit back.
 */
#ifndef FWD_COMPILE_KNOWN_H
#define FWD_COMPILE_KNOWN_H

#include <stdbool.h>

#include "common/abi/fw_abi.h"
#include "common/base/prefix/prefix_content.h"
#include "common/policy/compile/addresses/arena.h"
#include "common/policy/compile/states.h"

enum group_origin { GROUP_SET, GROUP_RULE, GROUP_MANAGEMENT, GROUP_IMPLICIT };

/* Prefixes of a group; its number, of which the states speak, is its index. */
struct known_group {
	enum group_origin origin;
	bool negated; /* "!" prefixes of a rule, which is a group of its own */
	char name[FW_NAME_SIZE];
	struct prefix_content *content; /* NULL: it is gone */
};

struct known_table {
	struct known_group *groups;
	size_t group_count;
	struct states states;
	size_t items;	/* prefixes of all groups, of its family */
	size_t entries; /* at most: edits count what they add only */
	uint32_t root;
};

struct known_addresses {
	struct arena arena;
	struct known_table tables[FW_TABLE_MAX];
	struct known_table edited[FW_TABLE_MAX]; /* what `tables` will be */
	size_t fresh_lines;			 /* of the arena before any edit; more are waste */
	bool keeps;				 /* large enough to be edited */
	bool editing;
	unsigned references;
};

struct known_addresses *known_new(void);
struct known_addresses *known_share(struct known_addresses *known);
struct known_addresses *known_drop(struct known_addresses *known);

/* Open an edit: what is compiled goes to `edited` and into the arena. */
void known_edit(struct known_addresses *known);

/* Close it: all is as it was, or is now in the arena of a generation. */
void known_undo(struct known_addresses *known);
void known_keep(struct known_addresses *known, uint32_t generation);

void known_table_clear(struct known_table *table);

/* Groups by what they are; good until one is added. NULL: no memory. */
struct known_index;
struct known_index *known_index_new(const struct known_table *table);
struct known_index *known_index_free(struct known_index *index);

/* Number of a group, or -ENOENT. */
int known_index_find(const struct known_index *index, enum group_origin origin, bool negated,
		     const char *name);

/* Add a group; takes the content. Its number, or -ENOMEM. */
int known_group_add(struct known_table *table, enum group_origin origin, bool negated,
		    const char *name, struct prefix_content *content);

#endif
