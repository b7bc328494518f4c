// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * In front of what is measured: give the frame other addresses and ports each
 * time, so that neither caches nor branch predictors see one packet for ever.
 * Then either call what is measured, or send the frame out of an interface.
 */
#include <stdbool.h>

#include <linux/bpf.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/udp.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "tests/bench/bench_abi.h"

char LICENSE[] SEC("license") = "Dual MIT/GPL";

const volatile __u32 knob_family = 4;
const volatile __u32 knob_offset = 14; /* of the IP header */
const volatile __u32 knob_mask = BENCH_KEYS - 1;
const volatile __u32 knob_ifindex = 0; /* where bench_send sends */

const volatile struct bench_ideal knob_ideal = {};

__u32 position;
__u64 ideal_passed;  /* by this program, which runs on one CPU at a time */
__u64 longest_pause; /* ns between two packets of a key, whichever CPUs they came to */

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, BENCH_KEYS);
	__type(key, __u32);
	__type(value, struct bench_key);
} keys SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} target SEC(".maps");

struct ideal {
	struct bpf_spin_lock lock;
	__u64 tokens;
	__u64 last; /* when they were counted; 0: never, the bucket is full */
};

/* Of both CPUs' programs. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, BENCH_IDEALS);
	__type(key, __u32);
	__type(value, struct ideal);
} ideals SEC(".maps");

static __always_inline void set_ports(struct udphdr *udp, const struct bench_key *key)
{
	udp->source = key->sport;
	udp->dest = key->dport;
}

/* Again: the frame of before may have been answered. */
static __always_inline void set_syn(__u8 *tcp, void *end)
{
	if ((void *)(tcp + 20) > end)
		return;
	tcp[12] = 0x50;
	tcp[13] = 0x02;
}

static __always_inline int rotate(struct xdp_md *ctx)
{
	void *ip = (void *)(long)ctx->data + knob_offset, *end = (void *)(long)ctx->data_end;
	__u32 index = position++ & knob_mask;
	struct bench_key *key = bpf_map_lookup_elem(&keys, &index);
	struct ipv6hdr *ip6 = ip;
	struct iphdr *ip4 = ip;

	if (!key)
		return -1;
	if (knob_family == 4) {
		if (ip + sizeof(*ip4) + sizeof(struct udphdr) > end)
			return -1;
		ip4->saddr = key->src[0];
		ip4->daddr = key->dst[0];
		if (key->proto)
			ip4->protocol = key->proto;
		set_ports((void *)(ip4 + 1), key);
		if (key->proto == IPPROTO_TCP)
			set_syn((void *)(ip4 + 1), end);
	} else {
		if (ip + sizeof(*ip6) + sizeof(struct udphdr) > end)
			return -1;
		__builtin_memcpy(&ip6->saddr, key->src, sizeof(key->src));
		__builtin_memcpy(&ip6->daddr, key->dst, sizeof(key->dst));
		set_ports((void *)(ip6 + 1), key);
	}
	return 0;
}

SEC("xdp")
int bench_rotate(struct xdp_md *ctx)
{
	if (!rotate(ctx))
		bpf_tail_call(ctx, &target, 0);
	return XDP_ABORTED;
}

/* Tokens since the last packet; true: there is one for this. */
static __always_inline bool ideal_takes(struct ideal *ideal, __u64 now, __u64 *ret_pause)
{
	__u64 most = knob_ideal.burst * BENCH_A_PACKET, pause = 0;
	bool takes;

	bpf_spin_lock(&ideal->lock);
	if (!ideal->last) {
		ideal->tokens = most;
		ideal->last = now;
	}
	/* The other CPU may have read the clock later, and yet been first. */
	if (now > ideal->last) {
		pause = now - ideal->last;
		ideal->last = now;
	}
	/* Rates are up to 10^6/s and pauses up to an hour: no overflow. */
	ideal->tokens += pause * knob_ideal.rate;
	if (ideal->tokens > most)
		ideal->tokens = most;
	takes = ideal->tokens >= BENCH_A_PACKET;
	if (takes)
		ideal->tokens -= BENCH_A_PACKET;
	bpf_spin_unlock(&ideal->lock);
	*ret_pause = pause;
	return takes;
}

