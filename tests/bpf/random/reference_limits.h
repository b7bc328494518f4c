/* SPDX-License-Identifier: MIT */
/*
 * The reference's limits: a number of units left for each limit, level and key. No time passes, so
 * nothing comes back, and a burst passes to the unit.
 */
#ifndef FWD_TEST_REFERENCE_LIMITS_H
#define FWD_TEST_REFERENCE_LIMITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/policy/config/config.h"
#include "tests/bpf/random/reference_parse.h"

#define REFERENCE_BUCKETS 32768 /* of one policy: 1000 packets do not need half as many */

/* Buckets that one packet can meet: of limits that go on, one that decides, a canary before each. */
#define REFERENCE_PAID (2 * (FW_LIMITS_ON_WAY + 1) * FW_MAX_LEVELS)

struct reference_key {
	uint8_t src[16];
	uint8_t dst[16];
	uint32_t limit; /* index of config.limits */
	uint32_t level;
	uint32_t number; /* of the rule, the interface or the VLAN */
	uint32_t family;
};

struct reference_bucket {
	struct reference_key key;
	uint64_t left;
	bool used;
};

/* All zero: every bucket is full. */
struct reference_limits {
	struct reference_bucket buckets[REFERENCE_BUCKETS];
	uint64_t passed[FW_MAX_LIMITS]; /* packets, by index of config.limits */
	uint64_t over[FW_MAX_LIMITS];
};

/* The buckets that one packet has met, and what they made of it. All zero: none. */
struct reference_paid {
	struct {
		struct reference_key key;
		bool within;
	} buckets[REFERENCE_PAID];
	size_t count;
};

/*
 * Is a packet within the limit of a rule? It is if it is within all levels; a bucket that it has met
 * answers as before. charge: then take it from all others, and count it, unless the limit was met
 * before and has nothing new to say; else change no bucket.
 */
bool reference_within(struct reference_limits *limits, const struct config *config,
		      const struct config_rule *rule, const struct seen *seen,
		      struct reference_paid *paid, bool charge);

#endif
