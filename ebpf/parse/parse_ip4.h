/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* IPv4 with options and fragments (RFC 791). An AH is a protocol here, not an extension. */
#ifndef FW_PARSE_IP4_H
#define FW_PARSE_IP4_H

#include <linux/in.h>
#include <linux/ip.h>

#include "ebpf/parse/parse_l4.h"

#define FW_IP4_DONT_FRAGMENT 0x4000
#define FW_IP4_MORE	     0x2000
#define FW_IP4_OFFSET_MASK   0x1fff
#define FW_MAX_DATAGRAM	     65535
#define FW_IP4_MAX_OPTIONS   40

/*
 * Store the place of a fragment in its datagram. offset is in units of 8 bytes; header:
 * bytes of the datagram before the fragmentable part that count for its length.
 */
static __always_inline enum fw_reason parse_fragment(struct cursor *cursor, struct fw_packet *pkt,
						     __u32 offset, bool more, __u32 header)
{
	if ((more && cursor->left % 8) || header + offset * 8 + cursor->left > FW_MAX_DATAGRAM)
		return FW_REASON_FRAGMENT_LENGTH;
	/* It would overwrite the flags of the first one: RFC 1858, RFC 3128. */
	if (offset == 1 && pkt->info.key.proto == IPPROTO_TCP)
		return FW_REASON_FRAGMENT_OVERLAP;
	pkt->info.fragment = offset ? FW_FRAGMENT_LATER : FW_FRAGMENT_FIRST;
	return FW_PARSED;
}

static __always_inline enum fw_reason parse_ip4(struct cursor *cursor, struct fw_packet *pkt)
{
	struct iphdr *ip = take(cursor, sizeof(*ip));
	__u32 header, length, fragment;
	enum fw_reason reason;

	pkt->info.kind = FW_KIND_IP4;
	if (!ip)
		return FW_REASON_SHORT_IP4;
	if (ip->version != 4)
		return FW_REASON_IP4_VERSION;
	header = ip->ihl * 4;
	if (header < sizeof(*ip))
		return FW_REASON_IP4_IHL;
	length = bpf_ntohs(ip->tot_len);
	/* Merged frames of more than 64 KiB ("BIG TCP") have no length in the header. */
	if (!length && cursor->left > FW_MAX_DATAGRAM - sizeof(*ip))
		length = cursor->left + sizeof(*ip);
	pkt->info.flags = FW_IS_IP;
	pkt->info.key.family = 4;
	pkt->info.key.src[0] = ip->saddr;
	pkt->info.key.dst[0] = ip->daddr;
	pkt->info.ip_length = length > FW_MAX_DATAGRAM ? FW_MAX_DATAGRAM : length;
	pkt->info.key.proto = ip->protocol;
	pkt->info.ttl = ip->ttl;
	pkt->info.dscp = ip->tos >> 2;
	fragment = bpf_ntohs(ip->frag_off);
	if (length < header || length - sizeof(*ip) > cursor->left)
		return FW_REASON_IP4_LENGTH;
	cursor->left = length - sizeof(*ip);
	if (!skip(cursor, header - sizeof(*ip), FW_IP4_MAX_OPTIONS))
		return FW_REASON_SHORT_IP4;
	if (fragment & (FW_IP4_MORE | FW_IP4_OFFSET_MASK)) {
		pkt->fragment_id = ip->id;
		reason = parse_fragment(cursor, pkt, fragment & FW_IP4_OFFSET_MASK,
					fragment & FW_IP4_MORE, header);
		if (reason != FW_PARSED)
			return reason;
	}
	return parse_l4(cursor, pkt, FW_IS_IP);
}

#endif
