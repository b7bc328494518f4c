/* SPDX-License-Identifier: MIT */
/*
 * Bans: a source over a limit with "over": "block" is put into the block list or a live set.
 *
 * The datapath reports the source, at most once a second; this module decides the duration, and
 * whether there is space. Monitor mode changes nothing here: entries only have an effect through
 * the block list and rules, which then report, and pass.
 */
#ifndef FWD_BANS_H
#define FWD_BANS_H

#include "daemon/fwd/events/hub.h"
#include "daemon/fwd/live/live.h"
#include "daemon/fwd/model/model.h"

struct bans;

/* All borrowed. */
struct bans_needs {
	struct datapath *dp;	  /* reports sources over a limit, and keeps their levels */
	struct live *live;	  /* the target of bans */
	struct model *model;	  /* the running limits, and the peers to protect */
	struct event_hub *events; /* for the events */
};

/* Since fwd started, by limit. */
struct ban_counts {
	uint64_t banned;
	uint64_t missed; /* bans that were not made */
};

/* Earlier reports of the datapath are dropped: they may be hours old. Negative errno on failure. */
int bans_new(const struct bans_needs *needs, struct bans **ret);

/* NULL is allowed; returns NULL. */
struct bans *bans_free(struct bans *bans);

/* Handle the reports of the datapath; every 100 ms or so. */
void bans_take(struct bans *bans);

/* Report bans that were missed; once a second. */
void bans_report_missed(struct bans *bans);

/* The counts of the limit with this name and slot; 0 if there are none, or bans is NULL. */
struct ban_counts bans_count(struct bans *bans, unsigned slot, const char *name);

#endif
