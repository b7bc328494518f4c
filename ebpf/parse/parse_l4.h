/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * TCP, UDP, SCTP, ICMP, ICMPv6. Other protocols have no ports and are not
 * parsed. A first fragment must hold the whole header: one that does not is
 * an attempt to hide it.
 */
#ifndef FW_PARSE_L4_H
#define FW_PARSE_L4_H

#include <linux/in.h>
#include <linux/in6.h>
#include <linux/tcp.h>
#include <linux/udp.h>

#include "ebpf/parse/parse_ethernet.h"

#define FW_SCTP_HEADER 12
#define FW_TCP_FLAGS   13 /* offset of the byte with CWR..FIN */

#define FW_ICMP4_QUERIES ((1 << 0 | 1 << 8) | (15 << 13) | (3 << 17)) /* types that have an id */
#define FW_ICMP6_QUERIES 128					      /* this one and the next */

struct icmp_header {
	__u8 type;
	__u8 code;
	__be16 checksum;
	__be16 id; /* of queries and their replies */
	__be16 sequence;
};

struct sctp_header {
	__be16 source;
	__be16 dest;
	__be32 tag;
	__be32 checksum;
};

static __always_inline enum fw_reason l4_short(const struct fw_packet *pkt, enum fw_reason reason)
{
	return pkt->info.fragment == FW_FRAGMENT_FIRST ? FW_REASON_FRAGMENT_TINY : reason;
}

static __always_inline enum fw_reason parse_tcp(struct cursor *cursor, struct fw_packet *pkt,
						__u8 flags)
{
	struct tcphdr *tcp = take(cursor, sizeof(*tcp));
	__u32 header;

	if (!tcp)
		return l4_short(pkt, FW_REASON_SHORT_TCP);
	header = tcp->doff * 4;
	if (header < sizeof(*tcp))
		return FW_REASON_TCP_OFFSET;
	if (header - sizeof(*tcp) > cursor->left)
		return l4_short(pkt, FW_REASON_TCP_OFFSET);
	pkt->info.key.sport = bpf_ntohs(tcp->source);
	pkt->info.key.dport = bpf_ntohs(tcp->dest);
	pkt->info.l4_header = header;
	pkt->info.tcp_flags = ((__u8 *)tcp)[FW_TCP_FLAGS];
	pkt->info.flags = flags | FW_HAS_PORTS | FW_HAS_TCP;
	return FW_PARSED;
}

static __always_inline enum fw_reason parse_udp(struct cursor *cursor, struct fw_packet *pkt,
						__u8 flags)
{
	__u32 left = cursor->left, length;
	struct udphdr *udp = take(cursor, sizeof(*udp));

	if (!udp)
		return l4_short(pkt, FW_REASON_SHORT_UDP);
	length = bpf_ntohs(udp->len);
	/* The length in a first fragment is the whole datagram's. */
	if (length < sizeof(*udp) || (length > left && pkt->info.fragment == FW_FRAGMENT_NONE))
		return FW_REASON_UDP_LENGTH;
	pkt->info.l4_header = sizeof(*udp);
	pkt->info.key.sport = bpf_ntohs(udp->source);
	pkt->info.key.dport = bpf_ntohs(udp->dest);
	pkt->info.flags = flags | FW_HAS_PORTS;
	return FW_PARSED;
}

static __always_inline enum fw_reason parse_sctp(struct cursor *cursor, struct fw_packet *pkt,
						 __u8 flags)
{
	struct sctp_header *sctp = take(cursor, sizeof(*sctp));

	if (!sctp)
		return l4_short(pkt, FW_REASON_SHORT_SCTP);
	pkt->info.l4_header = sizeof(*sctp);
	pkt->info.key.sport = bpf_ntohs(sctp->source);
	pkt->info.key.dport = bpf_ntohs(sctp->dest);
	pkt->info.flags = flags | FW_HAS_PORTS;
	return FW_PARSED;
}

/* Queries (RFC 792, RFC 950, RFC 4443) have an id, which their replies repeat. */
static __always_inline bool is_icmp_query(__u32 type, __u8 flags)
{
	if (flags & FW_IS_IP6)
		return (type & ~1U) == FW_ICMP6_QUERIES;
	return type < 32 && FW_ICMP4_QUERIES >> type & 1;
}

static __always_inline enum fw_reason parse_icmp(struct cursor *cursor, struct fw_packet *pkt,
						 __u8 flags)
{
	struct icmp_header *icmp = take(cursor, sizeof(*icmp));

	if (!icmp)
		return l4_short(pkt, FW_REASON_SHORT_ICMP);
	pkt->info.l4_header = sizeof(*icmp);
	pkt->info.icmp_type = icmp->type;
	pkt->info.icmp_code = icmp->code;
	pkt->info.flags = flags | FW_HAS_ICMP;
	if (is_icmp_query(icmp->type, flags))
		pkt->info.key.sport = pkt->info.key.dport = bpf_ntohs(icmp->id);
	return FW_PARSED;
}

static __always_inline enum fw_reason parse_l4(struct cursor *cursor, struct fw_packet *pkt,
					       __u8 flags)
{
	pkt->info.l4_offset = cursor->offset;
	if (pkt->info.fragment == FW_FRAGMENT_LATER)
		return FW_PARSED;
	join_paths(cursor);
	switch (pkt->info.key.proto) {
	case IPPROTO_TCP:
		return parse_tcp(cursor, pkt, flags);
	case IPPROTO_UDP:
		return parse_udp(cursor, pkt, flags);
	case IPPROTO_SCTP:
		return parse_sctp(cursor, pkt, flags);
	case IPPROTO_ICMP:
		if (!(flags & FW_IS_IP6))
			return parse_icmp(cursor, pkt, flags);
		break;
	case IPPROTO_ICMPV6:
		if (flags & FW_IS_IP6)
			return parse_icmp(cursor, pkt, flags);
		break;
	}
	return FW_PARSED;
}

#endif
