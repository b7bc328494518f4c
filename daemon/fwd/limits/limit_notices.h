/* SPDX-License-Identifier: MIT */
/* Limits that start and stop limiting, or have no bucket for another key: one event each. */
#ifndef FWD_LIMIT_NOTICES_H
#define FWD_LIMIT_NOTICES_H

#include "daemon/fwd/events/hub.h"
#include "daemon/fwd/model/model.h"

struct limit_notices;

/* All borrowed. */
struct limit_notices_needs {
	const struct datapath *dp; /* has the counters */
	const struct model *model; /* the running limits, and rules that use them */
	struct event_hub *events;  /* for the events */
};

/* Earlier counts are not reported. NULL: no memory. */
struct limit_notices *limit_notices_new(const struct limit_notices_needs *needs);

/* NULL is allowed; returns NULL. */
struct limit_notices *limit_notices_free(struct limit_notices *notices);

/* Check the counters; once a second. */
void limit_notices_look(struct limit_notices *notices);

#endif
