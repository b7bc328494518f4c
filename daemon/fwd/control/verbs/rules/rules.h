/* SPDX-License-Identifier: MIT */
/* The running rules in order of evaluation, those that nobody wrote as such included. */
#ifndef FWD_CONTROL_RULES_H
#define FWD_CONTROL_RULES_H

#include "daemon/fwd/control/control.h"

struct ctl_rule {
	const char *id;
	const char *origin;		/* "management", "rule", "implicit" */
	const struct config_rule *rule; /* NULL: implicit, from permitted_cidrs */
	const char *action;		/* pass, drop, log; NULL: its limit decides */
};

size_t ctl_rule_count(const struct config *config);
struct ctl_rule ctl_rule_at(const struct config *config, size_t index);

/* Its counters; zero if it has no slot. */
struct fw_rule_stats ctl_rule_stats_of(const struct core *core, const char *id);

#endif
