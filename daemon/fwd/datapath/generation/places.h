/* SPDX-License-Identifier: MIT */
/*
 * Places of policies in the maps: filled while packets do not see them.
 *
 *	generation.c	policy_apply
 *	deadline.c	confirm or revert
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
 * first can fail; the content of the place is then unusable, and nothing else is changed.
 */
int place_reserve(struct datapath *dp, const struct policy *policy, enum fw_image_place place,
		  struct errors *errs);
struct bucket_plan;
void place_fill(struct datapath *dp, const struct policy *policy, enum fw_image_place place,
		const struct bucket_plan *plan, uint32_t generation);

/* Free the rows and tables of a place. */
int place_free(struct datapath *dp, enum fw_image_place place, struct errors *errs);

/* The number of the next generation, which no policy has had. */
uint32_t next_generation(struct datapath *dp);

/* Wait until all packets that were in the programs at the call have left. */
void wait_for_packets(void);

/* ---- candidate.c ---- */

/* Free policies that an earlier fwd left next to the active one. */
int candidates_forget(struct datapath *dp, struct errors *errs);

/* ---- tables.c ---- */

/*
 * Give an image that packets do not see the address tables of a policy; in_image: they are in
 * the image itself, and its array is freed. 0 or a negative errno. arena NULL: free the array.
 */
int tables_put(struct datapath *dp, const struct arena *arena, bool in_image, unsigned image);

#endif
