/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Meters a packet by a limit. It is within the limit if all levels have enough; then all
 * are charged, else none.
 *
 * Several levels are checked first, then charged one after the other. If another CPU takes a
 * level's tokens in between, the levels before get theirs back. This is exact, except that a
 * third CPU may have seen them with one packet less for that moment.
 *
 * The clock is the most expensive part. Limits that are large enough (fw_limit.coarse) use a
 * time that was read some packets ago. It is never ahead, so it could only refuse wrongly,
 * and before a refusal the clock is read again. A bucket may fill up to a jiffy too late,
 * which is worth at most 16 packets of a CPU.
 */
#ifndef FW_METER_H
#define FW_METER_H

#include "ebpf/limit/bucket_table.h"
#include "ebpf/limit/lease.h"
#include "ebpf/limit/paid.h"

/* fw_packet.clock_state: the state of fw_packet.fine for this packet. */
enum fw_clock_state { FW_CLOCK_OLD, FW_CLOCK_COARSE, FW_CLOCK_FINE };

static __always_inline __u64 meter_now(struct fw_packet *pkt, const struct fw_limit *limit)
{
	if (pkt->clock_state != FW_CLOCK_OLD)
		return pkt->fine;
	pkt->clock_state = limit->coarse ? FW_CLOCK_COARSE : FW_CLOCK_FINE;
	return limit->coarse ? fw_now_coarse(pkt) : fw_now_fine(pkt);
}

/* True if another attempt can succeed. */
static __always_inline bool meter_refresh(struct fw_packet *pkt)
{
	if (pkt->clock_state == FW_CLOCK_FINE)
		return false;
	pkt->clock_state = FW_CLOCK_FINE;
	fw_now_fine(pkt);
	return true;
}

static __always_inline enum fw_metered take_words(const struct fw_limit *limit,
						  const struct fw_level *level, __u64 *a, __u64 *b,
						  __u64 now, __u32 units, enum fw_taking taking)
{
	if (limit->window)
		return window_take(a, b, limit, now, units, level->tolerance, taking);
	return bucket_take(a, now * FW_TICKS_PER_NS, price_of(level, units), level->tolerance,
			   taking);
}

static __always_inline void give_back_words(const struct fw_limit *limit,
					    const struct fw_level *level, __u64 *a, __u64 *b,
					    __u64 now, __u32 units)
{
	if (limit->window)
		window_give_back(a, b, limit, now, units);
	else
		bucket_give_back(a, price_of(level, units));
}

/* Take by the current clock, and if that is not enough by an exact one. */
static __always_inline enum fw_metered take_timely(struct fw_packet *pkt,
						   const struct fw_limit *limit,
						   const struct fw_level *level, __u64 *a, __u64 *b,
						   __u32 units, enum fw_taking taking)
{
	__u64 now = meter_now(pkt, limit);
	enum fw_metered metered = take_words(limit, level, a, b, now, units, taking);

	if (metered == FW_METERED_OVER && meter_refresh(pkt))
		metered = take_words(limit, level, a, b, pkt->fine, units, taking);
	return metered;
}

/* ---- buckets of rules ---- */

static __always_inline struct fw_rule_bucket *rule_bucket_of(const struct fw_limit *limit,
							     __u32 rule)
{
	__u32 index = 2 * rule + (limit->table & 1);

	return bpf_map_lookup_elem(&rule_buckets, &index);
}

static __always_inline enum fw_metered lease_take(struct fw_packet *pkt,
						  const struct fw_limit *limit,
						  const struct fw_level *level, __u32 rule,
						  __u32 units, enum fw_taking taking)
{
	struct fw_lease *lease = bpf_map_lookup_elem(&rule_leases, &rule);
	__u64 price = price_of(level, units), tick = fw_tick(pkt);
	struct fw_rule_bucket *bucket;
	enum fw_metered metered;

	if (!lease)
		return FW_METERED_FULL;
	if (taking != FW_TELL && lease_covers(lease, limit->table, price, tick)) {
		if (taking == FW_TAKE)
			lease->credit -= price;
		return FW_METERED_WITHIN;
	}
	bucket = rule_bucket_of(limit, rule);
	if (!bucket)
		return FW_METERED_FULL;
	metered = lease_draw(lease, bucket, level, limit->table, price,
			     meter_now(pkt, limit) * FW_TICKS_PER_NS, tick, taking);
	if (metered == FW_METERED_OVER && meter_refresh(pkt))
		metered = lease_draw(lease, bucket, level, limit->table, price,
				     pkt->fine * FW_TICKS_PER_NS, tick, taking);
	return metered;
}

