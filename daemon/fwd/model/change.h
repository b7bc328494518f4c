/* SPDX-License-Identifier: MIT */
/* A change of the policy, as it is asked for: each edit, apply and reload is given one. */
#ifndef FWD_CHANGE_H
#define FWD_CHANGE_H

#include <stdbool.h>
#include <stdint.h>

struct actor;
struct caller;
struct progress;

/* Where the contents of sets from files come from. */
enum change_copies {
	COPIES_NEVER,	    /* from the files */
	COPIES_IF_UNUSABLE, /* from their copies, if a file cannot be used */
	COPIES_FIRST,	    /* what they last had, whatever the files hold now */
};

/* All zero: permanent, by fwd itself. Pointers are borrowed. */
struct change {
	const struct actor *actor;   /* who asks, for the audit; or NULL */
	const struct caller *caller; /* from where, for the guard; NULL: fwd itself */
	uint64_t confirm_ns;	     /* wait so long for a confirmation; 0: confirmed at once */
	uint64_t until;		     /* active until then (CLOCK_MONOTONIC ns); 0: confirmed */
	bool force;		     /* also if it cuts somebody off */
	/* Read, compiled and checked as ever, but not made: it succeeds if it would have. */
	bool dry;
	enum change_copies copies;
	struct progress *progress; /* how far it is; or NULL */
	/* Out: did the last step that succeeded change the policy (in a dry run: would it)? */
	bool changed;
	/* Out: the policy is the same, only files of sets were read again. */
	bool sets_only;
};

#endif
