/* SPDX-License-Identifier: MIT */
/* Inside: what boot.c shares with fault.c. */
#ifndef FWD_BOOT_INTERNAL_H
#define FWD_BOOT_INTERNAL_H

#include "common/base/clock.h"
#include "daemon/fwd/boot/boot.h"
#include "daemon/fwd/history/digest.h"

struct boot {
	bool is_due; /* something else than the file is to run */
	enum boot_runs runs;
	cJSON *errors;		      /* of the file as it was last tried; NULL: none */
	char *first;		      /* the first of them as one line; NULL: nothing is wrong */
	char *why_passed;	      /* it is not what runs; or NULL */
	char time[CLOCK_TEXT];	      /* of that try */
	char remembered[DIGEST_TEXT]; /* of what boot.json holds; "": not known */
};

/* Take over what is wrong with the file. */
void boot_note_errors(struct boot *boot, const struct errors *errs);

/* Log what runs instead, and report it as an event. */
void boot_tell(struct app *app);

#endif
