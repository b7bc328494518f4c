/* SPDX-License-Identifier: MIT */
/* What the datapath remembers: to see what a packet changed, or that it changed nothing. */
#ifndef FWD_TEST_SNAPSHOT_H
#define FWD_TEST_SNAPSHOT_H

#include "tests/bpf/lib/harness.h"

/* Slots of the interfaces that tests use: none, wan, lan. */
#define SNAPSHOT_INTERFACES 3
#define SNAPSHOT_REASONS    (SNAPSHOT_INTERFACES * FW_REASON_MAX * FW_OUTCOME_MAX)

struct snapshot {
	struct fw_count reasons[SNAPSHOT_REASONS];
	struct fw_rule_stats rules[FW_MAX_RULE_SLOTS];
	struct fw_limit_stats limits[FW_MAX_LIMITS];
	struct fw_event_stats events;
	/* Made of all entries of these maps. */
	uint64_t rule_buckets;
	uint64_t buckets;
	uint64_t fragments;
	/* How far the ring was written; the time of the next event. */
	uint64_t ring;
	uint64_t event_time;
};

/* All that packets can write to, as it is now; malloced. NULL: reported. */
struct snapshot *snapshot_take(const struct test *test);

/* Did nothing happen between the two? */
bool snapshot_same(const struct snapshot *a, const struct snapshot *b);

#endif
