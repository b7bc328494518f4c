// SPDX-License-Identifier: MIT
/* fwctl's grammar and the table of ops agree on what each verb takes. */
#include <criterion/criterion.h>
#include <string.h>

#include "cli/grammar/grammar.h"
#include "daemon/fwd/control/control.h"
#include "daemon/fwd/control/server.h"

/* Otherwise an option is refused that would work, or is refused only when much was done already. */
Test(table, takes_what_fwctl_sends)
{
	size_t asked = 0;

	for (size_t i = 0; verb_at(i); i++) {
		const struct verb *verb = verb_at(i);
		const struct ctl_verb *row = verb->op ? ctl_verb_find(verb->op) : NULL;

		if (!verb->op)
			continue;
		cr_assert(row, "there is no op %s", verb->op);
		cr_expect(verb->takes == op_takes(row->row), "%s: fwctl %u, fwd %u", verb->op,
			  verb->takes, op_takes(row->row));
		asked++;
	}
	cr_expect(asked > 30);
}
