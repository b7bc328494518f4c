/* SPDX-License-Identifier: MIT */
/*
 * How often in a row someone was banned: each ban is twice as long as the one
 * before, up to a longest, and who was quiet for long enough begins anew.
 *
 * What is remembered is bounded. When it is full, bans are of level 1 and not
 * remembered, until others are forgotten.
 */
#ifndef FWD_BAN_LEVELS_H
#define FWD_BAN_LEVELS_H

#include <stddef.h>
#include <stdint.h>

#include "config.h"

struct ban_levels;

/* max: bans to remember. NULL: no memory. */
struct ban_levels *ban_levels_new(size_t max);
struct ban_levels *ban_levels_free(struct ban_levels *levels);

/*
 * The next ban of a prefix by a limit (any number that tells limits apart): its level, from 1, and how
 * long it is. It is remembered until config's quiet_ns after its end. now: ns.
 */
unsigned ban_levels_next(struct ban_levels *levels, uint32_t limit, const struct prefix *prefix,
			 const struct config_ban *config, uint64_t now, uint64_t *ret_ns);

/* How many are remembered. */
size_t ban_levels_count(const struct ban_levels *levels);

#endif
