/* SPDX-License-Identifier: MIT */
/*
 * Which interfaces are ours, and how they are attached: attachments follow the config, and what
 * netlink reports of interfaces that come, go and change.
 */
#ifndef FWD_INTERFACES_H
#define FWD_INTERFACES_H

#include <systemd/sd-event.h>

#include "daemon/fwd/events/hub.h"
#include "daemon/fwd/model/model.h"

struct interfaces;

/* All borrowed. */
struct interfaces_needs {
	struct datapath *dp;
	const struct model *model; /* the running config */
	struct event_hub *events;
	void (*changed)(void *userdata); /* an attachment may be another one than before */
	void *userdata;
};

/* NULL: no memory. */
struct interfaces *interfaces_new(const struct interfaces_needs *needs);

/* Attachments stay. NULL is allowed; returns NULL. */
struct interfaces *interfaces_free(struct interfaces *interfaces);

/*
 * Attach to the config's interfaces; those that are missing are attached when they appear. On
 * failure what an earlier fwd left stays, and nothing else.
 */
int interfaces_attach(struct interfaces *interfaces, struct errors *errs);

/*
 * From now on netlink is followed, on this loop, which is borrowed; and no longer.
 * interfaces_unwatch: one that is not watching is allowed.
 */
int interfaces_watch(struct interfaces *interfaces, sd_event *loop);
void interfaces_unwatch(struct interfaces *interfaces);

/* The start is over: log how each is attached, or that it is detached, and from now on each that changes. */
void interfaces_ready(struct interfaces *interfaces);

/*
 * Bring attachments in line with the running config: attach, detach. What cannot be detached is a
 * warning. NULL: they have not started, and will do it then.
 */
int interfaces_sync(struct interfaces *interfaces, struct errors *errs);
/* The same after an edit of one: what is wrong with another one is only a warning, too. */
int interfaces_sync_one(struct interfaces *interfaces, const char *name, struct errors *errs);

/*
 * Detach from those that could not be detached before, if the kernel allows it now: the program
 * above, which prevented it, may be gone. What fails is tried again after 1 s, later after up to a
 * minute. Call every second.
 */
void interfaces_look(struct interfaces *interfaces);

/* Detach from all. One that cannot be detached does not prevent that others are: it is in errs. */
int interfaces_detach(struct interfaces *interfaces, struct errors *errs);

#endif
