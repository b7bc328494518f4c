/* SPDX-License-Identifier: MIT */
/* Addresses that this router needs, held against feeds that are dropped. */
#ifndef FWD_HOST_FEED_HOST_H
#define FWD_HOST_FEED_HOST_H

#include "common/policy/config/config.h"

/*
 * A warning for each set from a file that a rule drops, and that covers an address of this router, a
 * default gateway, a resolver of /etc/resolv.conf or a source of management.allow. What cannot be read
 * is left out.
 */
void feed_host_check(const struct config *config, struct errors *errs);

#endif
