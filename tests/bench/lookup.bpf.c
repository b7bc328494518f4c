// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * One address lookup each, for the source of a frame from the rotator: none, by
 * LPM_TRIE, by the compiled table. A hit drops, a miss passes. Roots and
 * families are set before the load; the tables are filled from outside.
 */
#include <linux/bpf.h>
#include <linux/ip.h>
#include <linux/ipv6.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "common/abi/fw_abi.h"

char LICENSE[] SEC("license") = "Dual MIT/GPL";

const volatile __u32 knob_family = 4;
const volatile __u32 knob_offset = 14;
const volatile __u32 knob_root = 0;
const volatile __u32 knob_arena = 0; /* FW_ARENA_* */

__u64 hits[3];

struct trie_key {
	__u32 prefix_len;
	__u32 addr[4]; /* IPv4: the first only */
};

/* Sizes are the loader's: 4 + 4 or 4 + 16 bytes of key. */
struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(struct trie_key));
	__uint(value_size, sizeof(__u32));
} trie SEC(".maps");

/* As in maps.h, so that a lookup costs what it costs there. */
struct arena {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE | BPF_F_INNER_MAP);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct fw_block));
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 2);
	__type(key, __u32);
	__array(values, struct arena);
} arenas SEC(".maps");

struct fw_arena_ref {
	const struct fw_block *small;
	void *map;
};

static __always_inline const struct fw_block *fw_arena_block(const struct fw_arena_ref *arena,
							     __u32 number)
{
	if (arena->small)
		return &arena->small[number & (FW_SMALL_BLOCKS - 1)];
	return bpf_map_lookup_elem(arena->map, &number);
}

#include "ebpf/classify/walk.h"

/* The source as on the wire; 0: the frame is too short. */
static __always_inline int read_source(struct xdp_md *ctx, __u32 addr[4])
{
	void *ip = (void *)(long)ctx->data + knob_offset, *end = (void *)(long)ctx->data_end;
	struct ipv6hdr *ip6 = ip;
	struct iphdr *ip4 = ip;

	if (knob_family == 4) {
		if ((void *)(ip4 + 1) > end)
			return 0;
		addr[0] = ip4->saddr;
		return 1;
	}
	if ((void *)(ip6 + 1) > end)
		return 0;
	__builtin_memcpy(addr, &ip6->saddr, 16);
	return 1;
}

static __always_inline int answer(int which, __u32 row)
{
	hits[which] += row;
	return row ? XDP_DROP : XDP_PASS;
}

/* As much as the others do, without a lookup. */
SEC("xdp")
int lookup_none(struct xdp_md *ctx)
{
	__u32 addr[4] = {};

	if (!read_source(ctx, addr))
		return XDP_ABORTED;
	return answer(0, (addr[0] & addr[1] & addr[2] & addr[3]) == 0x1234567);
}

SEC("xdp")
int lookup_trie(struct xdp_md *ctx)
{
	struct trie_key key = {.prefix_len = knob_family == 4 ? 32 : 128};
	__u32 *row;

	if (!read_source(ctx, key.addr))
		return XDP_ABORTED;
	row = bpf_map_lookup_elem(&trie, &key);
	return answer(1, row ? *row : 0);
}

/* As in addresses.h. */
__noinline __u32 row_in_map4(__u32 image, __u32 root, __u32 address)
{
	struct fw_arena_ref arena = {.map = bpf_map_lookup_elem(&arenas, &image)};

	return arena.map ? fw_walk4(&arena, root, FW_WALK_STEPS4, address) : 0;
}

__noinline __u32 row_in_map6(__u32 image, __u32 root, __u64 high, __u64 low)
{
	struct fw_arena_ref arena = {.map = bpf_map_lookup_elem(&arenas, &image)};

	return arena.map ? fw_walk6(&arena, root, FW_WALK_STEPS6, high, low) : 0;
}

/* What an image has of a small arena. */
struct small {
	struct fw_block blocks[FW_SMALL_BLOCKS];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, struct small);
} smalls SEC(".maps");

static __always_inline struct fw_arena_ref arena_of(void)
{
	struct fw_arena_ref arena = {};
	__u32 zero = 0;

	if (knob_arena & FW_ARENA_SMALL)
		arena.small = bpf_map_lookup_elem(&smalls, &zero);
	else
		arena.map = bpf_map_lookup_elem(&arenas, &zero);
	return arena;
}

static __always_inline __u32 row_of4(__u32 address)
{
	struct fw_arena_ref arena;

	if (knob_arena & FW_ARENA_DEEP)
		return row_in_map4(0, knob_root, address);
	arena = arena_of();
	return arena.small || arena.map ? fw_walk4(&arena, knob_root, FW_FEW_STEPS, address) : 0;
}

static __always_inline __u32 row_of6(__u64 high, __u64 low)
{
	struct fw_arena_ref arena;

	if (knob_arena & FW_ARENA_DEEP)
		return row_in_map6(0, knob_root, high, low);
	arena = arena_of();
	return arena.small || arena.map ? fw_walk6(&arena, knob_root, FW_FEW_STEPS, high, low) : 0;
}

SEC("xdp")
int lookup_compiled(struct xdp_md *ctx)
{
	__u32 addr[4] = {};

	if (!read_source(ctx, addr))
		return XDP_ABORTED;
	if (knob_family == 4)
		return answer(2, row_of4(bpf_ntohl(addr[0])));
	return answer(2, row_of6((__u64)bpf_ntohl(addr[0]) << 32 | bpf_ntohl(addr[1]),
				 (__u64)bpf_ntohl(addr[2]) << 32 | bpf_ntohl(addr[3])));
}
