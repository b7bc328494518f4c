/* SPDX-License-Identifier: MIT */
/*
 * Changes of the running policy as a whole: what is read, checked, applied, confirmed or taken back,
 * recorded and saved.
 *
 * A policy can wait for its confirmation: unless somebody confirms it, it is taken back. The
 * datapath holds the deadline and both policies (datapath.h), the model both of their texts
 * (model.h), the state folder what a restart or a reboot must know (pending/marker.h). Here
 * the three are brought together, and the result is reported.
 *
 *	idle ──begin──► candidate ──guard──► guarded ──end──► active ──confirm──────────► confirmed
 *	 ▲                  │                   │               └────abort, deadline────► reverted
 *	 └───────end────────┴────────end────────┘
 *
 * A change is a candidate while it is read and compiled, guarded once it is known to cut nobody off
 * and (if it shall wait) the state folder knows of it, and active until its deadline. One that is
 * confirmed at once, refused, or no change ends where it began. Confirmed and reverted are as idle
 * for the next one. After a restart a policy that waits is active from the beginning, and one that
 * ended meanwhile is reverted. states.c has the table of these steps, and the one function that
 * takes them.
 *
 *	transaction.h	its life, and what waits
 *	apply.h		policies as texts, reload, records
 *	save.h		the running policy as the config file
 *	saved/discard.h	live edits that a reload would lose
 *	boot.h		a config file that cannot be used
 */
#ifndef FWD_TRANSACTION_H
#define FWD_TRANSACTION_H

#include <systemd/sd-event.h>

#include "daemon/fwd/datapath/attach/attachments.h"
#include "daemon/fwd/datapath/datapath.h"
#include "daemon/fwd/datapath/generation/generation.h"
#include "daemon/fwd/events/hub.h"
#include "daemon/fwd/history/history.h"
#include "daemon/fwd/model/model.h"

struct transaction;

/* The shortest and the longest time that a policy can wait. */
#define PENDING_MIN_NS 1000000000ULL
#define PENDING_MAX_NS (24 * 3600 * 1000000000ULL)

enum transaction_state {
	TRANSACTION_IDLE,
	TRANSACTION_CANDIDATE,
	TRANSACTION_GUARDED,
	TRANSACTION_ACTIVE,
	TRANSACTION_CONFIRMED,
	TRANSACTION_REVERTED,
	TRANSACTION_STATE_MAX
};

struct transaction_options {
	const char *config_path;
	const char *state_dir;
	bool strict_config; /* a config file that cannot be used fails the start */
};

/* What a change causes elsewhere. Those that are NULL are left out. */
struct transaction_hooks {
	void *userdata;
	/* The status line may be another. */
	void (*status)(void *userdata);
	/* Bring attachments in line with the running config's interfaces. */
	/* edited: the only one whose errors are more than warnings; NULL: those of all are. */
	int (*sync_interfaces)(void *userdata, const char *edited, struct errors *errs);
};

/* ---- its life, in this order ---- */

/* Texts of options are borrowed. -ENOMEM. */
int transaction_new(const struct transaction_options *options,
		    const struct transaction_hooks *hooks, struct transaction **ret);

/* From now on policies can wait, be recorded, and be reported as events. All are borrowed. */
int transaction_open(struct transaction *transaction, sd_event *loop, struct datapath *dp,
		     struct history *history, struct event_hub *events, struct errors *errs);

/*
 * Load the first policy into the model (borrowed), and guard what comes after it. Next to what an
 * earlier fwd left, it is confirmed only by transaction_ready.
 */
int transaction_load(struct transaction *transaction, struct model *model, struct errors *errs);

/* All parts of fwd have started: the policy of the start is confirmed, and a revision. */
int transaction_ready(struct transaction *transaction, struct errors *errs);

/* The model goes. A start that did not come to its end leaves the earlier fwd's policy. */
void transaction_unload(struct transaction *transaction);

/* No timer any more. */
void transaction_close(struct transaction *transaction);

/* NULL is allowed; returns NULL. */
struct transaction *transaction_free(struct transaction *transaction);

/* ---- a change ---- */

/*
 * Around each change: what holds for it (its deadline is set here), then what came of it. -EROFS with
 * errs: the state folder cannot keep what a restart would have to know.
 */
int transaction_begin(struct transaction *transaction, struct change *change, struct errors *errs);
void transaction_end(struct transaction *transaction);

/* Where the change is that is made now, or was the last. */
enum transaction_state transaction_state(const struct transaction *transaction);

/* ---- what waits for its confirmation ---- */

/* Take back what has passed its deadline: before anything looks at the running policy. */
void transaction_poll(struct transaction *transaction);

/*
 * Confirm, or take back at once. Returns 0, or -ENOENT: nothing waits, and text (size bytes) says
 * what became of the last one. What else could not be done is in errs.
 */
int transaction_confirm(struct transaction *transaction, const struct actor *actor, char *text,
			size_t size, struct errors *errs);
int transaction_abort(struct transaction *transaction, const struct actor *actor, char *text,
		      size_t size, struct errors *errs);

/* What waits. False: nothing. */
struct pending_view {
	uint64_t left_ns;
	uint64_t revision, before;
	uint32_t generation, generation_before;
	const char *who; /* borrowed */
};
bool transaction_pending(const struct transaction *transaction, struct pending_view *ret);

/* ---- for others ---- */

/* Bring attachments in line with the running config's interfaces: attach, detach. */
int transaction_sync_interfaces(struct transaction *transaction, struct errors *errs);
/* The same after an edit of one: what is wrong with another one is only a warning. */
int transaction_sync_interface(struct transaction *transaction, const char *name,
			       struct errors *errs);

/*
 * Which policy runs, for people: "revision 9 (generation 4)". The revision is the number that
 * history, diff and rollback know; without one "generation 4". Returns text.
 */
#define POLICY_NAME_TEXT 64
const char *transaction_policy_name(const struct transaction *transaction,
				    char text[POLICY_NAME_TEXT]);

#endif
