/* SPDX-License-Identifier: MIT */
/*
 * When does a limit start to limit, and when has it stopped? One look a second at
 * its counters tells: it starts when packets over it were counted since the last
 * look, and has stopped when none was for LIMIT_QUIET_NS.
 */
#ifndef FWD_LIMIT_WATCH_H
#define FWD_LIMIT_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "common/abi/fw_abi.h"

#define LIMIT_QUIET_NS 5000000000ULL

enum limit_change { LIMIT_SAME, LIMIT_STARTED, LIMIT_STOPPED };

/* What is known of one limit; all 0: nothing yet. */
struct limit_watch {
	char name[FW_NAME_SIZE]; /* whose counters these are; "": nobody's */
	bool limiting;
	struct fw_count over;	/* at the last look */
	struct fw_count before; /* when it began to limit */
	uint64_t began;		/* CLOCK_MONOTONIC ns, of the look that saw it */
	uint64_t last;		/* of the last look that saw packets over it */
};

/* What a limit did from its start to its stop. */
struct limit_episode {
	struct fw_count over;
	uint64_t duration_ns;
};

/*
 * Note the counters of packets over the limit of this name. The first look at a limit only
 * remembers them: what an earlier fwd has counted is no news. LIMIT_STOPPED fills *ret.
 */
enum limit_change limit_watch_note(struct limit_watch *watch, const char *name,
				   const struct fw_count *over, uint64_t now,
				   struct limit_episode *ret);

#endif
