// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * The third stage: take tokens for the limit of the rule that matched (or that
 * a first fragment matched), and of a canary before it. Packets that a limit with
 * "within": "continue" passes return to the stage before.
 */
#include "ebpf/limit/ban.h"
#include "ebpf/lib/fragment.h"
#include "ebpf/limit/meter.h"
#include "ebpf/cookie/syn.h"
#include "ebpf/trial/tried.h"
#include "ebpf/lib/verdict.h"
#include "ebpf/limit/way.h"

char LICENSE[] SEC("license") = "Dual MIT/GPL";

/* Change the rule's decision by the result of its limit. */
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
	case FW_METERED_UNKNOWN:
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

/*
 * Does the limit meter this packet? One of algorithm syn_cookie: only packets that open
 * connections, and fragments without that information.
 */
static __always_inline bool is_metered(const struct fw_packet *pkt, const struct fw_image *image,
				       __u32 slot)
{
	return !image->cookies[slot & (FW_MAX_LIMITS - 1)].kind || is_syn(pkt) ||
	       pkt->info.fragment == FW_FRAGMENT_LATER;
}

/* A SYN over a limit that answers it. */
static __always_inline bool is_to_answer(const struct fw_packet *pkt, const struct fw_image *image,
					 __u32 slot, const struct fw_decision *decision)
{
	return decision->reason == FW_REASON_OVER_LIMIT &&
	       image->cookies[slot & (FW_MAX_LIMITS - 1)].kind && is_syn(pkt) &&
	       pkt->info.fragment == FW_FRAGMENT_NONE;
}

/* Take the packet's tokens from a limit, and decide by the result. */
static __always_inline void charge(struct fw_packet *pkt, const struct fw_image *image, __u32 slot,
				   struct fw_decision *decision, bool in_place)
{
	const struct fw_limit *limit = &image->limits[slot & (FW_MAX_LIMITS - 1)];

	decide_by_limit(decision, limit,
			is_tried_now(pkt) ? meter_tried(pkt, limit, decision->slot)
					  : meter(pkt, limit, decision->slot, in_place));
}

/* After charge, except for canaries, which ban no source. */
static __always_inline void ban(struct fw_packet *pkt, const struct fw_image *image, __u32 slot,
				const struct fw_decision *decision)
{
	const struct fw_limit *limit = &image->limits[slot & (FW_MAX_LIMITS - 1)];

	if (decision->reason == FW_REASON_OVER_LIMIT && limit->flags & FW_LIMIT_BANS &&
	    !(pkt->mode & FW_MODE_DRY))
		report_ban(pkt, limit);
}

/* Is there a limit to charge? slot: the limit, or FW_NO_SLOT. */
static __always_inline bool is_to_charge(const struct fw_packet *pkt, const struct fw_image *image,
					 __u32 slot, const struct fw_decision *decision)
{
	const struct fw_limit *limit = &image->limits[slot & (FW_MAX_LIMITS - 1)];

	if (slot == FW_NO_SLOT || !is_metered(pkt, image, slot))
		return false;
	return !pkt->paid_count || pkt->first_count ||
	       !has_paid_on_way(pkt->limits.paid, pkt->paid_count, limit, decision->slot);
}

/* A canary's limit is charged and reported, and decides nothing. */
static __always_inline int try_canary(struct fw_packet *pkt, const struct fw_image *image)
{
	const struct fw_rule *rule = rule_at(image, pkt->canary);
	struct fw_decision decision;

	decide_by_rule(&decision, rule);
	if (!is_to_charge(pkt, image, rule->limit, &decision))
		return 0;
	charge(pkt, image, rule->limit, &decision, false);
	if (is_to_answer(pkt, image, rule->limit, &decision)) {
		decision.reason = FW_REASON_SYN_COOKIE;
		report(pkt, &image->header, &decision, FW_OUTCOME_WOULD_TX);
	} else if (decision.action == FW_ACTION_DROP) {
		report(pkt, &image->header, &decision, FW_OUTCOME_WOULD_DROP);
	}
	return 0;
}

/* The decision of the stage before, without the limit. Returns the limit's slot, or FW_NO_SLOT. */
static __always_inline __u32 decided(const struct fw_packet *pkt, const struct fw_image *image,
				     struct fw_decision *decision)
{
	const struct fw_paid *first;
	const struct fw_rule *rule;
	__u32 place;

	if (pkt->first_count) {
		decide(decision, FW_REASON_FRAGMENT, FW_ACTION_PASS);
		place = pkt->first_at <= FW_LIMITS_ON_WAY ? pkt->first_at : FW_LIMITS_ON_WAY;
		first = &pkt->limits.first[place];
		decision->slot = first->rule;
		return first->limit;
	}
	if (pkt->rule == FW_NO_SLOT) {
		decide_by_default(decision, pkt, &image->header);
		return FW_NO_SLOT;
	}
	rule = rule_at(image, pkt->rule);
	decide_by_rule(decision, rule);
	return rule->limit;
}

/*
 * A limit passed a later fragment: continue with the next limit of its first fragment, or decide
 * by that one. True: a stage is missing.
 */
static __always_inline bool follow_on(struct xdp_md *ctx, struct fw_packet *pkt,
				      struct fw_decision *decision)
{
	__u32 next = pkt->first_at + 1;

	if (decision->limit != FW_NO_SLOT &&
	    (next < pkt->first_count || decision->slot != pkt->first_rule))
		note_paid(pkt, decision);
	if (next < pkt->first_count) {
		pkt->first_at = next;
		bpf_tail_call(ctx, &stages, FW_STAGE_RATELIMIT);
		return true;
	}
	if (decision->slot != pkt->first_rule) {
		decide(decision, FW_REASON_FRAGMENT, FW_ACTION_PASS);
		decision->slot = pkt->first_rule;
	}
	return false;
}

SEC("xdp")
int fwd_ratelimit(struct xdp_md *ctx)
{
	struct fw_packet *pkt = fw_packet();
	const struct fw_image *image;
	struct fw_decision decision;
	__u32 limit;

	if (!pkt)
		return XDP_ABORTED;
	image = fw_image(pkt);
	if (!image)
		return XDP_ABORTED;
	if (pkt->canary != FW_NO_SLOT && !is_tried_now(pkt)) {
		try_canary(pkt, image);
		pkt->canary = FW_NO_SLOT;
	}
	limit = decided(pkt, image, &decision);
	if (is_to_charge(pkt, image, limit, &decision)) {
		charge(pkt, image, limit, &decision, true);
		if (is_to_answer(pkt, image, limit, &decision)) {
			if (is_tried_now(pkt)) {
				answer_tried(pkt, &decision);
				goto leave;
			}
			bpf_tail_call(ctx, &stages, FW_STAGE_COOKIE);
			goto missed;
		}
		ban(pkt, image, limit, &decision);
	}
	if (decision.action == FW_ACTION_PASS && pkt->first_count) {
		if (follow_on(ctx, pkt, &decision))
			goto missed;
		goto leave;
	}
	if (decision.action == FW_ACTION_PASS && goes_on(pkt, image)) {
		go_on(ctx, pkt, image, &decision);
		goto missed;
	}
	fragment_remember(pkt, &image->header, &decision);
	goto leave;
missed:
	decide(&decision, FW_REASON_MISSED_TAIL_CALL, FW_ACTION_DROP);
leave: /* One verdict: each copy uses stack, of which Linux 6.1 has 512 bytes per call chain. */
	return verdict(ctx, pkt, &image->header, &decision);
}
