/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Values that are read from a parsed frame only if a rule uses them: MAC addresses, the flow label.
 * A missing value is 0; a parsed packet has all.
 */
#ifndef FW_PARSE_FRAME_H
#define FW_PARSE_FRAME_H

#include <linux/ipv6.h>

#include "ebpf/parse/parse_ethernet.h"

#define FW_FLOW_LABEL_MASK 0xfffff

static __always_inline void parse_frame(struct xdp_md *ctx, const struct fw_packet_info *info,
					struct fw_frame_info *ret)
{
	struct ethhdr *ethernet = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	__be32 *word = (void *)ethernet + (info->l3_offset & FW_L3_OFFSET_MASK);

	*ret = (struct fw_frame_info){0};
	if ((void *)(ethernet + 1) > end)
		return;
	__builtin_memcpy(ret->src_mac, ethernet->h_source, ETH_ALEN);
	__builtin_memcpy(ret->dst_mac, ethernet->h_dest, ETH_ALEN);
	if (info->flags & FW_IS_IP6 && (void *)(word + 1) <= end)
		ret->flow_label = bpf_ntohl(*word) & FW_FLOW_LABEL_MASK;
}

/* The values of the frame as it came in: read once, since a SYN is overwritten by its answer. */
static __always_inline void keep_frame(struct xdp_md *ctx, struct fw_packet *pkt)
{
	if (pkt->mode & FW_MODE_FRAME)
		return;
	parse_frame(ctx, &pkt->info, &pkt->frame);
	pkt->mode |= FW_MODE_FRAME;
}

#endif
