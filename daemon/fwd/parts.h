/* SPDX-License-Identifier: MIT */
/*
 * The parts of the app, for the table in app.c. A start returns 0 or a
 * negative errno with the reason in errs; a stop undoes what its start did.
 */
#ifndef FWD_PARTS_H
#define FWD_PARTS_H

#include "daemon/fwd/app.h"

/* event_parts.c: the hub, the event log and the ring. */
int event_hub_start(struct app *app, struct errors *errs);
void event_hub_stop(struct app *app);
int event_log_start(struct app *app, struct errors *errs);
void event_log_stop(struct app *app);
int events_start(struct app *app, struct errors *errs);
void events_stop(struct app *app);

/* limit_parts.c: bans, and notices of limits. */
int bans_start(struct app *app, struct errors *errs);
void bans_stop(struct app *app);
int limit_notices_start(struct app *app, struct errors *errs);
void limit_notices_stop(struct app *app);

/* interface_parts.c: attachments, then what netlink reports of them. */
int interfaces_start(struct app *app, struct errors *errs);
void interfaces_stop(struct app *app);
int link_watch_start(struct app *app, struct errors *errs);
void link_watch_stop(struct app *app);

/* core_part.c: the transaction, and the objects of the control socket's handlers. */
int transaction_part_start(struct app *app, struct errors *errs);
void transaction_part_stop(struct app *app);
int core_start(struct app *app, struct errors *errs);
void core_stop(struct app *app);

/* signals.c: the signals, handled by the loop. */
void app_signals(struct app *app);
int signals_start(struct app *app, struct errors *errs);

/* timers.c: expiry, sweeps, flushes, summaries. */
int timers_start(struct app *app, struct errors *errs);
void timers_stop(struct app *app);

#endif
