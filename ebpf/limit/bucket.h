/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Token and leaky buckets, exact over all CPUs: a bucket is one number, the
 * theoretical arrival time of GCRA (ITU-T I.371, annex A; the formula is in
 * abi/limit.h), moved by compare-and-swap. In any time t at most burst + rate * t
 * pass, to the tick. A leaky bucket is one with a small burst.
 *
 * Times are ticks modulo 2^64 and only their differences count. CPUs' clocks
 * differ a little: an arrival somewhat further ahead than the burst allows is
 * an earlier packet's, seen by a slower clock, and the bucket is empty. One far
 * ahead (or as far behind) is no arrival of this limit any more, and the bucket
 * is full.
 */
#ifndef FW_BUCKET_H
#define FW_BUCKET_H

#include "ebpf/lib/stats.h"
#include "ebpf/lib/time.h"

#define FW_BUCKET_TRIES 8
#define FW_SKEW_TICKS	(1000000000LL * FW_TICKS_PER_NS)

enum fw_metered {
	FW_METERED_WITHIN,
	FW_METERED_OVER,
	FW_METERED_FULL,
	FW_METERED_UNKNOWN, /* not known yet; never the result of a limit */
};

/* The operations on a bucket. */
enum fw_taking {
	FW_TAKE,
	FW_LOOK, /* check whether there is enough */
	FW_TELL, /* the same for a dry run, which reports more */
};

/* The units of a packet in a limit. */
static __always_inline __u32 units_of(const struct fw_packet *pkt, const struct fw_limit *limit)
{
	__u32 units = pkt->segments;

	if (limit->unit == FW_UNIT_BYTES)
		units = pkt->info.flags & FW_IS_IP && pkt->info.ip_length < 0xffff
				? pkt->info.ip_length
				: pkt->info.length;
	return units > FW_MAX_PRICED ? FW_MAX_PRICED : units;
}

static __always_inline __u64 price_of(const struct fw_level *level, __u32 units)
{
	return (level->cost * units) >> (level->cost_shift & 63);
}

/* How far a bucket is ahead of now, in ticks; 0: it is full. */
static __always_inline __s64 bucket_ahead(__u64 arrival, __u64 now, __s64 tolerance)
{
	__s64 ahead = arrival - now;

	return ahead < 0 || ahead > tolerance + FW_SKEW_TICKS ? 0 : ahead;
}

/* For an explanation: how full the bucket is; windows: the units that count, and the packet's. */
static __always_inline void report_bucket(__s64 ahead, __u64 price)
{
	struct fw_explanation *answer = fw_explanation();

	if (!answer)
		return;
	answer->has_bucket = 1;
	answer->ahead = ahead;
	answer->price = price;
}

static __always_inline enum fw_metered bucket_take(__u64 *arrival, __u64 now, __u64 price,
						   __s64 tolerance, enum fw_taking taking)
{
	for (int i = 0; i < FW_BUCKET_TRIES; i++) {
		__u64 old = *(volatile __u64 *)arrival;
		__s64 ahead = bucket_ahead(old, now, tolerance);

		if (taking == FW_TELL)
			report_bucket(ahead, price);
		if (ahead + (__s64)price > tolerance)
			return FW_METERED_OVER;
		if (taking != FW_TAKE ||
		    __sync_val_compare_and_swap(arrival, old, now + ahead + price) == old)
			return FW_METERED_WITHIN;
	}
	return FW_METERED_OVER;
}

/* Return the tokens that were just taken. A bucket that is full by now ignores them. */
static __always_inline void bucket_give_back(__u64 *arrival, __u64 price)
{
	__sync_fetch_and_add(arrival, -price);
}

#endif
