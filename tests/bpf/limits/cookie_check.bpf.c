// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Asks the kernel whether a client's ACK brings back a cookie of its own: XDP_PASS, or XDP_DROP. */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "Dual MIT/GPL";

SEC("xdp")
int cookie_check(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct ethhdr *ethernet = data;
	struct iphdr *ip4 = data + sizeof(*ethernet);
	struct ipv6hdr *ip6 = (void *)ip4;
	struct tcphdr *tcp;

	if (data + sizeof(*ethernet) + sizeof(*ip4) + sizeof(*tcp) > end)
		return XDP_ABORTED;
	if (ethernet->h_proto == bpf_htons(ETH_P_IP)) {
		tcp = (void *)(ip4 + 1);
		return bpf_tcp_raw_check_syncookie_ipv4(ip4, tcp) ? XDP_DROP : XDP_PASS;
	}
	tcp = (void *)(ip6 + 1);
	if ((void *)(tcp + 1) > end)
		return XDP_ABORTED;
	return bpf_tcp_raw_check_syncookie_ipv6(ip6, tcp) ? XDP_DROP : XDP_PASS;
}
