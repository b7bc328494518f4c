// SPDX-License-Identifier: MIT
/* The handler of each op: one that is missing does not link. */
#include "daemon/fwd/control/server.h"
#include "daemon/fwd/control/verbs/verbs.h"

#define AS_VERB(name, text, symbol) [OP_##name] = {text, &op_row_##symbol, ctl_##symbol},

static const struct ctl_verb verbs[OP_MAX] = {OPS(AS_VERB)};

const struct ctl_verb *ctl_verb_find(const char *name)
{
	enum op op = op_find(name);

	return op ? ctl_verb_of(op) : NULL;
}

const struct ctl_verb *ctl_verb_of(enum op op)
{
	return &verbs[op];
}
