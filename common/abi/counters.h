/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Counters. */
#ifndef FW_ABI_COUNTERS_H
#define FW_ABI_COUNTERS_H

#include <linux/types.h>

#include "common/abi/fw_limits.h"
#include "common/abi/fw_lists.h"

struct fw_count {
	__u64 packets;
	__u64 bytes;
};

/* Map `reason_stats`, per CPU: [(interface slot * FW_REASON_MAX + reason) * FW_OUTCOME_MAX + outcome] */
#define FW_REASON_STATS (FW_MAX_INTERFACES * FW_REASON_MAX * FW_OUTCOME_MAX)

/* Map `rule_stats`, per CPU, by rule slot. */
struct fw_rule_stats {
	struct fw_count matched;
	__u64 log_seen; /* matches since the last event, for sampling */
};

/* Map `limit_stats`, per CPU, by limit slot. */
struct fw_limit_stats {
	struct fw_count passed;
	struct fw_count over;
	__u64 full;    /* packets whose bucket found no free way: when_full drop, pass */
	__u64 evicted; /* buckets in use that a new key replaced: when_full evict */
};

/* Map `event_stats`, per CPU, one element. */
struct fw_event_stats {
	__u64 count[FW_EVENTS_MAX];
	__u64 seen; /* events due so far, for sampling */
};

/*
 * The mark: the counters at the last `stats reset`. Programs do not read or write it. A mark above
 * its counter is void: the counter was cleared after it.
 */
struct fw_rule_mark {
	struct fw_count matched;
	__u64 time; /* of a mark of this rule alone, as fw_marks.time; 0: the mark of all */
};

/* The one element of map `marks`: written by one system call, so it is whole at any time. */
struct fw_marks {
	__u64 time; /* wall clock, ns since 1970; 0: there is no mark */
	__u64 reserved;
	struct fw_count reasons[FW_REASON_STATS];
	struct fw_rule_mark rules[FW_MAX_RULE_SLOTS];
	struct fw_limit_stats limits[FW_MAX_LIMITS];
	struct fw_event_stats events;
};

#endif
