/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Limits of a policy that is tried. A limit that the active policy has in the same
 * words, and that this packet has paid already, says what it said there: a
 * second bucket would drift away from the first, and report what is no difference.
 * All other limits of the tried policy have buckets of their own, full when
 * the trial begins.
 */
#ifndef FW_TRIED_H
#define FW_TRIED_H

#include "bucket.h"
#include "decision.h"

static __always_inline bool is_same_limit(const struct fw_limit *a, const struct fw_limit *b)
{
	const __u64 *one = (const void *)a, *two = (const void *)b;

	return one[0] == two[0] && one[1] == two[1] && one[2] == two[2] && one[3] == two[3];
}

/* Did the active policy ask this very bucket? */
static __always_inline bool has_paid(const struct fw_packet *pkt, const struct fw_limit *limit,
				     __u32 rule)
{
	__u32 index = pkt->kept.image;
	const struct fw_image *active;

	if (pkt->kept.limit != limit->slot)
		return false;
	if (limit->key == FW_KEY_RULE && pkt->kept.rule != rule)
		return false;
	active = bpf_map_lookup_elem(&images, &index);
	return active && is_same_limit(&active->limits[limit->slot & (FW_MAX_LIMITS - 1)], limit);
}

static __always_inline enum fw_metered what_was_paid(const struct fw_packet *pkt)
{
	if (pkt->kept.reason == FW_REASON_WITHIN_LIMIT || pkt->kept.reason == FW_REASON_FRAGMENT)
		return FW_METERED_WITHIN;
	return pkt->kept.reason == FW_REASON_LIMIT_FULL ? FW_METERED_FULL : FW_METERED_OVER;
}

static __noinline enum fw_metered meter_tried(const struct fw_packet *pkt,
					      const struct fw_limit *limit, __u32 rule)
{
	__u64 now = fw_now_fine() * FW_TICKS_PER_NS, *arrival;
	struct fw_bucket_key key;

	if (has_paid(pkt, limit, rule))
		return what_was_paid(pkt);
	bucket_key(pkt, limit, &key);
	if (limit->key == FW_KEY_RULE) {
		__builtin_memset(&key, 0, sizeof(key));
		key.limit = limit->slot;
		key.addr[0] = rule;
	}
	arrival = bucket_find(&try_buckets, &key, now);
	if (!arrival)
		return FW_METERED_WITHIN;
	return bucket_take(arrival, now, bucket_price(pkt, limit), limit->tolerance, false);
}

/* SYNs are not answered a second time; which of them can be is what the active policy found. */
static __always_inline void answer_tried(const struct fw_packet *pkt, struct fw_decision *decision)
{
	if (pkt->kept.reason == FW_REASON_SYN_QUEUE) {
		decision->reason = FW_REASON_SYN_QUEUE;
		decision->action = FW_ACTION_PASS;
		return;
	}
	decision->reason = FW_REASON_SYN_COOKIE;
	decision->action = FW_ACTION_TX;
}

#endif
