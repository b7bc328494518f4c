/* SPDX-License-Identifier: MIT */
#ifndef FWD_JSON_EQUAL_H
#define FWD_JSON_EQUAL_H

#include <stdbool.h>

#include <cjson/cJSON.h>

/* Same values; members of objects in any order. */
bool json_equal(const cJSON *a, const cJSON *b);

#endif
