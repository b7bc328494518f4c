/* SPDX-License-Identifier: MIT */
/*
 * Places of policies in the maps: filled while packets do not see them.
 *
 *	generation.c	policy_apply
 *	deadline.c	for good, or back
 *	candidate.c	policies next to the active one
 *	tables.c	the address tables of a generation
 */
#ifndef FWD_PLACES_H
#define FWD_PLACES_H

#include "daemon/fwd/datapath/internal.h"
#include "daemon/fwd/datapath/generation/generation.h"

/* ---- generation.c ---- */

/*
 * Put a policy's rows and tables, then its image, into a place that packets do not see. Only the
 * first can fail; what stands in the place is then unusable, and nothing else is changed.
 */
int place_reserve(struct datapath *dp, const struct policy *policy, enum fw_image_place place,
		  struct errors *errs);
struct bucket_plan;
void place_fill(struct datapath *dp, const struct policy *policy, enum fw_image_place place,
		const struct bucket_plan *plan, uint32_t generation);

/* Free the rows and tables of a place. */
int place_free(struct datapath *dp, enum fw_image_place place, struct errors *errs);

/* Until every packet that was on its way at the call is through. */
void wait_for_packets(void);

/* ---- candidate.c ---- */

/* What an fwd before us left beside the active policy: end it, free it. */
int candidates_forget(struct datapath *dp, struct errors *errs);

/* ---- tables.c ---- */

/*
 * Give an image that packets do not see the address tables of a policy; in_image: they are in
 * the image itself, and what it has besides is freed. 0 or a negative errno.
 * A NULL arena frees what is there.
 */
int tables_put(struct datapath *dp, const struct arena *arena, bool in_image, unsigned image);

#endif
