/* SPDX-License-Identifier: MIT */
/* The verbs, in groups: a file each, in the order of --help. */
#ifndef FWCTL_VERB_GROUPS_H
#define FWCTL_VERB_GROUPS_H

#include "cli/grammar/grammar.h"

struct verb_group {
	const struct verb *verbs;
	size_t count;
};

extern const struct verb_group verbs_watch;
extern const struct verb_group verbs_policy;
extern const struct verb_group verbs_edit;
extern const struct verb_group verbs_more;

#endif
