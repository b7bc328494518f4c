// SPDX-License-Identifier: MIT
/* fwctl's grammar and fwd's table tell the same of what each verb takes. */
#include <criterion/criterion.h>
#include <string.h>

#include "cli/grammar/grammar.h"
#include "daemon/fwd/control/control.h"
#include "daemon/fwd/control/server.h"

static bool has_own(const struct ctl_verb *verb, const char *name)
{
	for (size_t i = 0; i < CTL_MAX_ARGS && verb->args[i].name; i++) {
		if (strcmp(verb->args[i].name, name) == 0)
			return true;
	}
	return false;
}

static unsigned taken_by(const struct ctl_verb *verb)
{
	unsigned takes = (has_own(verb, "force") ? TAKES_FORCE : 0) |
			 (has_own(verb, "dry_run") ? TAKES_DRY : 0);

	switch (verb->privilege) {
	case CTL_READ:
		return takes;
	case CTL_PREPARE:
	case CTL_LIVE:
	case CTL_WRITE:
		return takes | TAKES_REVISION;
	case CTL_GUARDED:
		return takes | TAKES_REVISION | TAKES_FORCE;
	case CTL_SET:
	case CTL_CHANGE:
		return TAKES_CHANGE;
	}
	return 0;
}

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
		cr_expect(verb->takes == taken_by(row), "%s: fwctl %u, fwd %u", verb->op,
			  verb->takes, taken_by(row));
		asked++;
	}
	cr_expect(asked > 30);
}