static __always_inline enum fw_metered meter_rule(struct fw_packet *pkt,
						  const struct fw_limit *limit,
						  const struct fw_level *level, __u32 rule,
						  __u32 units, enum fw_taking taking)
{
	struct fw_rule_bucket *bucket;

	if (level->lease)
		return lease_take(pkt, limit, level, rule, units, taking);
	bucket = rule_bucket_of(limit, rule);
	if (!bucket)
		return FW_METERED_FULL;
	return take_timely(pkt, limit, level, &bucket->a, &bucket->b, units, taking);
}

static __always_inline void give_back_rule(struct fw_packet *pkt, const struct fw_limit *limit,
					   const struct fw_level *level, __u32 rule, __u32 units)
{
	struct fw_rule_bucket *bucket = rule_bucket_of(limit, rule);
	struct fw_lease *lease = bpf_map_lookup_elem(&rule_leases, &rule);

	if (level->lease && lease)
		lease->credit += price_of(level, units);
	else if (bucket)
		give_back_words(limit, level, &bucket->a, &bucket->b, pkt->fine, units);
}

/* ---- buckets of keys ---- */

/* The result of a new bucket, for dry runs. */
static __always_inline enum fw_metered look_at_new(const struct fw_limit *limit,
						   const struct fw_level *level, __u32 units)
{
	__u64 price = limit->window ? units : price_of(level, units);

	report_bucket(0, price);
	return price > level->tolerance ? FW_METERED_OVER : FW_METERED_WITHIN;
}

/* Find the bucket, store its place, and take from it or check it. */
static __always_inline enum fw_metered meter_keyed(struct fw_packet *pkt,
						   const struct fw_limit *limit,
						   const struct fw_level *level, __u32 number,
						   __u32 units, enum fw_taking taking)
{
	struct fw_bucket_set *set;
	__u32 way;

	bucket_key(pkt, level, number);
	set = bucket_find(pkt, limit, meter_now(pkt, limit));
	if (!set) {
		pkt->limits.sets[number & (FW_MAX_LEVELS - 1)] = FW_NO_SET;
		return pkt->mode & FW_MODE_DRY ? look_at_new(limit, level, units) : FW_METERED_FULL;
	}
	way = current_way(pkt);
	pkt->limits.sets[number & (FW_MAX_LEVELS - 1)] = pkt->limits.best_set;
	pkt->limits.ways[number & (FW_MAX_LEVELS - 1)] = way;
	return take_timely(pkt, limit, level, &set->a[way], &set->b[way], units, taking);
}

/* The place of a level's bucket. */
static __always_inline struct fw_bucket_set *noted_set(const struct fw_packet *pkt,
						       const struct fw_limit *limit, __u32 number)
{
	__u32 index = pkt->limits.sets[number & (FW_MAX_LEVELS - 1)];
	void *table = bucket_table_of(limit);

	return table ? bpf_map_lookup_elem(table, &index) : NULL;
}

static __always_inline __u32 noted_way(const struct fw_packet *pkt, __u32 number)
{
	return pkt->limits.ways[number & (FW_MAX_LEVELS - 1)] & (FW_WAYS - 1);
}

/* ---- levels ---- */

static __always_inline const struct fw_level *level_at(const struct fw_limit *limit, __u32 number)
{
	return &limit->levels[number & (FW_MAX_LEVELS - 1)];
}

static __always_inline enum fw_metered meter_level(struct fw_packet *pkt,
						   const struct fw_limit *limit, __u32 number,
						   __u32 rule, __u32 units, enum fw_taking taking)
{
	const struct fw_level *level = level_at(limit, number);

	pkt->limits.level = number;
	if (level->key == FW_KEY_RULE)
		return meter_rule(pkt, limit, level, rule, units, taking);
	return meter_keyed(pkt, limit, level, number, units, taking);
}

__noinline int charge_level(struct fw_packet *pkt, const struct fw_limit *limit, __u32 number,
			    __u32 rule, __u32 units)
{
	const struct fw_level *level;
	struct fw_bucket_set *set;
	__u32 way;

	if (!pkt || !limit)
		return FW_METERED_FULL;
	level = level_at(limit, number);
	way = noted_way(pkt, number);
	pkt->limits.level = number;
	if (level->key == FW_KEY_RULE)
		return meter_rule(pkt, limit, level, rule, units, FW_TAKE);
	set = noted_set(pkt, limit, number);
	if (!set)
		return FW_METERED_FULL;
	return take_timely(pkt, limit, level, &set->a[way], &set->b[way], units, FW_TAKE);
}

static __always_inline void give_back_level(struct fw_packet *pkt, const struct fw_limit *limit,
					    __u32 number, __u32 rule, __u32 units)
{
	const struct fw_level *level = level_at(limit, number);
	__u32 way = noted_way(pkt, number);
	struct fw_bucket_set *set;

	if (level->key == FW_KEY_RULE) {
		give_back_rule(pkt, limit, level, rule, units);
		return;
	}
	set = noted_set(pkt, limit, number);
	if (set)
		give_back_words(limit, level, &set->a[way], &set->b[way], pkt->fine, units);
}

