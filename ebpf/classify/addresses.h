/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The walk over address tables, in the arena of an image.
 *
 * A small arena is in the image, as a call to find a block costs more than all
 * the rest. Walks of few steps are inline for the same reason; long ones are in
 * global functions, which the verifier checks once, and not for each caller.
 */
#ifndef FW_ADDRESSES_H
#define FW_ADDRESSES_H

#include <bpf/bpf_endian.h>

#include "ebpf/lib/maps.h"

struct fw_arena_ref {
	const struct fw_block *small; /* NULL: it is in the map */
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

/* The arena of an image; number: the image's. */
static __always_inline struct fw_arena_ref arena_of(const struct fw_image *image, __u32 number)
{
	if (image->header.arena & FW_ARENA_SMALL)
		return (struct fw_arena_ref){.small = image->arena};
	return (struct fw_arena_ref){.map = bpf_map_lookup_elem(&arenas, &number)};
}

/* The row of an IPv4 address, as on the wire. */
static __always_inline __u32 row_of4(const struct fw_image *image, __u32 number, __u32 root,
				     const __u32 *addr)
{
	struct fw_arena_ref arena;

	if (image->header.arena & FW_ARENA_DEEP)
		return row_in_map4(number, root, bpf_ntohl(addr[0]));
	arena = arena_of(image, number);
	return arena.small || arena.map ? fw_walk4(&arena, root, FW_FEW_STEPS, bpf_ntohl(addr[0]))
					: 0;
}

/* The row of an IPv6 address, its halves in host order. */
static __always_inline __u32 row_of_halves(const struct fw_image *image, __u32 number, __u32 root,
					   __u64 high, __u64 low)
{
	struct fw_arena_ref arena;

	if (image->header.arena & FW_ARENA_DEEP)
		return row_in_map6(number, root, high, low);
	arena = arena_of(image, number);
	return arena.small || arena.map ? fw_walk6(&arena, root, FW_FEW_STEPS, high, low) : 0;
}

/* The same, as on the wire. */
static __always_inline __u32 row_of6(const struct fw_image *image, __u32 number, __u32 root,
				     const __u32 *addr)
{
	__u64 high = (__u64)bpf_ntohl(addr[0]) << 32 | bpf_ntohl(addr[1]);
	__u64 low = (__u64)bpf_ntohl(addr[2]) << 32 | bpf_ntohl(addr[3]);

	return row_of_halves(image, number, root, high, low);
}

#endif
