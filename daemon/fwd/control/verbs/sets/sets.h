/* SPDX-License-Identifier: MIT */
/* What the handlers of sets share. */
#ifndef FWD_CONTROL_SETS_H
#define FWD_CONTROL_SETS_H

#include "daemon/fwd/control/control.h"

/* The set that the argument "name" names, or NULL: the request has failed. */
const struct config_set *ctl_find_set(struct ctl_request *request);

/* The id of a live set. Compiling gave it one. Negative: the request has failed. */
int ctl_live_id(struct ctl_request *request, const struct config_set *set);

/* "inline", "file" or "live". */
const char *ctl_set_kind(const struct config_set *set);

/* The longest entry of a set that covers a prefix, as JSON; NULL: there is none. */
cJSON *ctl_set_covering(const struct core *core, const struct config_set *set,
			const struct prefix *prefix);

/* set.delete without prefixes: the set as a whole. */
int ctl_set_remove(struct ctl_request *request);

#endif
