// SPDX-License-Identifier: MIT
/*
 * The generation that packets see, and its deadline: one word (fw_state.active), so
 * that activating, reverting or confirming a policy is one write each, and packets
 * see one policy or the other and nothing between.
 *
 * Packets use the coarse clock, which is some milliseconds behind ours. So fwd may
 * consider a deadline as passed a moment before packets do, but not the reverse.
 */
#include "daemon/fwd/datapath/internal.h"

#include "common/base/clock.h"

uint64_t datapath_now(const struct datapath *dp)
{
	return dp->test_clock ? dp->state->test_now : clock_ns();
}

void active_write(struct datapath *dp, uint64_t active)
{
	__atomic_store_n(&dp->state->active, active, __ATOMIC_RELEASE);
}

static uint32_t generation_of(const struct datapath *dp, unsigned image)
{
	return dp->images[image].header.generation;
}

bool datapath_pending(const struct datapath *dp, struct datapath_pending *ret)
{
	uint64_t active = dp->state->active, deadline = FW_ACTIVE_DEADLINE(active);

	if (!deadline)
		return false;
	if (ret)
		*ret = (struct datapath_pending){
			.deadline = deadline,
			.generation = generation_of(dp, FW_ACTIVE_IMAGE(active)),
			.previous = generation_of(dp, !FW_ACTIVE_IMAGE(active)),
			.has_ended = datapath_now(dp) >= deadline,
		};
	return true;
}

uint32_t datapath_generation(const struct datapath *dp)
{
	struct datapath_pending pending;

	if (!dp->state->has_policy)
		return 0;
	if (!datapath_pending(dp, &pending))
		return generation_of(dp, FW_ACTIVE_IMAGE(dp->state->active));
	return pending.has_ended ? pending.previous : pending.generation;
}
