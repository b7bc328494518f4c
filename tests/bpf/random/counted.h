/* SPDX-License-Identifier: MIT */
/* Counters of the datapath, next to those of the reference. */
#ifndef FWD_TEST_COUNTED_H
#define FWD_TEST_COUNTED_H

#include "tests/bpf/lib/harness.h"
#include "tests/bpf/random/reference_limits.h"

/* What became of packets, by reason. */
typedef uint64_t counted_reasons[FW_REASON_MAX][FW_OUTCOME_MAX];

struct counted {
	counted_reasons reasons;		     /* over all interfaces */
	struct fw_limit_stats limits[FW_MAX_LIMITS]; /* by index of config.limits */
};

void counted_read(const struct test *test, struct counted *ret);

/*
 * Compare what was counted between two readings with the reference's reasons and limits. Prints
 * what differs, after `head`; returns how many did.
 */
unsigned counted_compare(const struct test *test, const struct counted *before,
			 const struct counted *after, counted_reasons reasons,
			 const struct reference_limits *limits, const char *head);

#endif
