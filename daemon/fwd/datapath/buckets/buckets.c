// SPDX-License-Identifier: MIT
/* Reads the buckets of keys, and frees those that equal a new one. */
#include "daemon/fwd/datapath/buckets/buckets.h"
#include "daemon/fwd/datapath/buckets/limit_state.h"

#include <errno.h>
#include <string.h>

#include "common/base/clock.h"

/* Only those that were full for a while: a packet may be about to take from one. */
#define IDLE_NS 1000000000LL

/* Counting takes at most one part in so many of the time, regardless of the number of requests. */
#define COUNT_SHARE 10

/* The image that packets see. */
static const struct fw_image *seen_image(const struct datapath *dp)
{
	struct datapath_pending pending;
	unsigned image = FW_ACTIVE_IMAGE(dp->state->active);

	if (datapath_pending(dp, &pending) && pending.has_ended)
		image = !image;
	return &dp->images[image];
}

/* The limit of a slot, and its table; false: it has no keys. */
static bool find_table(const struct datapath *dp, unsigned slot, const struct fw_limit **ret_limit,
		       const struct bucket_table **ret_table)
{
	const struct fw_limit *limit = &seen_image(dp)->limits[slot];

	if (!dp->state->has_policy || !limit->level_count || !limit->sets ||
	    limit->table >= array_size(dp->tables) || !dp->tables[limit->table].sets)
		return false;
	*ret_limit = limit;
	*ret_table = &dp->tables[limit->table];
	return true;
}

int datapath_each_bucket(const struct datapath *dp, unsigned slot, bucket_visit *visit,
			 void *userdata)
{
	uint64_t now = datapath_now(dp), start;
	const struct bucket_table *table;
	const struct fw_limit *limit;

	if (slot >= FW_MAX_LIMITS || !find_table(dp, slot, &limit, &table))
		return 0;
	start = bucket_start(limit, now);
	for (uint32_t i = 0; i < table->count; i++) {
		const struct fw_bucket_set *set = &table->sets[i];

		for (unsigned way = 0; way < FW_WAYS; way++) {
			int64_t rank = bucket_rank(limit, set->a[way], set->b[way], start);
			struct fw_bucket_owner owner = set->owners[way];

			if (__atomic_load_n(&set->tags[way], __ATOMIC_ACQUIRE))
				visit(&owner, rank > limit->idle, userdata);
		}
	}
	return 0;
}

static uint32_t count_keys(const struct bucket_table *table)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < table->count; i++)
		for (unsigned way = 0; way < FW_WAYS; way++)
			count += table->sets[i].tags[way] != 0;
	return count;
}

static void count_all(const struct datapath *dp, uint32_t *counts)
{
	for (unsigned slot = 0; slot < FW_MAX_LIMITS; slot++) {
		const struct bucket_table *table;
		const struct fw_limit *limit;

		counts[slot] = find_table(dp, slot, &limit, &table) ? count_keys(table) : 0;
	}
}

int datapath_bucket_counts(struct datapath *dp, uint32_t *counts)
{
	struct bucket_counts *counted = &dp->counted;
	uint32_t generation = datapath_generation(dp);
	uint64_t begin = clock_ns(), end;

	if (begin >= counted->good_until || counted->generation != generation) {
		count_all(dp, counted->keys);
		end = clock_ns();
		counted->good_until = end + (end - begin) * COUNT_SHARE;
		counted->generation = generation;
	}
	memcpy(counts, counted->keys, sizeof(counted->keys));
	return 0;
}

/* How far below `idle` a key that came once must be. */
static int64_t margin_of(const struct fw_limit *limit)
{
	return limit->window ? 1LL << FW_WINDOW_SHIFT : IDLE_NS * FW_TICKS_PER_NS;
}

static int sweep_set(const struct fw_limit *limit, struct fw_bucket_set *set, uint64_t start)
{
	int swept = 0;

	for (unsigned way = 0; way < FW_WAYS; way++) {
		__u64 tag = __atomic_load_n(&set->tags[way], __ATOMIC_RELAXED);
		int64_t rank = bucket_rank(limit, set->a[way], set->b[way], start);
		int64_t most =
			tag & FW_TAG_KNOWN ? limit->forgotten : limit->idle - margin_of(limit);

		if (tag && rank <= most)
			swept += __atomic_compare_exchange_n(&set->tags[way], &tag, 0, false,
							     __ATOMIC_RELAXED, __ATOMIC_RELAXED);
	}
	return swept;
}

int datapath_sweep_buckets(struct datapath *dp)
{
	uint64_t now = datapath_now(dp);
	int swept = 0;

	for (unsigned slot = 0; slot < FW_MAX_LIMITS; slot++) {
		const struct bucket_table *table;
		const struct fw_limit *limit;

		if (!find_table(dp, slot, &limit, &table))
			continue;
		for (uint32_t i = 0; i < table->count; i++)
			swept += sweep_set(limit, &table->sets[i], bucket_start(limit, now));
	}
	if (dp->state->has_policy)
		rule_buckets_sweep(dp, seen_image(dp));
	return swept;
}
