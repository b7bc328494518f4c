/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* What bench.bpf.c and the benchmarks share. */
#ifndef BENCH_ABI_H
#define BENCH_ABI_H

#include <linux/types.h>

#define BENCH_KEYS (1 << 18)

/* What one packet gets; as on the wire. IPv4 addresses in the first word. */
struct bench_key {
	__u32 src[4];
	__u32 dst[4];
	__u16 sport;
	__u16 dport;
	__u8 proto; /* TCP or UDP, IPv4 only; 0: as the frame has it */
	__u8 reserved[3];
};
_Static_assert(sizeof(struct bench_key) == 40, "bench_key");

/* ---- what an ideal bucket would have passed ---- */

#define BENCH_IDEALS   1024 /* keys that have one */
#define BENCH_A_PACKET 1000000000ULL

/*
 * A token bucket as textbooks have it: so many tokens a second are added up to the burst, and a
 * packet takes one. In 1/BENCH_A_PACKET, so that a nanosecond at any whole rate adds a whole number.
 */
struct bench_ideal {
	__u64 rate; /* a second */
	__u64 burst;
	__u32 keys; /* 0: there is none */
	__u32 reserved;
};
_Static_assert(sizeof(struct bench_ideal) == 24, "bench_ideal");

/* A rule for bench_scan; in host order. */
#define BENCH_RULES 16384
struct bench_rule {
	__u32 src, src_mask;
	__u32 dst, dst_mask;
	__u16 sport_low, sport_high;
	__u16 dport_low, dport_high;
	__u8 proto; /* 0: any */
	__u8 reserved[7];
};
_Static_assert(sizeof(struct bench_rule) == 32, "bench_rule");

#endif
