/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The answer to a SYN: the frame is rewritten in place, with unchanged VLAN tags,
 * to a SYN-ACK with the cookie as its sequence number and recomputed checksums
 * (over veth, the checksum of a SYN is incomplete).
 */
#ifndef FW_ANSWER_H
#define FW_ANSWER_H

#include "ebpf/cookie/cookie.h"
#include "ebpf/lib/time.h"

#define FW_ANSWER_TTL	  64
#define FW_ANSWER_OPTIONS 5  /* words, at most: MSS, SACK and time stamp, window scale */
#define FW_FRAME_MIN	  60 /* Ethernet's, without FCS; shorter ones are padded */
#define FW_NS_PER_MS	  1000000
/* Twenty usual segments: a client starts with ten, and the socket's own window may be less. */
#define FW_ANSWER_WINDOW 29200

/* TCP header and options, as they are in the frame. */
struct answer {
	struct tcphdr tcp;
	__u32 options[FW_ANSWER_OPTIONS];
	__u32 words; /* of options */
};

/* The SYN's options that the answer accepts. Without a time stamp, a cookie has only the MSS. */
static __always_inline __u32 options_taken(const struct syn *syn, const struct fw_state *shared,
					   bool local)
{
	__u32 taken = syn->seen;

	if (local)
		taken &= shared->cookie_options | FW_SYN_MSS;
	return taken & FW_SYN_TIMESTAMP ? taken : taken & FW_SYN_MSS;
}

/* Our time stamp: ms, as the kernel counts them, with the client's options in the lowest bits. */
static __always_inline __u32 timestamp_of(const struct syn *syn, __u32 taken)
{
	__u32 now = fw_now_fine(syn->pkt) / FW_NS_PER_MS, value = now & ~FW_COOKIE_TS_BITS;

	value |= taken & FW_SYN_WSCALE ? syn->wscale : FW_COOKIE_TS_NO_WSCALE;
	if (taken & FW_SYN_SACK)
		value |= FW_COOKIE_TS_SACK;
	/* Not ahead of the time stamps that the host itself will send. */
	return value > now ? value - (FW_COOKIE_TS_BITS + 1) : value;
}

static __always_inline __u32 option_word(__u8 a, __u8 b, __u8 c, __u8 d)
{
	return bpf_htonl((__u32)a << 24 | b << 16 | c << 8 | d);
}

/* Time stamp with SACK or NOPs in front, and window scale; returns the words. */
static __always_inline __u32 put_timestamp(__u32 *options, const struct syn *syn, __u32 taken,
					   __u8 wscale)
{
	__u8 first = taken & FW_SYN_SACK ? FW_OPTION_SACK : FW_OPTION_NOP;
	__u8 second = taken & FW_SYN_SACK ? FW_OPTION_SACK_LENGTH : FW_OPTION_NOP;

	options[0] = option_word(first, second, FW_OPTION_TIMESTAMP, FW_OPTION_TIMESTAMP_LENGTH);
	options[1] = bpf_htonl(timestamp_of(syn, taken));
	options[2] = syn->timestamp;
	if (!(taken & FW_SYN_WSCALE))
		return 3;
	options[3] = option_word(FW_OPTION_NOP, FW_OPTION_WSCALE, FW_OPTION_WSCALE_LENGTH, wscale);
	return 4;
}

static __always_inline __u32 put_options(struct answer *answer, const struct syn *syn,
					 const struct fw_state *shared,
					 const struct fw_cookie *cookie)
{
	bool local = cookie->kind == FW_COOKIE_LOCAL, six = syn->pkt->info.flags & FW_IS_IP6;
	__u32 taken = options_taken(syn, shared, local);
	__u8 wscale = local ? shared->cookie_wscale : cookie->wscale;
	__u16 mss = six ? cookie->mss - (FW_COOKIE_MSS4 - FW_COOKIE_MSS6) : cookie->mss;

	if (!(taken & FW_SYN_MSS))
		return taken ? put_timestamp(answer->options, syn, taken, wscale) : 0;
	answer->options[0] = option_word(FW_OPTION_MSS, FW_OPTION_MSS_LENGTH, mss >> 8, mss & 0xff);
	if (!(taken & FW_SYN_TIMESTAMP))
		return 1;
	return 1 + put_timestamp(answer->options + 1, syn, taken, wscale);
}

/* ---- checksums (RFC 1071): sums of 16-bit words, carries and all, in any byte order ---- */

