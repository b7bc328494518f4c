/* SPDX-License-Identifier: MIT */
#ifndef FWD_DIFF_INTERNAL_H
#define FWD_DIFF_INTERNAL_H

#include <stdbool.h>

#include "diff.h"

#define DIFF_FIRST 10 /* elements of a change that are told */

/* What a field is when it is not given: so leaving it out is no change. */
struct diff_default {
	const char *field; /* NULL ends the list */
	bool is_true;
};

/* {"name", "change"}, put into items. */
cJSON *diff_item(cJSON *items, const char *name, const char *change);

/* ---- values.c ---- */

/* Does a field say the same? Either may be NULL: not given. */
bool diff_same(const char *field, const cJSON *before, const cJSON *after);

/*
 * Add to fields what differs between two objects, members of members as "a.b". skip: a member that
 * is left out at the top, or NULL. defaults: of the top, or NULL.
 */
void diff_fields(cJSON *fields, const char *prefix, const cJSON *before, const cJSON *after,
		 const char *skip, const struct diff_default *defaults);

/* ---- elements.c ---- */

/* "elements" of a change of a list of prefixes, in any order; NULL: they are the same. */
cJSON *diff_elements(const cJSON *before, const cJSON *after);

/* ---- lists.c ---- */

/* Lists of objects with ids, the order of which counts. */
void diff_rules(cJSON *items, const cJSON *before, const cJSON *after);

/* Lists of objects, the order of which does not. */
void diff_unordered(cJSON *items, const cJSON *before, const cJSON *after);

#endif
