// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * The trial policy, which judges packets next to the active one. verdict() calls this
 * stage twice: after the active policy has decided, then the trial policy judges the same
 * packet; and after that, then both verdicts are compared. The active policy's verdict is
 * returned.
 *
 * The trial policy judges as an explanation does (FW_MODE_DRY): it counts, pays, reports
 * and stores nothing.
 */
#include "ebpf/lib/verdict.h"

char LICENSE[] SEC("license") = "Dual MIT/GPL";

static __always_inline struct fw_try_stats *try_stats_here(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&try_stats, &zero);
}

static __always_inline void add(struct fw_difference *to, const struct fw_packet *pkt)
{
	__sync_fetch_and_add(&to->count.packets, 1);
	__sync_fetch_and_add(&to->count.bytes, pkt->info.length);
	to->last = pkt->now;
}

/* Add to a counter, which is created if missing. False: the map is full. */
static __always_inline bool add_to(void *map, const void *key, const struct fw_packet *pkt)
{
	struct fw_difference first = {
		.count = {.packets = 1, .bytes = pkt->info.length},
		.last = pkt->now,
	};
	struct fw_difference *there = bpf_map_lookup_elem(map, key);

	if (!there && !bpf_map_update_elem(map, key, &first, BPF_NOEXIST))
		return true;
	/* Another CPU may have been first. */
	if (!there)
		there = bpf_map_lookup_elem(map, key);
	if (there)
		add(there, pkt);
	return there;
}

static __always_inline void report_difference(const struct fw_packet *pkt,
					      struct fw_try_stats *stats)
{
	struct fw_try_flow flow = {
		.difference =
			{
				.rule = pkt->trial.kept.rule,
				.tried_rule = pkt->trial.tried.rule,
				.reason = pkt->trial.kept.reason,
				.outcome = pkt->trial.kept.outcome,
				.tried_reason = pkt->trial.tried.reason,
				.tried_outcome = pkt->trial.tried.outcome,
			},
		.packet =
			{
				.key = pkt->info.key,
				.vlan = pkt->info.vlan,
				.ethertype = pkt->info.ethertype,
				.interface = pkt->info.interface,
				.kind = pkt->info.kind,
				.flags = pkt->info.flags,
			},
	};

	/* Each ping is not a flow of its own. */
	if (!(pkt->info.flags & FW_HAS_PORTS))
		flow.packet.key.sport = flow.packet.key.dport = 0;
	if (!add_to(&try_differences, &flow.difference, pkt))
		stats->untold++;
	add_to(&try_flows, &flow, pkt);
}

static __always_inline void compare(const struct fw_packet *pkt)
{
	struct fw_try_stats *stats = try_stats_here();

	if (!stats)
		return;
	count(&stats->compared, pkt);
	if (pkt->trial.tried.outcome != pkt->trial.kept.outcome) {
		count(&stats->different, pkt);
		report_difference(pkt, stats);
	} else if (pkt->trial.tried.rule != pkt->trial.kept.rule ||
		   pkt->trial.tried.reason != pkt->trial.kept.reason) {
		count(&stats->elsewhere, pkt);
	}
}

/*
 * A later fragment gets the result of its first one, which was compared; and without a policy or a
 * stage there is nothing to compare with.
 */
static __always_inline bool is_comparable(const struct fw_packet *pkt)
{
	return pkt->trial.kept.reason != FW_REASON_FRAGMENT &&
	       pkt->trial.kept.reason != FW_REASON_NO_POLICY &&
	       pkt->trial.kept.reason != FW_REASON_MISSED_TAIL_CALL;
}

/* The trial policy judges the packet that the active one has judged. */
static __always_inline void begin(struct fw_packet *pkt)
{
	pkt->image = FW_IMAGE_TRIED;
	pkt->mode |= FW_MODE_DRY;
	pkt->rule = FW_NO_SLOT;
	pkt->canary = FW_NO_SLOT;
	__builtin_memcpy(pkt->trial.kept_paid, pkt->limits.paid, sizeof(pkt->limits.paid));
	pkt->trial.kept_paid_count = pkt->paid_count;
	pkt->paid_count = 0;
	pkt->asked_count = 0;
	pkt->resumed = 0;
	pkt->first_rule = 0;
	pkt->first_count = 0;
	pkt->first_at = 0;
	pkt->search.row_count = 0;
	pkt->search.column = 0;
}

/* Of a malformed packet only the action is compared. */
static __always_inline void judge_malformed(struct fw_packet *pkt)
{
	const struct fw_image *image = fw_image(pkt);

	if (!image)
		return;
	pkt->trial.tried = (struct fw_end){
		.rule = FW_NO_SLOT,
		.limit = FW_NO_SLOT,
		.reason = pkt->trial.kept.reason,
		.outcome = outcome_of(pkt, &image->header, image->header.malformed_action),
		.image = FW_IMAGE_TRIED,
	};
	compare(pkt);
}

SEC("xdp")
int fwd_try(struct xdp_md *ctx)
{
	struct fw_packet *pkt = fw_packet();
	struct fw_try_stats *stats = try_stats_here();

	if (!pkt)
		return XDP_ABORTED;
	if (pkt->mode & FW_MODE_DRY) {
		compare(pkt);
		return pkt->trial.kept.action;
	}
	if (!is_comparable(pkt)) {
		if (stats)
			stats->left_out++;
		return pkt->trial.kept.action;
	}
	begin(pkt);
	if (pkt->trial.kept.reason >= FW_REASON_MALFORMED) {
		judge_malformed(pkt);
		return pkt->trial.kept.action;
	}
	bpf_tail_call(ctx, &stages, FW_STAGE_FIREWALL);
	return pkt->trial.kept.action;
}
