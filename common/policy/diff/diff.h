/* SPDX-License-Identifier: MIT */
/*
 * The differences between two policies, by meaning: rules, sets, limits and interfaces by name,
 * prefixes by value, lists of a match in any order, "80" as 80.
 */
#ifndef FWD_DIFF_H
#define FWD_DIFF_H

#include <cjson/cJSON.h>

/* A policy: its tree ("include" merged), and a revision's list of its set files, or NULL. */
struct diff_side {
	const cJSON *root;
	const cJSON *sets;
};

/*
 * Returns, for the caller to free,
 *	{"same": BOOL, "changes": N, "SECTION": [ITEM...], ...}
 * with the sections rules, management, permitted_cidrs, sets, limits, interfaces and settings
 * that have changes. An ITEM is
 *	{"name", "change": "added"|"removed"|"changed"|"moved", "value": the added or removed,
 *	 "position", "was_position" (of rules, from 1; added, moved and removed ones),
 *	 "fields": [{"field": "match.dport", "before", "after"}],
 *	 "elements": {"added": N, "removed": N, "first_added": [...], "first_removed": [...]},
 *	 "file_entries": {"before": N, "after": N}}.
 * NULL: no memory.
 */
cJSON *policy_diff(const struct diff_side *before, const struct diff_side *after);

#endif
