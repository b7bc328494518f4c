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
