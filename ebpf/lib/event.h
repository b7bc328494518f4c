/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Events: those that are due are sampled, then limited to a rate, then written to
 * the ring. Each event that was due is counted exactly once, by its result.
 *
 * Waking the reader for each event would cost thousands of ns: it is woken when
 * much is pending, and also polls periodically.
 */
#ifndef FW_EVENT_H
#define FW_EVENT_H

#include "ebpf/lib/decision.h"
#include "ebpf/lib/stats.h"
#include "ebpf/lib/time.h"

#define FW_RATE_TRIES	 8
#define FW_EVENT_SKEW_NS 1000000000LL

/* The first of each `every` events of this CPU. */
static __always_inline bool sample(__u64 *seen, __u32 every)
{
	bool first = *seen == 0;

	*seen = *seen + 1 >= every ? 0 : *seen + 1;
	return first;
}

/*
 * GCRA over all CPUs: true if one more event now stays below the rate. An arrival
 * further ahead than this rate allows is another policy's, and void; a margin is
 * allowed, as CPUs' clocks differ by a tick.
 */
static __always_inline bool below_rate(const struct fw_header *header, __u64 now)
{
	struct fw_state *shared = fw_state();
	__s64 tolerance = header->event_tolerance, ahead;
	__u64 old, next;

	if (!header->event_interval)
		return true;
	if (!shared)
		return false;
	for (int i = 0; i < FW_RATE_TRIES; i++) {
		old = *(volatile __u64 *)&shared->event_time;
		ahead = old - now;
		if (ahead < 0 || ahead > tolerance + FW_EVENT_SKEW_NS)
			ahead = 0;
		if (ahead + (__s64)header->event_interval > tolerance)
			return false;
		next = now + ahead + header->event_interval;
		if (__sync_val_compare_and_swap(&shared->event_time, old, next) == old)
			return true;
	}
	return false;
}

static __always_inline void fill_event(struct fw_event *event, const struct fw_packet *pkt,
				       const struct fw_decision *decision)
{
	event->time = pkt->now;
	event->packet = pkt->info;
	event->rule = decision->slot;
	event->limit = decision->limit;
	event->reason = decision->reason;
	event->reserved[0] = 0;
	event->reserved[1] = 0;
}

/* Not inline: rarely called, as events are limited to a rate. */
static __noinline int write_event(const struct fw_packet *pkt, const struct fw_header *header,
				  const struct fw_decision *decision, enum fw_outcome outcome,
				  __u32 every)
{
	struct fw_event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);

	if (!event)
		return false;
	fill_event(event, pkt, decision);
	event->generation = header->generation;
	event->sample = every;
	event->outcome = outcome;
	bpf_ringbuf_submit(event,
			   bpf_ringbuf_query(&events, BPF_RB_AVAIL_DATA) >= FW_EVENT_WAKEUP_BYTES
				   ? BPF_RB_FORCE_WAKEUP
				   : BPF_RB_NO_WAKEUP);
	return true;
}

/* An event is due. A rule's own sampling replaces the global one. */
static __always_inline void report_due(const struct fw_packet *pkt, const struct fw_header *header,
				       const struct fw_decision *decision, enum fw_outcome outcome)
{
	struct fw_event_stats *stats = event_stats_here();
	struct fw_rule_stats *rule;
	__u32 every = header->event_every;
	__u64 *seen;

	if (!stats)
		return;
	seen = &stats->seen;
	if (decision->log_every) {
		rule = rule_stats_of(decision->slot);
		if (rule) {
			every = decision->log_every;
			seen = &rule->log_seen;
		}
	}
	if (every > 1 && !sample(seen, every))
		stats->count[FW_EVENTS_SAMPLED]++;
	else if (!below_rate(header, pkt->now))
		stats->count[FW_EVENTS_RATED]++;
	else if (!write_event(pkt, header, decision, outcome, every))
		stats->count[FW_EVENTS_LOST]++;
	else
		stats->count[FW_EVENTS_WRITTEN]++;
}

/* Report the decision of a rule or the policy, if an event is due. */
static __always_inline void report(const struct fw_packet *pkt, const struct fw_header *header,
				   const struct fw_decision *decision, enum fw_outcome outcome)
{
	if ((outcome != FW_OUTCOME_PASS || decision->log) && !(pkt->mode & FW_MODE_DRY))
		report_due(pkt, header, decision, outcome);
}

#endif