static __always_inline __u16 fold(__u64 sum)
{
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

/* Over the pseudo header, and all of the answer: unused options are 0. */
static __always_inline __u16 tcp_checksum(const struct answer *answer, const struct fw_packet *pkt)
{
	__u32 length = sizeof(answer->tcp) + answer->words * 4;
	const __u32 *words = (const void *)&answer->tcp;
	__u64 sum = (__u64)bpf_htonl(IPPROTO_TCP) + bpf_htonl(length);

	for (int i = 0; i < 4; i++)
		sum += (__u64)pkt->info.key.src[i] +
		       pkt->info.key.dst[i]; /* of IPv4, the others are 0 */
	for (int i = 0; i < (int)(sizeof(answer->tcp) / 4); i++)
		sum += words[i];
	for (int i = 0; i < FW_ANSWER_OPTIONS; i++)
		sum += answer->options[i];
	return fold(sum);
}

static __always_inline void answer_make(struct answer *answer, const struct syn *syn,
					const struct fw_state *shared,
					const struct fw_cookie *cookie, __u32 sequence)
{
	const struct tcphdr *tcp = (const void *)syn->pkt->syn;

	__builtin_memset(answer, 0, sizeof(*answer));
	answer->words = put_options(answer, syn, shared, cookie);
	answer->tcp.source = tcp->dest;
	answer->tcp.dest = tcp->source;
	answer->tcp.seq = bpf_htonl(sequence);
	answer->tcp.ack_seq = bpf_htonl(bpf_ntohl(tcp->seq) + 1);
	answer->tcp.doff = sizeof(answer->tcp) / 4 + answer->words;
	answer->tcp.syn = 1;
	answer->tcp.ack = 1;
	/* SYNPROXY opens the window after the host behind it has answered. */
	if (cookie->kind == FW_COOKIE_LOCAL)
		answer->tcp.window = bpf_htons(FW_ANSWER_WINDOW);
	answer->tcp.check = tcp_checksum(answer, syn->pkt);
}

/* ---- the frame ---- */

static __always_inline void put_ip4(struct iphdr *ip, const struct fw_packet *pkt, __u32 length)
{
	const __u16 *words = (const void *)ip;
	__u64 sum = 0;

	__builtin_memset(ip, 0, sizeof(*ip));
	ip->version = 4;
	ip->ihl = sizeof(*ip) / 4;
	ip->tot_len = bpf_htons(sizeof(*ip) + length);
	ip->frag_off = bpf_htons(FW_IP4_DONT_FRAGMENT);
	ip->ttl = FW_ANSWER_TTL;
	ip->protocol = IPPROTO_TCP;
	ip->saddr = pkt->info.key.dst[0];
	ip->daddr = pkt->info.key.src[0];
	for (int i = 0; i < (int)(sizeof(*ip) / 2); i++)
		sum += words[i];
	ip->check = fold(sum);
}

static __always_inline void put_ip6(struct ipv6hdr *ip, const struct fw_packet *pkt, __u32 length)
{
	__builtin_memset(ip, 0, sizeof(*ip));
	ip->version = 6;
	ip->payload_len = bpf_htons(length);
	ip->nexthdr = IPPROTO_TCP;
	ip->hop_limit = FW_ANSWER_TTL;
	__builtin_memcpy(&ip->saddr, pkt->info.key.dst, sizeof(ip->saddr));
	__builtin_memcpy(&ip->daddr, pkt->info.key.src, sizeof(ip->daddr));
}

static __always_inline void swap_stations(struct ethhdr *ethernet)
{
	__u8 station[ETH_ALEN];

	__builtin_memcpy(station, ethernet->h_dest, ETH_ALEN);
	__builtin_memcpy(ethernet->h_dest, ethernet->h_source, ETH_ALEN);
	__builtin_memcpy(ethernet->h_source, station, ETH_ALEN);
}

/*
 * TCP header and options, as many as the frame has space for: it ends after
 * them, or a little later if that would be too short for Ethernet. Unused
 * options are 0, and pad it.
 */
static __always_inline bool put_tcp(void *at, void *end, const struct answer *answer)
{
	const __u16 *options = (const void *)answer->options;
	__u16 *to = at + sizeof(answer->tcp);

	if ((void *)to > end)
		return false;
	__builtin_memcpy(at, &answer->tcp, sizeof(answer->tcp));
	for (int i = 0; i < FW_ANSWER_OPTIONS * 2; i++) {
		if ((void *)(to + i + 1) > end)
			break;
		to[i] = options[i];
	}
	return true;
}

/* Over the SYN's IP header, a constant number of bytes, and the bytes after it. */
static __always_inline bool put_packet(void *ip, void *end, const struct fw_packet *pkt,
				       const struct answer *answer)
{
	__u32 length = sizeof(answer->tcp) + answer->words * 4;

	if (pkt->info.flags & FW_IS_IP6) {
		if (ip + sizeof(struct ipv6hdr) > end)
			return false;
		put_ip6(ip, pkt, length);
		return put_tcp(ip + sizeof(struct ipv6hdr), end, answer);
	}
	if (ip + sizeof(struct iphdr) > end)
		return false;
	put_ip4(ip, pkt, length);
	return put_tcp(ip + sizeof(struct iphdr), end, answer);
}

/* Write the answer over the SYN. False: it failed, and the frame is damaged. */
static __always_inline bool answer_write(struct xdp_md *ctx, const struct syn *syn,
					 const struct answer *answer)
{
	const struct fw_packet *pkt = syn->pkt;
	__u32 length = pkt->info.l4_offset + sizeof(answer->tcp) + answer->words * 4;
	void *data, *end;

	if (length < FW_FRAME_MIN)
		length = pkt->info.length < FW_FRAME_MIN ? pkt->info.length : FW_FRAME_MIN;
	if (length > pkt->info.length ||
	    bpf_xdp_adjust_tail(ctx, (int)length - (int)pkt->info.length))
		return false;
	data = (void *)(long)ctx->data;
	end = (void *)(long)ctx->data_end;
	if (data + ETH_HLEN > end)
		return false;
	swap_stations(data);
	return put_packet(data + (pkt->info.l3_offset & FW_L3_OFFSET_MASK), end, pkt, answer);
}

#endif
