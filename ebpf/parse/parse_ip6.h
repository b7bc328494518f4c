/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * IPv6 and its extension headers (RFC 8200), which are followed to the
 * protocol behind them: hop-by-hop, routing, destination options, fragment
 * and AH. ESP, "no next header" and everything unknown ends the chain.
 */
#ifndef FW_PARSE_IP6_H
#define FW_PARSE_IP6_H

#include <linux/in6.h>
#include <linux/ipv6.h>

#include "ebpf/parse/parse_ip4.h"

#define FW_IP6_MORE	    0x0001
#define FW_IP6_OFFSET_SHIFT 3
#define FW_IP6_MAX_EXT	    2048 /* bytes: (255 + 1) * 8 */
#define FW_IP6_HOP_ND	    255
#define FW_IP6_HOP_MLD	    1

struct ip6_ext {
	__u8 next;
	__u8 length;
	__u8 rest[6];
};

struct ip6_fragment {
	__u8 next;
	__u8 reserved;
	__be16 offset;
	__be32 id;
};

static __always_inline bool is_ip6_ext(__u8 proto)
{
	return proto == IPPROTO_HOPOPTS || proto == IPPROTO_ROUTING || proto == IPPROTO_DSTOPTS ||
	       proto == IPPROTO_AH;
}

/* Past a fragment header. Atomic fragments (RFC 6946) are whole datagrams. */
static __always_inline enum fw_reason parse_ip6_fragment(struct cursor *cursor,
							 struct fw_packet *pkt)
{
	struct ip6_fragment *header = take(cursor, sizeof(*header));
	__u32 offset;
	bool more;

	if (!header)
		return FW_REASON_SHORT_IP6_EXT;
	/* A fragment of a fragment: no host sends it, and its contents cannot be parsed. */
	if (pkt->info.fragment != FW_FRAGMENT_NONE)
		return FW_REASON_IP6_EXT_DEPTH;
	offset = bpf_ntohs(header->offset) >> FW_IP6_OFFSET_SHIFT;
	more = bpf_ntohs(header->offset) & FW_IP6_MORE;
	pkt->info.key.proto = header->next;
	if (!offset && !more)
		return FW_PARSED;
	pkt->fragment_id = header->id;
	/* The length that counts is the reassembled payload's, with the headers before. */
	return parse_fragment(cursor, pkt, offset, more,
			      pkt->info.ip_length - sizeof(struct ipv6hdr) - sizeof(*header) -
				      cursor->left);
}

static __always_inline enum fw_reason parse_ip6_ext(struct cursor *cursor, struct fw_packet *pkt)
{
	struct ip6_ext *ext;
	enum fw_reason reason;
	__u32 size;

/* Unrolled: Linux 6.1 refuses a loop whose body falls through to its head, as clang compiles it. */
#pragma unroll
	for (int depth = 0; depth <= FW_MAX_IP6_EXT; depth++) {
		bool fragment = pkt->info.key.proto == IPPROTO_FRAGMENT;

		if (!fragment && !is_ip6_ext(pkt->info.key.proto))
			return FW_PARSED;
		if (depth == FW_MAX_IP6_EXT)
			break;
		if (depth)
			join_paths(cursor);
		if (fragment) {
			reason = parse_ip6_fragment(cursor, pkt);
			if (reason != FW_PARSED || pkt->info.fragment == FW_FRAGMENT_LATER)
				return reason;
			continue;
		}
		ext = take(cursor, sizeof(*ext));
		if (!ext)
			return FW_REASON_SHORT_IP6_EXT;
		/* AH counts words of 4 bytes (RFC 4302), the others of 8. */
		size = pkt->info.key.proto == IPPROTO_AH ? (ext->length + 2) * 4
							 : (ext->length + 1) * 8;
		pkt->info.key.proto = ext->next;
		if (!skip(cursor, size - sizeof(*ext), FW_IP6_MAX_EXT))
			return FW_REASON_SHORT_IP6_EXT;
	}
	return FW_REASON_IP6_EXT_DEPTH;
}

/*
 * Packets that an IPv6 link needs. Hop limit 255 proves that neighbour discovery
 * comes from the link (RFC 4861); a link-local source proves it for MLD.
 */
static __always_inline bool is_link6(const struct fw_packet *pkt)
{
	if (!(pkt->info.flags & FW_HAS_ICMP) || pkt->info.fragment != FW_FRAGMENT_NONE)
		return false;
	switch (pkt->info.icmp_type) {
	case 133 ... 137: /* router and neighbour discovery, redirect */
		return pkt->info.ttl == FW_IP6_HOP_ND;
	case 130 ... 132: /* MLDv1, and the query of v2 */
	case 143:	  /* MLDv2 report */
		return pkt->info.ttl == FW_IP6_HOP_MLD &&
		       ((pkt->info.key.src[0] & bpf_htonl(0xffc00000)) == bpf_htonl(0xfe800000) ||
			!(pkt->info.key.src[0] | pkt->info.key.src[1] | pkt->info.key.src[2] |
			  pkt->info.key.src[3]));
	}
	return false;
}

static __always_inline enum fw_reason parse_ip6(struct cursor *cursor, struct fw_packet *pkt)
{
	struct ipv6hdr *ip = take(cursor, sizeof(*ip));
	enum fw_reason reason;
	__u32 length;

	pkt->info.kind = FW_KIND_IP6;
	if (!ip)
		return FW_REASON_SHORT_IP6;
	if (ip->version != 6)
		return FW_REASON_IP6_VERSION;
	length = bpf_ntohs(ip->payload_len);
	/* As in IPv4; with or without the option of a jumbogram. */
	if (!length && cursor->left > FW_MAX_DATAGRAM)
		length = cursor->left;
	pkt->info.flags = FW_IS_IP | FW_IS_IP6;
	pkt->info.key.family = 6;
	__builtin_memcpy(pkt->info.key.src, &ip->saddr, sizeof(pkt->info.key.src));
	__builtin_memcpy(pkt->info.key.dst, &ip->daddr, sizeof(pkt->info.key.dst));
	pkt->info.ip_length =
		length + sizeof(*ip) > FW_MAX_DATAGRAM ? FW_MAX_DATAGRAM : length + sizeof(*ip);
	pkt->info.key.proto = ip->nexthdr;
	pkt->info.ttl = ip->hop_limit;
	pkt->info.dscp = (ip->priority << 2) | (ip->flow_lbl[0] >> 6);
	/* Other jumbograms (RFC 2675) do not occur at edges. */
	if (length > cursor->left || (!length && ip->nexthdr == IPPROTO_HOPOPTS))
		return FW_REASON_IP6_LENGTH;
	cursor->left = length;
	reason = parse_ip6_ext(cursor, pkt);
	if (reason != FW_PARSED)
		return reason;
	reason = parse_l4(cursor, pkt, FW_IS_IP | FW_IS_IP6);
	if (pkt->info.key.proto == IPPROTO_ICMPV6 && is_link6(pkt))
		pkt->info.kind = FW_KIND_LINK6;
	return reason;
}

#endif
