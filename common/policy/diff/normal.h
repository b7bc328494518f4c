/* SPDX-License-Identifier: MIT */
/*
 * The normal form of a value: equal texts if and only if two spellings of a field mean the same.
 * An invalid value is its own normal form.
 */
#ifndef FWD_DIFF_NORMAL_H
#define FWD_DIFF_NORMAL_H

#include <cjson/cJSON.h>

/*
 * name: the field. owner: the object that it is in, or NULL; a limit's rate depends on its algorithm.
 * value: a scalar or a list of them. Malloced; NULL: no memory.
 */
char *diff_normal(const char *name, const cJSON *owner, const cJSON *value);

#endif
