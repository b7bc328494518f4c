/* SPDX-License-Identifier: MIT */
/* A policy that is staged next to the running one, for a question or a trial. */
#ifndef FWD_CANDIDATE_H
#define FWD_CANDIDATE_H

#include "daemon/fwd/model/model.h"

struct candidate;

/*
 * Read, check and compile a document (taken, also on failure) as if it were to be the running
 * policy, and stage it in a place. Nothing of the running policy changes. Returns what
 * model_apply would; warnings go to errs, too.
 */
int candidate_new(struct model *model, struct document *document, enum fw_image_place place,
		  struct progress *progress, struct candidate **ret, struct errors *errs);

/* Take it out of its place, if it still is there, and free it. NULL is allowed; returns NULL. */
struct candidate *candidate_free(struct candidate *candidate);

/* Nobody has put another policy into its place since. */
bool candidate_is_staged(const struct candidate *candidate);

/* Borrowed, for as long as the candidate lives. The slots are those that its verdicts speak of. */
const struct config *candidate_config(const struct candidate *candidate);
const struct slots *candidate_slots(const struct candidate *candidate);

#endif
