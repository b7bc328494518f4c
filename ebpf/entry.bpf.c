// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * The first stage, and the only one that is attached: parse the frame, read
 * which generation judges it, and call the next stage.
 */
#include <xdp/xdp_helpers.h>

#include "ebpf/lib/verdict.h"
#include "ebpf/parse/parse_frame.h"

char LICENSE[] SEC("license") = "Dual MIT/GPL";

/* In libxdp's dispatcher: before programs of the default priority 50, which see passed packets. */
struct {
	__uint(priority, 20);
	__uint(XDP_PASS, 1);
} XDP_RUN_CONFIG(fwd_entry);

static __always_inline __u32 interface_of(__u32 ifindex)
{
	__u32 *slot;

	if (knob_interface != FW_ANY_INTERFACE)
		return knob_interface & (FW_MAX_INTERFACES - 1);
	slot = bpf_map_lookup_elem(&interfaces, &ifindex);
	return slot ? *slot & (FW_MAX_INTERFACES - 1) : 0;
}

static __always_inline void begin(struct xdp_md *ctx, struct fw_packet *pkt)
{
	__builtin_memset(pkt, 0, FW_PACKET_CLEARED);
	pkt->now = fw_now(pkt);
	pkt->ifindex = ctx->ingress_ifindex;
	pkt->segments = 1;
	pkt->info.length = bpf_xdp_get_buff_len(ctx);
	pkt->info.kind = FW_KIND_OTHER;
	pkt->rule = FW_NO_SLOT;
	pkt->canary = FW_NO_SLOT;
}

/* After the deadline of a policy, the active one is the policy that it replaced. */
static __always_inline bool has_ended(__u64 active, const struct fw_packet *pkt)
{
	__u64 deadline = FW_ACTIVE_DEADLINE(active);

	return __builtin_expect(deadline != 0, 0) && pkt->now >= deadline;
}

/*
 * Packets of interfaces that only the ended policy names pass, as they did before it,
 * until fwd detaches the interfaces.
 */
static __always_inline bool is_stranger(__u64 active, const struct fw_packet *pkt,
					const struct fw_image *image)
{
	return has_ended(active, pkt) && !(image->header.interfaces >> pkt->info.interface & 1);
}

/* FW_PANIC_*, or 0 if none is in force. A candidate is judged without it. */
static __always_inline __u64 panic_of(const struct fw_state *shared, const struct fw_packet *pkt)
{
	__u64 panic = *(const volatile __u64 *)&shared->panic;

	if (__builtin_expect(panic == 0, 1) || pkt->now >= FW_PANIC_END(panic))
		return 0;
	return panic;
}

/* A test run: the question has the judging policy and the interface. */
static __always_inline void begin_dry(struct fw_packet *pkt)
{
	const struct fw_explanation *question = fw_explanation();

	pkt->mode = FW_MODE_DRY;
	if (!question)
		return;
	pkt->ifindex = question->ask_ifindex;
	if (question->ask_place)
		pkt->image = question->ask_place - 1;
}

/* Another policy than the active one has no deadline. */
static __always_inline bool is_candidate(const struct fw_packet *pkt)
{
	return knob_dry && pkt->image > FW_IMAGE_SECOND;
}

/* Report how the packet was parsed. */
static __always_inline void report_packet(struct xdp_md *ctx, struct fw_packet *pkt)
{
	struct fw_explanation *answer = fw_explanation();

	if (!answer)
		return;
	keep_frame(ctx, pkt);
	answer->packet = pkt->info;
	answer->frame = pkt->frame;
}

SEC("xdp")
int fwd_entry(struct xdp_md *ctx)
{
	struct fw_state *shared = fw_state();
	struct fw_packet *pkt = fw_packet();
	const struct fw_image *image;
	struct fw_decision decision;
	enum fw_reason reason;
	__u64 active, panic;

	/* Array lookups with constant keys: they cannot fail. */
	if (!shared || !pkt)
		return XDP_ABORTED;
	begin(ctx, pkt);
	active = *(const volatile __u64 *)&shared->active;
	pkt->image = FW_ACTIVE_IMAGE(active) ^ has_ended(active, pkt);
	if (shared->try_until > pkt->now)
		pkt->mode = FW_MODE_TRIED;
	if (knob_dry)
		begin_dry(pkt);
	pkt->info.interface = interface_of(pkt->ifindex);
	image = fw_image(pkt);
	if (!image)
		return XDP_ABORTED;
	reason = parse(ctx, pkt);
	if (knob_dry)
		report_packet(ctx, pkt);
	if (!is_candidate(pkt) && (!shared->has_policy || is_stranger(active, pkt, image))) {
		decide(&decision, FW_REASON_NO_POLICY, FW_ACTION_PASS);
		return verdict(ctx, pkt, &image->header, &decision);
	}
	panic = is_candidate(pkt) ? 0 : panic_of(shared, pkt);
	if (__builtin_expect(panic != 0, 0)) {
		pkt->mode &= ~FW_MODE_TRIED;
		if (FW_PANIC_MODE(panic) == FW_PANIC_OPEN) {
			decide(&decision, FW_REASON_PANIC, FW_ACTION_PASS);
			return verdict(ctx, pkt, &image->header, &decision);
		}
		pkt->mode |= FW_MODE_CLOSED;
	}
	if (reason != FW_PARSED) {
		decide(&decision, reason, panic ? FW_ACTION_DROP : image->header.malformed_action);
		return verdict(ctx, pkt, &image->header, &decision);
	}
	bpf_tail_call(ctx, &stages, FW_STAGE_FIREWALL);
	return verdict_missed(ctx, pkt, &image->header);
}
