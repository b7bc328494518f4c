/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * SYNs: the packets that open a connection, those that can be answered here,
 * and their options.
 *
 * The answer is never longer than the SYN: it has no option that the SYN does
 * not have. So a frame never grows, which not every driver supports, and a
 * spoofed source gets no more bytes than were sent with its address.
 */
#ifndef FW_SYN_H
#define FW_SYN_H

#include "ebpf/lib/packet.h"

#define FW_TCP_FIN 1
#define FW_TCP_SYN 2
#define FW_TCP_RST 4
#define FW_TCP_ACK 16

/* Options of TCP: kinds and lengths (RFC 9293, RFC 7323, RFC 2018). */
#define FW_OPTION_END		   0
#define FW_OPTION_NOP		   1
#define FW_OPTION_MSS		   2
#define FW_OPTION_WSCALE	   3
#define FW_OPTION_SACK		   4
#define FW_OPTION_TIMESTAMP	   8
#define FW_OPTION_MSS_LENGTH	   4
#define FW_OPTION_WSCALE_LENGTH	   3
#define FW_OPTION_SACK_LENGTH	   2
#define FW_OPTION_TIMESTAMP_LENGTH 10
#define FW_WSCALE_MAX		   14

/* Data of a SYN beyond struct fw_packet; its TCP header is in fw_packet.syn. */
struct syn {
	struct fw_packet *pkt;
	__u32 header;	 /* bytes of the TCP header */
	__u32 at;	 /* of the next option in it */
	__u32 seen;	 /* FW_SYN_* */
	__u32 timestamp; /* as on the wire */
	__u8 wscale;
};

/* True for a packet that a limit of SYNs meters: any that opens a connection. */
static __always_inline bool is_syn(const struct fw_packet *pkt)
{
	return pkt->info.flags & FW_HAS_TCP &&
	       (pkt->info.tcp_flags & (FW_TCP_SYN | FW_TCP_ACK)) == FW_TCP_SYN;
}

/* Not in 0/8, 127/8, or from 224/4 on: no host has such an address. */
static __always_inline bool is_host4(__u32 addr)
{
	__u32 first = bpf_ntohl(addr) >> 24;

	return first != 0 && first != 127 && first < 224;
}

/* Not in ff00::/8 or ::/32, which has ::, ::1 and IPv4-mapped addresses. */
static __always_inline bool is_host6(const __u32 addr[4])
{
	return addr[0] && (bpf_ntohl(addr[0]) >> 24) != 0xff;
}

/* From one station to one other. */
static __always_inline bool is_unicast(const struct ethhdr *ethernet)
{
	return !((ethernet->h_source[0] | ethernet->h_dest[0]) & 1);
}

/*
 * The length of a TCP header, or 0 if it cannot be one. Two comparisons that clang must not
 * join: Linux 6.1 would not see the range that they leave. It is also lost over calls.
 */
static __always_inline __u32 header_bytes(__u32 bytes)
{
	if (bytes < sizeof(struct tcphdr))
		return 0;
	barrier_var(bytes);
	return bytes > FW_TCP_MAX_HEADER ? 0 : bytes;
}

/* The end of the datagram, from the start of the frame. */
static __always_inline __u32 end_of(const struct fw_packet_info *info)
{
	return info->l3_offset + info->ip_length;
}

/* Is TCP without data all that follows a fixed IP header, without options or extension headers? */
static __always_inline bool is_bare(const struct fw_packet_info *info)
{
	__u32 fixed = info->flags & FW_IS_IP6 ? sizeof(struct ipv6hdr) : sizeof(struct iphdr);

	return info->l4_offset == info->l3_offset + fixed &&
	       end_of(info) == (__u32)info->l4_offset + info->l4_header;
}

/*
 * True if the SYN is one that can be answered: no FIN or RST, no fragment, from one host to
 * another. The others are for the kernel, if the limit lets them pass.
 */
static __always_inline bool is_plain(const struct fw_packet *pkt)
{
	if (pkt->info.tcp_flags & (FW_TCP_FIN | FW_TCP_RST) ||
	    pkt->info.fragment != FW_FRAGMENT_NONE)
		return false;
	return pkt->info.flags & FW_IS_IP6
		       ? is_host6(pkt->info.key.src) && is_host6(pkt->info.key.dst)
		       : is_host4(pkt->info.key.src[0]) && is_host4(pkt->info.key.dst[0]);
}

/* One option at syn->at; returns 1 when there are no more. A callback of bpf_loop. */
static long read_option(__u32 index, struct syn *syn)
{
	__u8 *header = syn->pkt->syn;
	__u32 at = syn->at, length;

	(void)index;
	if (at >= syn->header || at > FW_TCP_MAX_HEADER - 1)
		return 1;
	if (header[at] == FW_OPTION_END)
		return 1;
	if (header[at] == FW_OPTION_NOP) {
		syn->at = at + 1;
		return 0;
	}
	if (at > FW_TCP_MAX_HEADER - 2)
		return 1;
	length = header[at + 1];
	if (length < 2 || at + length > syn->header)
		return 1;
	syn->at = at + length;
	if (header[at] == FW_OPTION_MSS && length == FW_OPTION_MSS_LENGTH)
		syn->seen |= FW_SYN_MSS;
	if (header[at] == FW_OPTION_SACK && length == FW_OPTION_SACK_LENGTH)
		syn->seen |= FW_SYN_SACK;
	if (header[at] == FW_OPTION_WSCALE && length == FW_OPTION_WSCALE_LENGTH &&
	    at <= FW_TCP_MAX_HEADER - FW_OPTION_WSCALE_LENGTH) {
		syn->wscale = header[at + 2] > FW_WSCALE_MAX ? FW_WSCALE_MAX : header[at + 2];
		syn->seen |= FW_SYN_WSCALE;
	}
	if (header[at] == FW_OPTION_TIMESTAMP && length == FW_OPTION_TIMESTAMP_LENGTH &&
	    at <= FW_TCP_MAX_HEADER - FW_OPTION_TIMESTAMP_LENGTH) {
		__builtin_memcpy(&syn->timestamp, header + at + 2, sizeof(syn->timestamp));
		syn->seen |= FW_SYN_TIMESTAMP;
	}
	return 0;
}

/*
 * Read a SYN that is to be answered into ret and pkt->syn. False: it cannot be
 * answered here. Data (RFC 7413) is another reason.
 */
static __always_inline bool syn_read(struct xdp_md *ctx, struct fw_packet *pkt, struct syn *ret)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	__u32 header = header_bytes(pkt->info.l4_header);

	if (!is_plain(pkt) || !is_bare(&pkt->info) || data + ETH_HLEN > end || !is_unicast(data) ||
	    !header)
		return false;
	/* After the header 0, which is the end of options and does not change a sum. */
	__builtin_memset(pkt->syn, 0, sizeof(pkt->syn));
	if (bpf_xdp_load_bytes(ctx, pkt->info.l4_offset, pkt->syn, header))
		return false;
	*ret = (struct syn){.pkt = pkt, .header = header, .at = sizeof(struct tcphdr)};
	bpf_loop(FW_TCP_MAX_HEADER - sizeof(struct tcphdr), read_option, ret, 0);
	return true;
}

#endif
