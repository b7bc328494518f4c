/* SPDX-License-Identifier: MIT */
/*
 * The part of the periodic summary on rules and limits: a line for each that dropped packets since
 * the last one. In a flood that is a line a minute instead of one for each packet.
 */
#ifndef FWD_RULE_SUMMARY_H
#define FWD_RULE_SUMMARY_H

#include <stdio.h>

#include "common/policy/compile/slots.h"
#include "daemon/fwd/datapath/counters/counters.h"

struct rule_summary;

/* At most so many lines, of those with most packets; one more has the number of the others. */
#define RULE_SUMMARY_LINES 20

/* The sources of the summary. All are borrowed. */
struct rule_summary_source {
	const struct datapath *dp;
	const struct config *config;
	const struct slots *slots; /* of its names */
};

/* Store the current counters. NULL: no memory. */
struct rule_summary *rule_summary_new(const struct rule_summary_source *source);
/* NULL is allowed; returns NULL. */
struct rule_summary *rule_summary_free(struct rule_summary *summary);

/*
 * Write the lines for what the counters gained in the last seconds:
 *	summary of 60 s: rule telnet dropped 15000 packets (900 kB)
 *	summary of 60 s: limit ssh was exceeded by 300 packets (18 kB)
 */
void rule_summary_write(struct rule_summary *summary, const struct rule_summary_source *source,
			unsigned seconds, FILE *out);

#endif
