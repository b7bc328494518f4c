/* SPDX-License-Identifier: MIT */
/*
 * Live sets: prefixes with timeouts, edited in place in maps live4 and live6,
 * never touched by a reload. Set 0 is the block list.
 *
 * This module has the entries (prefix, end, reason), and updates the maps. The LPM
 * trie finds only the longest prefix, so each map entry has the latest end of all
 * entries that cover it (fw_live_value.effective); this module updates that when a
 * covering prefix is added or removed.
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

/* Read the entries from the maps (after adoption). */
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

/* Remove all entries of a set; returns their number. */
int live_flush(struct live *live, unsigned set_id);

/* The longest entry that covers a prefix, or NULL; borrowed until the next change. */
const struct live_entry *live_find(const struct live *live, unsigned set_id,
				   const struct prefix *prefix);

/* Entries of a set, sorted by prefix: count, and the array (borrowed until the next change). */
size_t live_list(const struct live *live, unsigned set_id, const struct live_entry **ret);

/* The free entries of the maps of a family (4 or 6), for all sets together. */
size_t live_room(const struct live *live, int family);

/* The number of entries of a set. */
size_t live_count(const struct live *live, unsigned set_id);

/* Remove the entries that have ended by `now`; returns their number. */
int live_expire(struct live *live, uint64_t now);

/* The time when the next entry ends, or FW_FOREVER. */
uint64_t live_next_expiry(const struct live *live);

#endif
