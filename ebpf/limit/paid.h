/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * A packet pays each bucket once, however many rules use it: a canary before the rule that it
 * tests, two rules whose limit has a bucket per source and one per rule, a canary after a rule. The
 * first rule charges it; for later ones the result of the bucket is the same.
 *
 * A bucket is identified by its limit and level, as a packet has one key at each level; a rule's
 * also by the rule. fwd marks the limits that a packet can meet again (fw_limit.again). For others
 * nothing is stored, and they cost nothing.
 *
 * Explanations charge nothing, so a bucket has the same result each time without this.
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

/* Bit per level that need not be checked: after recall. */
static __always_inline __u32 known_levels(const struct fw_packet *pkt)
{
	return pkt->limits.known.charged | pkt->limits.known.without;
}

/* The result of all levels together; after recall. */
static __always_inline enum fw_metered known_answer(const struct fw_packet *pkt,
						    const struct fw_limit *limit)
{
	__u32 all = FW_ALL_LEVELS >> ((FW_MAX_LEVELS - limit->level_count) & 3);

	if (pkt->limits.known.refused)
		return pkt->limits.known.answer;
	if (all & ~known_levels(pkt))
		return FW_METERED_UNKNOWN;
	return pkt->limits.known.without ? FW_METERED_FULL : FW_METERED_WITHIN;
}

/*
 * Load the known results of a limit's buckets into pkt->limits.known, before they are checked. Returns the
 * result if they are sufficient, with pkt->limits.level as it was then; else FW_METERED_UNKNOWN.
 */
__noinline int recall(struct fw_packet *pkt, const struct fw_limit *limit, __u32 rule)
{
	struct fw_asked *known;
	__u32 levels, shared;

	if (!pkt || !limit)
		return FW_METERED_UNKNOWN;
	known = &pkt->limits.known;
	pkt->limits.without = 0;
	*known = (struct fw_asked){.rule = rule, .limit = limit->slot};
	shared = FW_ALL_LEVELS & ~rule_levels(limit);
	for (__u32 i = 0; i < FW_LIMITS_ASKED && i < pkt->asked_count; i++) {
		const struct fw_asked *asked = &pkt->limits.asked[i];

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
		pkt->limits.level = known->refused - 1;
	return known_answer(pkt, limit);
}

/*
 * After recall: store the results of the other levels. Returns the result of the limit. If a level
 * refuses, all levels before it stay unpaid.
 */
__noinline int remember(struct fw_packet *pkt, const struct fw_limit *limit, __u32 rule,
			__u32 metered)
{
	__u32 place;
	struct fw_asked asked;

	if (!pkt || !limit)
		return metered;
	asked = (struct fw_asked){.rule = rule, .limit = limit->slot};
	if (metered == FW_METERED_WITHIN || pkt->limits.without) {
		asked.without = pkt->limits.without;
		asked.charged = FW_ALL_LEVELS & ~(pkt->limits.without | known_levels(pkt));
	} else {
		asked.refused = pkt->limits.level + 1;
		asked.answer = metered;
	}
	place = pkt->asked_count;
	if (place < FW_LIMITS_ASKED) {
		pkt->limits.asked[place] = asked;
		pkt->asked_count = place + 1;
	}
	return metered == FW_METERED_WITHIN && pkt->limits.known.without ? FW_METERED_FULL
									 : metered;
}

#endif