static __always_inline void judge_ideally(__u32 number)
{
	__u32 index = knob_ideal.keys ? number % knob_ideal.keys : 0;
	struct ideal *ideal = bpf_map_lookup_elem(&ideals, &index);
	__u64 pause;

	if (!ideal)
		return;
	if (ideal_takes(ideal, bpf_ktime_get_ns(), &pause))
		ideal_passed++;
	if (pause > longest_pause)
		longest_pause = pause;
}

/* The same after an ideal bucket has seen the packet, too. */
SEC("xdp")
int bench_judge(struct xdp_md *ctx)
{
	__u32 number = position & knob_mask;

	if (!rotate(ctx)) {
		judge_ideally(number);
		bpf_tail_call(ctx, &target, 0);
	}
	return XDP_ABORTED;
}

/* What looks at the packet as IP checks the checksum first. */
static __always_inline void set_checksum(struct xdp_md *ctx)
{
	__u16 *words = (void *)(long)ctx->data + knob_offset;
	struct iphdr *ip4 = (void *)words;
	__u32 sum = 0;

	if (knob_family != 4 || (void *)(ip4 + 1) > (void *)(long)ctx->data_end)
		return;
	ip4->check = 0;
	for (unsigned i = 0; i < sizeof(*ip4) / sizeof(*words); i++)
		sum += words[i];
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	ip4->check = (__u16)~sum;
}

SEC("xdp")
int bench_send(struct xdp_md *ctx)
{
	if (rotate(ctx))
		return XDP_ABORTED;
	set_checksum(ctx);
	return bpf_redirect(knob_ifindex, 0);
}

SEC("xdp")
int bench_drop(struct xdp_md *ctx)
{
	(void)ctx;
	return XDP_DROP;
}

SEC("xdp")
int bench_pass(struct xdp_md *ctx)
{
	(void)ctx;
	return XDP_PASS;
}

/* ---- what a scan of rules costs ---- */

#define SCAN_CHUNK 16

__u32 scan_count;

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, BENCH_RULES / SCAN_CHUNK);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, SCAN_CHUNK * sizeof(struct bench_rule));
} scan_rules SEC(".maps");

struct scan {
	__u32 src, dst;
	__u16 sport, dport;
	__u8 proto;
	__u32 found;
};

static long scan_chunk(__u32 chunk, void *context)
{
	struct scan *scan = context;
	const struct bench_rule *rules = bpf_map_lookup_elem(&scan_rules, &chunk);

	if (!rules)
		return 1;
	for (int i = 0; i < SCAN_CHUNK; i++) {
		const struct bench_rule *rule = &rules[i];

		if ((scan->src & rule->src_mask) == rule->src &&
		    (scan->dst & rule->dst_mask) == rule->dst && scan->sport >= rule->sport_low &&
		    scan->sport <= rule->sport_high && scan->dport >= rule->dport_low &&
		    scan->dport <= rule->dport_high &&
		    (!rule->proto || rule->proto == scan->proto)) {
			scan->found = chunk * SCAN_CHUNK + i;
			return 1;
		}
	}
	return 0;
}

SEC("xdp")
int bench_scan(struct xdp_md *ctx)
{
	struct iphdr *ip = (void *)(long)ctx->data + knob_offset;
	void *end = (void *)(long)ctx->data_end;
	struct udphdr *udp = (void *)(ip + 1);
	struct scan scan = {.found = ~0U};

	if ((void *)(udp + 1) > end)
		return XDP_ABORTED;
	scan.src = bpf_ntohl(ip->saddr);
	scan.dst = bpf_ntohl(ip->daddr);
	scan.sport = bpf_ntohs(udp->source);
	scan.dport = bpf_ntohs(udp->dest);
	scan.proto = ip->protocol;
	bpf_loop((scan_count + SCAN_CHUNK - 1) / SCAN_CHUNK, scan_chunk, &scan, 0);
	return scan.found < scan_count ? XDP_DROP : XDP_PASS;
}
