/* SPDX-License-Identifier: MIT */
/*
 * Network interfaces as the kernel reports them over route netlink: all at
 * the start, then each change.
 */
#ifndef FWD_LINKS_H
#define FWD_LINKS_H

#include <stdbool.h>

#include "daemon/fwd/datapath/attach/attachments.h"

struct links;

/* A link is new, changed (or the same as before), or gone. */
typedef void (*link_handler)(void *userdata, const struct link_change *change);

/*
 * Subscribe, and ask for all links. The handler is only called from links_read
 * (and so are the links that are there already).
 */
int links_open(link_handler handler, void *userdata, struct links **ret);

/* Readable when there is something to read: add it to the loop. */
int links_fd(const struct links *links);

/*
 * Handle what is pending. If the kernel had to drop messages, all links are
 * asked for again, and those that are no longer there are reported as gone.
 */
int links_read(struct links *links);

/* Free; NULL is allowed. Returns NULL. */
struct links *links_close(struct links *links);

#endif
