/* SPDX-License-Identifier: MIT */
/*
 * The app: owns all parts of a running fwd.
 *
 * Parts start in the order of a table (app.c) and stop in the reverse order.
 */
#ifndef FWD_APP_H
#define FWD_APP_H

#include <systemd/sd-event.h>

#include "common/program/signals.h"
#include "common/program/start.h"
#include "daemon/fwd/control/core.h"
#include "daemon/fwd/options/options.h"

struct bans;
struct config;
struct control;
struct datapath;
struct event_hub;
struct event_ring;
struct event_writer;
struct history;
struct interfaces;
struct limit_notices;
struct live;
struct live_expiry;
struct model;
struct panic;
struct summary;
struct transaction;
struct trials;

struct app {
	struct options options; /* not owned */
	sd_event *loop;
	struct datapath *dp;
	struct live *live;
	struct model *model;
	struct history *history;	 /* revisions of the running policy */
	struct transaction *transaction; /* changes of the policy as a whole */
	struct interfaces *interfaces;	 /* updates attachments from the config and netlink */
	struct event_hub *events;
	struct event_ring *event_ring;
	struct event_writer *event_log;
	struct control *control;	     /* the control socket */
	struct bans *bans;		     /* blocks sources over a limit */
	struct limit_notices *limit_notices; /* limits that are limiting */
	struct trials *trials;		     /* a policy that judges without effect */
	struct panic *panic;
	struct signal_list signals;
	struct core core;	    /* the objects of the control socket's handlers */
	struct summary *summary;    /* the counters at the last summary */
	struct live_expiry *expiry; /* of live entries */
	struct config *checked;	    /* the config before anything was touched */
	bool detach;		    /* stopping, and defaults.on_stop is detach */
	uint64_t started_ns;	    /* CLOCK_MONOTONIC */
	int exit_code;		    /* enum program_exit */
};

/* Start all parts, run until a signal says stop, stop them. Returns the exit code. */
int app_run(const struct options *options);

/* Report the status to systemd (sd_notify STATUS=). */
void app_report_status(const struct app *app);

#endif
