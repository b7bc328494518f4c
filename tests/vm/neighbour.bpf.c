// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * A neighbour of fwd in libxdp's chain: counts packets and passes them. The
 * build makes one that runs before fwd and one that runs after it.
 */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>
#include <xdp/xdp_helpers.h>

char LICENSE[] SEC("license") = "Dual MIT/GPL";

#ifndef PRIORITY
#define PRIORITY 50
#endif
#ifndef NAME
#define NAME neighbour
#endif
#ifndef SECTION
#define SECTION "xdp"
#endif

struct {
	__uint(priority, PRIORITY);
	__uint(XDP_PASS, 1);
} XDP_RUN_CONFIG(NAME);

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} seen SEC(".maps");

SEC(SECTION)
int NAME(struct xdp_md *ctx)
{
	__u32 key = 0;
	__u64 *count = bpf_map_lookup_elem(&seen, &key);

	(void)ctx;
	if (count)
		__sync_fetch_and_add(count, 1);
	return XDP_PASS;
}
