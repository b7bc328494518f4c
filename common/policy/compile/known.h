/* SPDX-License-Identifier: MIT */
/*
 * Data kept of a policy's address tables, so that an edit changes parts of them instead
 * of rebuilding all: the compiled tables, their prefixes, and the states that these
 * lead to. For large policies only: small ones compile quickly.
 *
 * One edit is open at a time: the policy of the edit has a reference, and either
 * becomes the running one (policy_keep) or is freed, which reverts the edit.
 */
#ifndef FWD_COMPILE_KNOWN_H
#define FWD_COMPILE_KNOWN_H

#include <stdbool.h>

#include "common/abi/fw_abi.h"
#include "common/base/prefix/prefix_content.h"
#include "common/policy/compile/addresses/arena.h"
#include "common/policy/compile/states.h"

enum group_origin { GROUP_SET, GROUP_RULE, GROUP_MANAGEMENT, GROUP_IMPLICIT };

/* Prefixes of a group; its number in states is its index. */
struct known_group {
	enum group_origin origin;
	bool negated; /* "!" prefixes of a rule, which is a separate group */
	char name[FW_NAME_SIZE];
	struct prefix_content *content; /* NULL: removed */
};

struct known_table {
	struct known_group *groups;
	size_t group_count;
	struct states states;
	size_t items;	/* prefixes of all groups, of its family */
	size_t entries; /* an upper bound: edits count only additions */
	uint32_t root;
};

struct known_addresses {
	struct arena arena;
	struct known_table tables[FW_TABLE_MAX];
	struct known_table edited[FW_TABLE_MAX]; /* the next `tables` */
	size_t fresh_lines; /* of the arena before any edit; more lines are waste */
	bool keeps;	    /* large enough to be edited */
	bool editing;
	unsigned references;
};

struct known_addresses *known_new(void);
struct known_addresses *known_share(struct known_addresses *known);
struct known_addresses *known_drop(struct known_addresses *known);

/* Open an edit: compiled tables go to `edited` and into the arena. */
void known_edit(struct known_addresses *known);

/* Close it: revert it, or accept it as the arena of a generation. */
void known_undo(struct known_addresses *known);
void known_keep(struct known_addresses *known, uint32_t generation);

void known_table_clear(struct known_table *table);

/* Groups by content; valid until one is added. NULL: no memory. */
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
