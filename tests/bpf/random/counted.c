// SPDX-License-Identifier: MIT
#include "tests/bpf/random/counted.h"

#include <stdio.h>
#include <string.h>

#define INTERFACES 3 /* slots: none, wan, lan */

void counted_read(const struct test *test, struct counted *ret)
{
	struct fw_count counts[FW_OUTCOME_MAX];

	memset(ret, 0, sizeof(*ret));
	for (unsigned i = 0; i < INTERFACES * FW_REASON_MAX; i++) {
		memset(counts, 0, sizeof(counts));
		datapath_reason_stats(test->dp, i / FW_REASON_MAX, i % FW_REASON_MAX, counts);
		for (unsigned j = 0; j < FW_OUTCOME_MAX; j++)
			ret->reasons[i % FW_REASON_MAX][j] += counts[j].packets;
	}
	for (size_t i = 0; i < test->config->limit_count; i++)
		datapath_limit_stats(test->dp, limit_slot(test, test->config->limits[i].name),
				     &ret->limits[i]);
}

/* One counter. Returns 1 if it differs. */
static unsigned compare(uint64_t is, uint64_t wanted, const char *head, const char *name,
			const char *what)
{
	if (is == wanted)
		return 0;
	printf("%s%s, %s: counted %llu, reference %llu\n", head, name, what, (unsigned long long)is,
	       (unsigned long long)wanted);
	return 1;
}

unsigned counted_compare(const struct test *test, const struct counted *before,
			 const struct counted *after, counted_reasons reasons,
			 const struct reference_limits *limits, const char *head)
{
	unsigned different = 0;

	for (unsigned i = 0; i < FW_REASON_MAX; i++)
		for (unsigned j = 0; j < FW_OUTCOME_MAX; j++)
			different +=
				compare(after->reasons[i][j] - before->reasons[i][j], reasons[i][j],
					head, reason_names[i], outcome_names[j]);
	for (size_t i = 0; i < test->config->limit_count; i++) {
		const struct fw_limit_stats *is = &after->limits[i], *was = &before->limits[i];
		const char *name = test->config->limits[i].name;

		different += compare(is->passed.packets - was->passed.packets, limits->passed[i],
				     head, name, "passed");
		different += compare(is->over.packets - was->over.packets, limits->over[i], head,
				     name, "over");
		different += compare(is->full - was->full, 0, head, name, "without room");
	}
	return different;
}
