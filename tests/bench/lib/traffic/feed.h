/* SPDX-License-Identifier: MIT */
/* A folder with a set file of random prefixes, and a config next to it. */
#ifndef BENCH_FEED_H
#define BENCH_FEED_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/prefix/prefix_content.h"
#include "tests/bench/lib/random.h"

struct feed {
	unsigned family; /* 4 or 6 */
	uint32_t count;
	bool hosts; /* else from /17 (/32) to /32 (/64), half of them /24 (/48) at most */
};

#define FEED_SEED 0x9e3779b97f4a7c15ULL /* of feed_write */

/* The prefix of a number of a feed. */
struct prefix feed_prefix(struct random *random, const struct feed *feed, uint32_t number);

/* Write folder/set.netset. 0, or -1 with errno. */
int feed_write(const char *folder, const struct feed *feed);

/* Remove set.netset, fwd.json and the folder. */
void feed_remove(const char *folder);

#endif
