/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Limits with "within": "continue". The search stops at their rule, the limit is charged, and
 * packets that it does not drop or answer return to the firewall stage, which continues the search.
 * So a limit is charged only if the packet gets there, and later rules see only packets that it
 * passed. fwd refuses a policy in which a packet can meet more than FW_LIMITS_ON_WAY of them.
 */
#ifndef FW_WAY_H
#define FW_WAY_H

#include "ebpf/lib/verdict.h"

static __always_inline bool asks_rule(const struct fw_limit *limit)
{
	bool asks = false;

	for (__u32 i = 0; i < FW_MAX_LEVELS; i++)
		asks |= i < limit->level_count && limit->levels[i].key == FW_KEY_RULE;
	return asks;
}

/* Was it already charged? One bucket per limit, or one for each of its rules. */
static __always_inline bool has_paid_on_way(const struct fw_paid paid[FW_LIMITS_ON_WAY],
					    __u32 count, const struct fw_limit *limit, __u32 rule)
{
	bool by_rule = asks_rule(limit), found = false;

	for (__u32 i = 0; i < FW_LIMITS_ON_WAY; i++)
		found |= i < count && paid[i].limit == limit->slot &&
			 (!by_rule || paid[i].rule == rule);
	return found;
}

static __always_inline bool goes_on(const struct fw_packet *pkt, const struct fw_image *image)
{
	return pkt->rule != FW_NO_SLOT &&
	       image->rules[pkt->rule & (FW_MAX_RULES - 1)].flags & FW_RULE_GOES_ON;
}

/* For an explanation: the state of the limit, before the next one's bucket replaces it. */
static __always_inline void report_way(const struct fw_decision *decision)
{
	struct fw_explanation *answer = fw_explanation();
	struct fw_explained_limit *limit;

	if (!answer || answer->way_count >= FW_LIMITS_ON_WAY)
		return;
	limit = &answer->way[answer->way_count & (FW_LIMITS_ON_WAY - 1)];
	answer->way_count++;
	limit->ahead = answer->ahead;
	limit->price = answer->price;
	limit->rule = decision->slot;
	limit->limit = decision->limit;
	limit->reason = decision->reason;
	limit->has_bucket = answer->has_bucket;
	limit->level = answer->level;
	answer->has_bucket = 0;
	answer->level = 0;
}

/* Record the charge. False: there are more than allowed. */
static __always_inline bool note_paid(struct fw_packet *pkt, const struct fw_decision *decision)
{
	__u32 place = pkt->paid_count;

	if (place >= FW_LIMITS_ON_WAY)
		return false;
	pkt->limits.paid[place].rule = decision->slot;
	pkt->limits.paid[place].limit = decision->limit;
	pkt->paid_count = place + 1;
	if ((pkt->mode & (FW_MODE_DRY | FW_MODE_TRIED)) == FW_MODE_DRY)
		report_way(decision);
	return true;
}

/*
 * Continue with the rules after the one whose limit was checked. decision: the limit's; it names
 * the limit if that was charged. Returns only on failure: a stage is missing.
 */
static __always_inline void go_on(struct xdp_md *ctx, struct fw_packet *pkt,
				  const struct fw_image *image, const struct fw_decision *decision)
{
	if (decision->limit != FW_NO_SLOT && !note_paid(pkt, decision))
		return;
	report(pkt, &image->header, decision, FW_OUTCOME_PASS);
	pkt->resumed = true;
	bpf_tail_call(ctx, &stages, FW_STAGE_FIREWALL);
}

#endif
