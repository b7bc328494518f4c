/* SPDX-License-Identifier: MIT */
/*
 * What fwd should say of a frame, worked out slowly: the frame is read byte by
 * byte, and each rule of the config is tried, one after the other. No maps, no
 * bits, no tables; nothing shared with the programs or the compiler but the
 * lists of words.
 *
 * It knows no time and no earlier fragments: what a limit's bucket has lost does not
 * come back, and a later fragment's first one was not seen.
 */
#ifndef FWD_TEST_REFERENCE_H
#define FWD_TEST_REFERENCE_H

#include <stddef.h>
#include <stdint.h>

#include "common/policy/config/config.h"
#include "tests/bpf/random/reference_limits.h"

#define REFERENCE_BLOCKS ((size_t)-1)

/* What is not in the config: live sets (by index of config.sets) and blocks, all without an end. */
struct reference_entry {
	size_t set; /* or REFERENCE_BLOCKS */
	struct prefix prefix;
};

struct reference_world {
	const struct config *config;
	struct reference_entry *live;
	size_t live_count;
	struct reference_limits *limits;
	int interface; /* index of config.interfaces where the frame came in; -1: none of them */
};

struct reference_verdict {
	enum fw_outcome outcome;
	enum fw_reason reason;
	const char *rule;		   /* NULL: none */
	const char *limit;		   /* NULL: none */
	const char *way[FW_LIMITS_ON_WAY]; /* limits that were charged and went on */
	enum fw_reason way_reasons[FW_LIMITS_ON_WAY];
	size_t way_count;
};

/* charge: take from the limits that the frame gets to. Without, nothing changes. */
struct reference_verdict reference_judge(const struct reference_world *world, const uint8_t *frame,
					 size_t length, bool charge);

#endif
