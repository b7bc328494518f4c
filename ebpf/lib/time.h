/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The clock: CLOCK_MONOTONIC in ns, or a test's. */
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
 * The time of the last tick or the one before (1 to 10 ms each), for expiry and
 * events. The coarse clock changes with jiffies, which are much cheaper to read.
 * The tick is stored last, so that a packet that interrupts here reads it again.
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

/* Exact, but more expensive: 15 to 45 ns. */
static __always_inline __u64 fw_now_fine(struct fw_packet *pkt)
{
	__u64 now = knob_test_clock ? fw_test_now() : bpf_ktime_get_ns();

	*(volatile __u64 *)&pkt->fine = now;
	*(volatile __u64 *)&pkt->fine_tick = pkt->clock_tick;
	pkt->fine_left = FW_FINE_PACKETS;
	return now;
}

/* A time of this jiffy, at most 16 packets of this CPU ago. Never ahead of the exact one. */
static __always_inline __u64 fw_now_coarse(struct fw_packet *pkt)
{
	if (knob_test_clock || pkt->fine_tick != pkt->clock_tick || !pkt->fine_left)
		return fw_now_fine(pkt);
	pkt->fine_left--;
	return pkt->fine;
}

/* A number that changes with each jiffy, for values that must not be kept longer. */
static __always_inline __u64 fw_tick(const struct fw_packet *pkt)
{
	return knob_test_clock ? fw_test_now() >> 22 : pkt->clock_tick;
}

#endif
