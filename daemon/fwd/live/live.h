/* SPDX-License-Identifier: MIT */
/*
 * Live sets: prefixes with timeouts, edited in place in maps live4 and live6,
 * never touched by a reload. Set 0 is the block list.
 *
 * Here is the truth (prefix, end, why); the maps follow. The LPM trie finds
 * only the longest prefix, so each map entry carries the latest end of all
 * entries that cover it (fw_live_value.effective); this module keeps that
 * right when a covering prefix comes or goes.
 */
#ifndef FWD_LIVE_H
#define FWD_LIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/prefix/prefix.h"

struct live;
struct datapath;

struct live_entry {
	struct prefix prefix;
	uint64_t expires; /* CLOCK_MONOTONIC ns; FW_FOREVER */
	uint64_t created;
	char reason[64]; /* blocks only; "" */
};

/* Read back what the maps hold (after adoption). */
int live_open(struct datapath *dp, struct live **ret);
struct live *live_close(struct live *live);

/*
 * Add or refresh an entry. timeout_ns 0: forever. max: entries that the set may
 * hold (0: only the map's limit). ret_new (may be NULL): it was not there.
 * Returns 0; -ENOSPC: set or map is full; nothing is evicted.
 */
int live_add(struct live *live, unsigned set_id, const struct prefix *prefix, uint64_t timeout_ns,
	     uint64_t max, const char *reason, bool *ret_new);

/* Remove exactly this prefix. -ENOENT. */
int live_delete(struct live *live, unsigned set_id, const struct prefix *prefix);

/* Remove all of a set; returns how many. */
int live_flush(struct live *live, unsigned set_id);

/* The longest entry that covers a prefix, or NULL; borrowed until the next change. */
const struct live_entry *live_find(const struct live *live, unsigned set_id,
				   const struct prefix *prefix);

/* Entries of a set, sorted by prefix: count, and the array (borrowed until the next change). */
size_t live_list(const struct live *live, unsigned set_id, const struct live_entry **ret);

/* How many more entries of a family (4 or 6) the maps have room for, of all sets together. */
size_t live_room(const struct live *live, int family);

/* How many entries a set has. */
size_t live_count(const struct live *live, unsigned set_id);

/* Remove what has ended by now; returns how many were removed. */
int live_expire(struct live *live, uint64_t now);

/* When the next entry ends, or FW_FOREVER. */
uint64_t live_next_expiry(const struct live *live);

#endif
