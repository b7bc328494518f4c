/* SPDX-License-Identifier: MIT */
#ifndef FWD_INTERFACES_INTERNAL_H
#define FWD_INTERFACES_INTERNAL_H

#include "daemon/fwd/interfaces/interfaces.h"
#include "daemon/fwd/interfaces/links.h"
#include "daemon/fwd/interfaces/retry.h"

struct interfaces {
	struct interfaces_needs needs;
	struct links *links;	/* netlink; NULL: not watched */
	sd_event_source *ready; /* there is something to read of it */
	bool is_running;	/* the start is over */
	bool has_leftover;	/* one that should not be filtered could not be detached */
	struct retry leave;	/* it could not, although the kernel allows it */
};

/* Call needs.changed. */
void interfaces_changed(const struct interfaces *interfaces);

#endif
