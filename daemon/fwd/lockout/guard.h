/* SPDX-License-Identifier: MIT */
/* The check of each change before it reaches the datapath: would it cut a client off? */
#ifndef FWD_GUARD_H
#define FWD_GUARD_H

#include "daemon/fwd/lockout/lockout.h"
#include "daemon/fwd/model/model.h"

/* Which policy runs, and who asks for a change of it. */
struct guard {
	struct model *model;	     /* NULL: without a policy nobody is cut off */
	const struct caller *caller; /* NULL: fwd itself */
	bool force;		     /* the caller wants it all the same: CUT_OFF is a warning */
};

/* Would another policy cut somebody off? 0, -EPERM with errs, or another negative errno. */
int guard_policy(const struct guard *guard, const struct model_change *change, struct errors *errs);

/* What is about to be done to a live set, or to the block list. */
enum live_edit { LIVE_ADD, LIVE_DELETE, LIVE_FLUSH };

/*
 * Would this edit cut off the caller, a gateway or a BGP session? set_id: FW_LIVE_BLOCKS for the
 * block list; prefixes NULL for a flush. 0, -EPERM with errs, or another negative errno.
 */
int guard_live(const struct guard *guard, unsigned set_id, enum live_edit edit,
	       const struct prefix_list *prefixes, struct errors *errs);

/*
 * Packets that must go on getting in under the running policy, but for those of management.allow,
 * which no block and no live set stops. Appends; probes_clear frees them. 0 or a negative errno.
 */
struct probe_list;
int guard_probes(struct model *model, struct probe_list *ret);

/*
 * What a candidate (NULL: the running policy) makes of all that is protected.
 */
struct candidate;
int guard_show(const struct guard *guard, const struct candidate *candidate, lockout_take take,
	       void *userdata, struct errors *errs);

#endif
