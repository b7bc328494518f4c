// SPDX-License-Identifier: MIT
/*
 * Policies next to the active one. Staging writes only the image, the rows and the
 * tables of its own place: no counter, bucket, live set or name of the running
 * policy is touched. Names that the candidate adds have slots only in its own
 * registry, and earlier counts of such a slot are not read.
 */
#include "daemon/fwd/datapath/generation/places.h"
#include "daemon/fwd/datapath/buckets/buckets.h"

#include <errno.h>
#include <string.h>

int policy_stage(struct datapath *dp, const struct policy *policy, enum fw_image_place place,
		 struct errors *errs)
{
	struct bucket_plan plan;
	uint32_t generation;
	int err;

	if (place != FW_IMAGE_CANDIDATE && place != FW_IMAGE_TRIED)
		return fail(errs, -EINVAL, "no place for a candidate");
	policy_unstage(dp, place);
	/* Not a number that fragments can have. */
	generation = next_generation(dp);
	err = place_reserve(dp, policy, place, errs);
	if (err) {
		place_free(dp, place, NULL);
		return err;
	}
	buckets_plan_candidate(dp, policy, &plan);
	place_fill(dp, policy, place, &plan, generation);
	dp->staged[place] = true;
	dp->stage_serial[place]++;
	return 0;
}

uint64_t policy_staged(const struct datapath *dp, enum fw_image_place place)
{
	return dp->staged[place] ? dp->stage_serial[place] : 0;
}

int policy_unstage(struct datapath *dp, enum fw_image_place place)
{
	if (place != FW_IMAGE_CANDIDATE && place != FW_IMAGE_TRIED)
		return -EINVAL;
	if (!dp->staged[place])
		return 0;
	dp->staged[place] = false;
	return place_free(dp, place, NULL);
}

int candidates_forget(struct datapath *dp, struct errors *errs)
{
	int err;

	if (dp->state->try_until) {
		__atomic_store_n(&dp->state->try_until, 0, __ATOMIC_RELEASE);
		wait_for_packets();
	}
	err = place_free(dp, FW_IMAGE_CANDIDATE, errs);
	return err ? err : place_free(dp, FW_IMAGE_TRIED, errs);
}
