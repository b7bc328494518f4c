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
	__u32 reserved; /* array elements are multiples of 8 bytes */
};
_Static_assert(sizeof(struct bench_key) == 40, "bench_key");

#endif
