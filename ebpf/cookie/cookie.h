/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The cookie for a SYN. The kernel makes it, because the kernel checks it later.
 *
 * For a socket of this host, bpf_tcp_gen_syncookie gets the socket. The kernel then
 * records that this listener has sent cookies, without which it would ignore them.
 * It refuses while tcp_syncookies is 1 and the listener's queue has room; then it
 * handles the SYN itself. For hosts behind there is no socket; SYNPROXY checks every
 * cookie.
 */
#ifndef FW_COOKIE_H
#define FW_COOKIE_H

#include <linux/errno.h>

#include "ebpf/cookie/syn.h"

#define FW_AF_INET  2
#define FW_AF_INET6 10

enum cookie_result {
	COOKIE_MADE,
	COOKIE_ROOM, /* the listener's queue has room: the kernel handles the SYN */
	COOKIE_NONE, /* no cookie for this SYN */
};

/*
 * Is the destination an address of this host? A socket that listens on all addresses
 * would be found for any. Without forwarding, all packets are for this host.
 */
static __always_inline bool is_for_us(struct xdp_md *ctx, const struct fw_packet *pkt)
{
	struct bpf_fib_lookup fib = {
		.family = pkt->info.flags & FW_IS_IP6 ? FW_AF_INET6 : FW_AF_INET,
		.l4_protocol = IPPROTO_TCP,
		.tot_len = pkt->info.ip_length,
		.ifindex = pkt->ifindex,
	};
	long found;

	if (pkt->info.flags & FW_IS_IP6) {
		__builtin_memcpy(fib.ipv6_src, pkt->info.key.src, sizeof(fib.ipv6_src));
		__builtin_memcpy(fib.ipv6_dst, pkt->info.key.dst, sizeof(fib.ipv6_dst));
	} else {
		fib.ipv4_src = pkt->info.key.src[0];
		fib.ipv4_dst = pkt->info.key.dst[0];
	}
	found = bpf_fib_lookup(ctx, &fib, sizeof(fib), 0);
	return found == BPF_FIB_LKUP_RET_NOT_FWDED || found == BPF_FIB_LKUP_RET_FWD_DISABLED;
}

static __always_inline struct bpf_sock *find_socket(struct xdp_md *ctx, const struct fw_packet *pkt)
{
	const struct tcphdr *tcp = (const void *)pkt->syn;
	struct bpf_sock_tuple tuple = {};

	if (pkt->info.flags & FW_IS_IP6) {
		__builtin_memcpy(tuple.ipv6.saddr, pkt->info.key.src, sizeof(tuple.ipv6.saddr));
		__builtin_memcpy(tuple.ipv6.daddr, pkt->info.key.dst, sizeof(tuple.ipv6.daddr));
		tuple.ipv6.sport = tcp->source;
		tuple.ipv6.dport = tcp->dest;
		return bpf_skc_lookup_tcp(ctx, &tuple, sizeof(tuple.ipv6), BPF_F_CURRENT_NETNS, 0);
	}
	tuple.ipv4.saddr = pkt->info.key.src[0];
	tuple.ipv4.daddr = pkt->info.key.dst[0];
	tuple.ipv4.sport = tcp->source;
	tuple.ipv4.dport = tcp->dest;
	return bpf_skc_lookup_tcp(ctx, &tuple, sizeof(tuple.ipv4), BPF_F_CURRENT_NETNS, 0);
}

/* A host's own cookie: made with the listening socket. */
static __always_inline enum cookie_result cookie_of_socket(struct xdp_md *ctx,
							   const struct syn *syn,
							   const struct fw_state *shared, void *ip,
							   __u32 ip_header, __u32 *ret)
{
	enum cookie_result result = COOKIE_NONE;
	__u32 header = header_bytes(syn->header);
	struct bpf_sock *socket;
	__s64 cookie;

	/* The kernel would refuse, without a reason. */
	if (!shared->cookies || !header || !is_for_us(ctx, syn->pkt))
		return COOKIE_NONE;
	socket = find_socket(ctx, syn->pkt);
	if (!socket)
		return COOKIE_NONE;
	if (socket->state == BPF_TCP_LISTEN) {
		cookie =
			bpf_tcp_gen_syncookie(socket, ip, ip_header, (void *)syn->pkt->syn, header);
		if (cookie >= 0)
			result = COOKIE_MADE;
		else if (cookie == -ENOENT && shared->cookies == FW_COOKIES_WHEN_FULL)
			result = COOKIE_ROOM;
		*ret = cookie;
	}
	bpf_sk_release(socket);
	return result;
}

/* The IP header for both kinds: version and addresses. */
static __always_inline enum cookie_result cookie4(struct xdp_md *ctx, const struct syn *syn,
						  const struct fw_state *shared, bool local,
						  __u32 *ret)
{
	struct iphdr ip = {
		.version = 4,
		.ihl = sizeof(ip) / 4,
		.saddr = syn->pkt->info.key.src[0],
		.daddr = syn->pkt->info.key.dst[0],
	};
	__u32 header = header_bytes(syn->header);
	__s64 cookie;

	if (local)
		return cookie_of_socket(ctx, syn, shared, &ip, sizeof(ip), ret);
	if (!header)
		return COOKIE_NONE;
	cookie = bpf_tcp_raw_gen_syncookie_ipv4(&ip, (void *)syn->pkt->syn, header);
	*ret = cookie;
	return cookie < 0 ? COOKIE_NONE : COOKIE_MADE;
}

static __always_inline enum cookie_result cookie6(struct xdp_md *ctx, const struct syn *syn,
						  const struct fw_state *shared, bool local,
						  __u32 *ret)
{
	struct ipv6hdr ip = {.version = 6};
	__u32 header = header_bytes(syn->header);
	__s64 cookie;

	__builtin_memcpy(&ip.saddr, syn->pkt->info.key.src, sizeof(ip.saddr));
	__builtin_memcpy(&ip.daddr, syn->pkt->info.key.dst, sizeof(ip.daddr));
	if (local)
		return cookie_of_socket(ctx, syn, shared, &ip, sizeof(ip), ret);
	if (!header)
		return COOKIE_NONE;
	cookie = bpf_tcp_raw_gen_syncookie_ipv6(&ip, (void *)syn->pkt->syn, header);
	*ret = cookie;
	return cookie < 0 ? COOKIE_NONE : COOKIE_MADE;
}

/* Get the cookie for a SYN. ret is valid with COOKIE_MADE. */
static __always_inline enum cookie_result cookie_get(struct xdp_md *ctx, const struct syn *syn,
						     const struct fw_state *shared, bool local,
						     __u32 *ret)
{
	return syn->pkt->info.flags & FW_IS_IP6 ? cookie6(ctx, syn, shared, local, ret)
						: cookie4(ctx, syn, shared, local, ret);
}

#endif
