/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Limits of a trial policy. A limit that is the same in the active policy, and that
 * this packet has already paid, has the same result as there: a second bucket
 * would diverge from the first, and report false differences. All other limits of
 * the trial policy have separate buckets, full when the trial begins.
 */
#ifndef FW_TRIED_H
#define FW_TRIED_H

#include "ebpf/lib/decision.h"
#include "ebpf/limit/meter.h"
#include "ebpf/limit/way.h"

/*
 * Compares all but the table, which also differs if only the rate does, and the fields that depend
 * on the policy's other rules.
 */
static __always_inline bool is_same_limit(const struct fw_limit *a, const struct fw_limit *b)
{
	const __u64 *one = (const void *)a, *two = (const void *)b;
	__u64 differs = 0;

	for (__u32 i = 0; i < sizeof(*a) / sizeof(__u64); i++)
		if (i != offsetof(struct fw_limit, sets) / sizeof(__u64) &&
		    i != offsetof(struct fw_limit, again) / sizeof(__u64))
			differs |= one[i] ^ two[i];
	return !differs && a->sets == b->sets && a->slot == b->slot;
}

/* Did it decide? */
static __always_inline bool was_decided(const struct fw_packet *pkt, const struct fw_limit *limit,
					__u32 rule)
{
	return pkt->trial.kept.limit == limit->slot &&
	       (!asks_rule(limit) || pkt->trial.kept.rule == rule);
}

/* Did the active policy use this bucket? */
static __always_inline bool has_paid(const struct fw_packet *pkt, const struct fw_limit *limit,
				     __u32 rule)
{
	__u32 index = pkt->trial.kept.image;
	const struct fw_image *active;

	if (!was_decided(pkt, limit, rule) &&
	    !has_paid_on_way(pkt->trial.kept_paid, pkt->trial.kept_paid_count, limit, rule))
		return false;
	active = bpf_map_lookup_elem(&images, &index);
	return active && is_same_limit(&active->limits[limit->slot & (FW_MAX_LIMITS - 1)], limit);
}

static __always_inline enum fw_metered what_was_paid(const struct fw_packet *pkt,
						     const struct fw_limit *limit, __u32 rule)
{
	/* Or an earlier limit, after which the search continued. */
	if (!was_decided(pkt, limit, rule))
		return FW_METERED_WITHIN;
	if (pkt->trial.kept.reason == FW_REASON_WITHIN_LIMIT ||
	    pkt->trial.kept.reason == FW_REASON_FRAGMENT)
		return FW_METERED_WITHIN;
	return pkt->trial.kept.reason == FW_REASON_LIMIT_FULL ? FW_METERED_FULL : FW_METERED_OVER;
}

static __always_inline struct fw_try_bucket *
try_bucket_find(const struct fw_try_key *key, const struct fw_limit *limit, __u64 now)
{
	struct fw_try_bucket *bucket = bpf_map_lookup_elem(&try_buckets, key), fresh;

	if (bucket)
		return bucket;
	fresh.a = fresh.b = rank_start(limit, now) - (limit->window ? 2ULL << FW_WINDOW_SHIFT : 0);
	/* Another CPU may be first: the bucket that exists afterwards counts. */
	bpf_map_update_elem(&try_buckets, key, &fresh, BPF_NOEXIST);
	return bpf_map_lookup_elem(&try_buckets, key);
}

/* One level; without a free bucket: within. Not static, as meter_levels. */
__noinline int meter_tried_level(struct fw_packet *pkt, const struct fw_limit *limit, __u32 number,
				 __u32 rule, __u32 take)
{
	struct fw_try_bucket *bucket;
	const struct fw_level *level;
	struct fw_try_key key = {0};

	if (!pkt || !limit)
		return FW_METERED_WITHIN;
	level = level_at(limit, number);
	bucket_key(pkt, level, number);
	key.key = pkt->limits.key;
	if (level->key == FW_KEY_RULE) {
		__builtin_memset(&key.key, 0, sizeof(key.key));
		key.rule = rule;
	}
	key.limit = limit->slot;
	bucket = try_bucket_find(&key, limit, meter_now(pkt, limit));
	if (!bucket)
		return FW_METERED_WITHIN;
	return take_timely(pkt, limit, level, &bucket->a, &bucket->b, units_of(pkt, limit),
			   take ? FW_TAKE : FW_LOOK);
}

/*
 * All levels are checked first, as in meter_levels, except those in skip; nothing is returned after
 * a lost race.
 */
static __always_inline enum fw_metered
meter_tried_levels(struct fw_packet *pkt, const struct fw_limit *limit, __u32 rule, __u32 skip)
{
	__u32 number, take;

	for (take = 0; take < 2; take++) {
		for (number = 0; number < FW_MAX_LEVELS && number < limit->level_count; number++) {
			if (skip >> number & 1)
				continue;
			pkt->limits.level = number;
			if (meter_tried_level(pkt, limit, number, rule, take) == FW_METERED_OVER)
				return FW_METERED_OVER;
		}
	}
	return FW_METERED_WITHIN;
}

/* As meter(): each bucket once, be it one of the active policy or of the trial. */
static __noinline enum fw_metered meter_tried(struct fw_packet *pkt, const struct fw_limit *limit,
					      __u32 rule)
{
	enum fw_metered metered;
	__u32 skip = 0;

	if (limit->again) {
		metered = recall(pkt, limit, rule);
		if (metered != FW_METERED_UNKNOWN)
			return metered;
		skip = known_levels(pkt);
	}
	if (has_paid(pkt, limit, rule)) {
		metered = what_was_paid(pkt, limit, rule);
		/* The level that was over the limit is unknown. */
		if (metered != FW_METERED_WITHIN)
			return metered;
	} else {
		pkt->clock_state = FW_CLOCK_OLD;
		metered = meter_tried_levels(pkt, limit, rule, skip);
	}
	return limit->again ? remember(pkt, limit, rule, metered) : metered;
}

/* SYNs are not answered a second time; the active policy found which can be. */
static __always_inline void answer_tried(const struct fw_packet *pkt, struct fw_decision *decision)
{
	if (pkt->trial.kept.reason == FW_REASON_SYN_QUEUE) {
		decision->reason = FW_REASON_SYN_QUEUE;
		decision->action = FW_ACTION_PASS;
		return;
	}
	decision->reason = FW_REASON_SYN_COOKIE;
	decision->action = FW_ACTION_TX;
}

#endif
