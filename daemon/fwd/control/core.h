/* SPDX-License-Identifier: MIT */
/*
 * The core: what handlers of verbs work with. All are borrowed; those that are NULL are not there
 * (yet). Nothing here knows of the socket, and none of these knows of the core.
 */
#ifndef FWD_CORE_H
#define FWD_CORE_H

#include "daemon/fwd/datapath/attach/attachments.h"
#include "daemon/fwd/datapath/buckets/limit_state.h"
#include "daemon/fwd/datapath/counters/counters.h"
#include "daemon/fwd/datapath/datapath.h"
#include "daemon/fwd/datapath/explain/explain.h"
#include "daemon/fwd/datapath/generation/generation.h"
#include "daemon/fwd/datapath/panic/panic_switch.h"
#include "daemon/fwd/datapath/trial/trial.h"
#include "daemon/fwd/events/hub.h"
#include "daemon/fwd/history/history.h"
#include "daemon/fwd/live/live.h"
#include "daemon/fwd/model/model.h"
#include "daemon/fwd/transaction/transaction.h"

struct bans;
struct panic;
struct trials;

struct core {
	struct datapath *dp;		 /* what packets see: counters, buckets, attachments */
	struct live *live;		 /* live sets and blocks */
	struct model *model;		 /* the running policy, and edits to it */
	struct transaction *transaction; /* changes of it as a whole */
	struct history *history;	 /* its revisions, and the audit */
	struct trials *trials;		 /* a policy that judges without effect */
	struct panic *panic;
	struct event_hub *events; /* what happens, for clients that monitor */
	struct bans *bans;	  /* who is over a limit is blocked */
	uint64_t started_ns;	  /* when fwd did; CLOCK_MONOTONIC */
};

#endif
