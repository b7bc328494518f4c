/* SPDX-License-Identifier: MIT */
/* What block and unblock of one address share with those of many. */
#ifndef FWD_CONTROL_BLOCKS_H
#define FWD_CONTROL_BLOCKS_H

#include "daemon/fwd/control/control.h"
#include "daemon/fwd/live/live.h"

/* The entry of just this prefix, or NULL. */
const struct live_entry *blocks_find(const struct core *core, const struct prefix *prefix);

/* Would a block be what there is? One with a time is not: its time begins again. */
bool blocks_is_so(const struct live_entry *entry, uint64_t timeout, const char *reason);

/*
 * Once the blocks of a sorted list are gone, does another one still cover a prefix, which may be one
 * of the list? *ret is the longest of them.
 */
bool blocks_still_cover(const struct core *core, const struct prefix_list *gone,
			const struct prefix *prefix, struct prefix *ret);

/* Are many given: "prefixes", or "uploaded"? */
bool blocks_are_many(const struct ctl_request *request);

/* All of them or none. timeout in ns, 0: forever. */
int blocks_add_many(struct ctl_request *request, uint64_t timeout, const char *reason);
int blocks_delete_many(struct ctl_request *request);

#endif
