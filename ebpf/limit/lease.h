/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * A rule's bucket is shared by all CPUs, and CPUs that take from it packet by packet
 * spend their time on its cache line. So a CPU draws for several packets at
 * once: 1, 2, 4, ... as long as the jiffy lasts, never more than fw_level.lease,
 * which is at most a 1024th of the burst. In the next jiffy it returns the rest
 * with the next draw.
 *
 * The effect on exactness: tokens that a CPU has drawn are not available to others
 * until its next packet, so at any moment fw_level.lease per CPU less may pass (but
 * not each time: they are returned). A bucket that is full, or has been since, forgets
 * them, as it would have overflowed: fw_level.lease per CPU more can pass only if a
 * bucket fills up within a jiffy.
 */
#ifndef FW_LEASE_H
#define FW_LEASE_H

#include "ebpf/limit/bucket.h"

/* The most packets to draw for; any number that lets price and lease fit, see lease_draw. */
#define FW_MAX_GRANT 1024

/* The rest of a CPU's draws; 0 if the bucket has been full since. */
static __always_inline __u64 lease_left(const struct fw_lease *lease, __u32 table,
					const struct fw_rule_bucket *bucket)
{
	if (lease->table != table || (__s64)(lease->drawn - bucket->full) < 0)
		return 0;
	return lease->credit;
}

/* Can the lease pay, without access to the bucket? */
static __always_inline bool lease_covers(const struct fw_lease *lease, __u32 table, __u64 price,
					 __u64 tick)
{
	return lease->tick == tick && lease->table == table && lease->credit >= price;
}

/* Packets to draw for: more with each draw of a jiffy. */
static __always_inline __u32 lease_grant(const struct fw_lease *lease, __u32 table, __u64 tick)
{
	if (lease->tick != tick || lease->table != table)
		return 1;
	return lease->grant < FW_MAX_GRANT / 2 ? lease->grant * 2 : FW_MAX_GRANT;
}

/* A draw's size. A lease is at most FW_MAX_TOLERANCE / 1024, so the product stays below 2^63. */
static __always_inline __s64 lease_wanted(const struct fw_level *level, __s64 price, __u32 grant)
{
	__s64 lease = level->lease, wanted = (price < lease ? price : lease) * grant;

	if (wanted > lease)
		wanted = lease;
	return wanted > price ? wanted : price;
}

/*
 * The time of a draw: not before the bucket was last full. A CPU that saw it full and drew
 * first may have a clock ahead of ours; our draw came after its draw, and is not void.
 */
static __always_inline __u64 lease_drawn(const struct fw_rule_bucket *bucket, __u64 now)
{
	__u64 full = *(const volatile __u64 *)&bucket->full;

	return (__s64)(full - now) > 0 ? full : now;
}

/*
 * Return the rest and draw again, in one step. If the bucket is full the rest is forgotten, also if
 * another CPU draws first and this one has to retry: the bucket was full, so the rest has
 * overflowed.
 */
static __always_inline enum fw_metered
lease_draw(struct fw_lease *lease, struct fw_rule_bucket *bucket, const struct fw_level *level,
	   __u32 table, __u64 price, __u64 now, __u64 tick, enum fw_taking taking)
{
	__s64 left = lease_left(lease, table, bucket), tolerance = level->tolerance;
	__u32 grant = lease_grant(lease, table, tick);
	__s64 wanted = lease_wanted(level, price, grant);

	for (int i = 0; i < FW_BUCKET_TRIES; i++) {
		__u64 old = *(volatile __u64 *)&bucket->a;
		__s64 ahead = bucket_ahead(old, now, tolerance), room;

		if (!ahead)
			left = 0;
		room = tolerance - ahead + left;
		if (taking == FW_TELL)
			report_bucket(ahead - left, price);
		if ((__s64)price > room)
			return FW_METERED_OVER;
		if (taking != FW_TAKE)
			return FW_METERED_WITHIN;
		if (wanted > room)
			wanted = room;
		if (__sync_val_compare_and_swap(&bucket->a, old, now + ahead + wanted - left) !=
		    old)
			continue;
		if (!ahead)
			bucket->full = now;
		lease->credit = wanted - price;
		lease->drawn = lease_drawn(bucket, now);
		lease->tick = tick;
		lease->grant = grant;
		lease->table = table;
		return FW_METERED_WITHIN;
	}
	return FW_METERED_OVER;
}

#endif
