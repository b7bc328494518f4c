// SPDX-License-Identifier: MIT
/* The handler of each op: one that is missing does not link. */
#include "daemon/fwd/control/verbs.h"

#define AS_VERB(name, text, symbol) [OP_##name] = {text, &op_row_##symbol, ctl_##symbol},

static const struct ctl_verb verbs[OP_MAX] = {OPS(AS_VERB)};

const struct ctl_verb *ctl_verb_of(enum op op)
{
	return &verbs[op];
}
