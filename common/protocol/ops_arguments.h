/* SPDX-License-Identifier: MIT */
/* Arguments that several rows of ops_*.c have. */
#ifndef FWD_OPS_ARGUMENTS_H
#define FWD_OPS_ARGUMENTS_H

#include "common/protocol/ops.h"

/* clang-format off */
#define RULE_ID	       {"id", VALUE_RULE, OP_REQUIRED, "id of the rule", NULL}
#define SET_NAME       {"name", VALUE_SET, OP_REQUIRED, "name of the set", NULL}
#define LIMIT_NAME     {"name", VALUE_LIMIT, OP_REQUIRED, "name of the limit", NULL}
#define INTERFACE_NAME {"name", VALUE_INTERFACE, OP_REQUIRED, "name of the interface", NULL}
#define FIELDS	       {"fields", VALUE_FIELDS, OP_REQUIRED, "what to change", NULL}
#define MESSAGE        {"message", VALUE_TEXT, 0, "a note for the history", NULL}
#define MISSING_OK                                                                               \
	{"missing_ok", VALUE_FLAG, 0, "succeed, too, if there is none of this name (any more)", NULL}
/* Of an uploaded text. */
#define TEXT_NAME   {"name", VALUE_TEXT, 0, "name of the text in places of errors", NULL}
#define TEXT_FOLDER {"folder", VALUE_FILE, 0, "where relative paths in the text start", NULL}
/* clang-format on */

#endif
