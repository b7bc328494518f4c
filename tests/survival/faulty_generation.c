// SPDX-License-Identifier: MIT
/*
 * A planted fault, for the sweep of tests/netns/test_sweep.sh to find: the new generation is
 * switched to before it is written. It lasts for so many system calls that even a sweep of few
 * points meets it. Only a test build has it.
 */
#include <sys/syscall.h>
#include <unistd.h>

#define policy_apply policy_apply_in_order
#include "daemon/fwd/datapath/generation/generation.c"
#undef policy_apply

#define FAULTY_CALLS 200 /* test_sweep.sh knows it */

int policy_apply(struct datapath *dp, const struct policy *policy, struct errors *errs);

int policy_apply(struct datapath *dp, const struct policy *policy, struct errors *errs)
{
	struct fw_state *state = dp->state;
	uint64_t was = state->active;
	unsigned next = !FW_ACTIVE_IMAGE(was);
	struct bucket_plan plan;
	int err;

	if (!state->has_policy)
		return policy_apply_in_order(dp, policy, errs);
	__atomic_store_n(&state->active, next, __ATOMIC_RELEASE);
	for (int i = 0; i < FAULTY_CALLS; i++)
		syscall(SYS_getppid);
	err = prepare(dp, policy, next, &plan, errs);
	if (err) {
		state->active = was;
		return err;
	}
	put_image(&dp->images[next], policy, &plan, next_generation(dp));
	wait_for_packets();
	return 0;
}
