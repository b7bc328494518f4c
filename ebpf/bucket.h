/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Token buckets, exact over all CPUs: a bucket is one number, the theoretical
 * arrival time of GCRA (ITU-T I.371), moved by compare-and-swap.
 *
 * Times are ticks modulo 2^64 and only their differences count. CPUs' clocks
 * differ a little: an arrival somewhat further ahead than the burst allows is
 * an earlier packet's, seen by a slower clock, and the bucket is empty. One far
 * ahead (or as far behind) is no arrival of this limit any more, and the bucket
 * is full.
 */
#ifndef FW_BUCKET_H
#define FW_BUCKET_H

#include "stats.h"
#include "time.h"

#define FW_BUCKET_TRIES 16
#define FW_SKEW_TICKS	(1000000000LL * FW_TICKS_PER_NS)

enum fw_metered { FW_METERED_WITHIN, FW_METERED_OVER, FW_METERED_FULL };

/* A packet's price in ticks. */
static __always_inline __u64 bucket_price(const struct fw_packet *pkt, const struct fw_limit *limit)
{
	__u32 units = 1;

	if (limit->unit == FW_UNIT_BYTES)
		units = pkt->flags & FW_IS_IP ? pkt->ip_length : pkt->length;
	if (units > FW_MAX_PRICED)
		units = FW_MAX_PRICED;
	return (limit->cost * units) >> (limit->cost_shift & 63);
}

/* For an explanation: how full the bucket is. */
static __always_inline void tell_bucket(__s64 ahead, __u64 price)
{
	struct fw_explanation *answer = fw_explanation();

	if (!answer)
		return;
	answer->has_bucket = 1;
	answer->ahead = ahead;
	answer->price = price;
}

/* Take price from a bucket; dry: only look whether it is there. */
static __always_inline enum fw_metered bucket_take(__u64 *arrival, __u64 now, __u64 price,
						   __s64 tolerance, bool dry)
{
	for (int i = 0; i < FW_BUCKET_TRIES; i++) {
		__u64 old = *(volatile __u64 *)arrival;
		__s64 ahead = old - now;

		if (ahead < 0 || ahead > tolerance + FW_SKEW_TICKS)
			ahead = 0;
		if (dry)
			tell_bucket(ahead, price);
		if (ahead + (__s64)price > tolerance)
			return FW_METERED_OVER;
		if (dry || __sync_val_compare_and_swap(arrival, old, now + ahead + price) == old)
			return FW_METERED_WITHIN;
	}
	return FW_METERED_OVER;
}

/* Network-order mask of the bits that a prefix has in 32 bits from bit `from` on. */
static __always_inline __u32 prefix_mask(__u32 prefix, __u32 from)
{
	if (prefix <= from)
		return 0;
	if (prefix - from >= 32)
		return ~0U;
	return bpf_htonl(~0U << ((32 - (prefix - from)) & 31));
}

static __always_inline void bucket_key(const struct fw_packet *pkt, const struct fw_limit *limit,
				       struct fw_bucket_key *key)
{
	const __u32 *addr = limit->key == FW_KEY_DST ? pkt->dst : pkt->src;

	__builtin_memset(key, 0, sizeof(*key));
	key->limit = limit->slot;
	if (!(pkt->flags & FW_IS_IP))
		return;
	if (!(pkt->flags & FW_IS_IP6)) {
		key->family = 4;
		key->addr[0] = addr[0] & prefix_mask(limit->prefix4, 0);
		return;
	}
	key->family = 6;
	for (int i = 0; i < 4; i++)
		key->addr[i] = addr[i] & prefix_mask(limit->prefix6, 32 * i);
}

/* The bucket of a key, made (full of tokens) if it is new; NULL: no room. */
static __always_inline __u64 *bucket_find(void *map, const struct fw_bucket_key *key, __u64 now)
{
	__u64 *arrival = bpf_map_lookup_elem(map, key);

	if (arrival)
		return arrival;
	/* Another CPU may be first: what counts is the bucket that is there afterwards. */
	bpf_map_update_elem(map, key, &now, BPF_NOEXIST);
	return bpf_map_lookup_elem(map, key);
}

static __always_inline enum fw_metered
meter_keyed(const struct fw_packet *pkt, const struct fw_limit *limit, __u64 now, __u64 price)
{
	bool dry = pkt->flags & FW_IS_DRY, evict = limit->when_full == FW_FULL_EVICT;
	struct fw_bucket_key key;
	__u64 *arrival;

	bucket_key(pkt, limit, &key);
	if (dry)
		arrival = evict ? bpf_map_lookup_elem(&buckets_lru, &key)
				: bpf_map_lookup_elem(&buckets, &key);
	else
		arrival = evict ? bucket_find(&buckets_lru, &key, now)
				: bucket_find(&buckets, &key, now);
	if (arrival)
		return bucket_take(arrival, now, price, limit->tolerance, dry);
	if (!dry)
		return FW_METERED_FULL;
	tell_bucket(0, price);
	return price > limit->tolerance ? FW_METERED_OVER : FW_METERED_WITHIN;
}

static __always_inline void count_limit(const struct fw_packet *pkt, const struct fw_limit *limit,
					enum fw_metered metered)
{
	__u32 slot = limit->slot;
	struct fw_limit_stats *stats = bpf_map_lookup_elem(&limit_stats, &slot);

	if (!stats || pkt->flags & FW_IS_DRY)
		return;
	switch (metered) {
	case FW_METERED_WITHIN:
		count(&stats->passed, pkt);
		break;
	case FW_METERED_OVER:
		count(&stats->over, pkt);
		break;
	case FW_METERED_FULL:
		stats->full++;
		break;
	}
}

/* Take the packet's tokens from its limit. rule: slot of the rule that has the limit. */
static __always_inline enum fw_metered meter(const struct fw_packet *pkt,
					     const struct fw_limit *limit, __u32 rule)
{
	__u64 now = fw_now_fine() * FW_TICKS_PER_NS, price = bucket_price(pkt, limit);
	enum fw_metered metered = FW_METERED_FULL;
	struct fw_rule_bucket *bucket;

	if (limit->key == FW_KEY_RULE) {
		bucket = bpf_map_lookup_elem(&rule_buckets, &rule);
		if (bucket)
			metered = bucket_take(&bucket->arrival, now, price, limit->tolerance,
					      pkt->flags & FW_IS_DRY);
	} else {
		metered = meter_keyed(pkt, limit, now, price);
	}
	count_limit(pkt, limit, metered);
	return metered;
}

#endif
