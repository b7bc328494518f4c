/* SPDX-License-Identifier: MIT */
/*
 * A trial: a policy that judges packets next to the running one, for a while. It
 * changes nothing; the differences of its verdicts are counted and reported.
 *
 * One at a time. It ends at its time, by request, or when the running policy
 * changes, with which it is compared. Its results stay until the next one.
 */
#ifndef FWD_TRIAL_H
#define FWD_TRIAL_H

#include "daemon/fwd/model/candidate.h"

#define TRIALS(X)                      \
	X(RUNNING, "running")          \
	X(OVER, "over") /* its time */ \
	X(STOPPED, "stopped")          \
	X(OVERTAKEN, "overtaken") /* the running policy has changed */
#define TRIAL_AS_ENUM(name, text) TRIAL_##name,
enum trial_state { TRIALS(TRIAL_AS_ENUM) TRIAL_STATE_MAX };

struct trial {
	enum trial_state state;
	char *name;		     /* of the file */
	struct candidate *candidate; /* the trial policy; its slots are those of its rules */
	struct slots *slots;	     /* of the policy that it is compared with */
	uint32_t generation;	     /* of that */
	uint64_t started;	     /* CLOCK_MONOTONIC, ns */
	uint64_t until;
	uint64_t ended; /* when the end was noticed; 0: it runs */
};

/* The place of the trial: the running one, or the last one. */
struct trials;

/* The model is borrowed. NULL: no memory. */
struct trials *trials_new(struct model *model);
/* Also ends a running trial. NULL is allowed; returns NULL. */
struct trials *trials_free(struct trials *trials);

/*
 * Begin one in place of the earlier one. The document is taken, also on failure. Returns as
 * candidate_new, or -EBUSY with errs: one is running.
 */
int trials_start(struct trials *trials, struct document *document, const char *name,
		 uint64_t duration_ns, struct progress *progress, struct errors *errs);

/*
 * Has it ended? Called every second, and before it is reported. Returns the trial, or NULL: there was
 * none. Borrowed until the next call of any of these.
 */
const struct trial *trials_look(struct trials *trials);

/* End it. -ENOENT: none is running. */
int trials_stop(struct trials *trials);

#endif
