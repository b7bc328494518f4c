/* SPDX-License-Identifier: MIT */
/* Is a result what the table of ops says? */
#ifndef FWD_CHECK_REPLY_H
#define FWD_CHECK_REPLY_H

#include <cjson/cJSON.h>

#include "common/protocol/ops.h"

#define REPLY_PROBLEM 256

/*
 * What is wrong with a result of op: the first member that the table lacks or that is of another
 * type; if whole, also one that is missing. NULL: nothing.
 */
const char *check_reply(enum op op, const cJSON *result, bool whole, char text[REPLY_PROBLEM]);

#endif
