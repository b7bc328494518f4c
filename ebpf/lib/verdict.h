/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The only exit of the chain: every packet leaves here, with its reason. */
#ifndef FW_VERDICT_H
#define FW_VERDICT_H

#include "ebpf/lib/event.h"

/* For a dry run: write the answer to the map that the caller of the test run reads. */
static __always_inline void explain(const struct fw_header *header,
				    const struct fw_decision *decision, enum fw_outcome outcome)
{
	struct fw_explanation *answer = fw_explanation();

	if (!answer)
		return;
	answer->generation = header->generation;
	answer->rule = decision->slot;
	answer->limit = decision->limit;
	answer->reason = decision->reason;
	answer->action = decision->action;
	answer->outcome = outcome;
	answer->written = FW_EXPLAINED;
}

static __always_inline enum fw_outcome
outcome_of(const struct fw_packet *pkt, const struct fw_header *header, enum fw_action action)
{
	bool enforce;

	if (action == FW_ACTION_PASS)
		return FW_OUTCOME_PASS;
	enforce = header->enforce || pkt->mode & FW_MODE_CLOSED;
	if (action == FW_ACTION_TX)
		return enforce ? FW_OUTCOME_TX : FW_OUTCOME_WOULD_TX;
	return enforce ? FW_OUTCOME_DROP : FW_OUTCOME_WOULD_DROP;
}

static __always_inline int xdp_action_of(enum fw_outcome outcome)
{
	if (outcome == FW_OUTCOME_DROP)
		return XDP_DROP;
	return outcome == FW_OUTCOME_TX ? XDP_TX : XDP_PASS;
}

static __always_inline void note_end(const struct fw_packet *pkt, struct fw_end *end,
				     const struct fw_decision *decision, enum fw_outcome outcome)
{
	end->rule = decision->slot;
	end->limit = decision->limit;
	end->reason = decision->reason;
	end->outcome = outcome;
	end->image = pkt->image;
}

/*
 * During a trial, the active policy's verdict is kept and returned in the end, whatever the
 * result of the trial: also if its stage is missing.
 */
static __always_inline int verdict_tried(struct xdp_md *ctx, struct fw_packet *pkt,
					 const struct fw_decision *decision,
					 enum fw_outcome outcome)
{
	if (pkt->mode & FW_MODE_DRY) {
		note_end(pkt, &pkt->trial.tried, decision, outcome);
	} else {
		note_end(pkt, &pkt->trial.kept, decision, outcome);
		pkt->trial.kept.action = xdp_action_of(outcome);
	}
	bpf_tail_call(ctx, &stages, FW_STAGE_TRY);
	return pkt->trial.kept.action;
}

/* Count, report, and return the XDP action. */
static __always_inline int verdict(struct xdp_md *ctx, struct fw_packet *pkt,
				   const struct fw_header *header,
				   const struct fw_decision *decision)
{
	enum fw_outcome outcome = outcome_of(pkt, header, decision->action);

	if (!(pkt->mode & FW_MODE_DRY)) {
		count_reason(pkt, decision->reason, outcome);
		report(pkt, header, decision, outcome);
	} else if (!(pkt->mode & FW_MODE_TRIED)) {
		explain(header, decision, outcome);
	}
	if (__builtin_expect(pkt->mode & FW_MODE_TRIED, 0))
		return verdict_tried(ctx, pkt, decision, outcome);
	return xdp_action_of(outcome);
}

/* The next stage is missing: a tail call returned. No verdict is possible without it. */
static __always_inline int verdict_missed(struct xdp_md *ctx, struct fw_packet *pkt,
					  const struct fw_header *header)
{
	struct fw_decision decision;

	decide(&decision, FW_REASON_MISSED_TAIL_CALL, FW_ACTION_DROP);
	return verdict(ctx, pkt, header, &decision);
}

#endif
