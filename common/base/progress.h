/* SPDX-License-Identifier: MIT */
/*
 * Progress of a long operation. The operation calls these functions, which call the
 * function that the waiting side provided. A report must not block, and must not change
 * the state of the operation.
 */
#ifndef FWD_PROGRESS_H
#define FWD_PROGRESS_H

#include <stddef.h>
#include <stdint.h>

#include "common/abi/fw_lists.h"

/* The steps, mostly in this order. */
#define FW_PROGRESS_STEPS(X)                                   \
	X(CONFIG, "config")   /* reading the config */         \
	X(SET, "set")	      /* reading a set's file */       \
	X(COMPILE, "compile") /* compiling the policy */       \
	X(APPLY, "apply")     /* putting it into the kernel */ \
	X(RECORD, "record")   /* writing the revision: slow disks delay it */

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
	void (*report)(void *userdata, const struct progress_report *report);
	void *userdata;
	uint64_t next_ns; /* earliest time of the next report within a step (CLOCK_MONOTONIC) */
};

/* A step begins, which is reported at once. progress may be NULL: nothing is reported. */
void progress_begin(struct progress *progress, enum progress_step step, const char *name);

/* A step continues. Reported at most every tenth of a second, however often this is called. */
void progress_update(struct progress *progress, const struct progress_report *report);

const char *progress_step_name(enum progress_step step);
/* PROGRESS_MAX if no step has that name. */
enum progress_step progress_step_find(const char *name);

#endif
