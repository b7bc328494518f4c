/* SPDX-License-Identifier: MIT */
/* What the handlers of sets share. */
#ifndef FWD_CONTROL_SETS_H
#define FWD_CONTROL_SETS_H

#include "daemon/fwd/control/control.h"

/* The set that the argument "name" names, or NULL: the request has failed. */
const struct config_set *ctl_find_set(struct ctl_request *request);

/* The id of a live set. Compiling gave it one. Negative: the request has failed. */
int ctl_live_id(struct ctl_request *request, const struct config_set *set);

/* set.delete without prefixes: the set as a whole. */
int ctl_set_remove(struct ctl_request *request);

#endif
