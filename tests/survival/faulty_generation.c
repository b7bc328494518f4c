// SPDX-License-Identifier: MIT
/*
 * A planted fault, for the sweep of tests/netns/test_sweep.sh to find: the new generation is
 * switched to before it is written. Only a test build has it.
 */
#define policy_apply policy_apply_in_order
#include "../../daemon/datapath/generation.c"
#undef policy_apply

int policy_apply(struct datapath *dp, const struct policy *policy, struct errors *errs);

int policy_apply(struct datapath *dp, const struct policy *policy, struct errors *errs)
{
	struct fw_state *state = dp->state;
	uint64_t was = state->active;
	unsigned next = !FW_ACTIVE_IMAGE(was);
	int err;

	if (!state->has_policy)
		return policy_apply_in_order(dp, policy, errs);
	__atomic_store_n(&state->active, next, __ATOMIC_RELEASE);
	err = put_pool(dp, policy, next, errs);
	if (!err)
		err = put_tables(dp, policy, next, errs);
	if (!err)
		err = clear_fresh(dp, policy);
	if (!err)
		err = names_write(dp, policy->slots);
	if (err) {
		state->active = was;
		return err;
	}
	put_image(&dp->images[next], policy, next_generation(dp));
	wait_for_packets();
	return 0;
}
