/* SPDX-License-Identifier: MIT */
/*
 * How far a long work is, told while it is done: whoever works calls these
 * functions now and then, whoever waits has given one of his own. Telling must
 * neither block nor change what is worked on.
 */
#ifndef FWD_PROGRESS_H
#define FWD_PROGRESS_H

#include <stddef.h>
#include <stdint.h>

#include "common/abi/fw_lists.h"

/* What is being done, mostly in this order. */
#define FW_PROGRESS_STEPS(X)                                   \
	X(CONFIG, "config")   /* reading the config */         \
	X(SET, "set")	      /* reading a set's file */       \
	X(COMPILE, "compile") /* compiling the policy */       \
	X(APPLY, "apply")     /* putting it into the kernel */ \
	X(RECORD, "record")   /* writing it down: a slow disk takes its time */

#define FW_AS_PROGRESS(name, text) PROGRESS_##name,
enum progress_step { FW_PROGRESS_STEPS(FW_AS_PROGRESS) PROGRESS_MAX };

struct progress_report {
	enum progress_step step;
	const char *name; /* SET: which one; else NULL */
	uint64_t lines;	  /* SET: read so far */
	uint64_t bytes;	  /* SET: read so far */
	uint64_t total;	  /* SET: bytes of the file */
};

struct progress {
	void (*tell)(void *userdata, const struct progress_report *report);
	void *userdata;
	uint64_t next_ns; /* no report within a step before (CLOCK_MONOTONIC) */
};

/* A step begins; it is told at once. progress may be NULL: nobody asks. */
void progress_begin(struct progress *progress, enum progress_step step, const char *name);

/* A step goes on; it is told every tenth of a second, however often this is called. */
void progress_go_on(struct progress *progress, const struct progress_report *report);

const char *progress_step_name(enum progress_step step);
/* PROGRESS_MAX if there is none of that name. */
enum progress_step progress_step_find(const char *name);

#endif
