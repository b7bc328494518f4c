/* SPDX-License-Identifier: MIT */
/* Numbers that look random and are the same in every run (xorshift64*, Vigna 2016). */
#ifndef BENCH_RANDOM_H
#define BENCH_RANDOM_H

#include <stdint.h>

struct random {
	uint64_t state; /* not 0 */
};

static inline uint32_t random_next(struct random *random)
{
	random->state ^= random->state >> 12;
	random->state ^= random->state << 25;
	random->state ^= random->state >> 27;
	return (uint32_t)((random->state * 0x2545f4914f6cdd1dULL) >> 32);
}

/* Below bound. */
static inline uint32_t random_below(struct random *random, uint32_t bound)
{
	return (uint32_t)((uint64_t)random_next(random) * bound >> 32);
}

#endif
