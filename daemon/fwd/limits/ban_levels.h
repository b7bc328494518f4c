/* SPDX-License-Identifier: MIT */
/*
 * How often in a row someone was banned: each ban is twice as long as the one
 * before, up to a longest, and who was quiet for long enough begins anew.
 *
 * What is remembered is bounded. When it is full, bans are of level 1 and not
 * remembered, until others are forgotten. It stands where the bans themselves do, in a
 * map that outlives fwd, and ends with them when the machine is restarted.
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

/* A ban that is to be. */
struct ban_step {
	unsigned level; /* from 1 */
	uint64_t duration_ns;
};

/*
 * The next ban of a prefix by a limit (any number that tells limits apart, also over restarts).
 * now: CLOCK_MONOTONIC, ns.
 */
struct ban_step ban_levels_next(const struct ban_levels *levels, uint32_t limit,
				const struct prefix *prefix, const struct config_ban *config,
				uint64_t now);

/* It happened: remember it until config's quiet_ns after its end. Forgets a few that are over. */
void ban_levels_note(struct ban_levels *levels, uint32_t limit, const struct prefix *prefix,
		     const struct config_ban *config, uint64_t now, struct ban_step step);

#endif
