/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * One packet, parsed once. Packet pointers do not survive a tail call, so entry
 * stores the results in a per-CPU scratch that the later stages read.
 *
 * A kernel may interrupt a test run (BPF_PROG_TEST_RUN, before Linux 6.8) with
 * a real packet on the same CPU. Its scratch is then the real packet's, without
 * FW_MODE_DRY, and no explanation is written: explain tries again.
 */
#ifndef FW_PACKET_H
#define FW_PACKET_H

#include <stdbool.h>
#include <stddef.h>

#include "ebpf/lib/maps.h"
#include "ebpf/parse/parse_ethernet.h"
#include "ebpf/parse/parse_ip4.h"
#include "ebpf/parse/parse_ip6.h"
#include "ebpf/parse/parse_l4.h"

static __always_inline struct fw_packet *fw_packet(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&packet, &zero);
}

/* The active policy has decided, and a trial policy judges: it must have no effect. */
static __always_inline bool is_tried_now(const struct fw_packet *pkt)
{
	return (pkt->mode & (FW_MODE_DRY | FW_MODE_TRIED)) == (FW_MODE_DRY | FW_MODE_TRIED);
}

/* The generation that judges this packet. */
static __always_inline const struct fw_image *fw_image(const struct fw_packet *pkt)
{
	__u32 index = pkt->image;

	return bpf_map_lookup_elem(&images, &index);
}

/* The question of a dry run, and the place of its answer. */
static __always_inline struct fw_explanation *fw_explanation(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&explanation, &zero);
}

/* Fill pkt from the frame. Returns FW_PARSED or the reason why the frame is malformed. */
static __always_inline enum fw_reason parse(struct xdp_md *ctx, struct fw_packet *pkt)
{
	struct cursor cursor = {
		.start = (void *)(long)ctx->data,
		.at = (void *)(long)ctx->data,
		.end = (void *)(long)ctx->data_end,
		.left = pkt->info.length,
		.zero = hidden_zero(pkt->info.length),
	};
	enum fw_reason reason = parse_ethernet(&cursor, pkt);

	if (reason != FW_PARSED)
		return reason;
	join_paths(&cursor);
	switch (pkt->info.ethertype) {
	case ETH_P_IP:
		return parse_ip4(&cursor, pkt);
	case ETH_P_IPV6:
		return parse_ip6(&cursor, pkt);
	case ETH_P_ARP:
		return parse_arp(&cursor, pkt);
	}
	return FW_PARSED; /* LLC, LLDP, MPLS, PPPoE, ...: kind OTHER */
}

#endif