/* A level, as calls: the verifier checks them once, not for each possible level. */
__noinline int look_at_level(struct fw_packet *pkt, const struct fw_limit *limit, __u32 number,
			     __u32 rule, __u32 units)
{
	if (!pkt || !limit)
		return FW_METERED_FULL;
	return meter_level(pkt, limit, number, rule, units,
			   pkt->mode & FW_MODE_DRY ? FW_TELL : FW_LOOK);
}

/*
 * Any number of levels, as a call, which costs more than a single level in place. A level without
 * a free bucket is ignored if that passes: the others still apply. skip: bit per level that is
 * left out.
 */
__noinline int meter_levels(struct fw_packet *pkt, const struct fw_limit *limit, __u32 rule,
			    __u32 units, __u32 skip)
{
	__u32 number, given, without = 0;
	enum fw_metered metered;

	if (!pkt || !limit)
		return FW_METERED_FULL;
	for (number = 0; number < FW_MAX_LEVELS && number < limit->level_count; number++) {
		if (skip >> number & 1)
			continue;
		metered = look_at_level(pkt, limit, number, rule, units);
		if (metered == FW_METERED_FULL && limit->when_full == FW_FULL_PASS)
			without |= 1 << number;
		else if (metered != FW_METERED_WITHIN)
			return metered;
	}
	if (pkt->mode & FW_MODE_DRY)
		return without ? FW_METERED_FULL : FW_METERED_WITHIN;
	for (number = 0; number < FW_MAX_LEVELS && number < limit->level_count; number++) {
		if ((without | skip) >> number & 1)
			continue;
		metered = charge_level(pkt, limit, number, rule, units);
		if (metered == FW_METERED_WITHIN)
			continue;
		for (given = 0; given < FW_MAX_LEVELS && given < number; given++)
			if (!((without | skip) >> given & 1))
				give_back_level(pkt, limit, given, rule, units);
		return metered;
	}
	pkt->limits.without = without;
	return without ? FW_METERED_FULL : FW_METERED_WITHIN;
}

/* ---- the limit ---- */

/* The key that was over. */
static __always_inline void count_limited(const struct fw_packet *pkt, const struct fw_limit *limit)
{
	__u32 way = noted_way(pkt, pkt->limits.level);
	struct fw_bucket_set *set;

	if (level_at(limit, pkt->limits.level)->key == FW_KEY_RULE)
		return;
	set = noted_set(pkt, limit, pkt->limits.level);
	if (set)
		__sync_fetch_and_add(&set->owners[way].limited, 1);
}

/* For an explanation: the level that decided. */
static __always_inline void report_level(const struct fw_packet *pkt)
{
	struct fw_explanation *answer = fw_explanation();

	if (answer)
		answer->level = pkt->limits.level;
}

static __always_inline void count_limit(const struct fw_packet *pkt, const struct fw_limit *limit,
					enum fw_metered metered)
{
	__u32 slot = limit->slot;
	struct fw_limit_stats *stats = bpf_map_lookup_elem(&limit_stats, &slot);

	if (!stats || pkt->mode & FW_MODE_DRY) {
		report_level(pkt);
		return;
	}
	switch (metered) {
	case FW_METERED_WITHIN:
		count(&stats->passed, pkt);
		break;
	case FW_METERED_OVER:
		count(&stats->over, pkt);
		count_limited(pkt, limit);
		break;
	case FW_METERED_FULL:
		stats->full++;
		break;
	case FW_METERED_UNKNOWN:
		break;
	}
}

/*
 * Take the packet's tokens from its limit. rule: slot of the rule that has the limit; in_place: a
 * single level is done without a call.
 */
static __always_inline enum fw_metered meter(struct fw_packet *pkt, const struct fw_limit *limit,
					     __u32 rule, bool in_place)
{
	enum fw_taking taking = pkt->mode & FW_MODE_DRY ? FW_TELL : FW_TAKE;
	__u32 units = units_of(pkt, limit);
	bool once = limit->again && taking == FW_TAKE;
	enum fw_metered metered;
	__u32 skip = 0;

	if (__builtin_expect(once, 0)) {
		metered = recall(pkt, limit, rule);
		if (metered != FW_METERED_UNKNOWN)
			return metered;
		skip = known_levels(pkt);
	}
	pkt->clock_state = FW_CLOCK_OLD;
	if (in_place && limit->level_count == 1)
		metered = meter_level(pkt, limit, 0, rule, units, taking);
	else
		metered = meter_levels(pkt, limit, rule, units, skip);
	if (__builtin_expect(once, 0))
		metered = remember(pkt, limit, rule, metered);
	count_limit(pkt, limit, metered);
	return metered;
}

#endif
