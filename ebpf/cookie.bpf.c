// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * The fourth stage: a SYN that is over its limit, of algorithm syn_cookie. It is
 * answered with a cookie, and costs this host nothing more until the client's ACK
 * proves its address. A SYN that cannot be answered is over the limit like any
 * other packet.
 */
#include "ebpf/cookie/answer.h"
#include "ebpf/lib/fragment.h"
#include "ebpf/lib/verdict.h"
#include "ebpf/limit/way.h"
#include "ebpf/parse/parse_frame.h"

char LICENSE[] SEC("license") = "Dual MIT/GPL";

/* The decision of the stage before: over the limit of the rule that matched. */
static __always_inline const struct fw_cookie *
decided(const struct fw_packet *pkt, const struct fw_image *image, struct fw_decision *decision)
{
	const struct fw_rule *rule = &image->rules[pkt->rule & (FW_MAX_RULES - 1)];
	const struct fw_limit *limit = &image->limits[rule->limit & (FW_MAX_LIMITS - 1)];

	decide_by_rule(decision, rule);
	decision->limit = limit->slot;
	decision->reason = FW_REASON_OVER_LIMIT;
	decision->action = limit->over;
	return &image->cookies[rule->limit & (FW_MAX_LIMITS - 1)];
}

/* Answer, or only find what the answer would be. */
static __always_inline int send_answer(struct xdp_md *ctx, const struct fw_image *image,
				       struct fw_packet *pkt, struct fw_decision *decision,
				       const struct syn *syn, const struct answer *answer)
{
	decision->reason = FW_REASON_SYN_COOKIE;
	decision->action = FW_ACTION_TX;
	if (!image->header.enforce || pkt->mode & FW_MODE_DRY)
		return verdict(ctx, pkt, &image->header, decision);
	if (pkt->mode & FW_MODE_TRIED)
		keep_frame(ctx, pkt);
	/* Before the counters: a frame that could not be rewritten was not answered. */
	if (!answer_write(ctx, syn, answer)) {
		decision->reason = FW_REASON_OVER_LIMIT;
		decision->action = FW_ACTION_DROP;
	}
	return verdict(ctx, pkt, &image->header, decision);
}

SEC("xdp")
int fwd_cookie(struct xdp_md *ctx)
{
	struct fw_state *shared = fw_state();
	struct fw_packet *pkt = fw_packet();
	const struct fw_cookie *cookie;
	const struct fw_image *image;
	enum cookie_result result = COOKIE_NONE;
	struct fw_decision decision;
	struct answer answer;
	__u32 sequence = 0;
	struct syn syn;

	if (!shared || !pkt)
		return XDP_ABORTED;
	image = fw_image(pkt);
	if (!image)
		return XDP_ABORTED;
	cookie = decided(pkt, image, &decision);
	if (syn_read(ctx, pkt, &syn))
		result = cookie_get(ctx, &syn, shared, cookie->kind == FW_COOKIE_LOCAL, &sequence);
	switch (result) {
	case COOKIE_MADE:
		answer_make(&answer, &syn, shared, cookie, sequence);
		return send_answer(ctx, image, pkt, &decision, &syn, &answer);
	case COOKIE_ROOM:
		decision.reason = FW_REASON_SYN_QUEUE;
		decision.action = FW_ACTION_PASS;
		if (goes_on(pkt, image)) {
			go_on(ctx, pkt, image, &decision);
			return verdict_missed(ctx, pkt, &image->header);
		}
		break;
	case COOKIE_NONE:
		break;
	}
	fragment_remember(pkt, &image->header, &decision);
	return verdict(ctx, pkt, &image->header, &decision);
}
