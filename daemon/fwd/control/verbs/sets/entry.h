/* SPDX-License-Identifier: MIT */
/* Prefixes and timeouts as arguments, entries of live sets as JSON: for block and set. */
#ifndef FWD_CONTROL_ENTRY_H
#define FWD_CONTROL_ENTRY_H

#include "daemon/fwd/control/control.h"
#include "daemon/fwd/lockout/guard.h"

/* Read a prefix, or fail the request with a sentence that helps. */
int ctl_prefix(struct ctl_request *request, const char *text, struct prefix *ret);

/* Warn of the first one that embeds an IPv4 address and matches IPv6 packets only. */
void ctl_warn_notation(struct ctl_request *request, const struct prefix_list *prefixes);

/* Read the argument "timeout", if it is there; "0" and "forever" are 0. */
int ctl_timeout(struct ctl_request *request, uint64_t *ret_ns);

/* {"prefix", "age_s", "expires_in_s" (absent: never), "reason" (absent: none)} */
cJSON *ctl_entry_json(const struct live_entry *entry);

/*
 * Refuse an edit of a live set that would cut off the caller, a gateway or a BGP session, unless it
 * is forced, and ends by itself (timeout, ns). prefixes: NULL for a flush.
 */
int ctl_guard_live(struct ctl_request *request, unsigned set_id, enum live_edit edit,
		   const struct prefix_list *prefixes, uint64_t timeout);

#endif
