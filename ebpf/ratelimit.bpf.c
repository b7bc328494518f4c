// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* The third stage: take tokens for the limit of the rule that matched, and of a canary before it. */
#include "bucket.h"
#include "fragment.h"
#include "verdict.h"

char LICENSE[] SEC("license") = "Dual MIT/GPL";

/* What a limit makes of its rule's decision. */
static __always_inline void decide_by_limit(struct fw_decision *decision,
					    const struct fw_limit *limit, enum fw_metered metered)
{
	decision->limit = limit->slot;
	switch (metered) {
	case FW_METERED_WITHIN:
		decision->reason = FW_REASON_WITHIN_LIMIT;
		decision->action = FW_ACTION_PASS;
		break;
	case FW_METERED_OVER:
		decision->reason = FW_REASON_OVER_LIMIT;
		decision->action = limit->over;
		break;
	case FW_METERED_FULL:
		decision->reason = FW_REASON_LIMIT_FULL;
		decision->action =
			limit->when_full == FW_FULL_PASS ? FW_ACTION_PASS : FW_ACTION_DROP;
		break;
	}
}

static __always_inline const struct fw_rule *rule_at(const struct fw_image *image, __u32 index)
{
	return &image->rules[index & (FW_MAX_RULES - 1)];
}

static __always_inline const struct fw_limit *limit_of(const struct fw_image *image,
						       const struct fw_rule *rule)
{
	return &image->limits[rule->limit & (FW_MAX_LIMITS - 1)];
}

/* A canary's limit is charged and reported, and decides nothing. */
static __noinline int try_canary(struct fw_packet *pkt, const struct fw_image *image)
{
	const struct fw_rule *rule = rule_at(image, pkt->canary);
	const struct fw_limit *limit = limit_of(image, rule);
	struct fw_decision decision;

	decide_by_rule(&decision, rule);
	decide_by_limit(&decision, limit, meter(pkt, limit, rule->slot));
	if (decision.action == FW_ACTION_DROP) {
		pkt->would_drop = true;
		report(pkt, &image->header, &decision, FW_OUTCOME_WOULD_DROP);
	}
	return 0;
}

SEC("xdp")
int fwd_ratelimit(struct xdp_md *ctx)
{
	struct fw_packet *pkt = fw_packet();
	const struct fw_image *image;
	const struct fw_limit *limit;
	const struct fw_rule *rule;
	struct fw_decision decision;

	if (!pkt)
		return XDP_ABORTED;
	image = fw_image(pkt);
	if (!image)
		return XDP_ABORTED;
	if (pkt->canary != FW_NO_SLOT)
		try_canary(pkt, image);
	if (pkt->rule == FW_NO_SLOT) {
		decide_by_default(&decision, pkt, &image->header);
	} else {
		rule = rule_at(image, pkt->rule);
		decide_by_rule(&decision, rule);
		if (rule->limit != FW_NO_SLOT) {
			limit = limit_of(image, rule);
			decide_by_limit(&decision, limit, meter(pkt, limit, rule->slot));
		}
	}
	fragment_remember(pkt, &image->header, &decision);
	return verdict(ctx, pkt, &image->header, &decision);
}
