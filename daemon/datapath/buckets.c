// SPDX-License-Identifier: MIT
/*
 * Keyed buckets. One whose theoretical arrival time has passed is full of
 * tokens, which is what an absent one is: sweeping it changes nothing but makes
 * room for other keys.
 */
#include "internal.h"

#include <errno.h>
#include <string.h>
#include <time.h>

/* Only those that were full for a while: a packet may be about to take from one just now. */
#define IDLE_TICKS (1000000000LL * FW_TICKS_PER_NS)

static const char *const bucket_maps[] = {"buckets", "buckets_lru"};

static int count_one(const void *key, const void *value, void *userdata)
{
	const struct fw_bucket_key *bucket = key;
	uint32_t *counts = userdata;

	(void)value;
	if (bucket->limit < FW_MAX_LIMITS)
		counts[bucket->limit]++;
	return 0;
}

int datapath_bucket_counts(const struct datapath *dp, uint32_t *counts)
{
	uint32_t sums[FW_MAX_LIMITS] = {0};

	for (size_t i = 0; i < array_size(bucket_maps); i++) {
		int err = map_walk(datapath_map(dp, bucket_maps[i]), sizeof(struct fw_bucket_key),
				   sizeof(uint64_t), count_one, sums);

		if (err)
			return err;
	}
	memcpy(counts, sums, sizeof(sums));
	return 0;
}

static bool is_full(const void *key, const void *value, void *userdata)
{
	const uint64_t *now = userdata;
	uint64_t arrival;

	(void)key;
	memcpy(&arrival, value, sizeof(arrival));
	return (int64_t)(*now - arrival) > IDLE_TICKS;
}

int datapath_sweep_buckets(struct datapath *dp)
{
	struct timespec time;
	uint64_t ns, now;
	int deleted = 0;

	clock_gettime(CLOCK_MONOTONIC, &time);
	ns = (uint64_t)time.tv_sec * 1000000000 + time.tv_nsec;
	if (dp->test_clock)
		ns = dp->state->test_now;
	now = ns * FW_TICKS_PER_NS;
	for (size_t i = 0; i < array_size(bucket_maps); i++) {
		int count =
			map_prune(datapath_map(dp, bucket_maps[i]), sizeof(struct fw_bucket_key),
				  sizeof(uint64_t), is_full, &now);

		if (count < 0)
			return count;
		deleted += count;
	}
	return deleted;
}
