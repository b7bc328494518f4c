/* SPDX-License-Identifier: MIT */
/*
 * Finds when a limit starts to limit, and when it has stopped, by one check of its
 * counters a second: it starts when packets over it were counted since the last
 * check, and has stopped when none was counted for LIMIT_QUIET_NS.
 */
#ifndef FWD_LIMIT_WATCH_H
#define FWD_LIMIT_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "common/abi/fw_abi.h"

#define LIMIT_QUIET_NS 5000000000ULL

enum limit_change { LIMIT_SAME, LIMIT_STARTED, LIMIT_STOPPED };

/* The state of one limit; all 0: none yet. */
struct limit_watch {
	char name[FW_NAME_SIZE]; /* the limit of these counters; "": none */
	bool limiting;
	struct fw_count over;	/* at the last check */
	struct fw_count before; /* when it began to limit */
	uint64_t began;		/* CLOCK_MONOTONIC ns, of the check that found it */
	uint64_t last;		/* of the last check that found packets over it */
};

/* The counts of a limit from its start to its stop. */
struct limit_episode {
	struct fw_count over;
	uint64_t duration_ns;
};

/*
 * Update the state with the counters of packets over the limit of this name. The first check of a
 * limit only stores them: counts of an earlier fwd are not reported. LIMIT_STOPPED fills *ret.
 */
enum limit_change limit_watch_note(struct limit_watch *watch, const char *name,
				   const struct fw_count *over, uint64_t now,
				   struct limit_episode *ret);

#endif
