/* SPDX-License-Identifier: MIT */
/*
 * The core: what handlers of verbs work with. All are borrowed; those that are NULL are not there
 * (yet). Nothing here knows of the socket, and none of these knows of the core.
 */
#ifndef FWD_CORE_H
#define FWD_CORE_H

#include <stdint.h>

struct bans;
struct datapath;
struct event_hub;
struct history;
struct live;
struct model;
struct panic;
struct transaction;
struct trials;

struct core {
	struct datapath *dp;		 /* what packets see: counters, buckets, attachments */
	struct live *live;		 /* live sets and blocks */
	struct model *model;		 /* the running policy, and edits to it */
	struct transaction *transaction; /* changes of it as a whole */
	struct history *history;	 /* its revisions, and the audit */
	struct trials *trials;		 /* a policy that is evaluated without effect */
	struct panic *panic;
	struct event_hub *events; /* what happens, for clients that monitor */
	struct bans *bans;	  /* sources over a limit are blocked */
	uint64_t started_ns;	  /* when fwd did; CLOCK_MONOTONIC */
};

#endif
