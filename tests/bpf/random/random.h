/* SPDX-License-Identifier: MIT */
/* Random policies and packets, the same ones for the same seed. */
#ifndef FWD_TEST_RANDOM_H
#define FWD_TEST_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/bpf/lib/frames.h"
#include "tests/bpf/random/reference.h"

/* xorshift64*, Marsaglia 2003 and Vigna 2014. */
struct random {
	uint64_t state; /* not 0 */
};

static inline uint64_t random_next(struct random *random)
{
	random->state ^= random->state >> 12;
	random->state ^= random->state << 25;
	random->state ^= random->state >> 27;
	return random->state * 0x2545f4914f6cdd1dULL;
}

static inline struct random random_start(uint64_t seed)
{
	struct random random = {seed * 0x9e3779b97f4a7c15ULL + 1};

	random_next(&random);
	return random;
}

/* 0 to count - 1. */
static inline unsigned below(struct random *random, unsigned count)
{
	return (random_next(random) >> 33) % count;
}

static inline bool chance(struct random *random, unsigned percent)
{
	return below(random, 100) < percent;
}

/* Prefixes that often overlap, of family 4 or 6. */
struct prefix random_prefix(struct random *random, int family);

/* The text of a config, with ' for "; malloced. It names interfaces wan and lan. */
char *random_policy(struct random *random);

/* A frame that is about what the config is about: near the edges of its values, or broken. */
struct frame random_frame(struct random *random, const struct config *config);

#endif
