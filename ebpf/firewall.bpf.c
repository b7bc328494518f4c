// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * The second stage: live blocks, then the rules. A packet whose rule has a limit
 * continues to the third stage; all others leave here. After a limit with "within":
 * "continue" it returns, and the search continues after the rule with the limit.
 */
#include "ebpf/classify/classify.h"
#include "ebpf/lib/fragment.h"
#include "ebpf/lib/segments.h"
#include "ebpf/lib/verdict.h"

char LICENSE[] SEC("license") = "Dual MIT/GPL";

/* A later fragment pays all limits that its first one met. */
static __always_inline void owe(struct fw_packet *pkt, const struct fw_fragment_value *first)
{
	__u32 count = first->paid_count;

	if (count > FW_LIMITS_ON_WAY)
		count = FW_LIMITS_ON_WAY;
	__builtin_memcpy(pkt->limits.first, first->paid, sizeof(first->paid));
	if (first->limit != FW_NO_SLOT) {
		pkt->limits.first[count].rule = first->rule;
		pkt->limits.first[count].limit = first->limit;
		count++;
	}
	pkt->first_rule = first->rule;
	pkt->first_count = count;
}

/* True if the packet is a later fragment whose verdict is that of its first one. */
static __always_inline bool follow(struct fw_packet *pkt, const struct fw_image *image,
				   bool confined, struct fw_decision *decision)
{
	const struct fw_fragment_value *first;

	if (pkt->info.fragment != FW_FRAGMENT_LATER)
		return false;
	first = fragment_recall(pkt, &image->header);
	/* A block, and FW_PANIC_CLOSE, apply to all packets that management did not pass. */
	if (!first || (confined && first->reason != FW_REASON_MANAGEMENT))
		return false;
	decide(decision, FW_REASON_FRAGMENT, first->action);
	decision->slot = first->rule;
	if (first->action == FW_ACTION_PASS)
		owe(pkt, first);
	return true;
}

/*
 * Decide, by first fragment, block list, rule or default. Management rules are
 * the first ones, and also apply to a blocked source and during a panic. True: a limit decides.
 */
static __always_inline bool judge(struct xdp_md *ctx, struct fw_packet *pkt,
				  const struct fw_image *image, const struct fw_state *shared,
				  struct fw_decision *decision)
{
	/* No management rule has a limit, so a blocked packet never comes back here. */
	bool blocked = !pkt->resumed && is_blocked(pkt, shared);
	bool confined = blocked || pkt->mode & FW_MODE_CLOSED;
	__u32 end = confined ? image->header.management : image->header.rules;
	const struct fw_rule *rule;

	if (!pkt->resumed && follow(pkt, image, confined, decision))
		return pkt->first_count != 0;
	pkt->rule = classify(ctx, pkt, image, end);
	if (pkt->rule != FW_NO_SLOT) {
		rule = &image->rules[pkt->rule & (FW_MAX_RULES - 1)];
		decide_by_rule(decision, rule);
		return rule->limit != FW_NO_SLOT || pkt->canary != FW_NO_SLOT;
	}
	if (blocked)
		decide(decision, FW_REASON_BLOCKED, FW_ACTION_DROP);
	else
		decide_by_default(decision, pkt, &image->header);
	return pkt->canary != FW_NO_SLOT;
}

SEC("xdp")
int fwd_firewall(struct xdp_md *ctx)
{
	struct fw_state *shared = fw_state();
	struct fw_packet *pkt = fw_packet();
	const struct fw_image *image;
	struct fw_decision decision;

	if (!shared || !pkt)
		return XDP_ABORTED;
	image = fw_image(pkt);
	if (!image)
		return XDP_ABORTED;
	count_segments(pkt, shared);
	if (judge(ctx, pkt, image, shared, &decision)) {
		bpf_tail_call(ctx, &stages, FW_STAGE_RATELIMIT);
		return verdict_missed(ctx, pkt, &image->header);
	}
	fragment_remember(pkt, &image->header, &decision);
	return verdict(ctx, pkt, &image->header, &decision);
}
