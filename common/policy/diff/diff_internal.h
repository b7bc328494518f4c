/* SPDX-License-Identifier: MIT */
#ifndef FWD_DIFF_INTERNAL_H
#define FWD_DIFF_INTERNAL_H

#include <stdbool.h>

#include "common/policy/diff/diff.h"

#define DIFF_FIRST 10 /* elements of a change that are listed */

/* {"name", "change"}, put into items. */
cJSON *diff_item(cJSON *items, const char *name, const char *change);

/* ---- values.c ---- */

/*
 * Add the differences between two objects of a section to fields, members of members as "a.b".
 * skip: a member that is left out at the top, or NULL. A default value equals a missing one.
 */
void diff_fields(cJSON *fields, const char *section, const char *prefix, const cJSON *before,
		 const cJSON *after, const char *skip);

/* ---- defaults.c ---- */

/* The default of a section's field, for the caller to free; NULL: none. */
cJSON *diff_default(const char *section, const char *path);

/* The object for which a value is a short form; else the value itself. */
const cJSON *diff_long_form(const char *section, const char *path, const cJSON *value);

/* ---- elements.c ---- */

/* "elements" of a change of a list of prefixes, in any order; NULL: they are the same. */
cJSON *diff_elements(const cJSON *before, const cJSON *after);

/* ---- lists.c ---- */

/* Lists of objects with ids, in which the order counts. */
void diff_rules(cJSON *items, const cJSON *before, const cJSON *after);

/* Lists of objects in any order. */
void diff_unordered(cJSON *items, const cJSON *before, const cJSON *after);

#endif
