/* SPDX-License-Identifier: MIT */
/*
 * Bans: a source over a limit with "over": "block" is put into the block list or a live set.
 *
 * The datapath reports it, at most once a second; here is decided for how long, and whether
 * there is room. In monitor mode all is done as when enforcing: entries only ever take effect
 * through the block list and rules, which then report, and pass.
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
	struct live *live;	  /* where they are put */
	struct model *model;	  /* the running limits, and what must go on getting in */
	struct event_hub *events; /* where it is reported */
};

/* Since fwd started, by limit. */
struct ban_counts {
	uint64_t banned;
	uint64_t missed; /* should have been banned, and was not */
};

/* What the datapath reported before is dropped: it may be hours old. Negative errno on failure. */
int bans_new(const struct bans_needs *needs, struct bans **ret);

/* NULL is allowed; returns NULL. */
struct bans *bans_free(struct bans *bans);

/* Handle what the datapath has reported; every 100 ms or so. */
void bans_take(struct bans *bans);

/* Report bans that were missed; once a second. */
void bans_report_missed(struct bans *bans);

/* Of the limit of this name and slot; 0 if there are none, or no bans at all (NULL). */
struct ban_counts bans_count(struct bans *bans, unsigned slot, const char *name);

#endif
