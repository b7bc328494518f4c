/* SPDX-License-Identifier: MIT */
/*
 * Lock-out protection: before a policy becomes active, the loaded programs are asked what it would
 * do to packets that this machine cannot do without. needs.h has the table of what these are.
 *
 * What the running policy drops already is not cut off by the next one. A limit that
 * has no tokens just now does not count either: it has some again a moment later.
 */
#ifndef FWD_LOCKOUT_H
#define FWD_LOCKOUT_H

#include "common/base/errors/errors.h"
#include "common/machine/caller.h"
#include "common/policy/config/config.h"
#include "daemon/fwd/datapath/explain/explain.h"

struct probe;

/* What the next policy makes of a frame of a probe; 0, or a negative errno. */
typedef int (*lockout_judge)(void *userdata, const struct probe *probe, const void *frame,
			     size_t length, struct fw_explanation *ret);

struct lockout {
	struct datapath *dp;
	const struct config *running; /* or NULL */
	const struct config *next;    /* or NULL: only live sets change */
	const struct caller *caller;  /* who asks, or NULL: fwd itself */
	const struct slots *slots;    /* names of the next policy's rules */
	lockout_judge judge;
	void *userdata;
	bool warn_only; /* the change is forced: CUT_OFF is a warning */
	bool waits; /* for its confirmation: what only the running policy filters stays attached */
	bool live_only; /* only a live set changes: not management, which comes before all */
};

/*
 * Check. What would be cut off is an error (code CUT_OFF), or with the next policy in monitor
 * mode a warning (WOULD_CUT_OFF), which name it and the rule. At most a few are
 * reported. Returns 0; -EPERM: something would be cut off; or another negative errno: the
 * check could not be made (explained in errs).
 */
int lockout_check(const struct lockout *lockout, struct errors *errs);

/* What a policy makes of a probe; why is the sentence for a drop, "" for others. */
typedef void (*lockout_take)(void *userdata, const struct probe *probe,
			     const struct fw_explanation *answer, const char *why);

/*
 * Ask about all probes, and report each answer. Without a judge the running policy is asked.
 * Warnings of errs are what could not be found. 0 or a negative errno.
 */
int lockout_show(const struct lockout *lockout, lockout_take take, void *userdata,
		 struct errors *errs);

/* What a check would ask about, to be shown before a change; probes_clear frees it. */
struct probe_list;
int lockout_probes(const struct lockout *lockout, struct probe_list *ret, struct errors *errs);

#endif
