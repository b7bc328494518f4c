// SPDX-License-Identifier: MIT
/* Confirm a policy with a deadline, or return to the one before it. */
#include "daemon/fwd/datapath/generation/places.h"
#include "daemon/fwd/datapath/buckets/buckets.h"

#include <errno.h>

int datapath_confirm(struct datapath *dp)
{
	struct datapath_pending pending;
	unsigned image = FW_ACTIVE_IMAGE(dp->state->active);

	if (!datapath_pending(dp, &pending))
		return -ENOENT;
	if (pending.has_ended)
		return -ETIME;
	active_write(dp, image);
	/* fwd may have been stopped between reading the clock and writing. */
	if (datapath_now(dp) >= pending.deadline) {
		active_write(dp, !image);
		return -ETIME;
	}
	buckets_free_unused(dp);
	return 0;
}

int datapath_revert(struct datapath *dp)
{
	if (!datapath_pending(dp, NULL))
		return -ENOENT;
	active_write(dp, !FW_ACTIVE_IMAGE(dp->state->active));
	wait_for_packets();
	buckets_returned(dp);
	return 0;
}
