/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The clock: CLOCK_MONOTONIC in ns, or what a test says. */
#ifndef FW_TIME_H
#define FW_TIME_H

#include "ebpf/lib/knobs.h"
#include "ebpf/lib/maps.h"

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

#define FW_FINE_PACKETS 16

/* Exact, and dearer: 15 to 45 ns. */
static __always_inline __u64 fw_now_fine(struct fw_packet *pkt)
{
	__u64 now = knob_test_clock ? fw_test_now() : bpf_ktime_get_ns();

	*(volatile __u64 *)&pkt->fine = now;
	*(volatile __u64 *)&pkt->fine_tick = pkt->clock_tick;
	pkt->fine_left = FW_FINE_PACKETS;
	return now;
}

/* As of this jiffy, and not more than 16 packets of this CPU ago. Never ahead of the exact one. */
static __always_inline __u64 fw_now_coarse(struct fw_packet *pkt)
{
	if (knob_test_clock || pkt->fine_tick != pkt->clock_tick || !pkt->fine_left)
		return fw_now_fine(pkt);
	pkt->fine_left--;
	return pkt->fine;
}

/* A number that changes with each jiffy, for what may not be kept for longer. */
static __always_inline __u64 fw_tick(const struct fw_packet *pkt)
{
	return knob_test_clock ? fw_test_now() >> 22 : pkt->clock_tick;
}

#endif
