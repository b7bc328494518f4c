/* SPDX-License-Identifier: MIT */
/*
 * Commit-confirm: a policy that is taken back by itself unless somebody confirms it.
 *
 * The datapath holds the deadline and both policies (datapath.h), the model both of their
 * texts (model.h), the state folder what a restart or a reboot must know (marker.h). Here
 * is who brings the three together, and tells people.
 */
#ifndef FWD_PENDING_H
#define FWD_PENDING_H

#include "common/machine/caller.h"
#include "daemon/fwd/app.h"

struct pending;

/* The shortest and the longest time that a policy can wait. */
#define PENDING_MIN_NS 1000000000ULL
#define PENDING_MAX_NS (24 * 3600 * 1000000000ULL)

/* How a change is asked for: what a request says besides the change itself. */
struct change_terms {
	uint64_t confirm_ns;  /* wait so long for a confirmation; 0: the change is for good */
	bool force;	      /* also if it cuts somebody off */
	struct caller caller; /* who asks */
	const struct actor *actor;
};

int pending_start(struct app *app, struct errors *errs);
void pending_stop(struct app *app);

/*
 * Load the policy at the start, and record it: the config file's, or what a policy that waits, or
 * one that was taken back, asks for instead. As model_reload.
 */
int pending_load(struct app *app, struct errors *errs);

/*
 * Around each change: what holds for it, then what came of it. terms is borrowed until
 * pending_end. -EROFS with errs: the state folder cannot keep what a restart would have to know.
 */
int pending_begin(struct app *app, const struct change_terms *terms, struct errors *errs);
void pending_end(struct app *app);

/*
 * A model_guard (userdata is the app): refuse what cuts somebody off, and write down that a policy
 * is about to become active with a deadline; it does not, if that fails.
 */
int pending_guard(void *userdata, const struct model_change *change, struct errors *errs);

/* The terms of the change at hand; NULL: nobody asked (SIGHUP). */
const struct change_terms *pending_terms(const struct app *app);

/* A policy has become active for good, other than at the start: what was taken back is history. */
void pending_forget(struct app *app);

/* Take back what has passed its deadline: before anything looks at the running policy. */
void pending_poll(struct app *app);

/*
 * Confirm, or take back at once. Returns 0, or -ENOENT: nothing waits, and text (size bytes) says
 * what became of the last one. What could not be done besides is told in errs.
 */
int pending_confirm(struct app *app, const struct actor *actor, char *text, size_t size,
		    struct errors *errs);
int pending_abort(struct app *app, const struct actor *actor, char *text, size_t size,
		  struct errors *errs);

/* What waits. False: nothing. */
struct pending_view {
	uint64_t left_ns;
	uint64_t revision, before;
	uint32_t generation, generation_before;
	const char *who; /* borrowed */
};
bool pending_view(const struct app *app, struct pending_view *ret);

/* The revision that waits, or that was taken back last, as far as the state folder knows; or 0. */
uint64_t pending_unconfirmed(const struct app *app);

#endif
