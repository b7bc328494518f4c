/* SPDX-License-Identifier: MIT */
/* The verbs in groups, one file rows_GROUP.c a group, in the order of --help. */
#ifndef FWCTL_VERB_GROUPS_H
#define FWCTL_VERB_GROUPS_H

#include "cli/grammar/grammar.h"

struct verb_group {
	const struct verb *verbs;
	size_t count;
};

extern const struct verb_group verbs_reports;
extern const struct verb_group verbs_policy;
extern const struct verb_group verbs_rules;
extern const struct verb_group verbs_sets;
extern const struct verb_group verbs_limits;
extern const struct verb_group verbs_settings;
extern const struct verb_group verbs_blocks;
extern const struct verb_group verbs_explain;
extern const struct verb_group verbs_interfaces;
extern const struct verb_group verbs_shell;

#endif
