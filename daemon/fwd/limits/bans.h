/* SPDX-License-Identifier: MIT */
/*
 * Bans: who is over a limit with "over": "block" is put into the block list or a live set.
 *
 * The datapath tells who, at most once a second; here is decided for how long, and whether
 * there is room. In monitor mode all is done as when enforcing: entries only ever take effect through
 * the block list and rules, which then report, and pass.
 */
#ifndef FWD_BANS_H
#define FWD_BANS_H

#include "daemon/fwd/app.h"

/* Since fwd started, by limit. */
struct ban_counts {
	uint64_t banned;
	uint64_t missed; /* who should have been, and was not */
};

int bans_start(struct app *app, struct errors *errs);
void bans_stop(struct app *app);

/* Handle what the datapath has told; every 100 ms or so. */
void bans_take(struct app *app);

/* Tell of bans that were missed; once a second. */
void bans_tell_missed(struct app *app);

/* Of the limit of this name and slot; 0 if there are none, or no bans at all. */
struct ban_counts bans_count(const struct app *app, unsigned slot, const char *name);

#endif
