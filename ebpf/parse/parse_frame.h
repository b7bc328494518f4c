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

struct fw_frame_fields {
	__u64 src_mac; /* 48 bits, the first byte highest */
	__u64 dst_mac;
	__u32 flow_label;
};

static __always_inline __u64 mac_value(const __u8 *mac)
{
	return (__u64)mac[0] << 40 | (__u64)mac[1] << 32 | (__u64)mac[2] << 24 |
	       (__u64)mac[3] << 16 | (__u64)mac[4] << 8 | mac[5];
}

static __always_inline void parse_frame(struct xdp_md *ctx, const struct fw_packet *pkt,
					struct fw_frame_fields *ret)
{
	struct ethhdr *ethernet = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	__u32 tags = pkt->vlans & 3;
	__be32 *word;

	*ret = (struct fw_frame_fields){0};
	if ((void *)(ethernet + 1) > end)
		return;
	ret->src_mac = mac_value(ethernet->h_source);
	ret->dst_mac = mac_value(ethernet->h_dest);
	word = (void *)(ethernet + 1) + tags * sizeof(struct vlan_tag);
	if (pkt->flags & FW_IS_IP6 && (void *)(word + 1) <= end)
		ret->flow_label = bpf_ntohl(*word) & FW_FLOW_LABEL_MASK;
}

#endif
