/* SPDX-License-Identifier: MIT */
/*
 * The app: names every part of a running fwd and owns them all.
 *
 * Parts start in the order of a table (app.c) and stop in the reverse order.
 */
#ifndef FWD_APP_H
#define FWD_APP_H

#include <systemd/sd-event.h>

#include "config.h"
#include "datapath.h"
#include "event.h"
#include "live.h"
#include "model.h"
#include "options.h"

struct control;
struct links;

struct app {
	struct options options;
	sd_event *loop;
	struct datapath *dp;
	struct live *live;
	struct model *model;
	struct links *links; /* netlink: interfaces come, go, change */
	struct event_source *event_source;
	struct event_log *event_log;
	struct control *control; /* the control socket */
	uint64_t started_ns;	 /* CLOCK_MONOTONIC */
	int exit_code;
};

/* Reload the config file (SIGHUP, fwctl reload): 0, or -EBADMSG with errs; the old policy stays. */
int app_reload(struct app *app, struct errors *errs);

/* Bring attachments in line with the running config's interfaces: attach, detach. */
int app_sync_interfaces(struct app *app, struct errors *errs);

#endif
