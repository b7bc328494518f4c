/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The clock: CLOCK_MONOTONIC in ns, or what a test says. */
#ifndef FW_TIME_H
#define FW_TIME_H

#include "knobs.h"
#include "maps.h"

static __always_inline struct fw_state *fw_state(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&state, &zero);
}

static __always_inline __u64 fw_test_now(void)
{
	struct fw_state *now = fw_state();

	return now ? now->test_now : 0;
}

/*
 * As of the last tick or the one before (1 to 10 ms each): for what expires, and
 * for events. The coarse clock moves with jiffies, which are much cheaper to read.
 * The tick is noted last, so that whoever interrupts us in between reads anew.
 */
static __always_inline __u64 fw_now(struct fw_packet *pkt)
{
	__u64 tick;

	if (knob_test_clock)
		return fw_test_now();
	tick = bpf_jiffies64();
	if (pkt->clock_tick != tick) {
		*(volatile __u64 *)&pkt->clock = bpf_ktime_get_coarse_ns();
		*(volatile __u64 *)&pkt->clock_tick = tick;
	}
	return pkt->clock;
}

/* Exact, and dearer: for buckets. */
static __always_inline __u64 fw_now_fine(void)
{
	return knob_test_clock ? fw_test_now() : bpf_ktime_get_ns();
}

#endif
