/* SPDX-License-Identifier: MIT */
/* The state of limits: buckets, and bans of sources over a limit. */
#ifndef FWD_LIMIT_STATE_H
#define FWD_LIMIT_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/abi/fw_abi.h"

struct datapath;

/*
 * Buckets in use of limits with keys, by limit slot (counts has FW_MAX_LIMITS). Counting 2 GiB of them
 * takes half a second: the result may be as old as ten times the time it took, so that
 * requests cannot keep fwd counting.
 */
int datapath_bucket_counts(struct datapath *dp, uint32_t *counts);

/*
 * Visit all buckets of a limit's keys, while packets change them: the key, the number of its
 * limited packets, and whether it holds anything; else it equals a new one. (For an instant, the
 * key may be the earlier one.)
 */
typedef void bucket_visit(const struct fw_bucket_owner *owner, bool busy, void *userdata);
int datapath_each_bucket(const struct datapath *dp, unsigned slot, bucket_visit *visit,
			 void *userdata);

/*
 * Free buckets that are full again, of keys that came once or not for a minute: they equal new
 * ones. Returns their number. Call every few seconds.
 */
int datapath_sweep_buckets(struct datapath *dp);

/* ---- bans: sources over a limit with FW_LIMIT_BANS ---- */

struct ban_source;
typedef void (*ban_handler)(void *userdata, const struct fw_ban *ban);

int ban_source_open(const struct datapath *dp, ban_handler handler, void *userdata,
		    struct ban_source **ret);
/* Handle all that are pending: FW_BAN_RING_BYTES hold a few thousand. */
int ban_source_consume(struct ban_source *source);
/* NULL is allowed; returns NULL. */
struct ban_source *ban_source_close(struct ban_source *source);

/*
 * The record of bans: map `ban_levels`, at most FW_MAX_BAN_LEVELS, kept as long as the bans. A
 * table of functions, as tests have their own. All return 0 or a negative errno.
 */
struct ban_store {
	int (*get)(void *userdata, const struct fw_ban_level_key *key, struct fw_ban_level *ret);
	/* -E2BIG: it is full. */
	int (*put)(void *userdata, const struct fw_ban_level_key *key,
		   const struct fw_ban_level *value);
	int (*remove)(void *userdata, const struct fw_ban_level_key *key);
	/* The key after another one, in any order; after NULL, or a deleted one, the first. */
	int (*next)(void *userdata, const struct fw_ban_level_key *after,
		    struct fw_ban_level_key *ret);
	void *userdata;
};
struct ban_store datapath_ban_store(struct datapath *dp);

#endif
