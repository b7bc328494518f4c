/* SPDX-License-Identifier: MIT */
/*
 * The number of successive bans of a source: each ban is twice as long as the one
 * before, up to a maximum, and a source that was quiet for long enough starts again.
 *
 * The record is bounded. When it is full, bans are of level 1 and not recorded,
 * until others expire. Like the bans, it is in a map that outlives fwd, and is lost
 * when the machine is restarted.
 */
#ifndef FWD_BAN_LEVELS_H
#define FWD_BAN_LEVELS_H

#include <stddef.h>
#include <stdint.h>

#include "common/policy/config/config.h"
#include "daemon/fwd/datapath/buckets/limit_state.h"

struct ban_levels;

/* store is copied. NULL: no memory. */
struct ban_levels *ban_levels_new(const struct ban_store *store);
struct ban_levels *ban_levels_free(struct ban_levels *levels);

/* A ban to be made. */
struct ban_step {
	unsigned level; /* from 1 */
	uint64_t duration_ns;
};

/*
 * The next ban of a prefix by a limit (any number that identifies limits, also across restarts).
 * now: CLOCK_MONOTONIC, ns.
 */
struct ban_step ban_levels_next(const struct ban_levels *levels, uint32_t limit,
				const struct prefix *prefix, const struct config_ban *config,
				uint64_t now);

/* Record a ban until config's quiet_ns after its end. Removes a few expired ones. */
void ban_levels_note(struct ban_levels *levels, uint32_t limit, const struct prefix *prefix,
		     const struct config_ban *config, uint64_t now, struct ban_step step);

#endif
