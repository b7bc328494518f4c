/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * A packet pays each bucket once, however many rules ask about it: a canary before the rule that it
 * is a rehearsal for, two rules whose limit has a source's bucket next to their own, a canary behind
 * a rule. The first of them charges it; for those behind it the bucket has the same answer once more.
 *
 * A bucket is known by its limit and level, as a packet has one key at each level; that of a rule by
 * the rule as well. fwd marks the limits that a packet can meet so (fw_limit.again). Of others
 * nothing is kept, and they cost nothing.
 *
 * Explanations charge nothing, so that a bucket has the same answer each time without this.
 */
#ifndef FW_PAID_H
#define FW_PAID_H

#include "ebpf/limit/bucket.h"

#define FW_ALL_LEVELS ((1 << FW_MAX_LEVELS) - 1)

/* Bit per level whose buckets are those of rules. */
static __always_inline __u32 rule_levels(const struct fw_limit *limit)
{
	__u32 levels = 0;

	for (__u32 i = 0; i < FW_MAX_LEVELS; i++)
		levels |= (limit->levels[i].key == FW_KEY_RULE) << i;
	return levels;
}

/* Bit per level that need not be asked: after recall. */
static __always_inline __u32 known_levels(const struct fw_packet *pkt)
{
	return pkt->known.charged | pkt->known.without;
}

/* What all levels together answer; after recall. */
static __always_inline enum fw_metered known_answer(const struct fw_packet *pkt,
						    const struct fw_limit *limit)
{
	__u32 all = FW_ALL_LEVELS >> ((FW_MAX_LEVELS - limit->level_count) & 3);

	if (pkt->known.refused)
		return pkt->known.answer;
	if (all & ~known_levels(pkt))
		return FW_METERED_UNKNOWN;
	return pkt->known.without ? FW_METERED_FULL : FW_METERED_WITHIN;
}

/*
 * What is known of a limit's buckets, before they are asked, as pkt->known. Returns the answer if
 * that is enough for one, with pkt->level as when it was given; else FW_METERED_UNKNOWN.
 */
__noinline int recall(struct fw_packet *pkt, const struct fw_limit *limit, __u32 rule)
{
	struct fw_asked *known;
	__u32 levels, shared;

	if (!pkt || !limit)
		return FW_METERED_UNKNOWN;
	known = &pkt->known;
	pkt->without = 0;
	*known = (struct fw_asked){.rule = rule, .limit = limit->slot};
	shared = FW_ALL_LEVELS & ~rule_levels(limit);
	for (__u32 i = 0; i < FW_LIMITS_ASKED && i < pkt->asked_count; i++) {
		const struct fw_asked *asked = &pkt->asked[i];

		if (asked->limit != limit->slot)
			continue;
		levels = asked->rule == known->rule ? FW_ALL_LEVELS : shared;
		known->charged |= asked->charged & levels;
		known->without |= asked->without & levels;
		if (asked->refused && levels << 1 >> (asked->refused & 7) & 1) {
			known->refused = asked->refused;
			known->answer = asked->answer;
		}
	}
	if (known->refused)
		pkt->level = known->refused - 1;
	return known_answer(pkt, limit);
}

/*
 * After recall: keep what the limit has answered to the rest. Returns what that makes of the limit. A
 * level that refuses leaves all of those before it unpaid.
 */
__noinline int remember(struct fw_packet *pkt, const struct fw_limit *limit, __u32 rule,
			__u32 metered)
{
	__u32 place;
	struct fw_asked asked;

	if (!pkt || !limit)
		return metered;
	asked = (struct fw_asked){.rule = rule, .limit = limit->slot};
	if (metered == FW_METERED_WITHIN || pkt->without) {
		asked.without = pkt->without;
		asked.charged = FW_ALL_LEVELS & ~(pkt->without | known_levels(pkt));
	} else {
		asked.refused = pkt->level + 1;
		asked.answer = metered;
	}
	place = pkt->asked_count;
	if (place < FW_LIMITS_ASKED) {
		pkt->asked[place] = asked;
		pkt->asked_count = place + 1;
	}
	return metered == FW_METERED_WITHIN && pkt->known.without ? FW_METERED_FULL : metered;
}

#endif
