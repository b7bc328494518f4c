/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Per-CPU counters. One that cannot be written never changes a verdict. */
#ifndef FW_STATS_H
#define FW_STATS_H

#include "ebpf/lib/packet.h"

/* A frame that is several packets counts as these. */
static __always_inline void count(struct fw_count *counter, const struct fw_packet *pkt)
{
	counter->packets += pkt->segments;
	counter->bytes += pkt->info.length;
}

static __always_inline void count_reason(const struct fw_packet *pkt, enum fw_reason reason,
					 enum fw_outcome outcome)
{
	__u32 index = (pkt->info.interface * FW_REASON_MAX + reason) * FW_OUTCOME_MAX + outcome;
	struct fw_count *counter = bpf_map_lookup_elem(&reason_stats, &index);

	if (counter)
		count(counter, pkt);
}

static __always_inline struct fw_rule_stats *rule_stats_of(__u32 slot)
{
	return bpf_map_lookup_elem(&rule_stats, &slot);
}

static __always_inline void count_rule(const struct fw_packet *pkt, __u32 slot)
{
	struct fw_rule_stats *stats = rule_stats_of(slot);

	if (stats)
		count(&stats->matched, pkt);
}

static __always_inline struct fw_event_stats *event_stats_here(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&event_stats, &zero);
}

#endif
