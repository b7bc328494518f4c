/* SPDX-License-Identifier: MIT */
/* Rules of a list by their id, while the list is read. */
#ifndef FWD_ID_INDEX_H
#define FWD_ID_INDEX_H

#include "common/policy/config/config.h"

/* Zeroed: empty. The rules are the caller's, which may move them between calls. */
struct id_index {
	uint32_t *places; /* open addressing, never more than half full: rule number + 1 */
	size_t size;
	size_t count;
};

/* The number of the rule with an id, or -ENOENT. */
int id_index_find(const struct id_index *index, const struct config_rule *rules, const char *id);

/* Add rules[number], whose id is new. 0 or -ENOMEM. */
int id_index_add(struct id_index *index, const struct config_rule *rules, size_t number);

void id_index_clear(struct id_index *index);

#endif
