/* SPDX-License-Identifier: MIT */
/*
 * A trial: a policy that judges packets next to the running one, for a while. It
 * changes nothing; what it would have done otherwise is counted, and told.
 *
 * One at a time. It ends at its time, by request, or when the running policy
 * changes, as it is the running one that it was compared with. What it found stays
 * until the next one.
 */
#ifndef FWD_TRIAL_H
#define FWD_TRIAL_H

#include "daemon/fwd/model/candidate.h"

#define TRIALS(X)                      \
	X(RUNNING, "running")          \
	X(OVER, "over") /* its time */ \
	X(STOPPED, "stopped")          \
	X(OVERTAKEN, "overtaken") /* the running policy is another */
#define TRIAL_AS_ENUM(name, text) TRIAL_##name,
enum trial_state { TRIALS(TRIAL_AS_ENUM) TRIAL_STATE_MAX };

struct trial {
	enum trial_state state;
	char *name;		     /* of the file */
	struct candidate *candidate; /* what is tried; its slots are those of tried rules */
	struct slots *slots;	     /* of the policy that it is compared with */
	uint32_t generation;	     /* of that */
	uint64_t started;	     /* CLOCK_MONOTONIC, ns */
	uint64_t until;
	uint64_t ended; /* when it was seen; 0: it runs */
};

/* The place for one: the trial that runs, or was the last. */
struct trials;

/* The model is borrowed. NULL: no memory. */
struct trials *trials_new(struct model *model);
/* Also ends what runs. NULL is allowed; returns NULL. */
struct trials *trials_free(struct trials *trials);

/*
 * Begin one in place of the one before. The document is taken, also on failure. Returns what
 * candidate_new would, or -EBUSY with errs: one is running.
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
