// SPDX-License-Identifier: MIT
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/policy/compile/slots.h"

static int take(struct slots *slots, const char *name, bool *ret_fresh)
{
	return slots_take(slots, FW_NAME_LIMIT, name, ret_fresh);
}

Test(slots, new_registry_has_only_reserved_names)
{
	struct slots *slots = slots_new();

	cr_expect_str_eq(slots_name(slots, FW_NAME_INTERFACE, 0), "none");
	cr_expect_str_eq(slots_name(slots, FW_NAME_LIVE_SET, 0), "blocks");
	cr_expect_null(slots_name(slots, FW_NAME_RULE, 0));
	cr_expect_eq(slots_find(slots, FW_NAME_LIVE_SET, "blocks"), -ENOENT);
	cr_expect_eq(slots_find(slots, FW_NAME_INTERFACE, "none"), -ENOENT);
	/* Users' names may be the same; they get a slot of their own. */
	cr_expect_eq(slots_take(slots, FW_NAME_LIVE_SET, "blocks", NULL), 1);
	cr_expect_eq(slots_take(slots, FW_NAME_INTERFACE, "none", NULL), 1);
	slots_free(slots);
}

Test(slots, a_name_keeps_its_slot)
{
	struct slots *slots = slots_new();
	bool fresh = false;

	cr_expect_eq(take(slots, "a", &fresh), 0);
	cr_expect(fresh);
	cr_expect_eq(take(slots, "b", &fresh), 1);
	cr_expect(fresh);
	cr_expect_eq(take(slots, "a", &fresh), 0);
	cr_expect_not(fresh);
	/* Gone for some compiles, and back. */
	for (int i = 0; i < 3; i++)
		slots_begin(slots);
	cr_expect_eq(slots_find(slots, FW_NAME_LIMIT, "a"), -ENOENT);
	cr_expect_not(slots_used(slots, FW_NAME_LIMIT, 0));
	cr_expect_str_eq(slots_name(slots, FW_NAME_LIMIT, 0), "a");
	cr_expect_eq(take(slots, "a", &fresh), 0);
	cr_expect_not(fresh);
	cr_expect_eq(slots_find(slots, FW_NAME_LIMIT, "a"), 0);
	slots_free(slots);
}

Test(slots, kinds_do_not_mix)
{
	struct slots *slots = slots_new();

	cr_expect_eq(slots_take(slots, FW_NAME_RULE, "a", NULL), 0);
	cr_expect_eq(slots_take(slots, FW_NAME_RULE, "b", NULL), 1);
	cr_expect_eq(slots_take(slots, FW_NAME_LIMIT, "b", NULL), 0);
	cr_expect_eq(slots_find(slots, FW_NAME_LIMIT, "a"), -ENOENT);
	slots_free(slots);
}

static void fill(struct slots *slots, const char *prefix)
{
	char name[FW_NAME_SIZE];

	for (unsigned i = 0; i < FW_MAX_LIMITS; i++) {
		snprintf(name, sizeof(name), "%s%u", prefix, i);
		cr_assert(take(slots, name, NULL) >= 0);
	}
}

Test(slots, full_when_all_are_in_use)
{
	struct slots *slots = slots_new();
	bool fresh = false;

	fill(slots, "a");
	cr_expect_eq(take(slots, "one-more", &fresh), -ENOSPC);
	cr_expect_eq(take(slots, "a17", &fresh), 17);
	cr_expect_eq(slots_capacity(FW_NAME_LIMIT), FW_MAX_LIMITS);
	slots_free(slots);
}

Test(slots, the_longest_out_of_use_gives_way)
{
	struct slots *slots = slots_new();
	bool fresh = false;

	fill(slots, "a");
	slots_begin(slots);
	/* All but 7 and 9 are used; then 9 only is out of use for longer. */
	for (unsigned i = 0; i < FW_MAX_LIMITS; i++) {
		char name[FW_NAME_SIZE];

		snprintf(name, sizeof(name), "a%u", i);
		if (i != 9)
			slots_keep(slots, FW_NAME_LIMIT, name);
	}
	slots_begin(slots);
	for (unsigned i = 0; i < FW_MAX_LIMITS; i++) {
		char name[FW_NAME_SIZE];

		snprintf(name, sizeof(name), "a%u", i);
		if (i != 9 && i != 7)
			slots_keep(slots, FW_NAME_LIMIT, name);
	}
	cr_expect_eq(take(slots, "x", &fresh), 9);
	cr_expect(fresh);
	cr_expect_eq(take(slots, "y", &fresh), 7);
	cr_expect(fresh);
	cr_expect_eq(take(slots, "z", &fresh), -ENOSPC);
	/* Whose slot was given away is forgotten. */
	cr_expect_eq(slots_keep(slots, FW_NAME_LIMIT, "a9"), -ENOENT);
	cr_expect_str_eq(slots_name(slots, FW_NAME_LIMIT, 9), "x");
	slots_free(slots);
}

Test(slots, never_taken_ones_go_first)
{
	struct slots *slots = slots_new();

	take(slots, "old", NULL);
	slots_begin(slots);
	cr_expect_eq(take(slots, "new", NULL), 1);
	slots_free(slots);
}

/* A policy that may be returned to needs its slots, whatever comes in between. */
Test(slots, held_ones_are_not_given_away)
{
	struct slots *slots = slots_new();
	bool fresh = false;

	fill(slots, "a");
	slots_begin(slots);
	for (unsigned i = 0; i < FW_MAX_LIMITS - 2; i++) {
		char name[FW_NAME_SIZE];

		snprintf(name, sizeof(name), "a%u", i);
		slots_keep(slots, FW_NAME_LIMIT, name);
	}
	slots_hold(slots);
	slots_begin(slots);
	cr_expect_eq(take(slots, "x", &fresh), FW_MAX_LIMITS - 2);
	slots_begin(slots);
	cr_expect_eq(take(slots, "y", &fresh), FW_MAX_LIMITS - 1);
	cr_expect_eq(take(slots, "z", &fresh), -ENOSPC);
	slots_begin(slots);
	cr_expect_eq(take(slots, "z", &fresh), -ENOSPC, "what was taken since is needed as well");
	cr_expect_eq(take(slots, "a0", &fresh), 0);
	cr_expect_not(fresh);
	slots_release(slots);
	slots_begin(slots);
	cr_expect(take(slots, "z", &fresh) >= 0);
	cr_expect(fresh);
	slots_free(slots);
}

Test(slots, names_that_do_not_fit)
{
	struct slots *slots = slots_new();
	char name[FW_NAME_SIZE + 1];

	memset(name, 'n', sizeof(name));
	name[FW_NAME_SIZE] = '\0';
	cr_expect_eq(take(slots, name, NULL), -EINVAL);
	cr_expect_eq(slots_keep(slots, FW_NAME_LIMIT, name), -ENOENT);
	name[FW_NAME_SIZE - 1] = '\0';
	cr_expect_eq(take(slots, name, NULL), 0);
	cr_expect_str_eq(slots_name(slots, FW_NAME_LIMIT, 0), name);
	cr_expect_eq(take(slots, "", NULL), -EINVAL);
	cr_expect_null(slots_name(slots, FW_NAME_LIMIT, FW_MAX_LIMITS));
	cr_expect_not(slots_used(slots, FW_NAME_LIMIT, FW_MAX_LIMITS));
	slots_free(slots);
}

Test(slots, put_adopts_and_refuses_contradictions)
{
	struct slots *slots = slots_new();
	bool fresh = true;

	cr_expect_eq(slots_put(slots, FW_NAME_RULE, 30, "a"), 0);
	cr_expect_eq(slots_put(slots, FW_NAME_RULE, 30, "a"), 0);
	cr_expect_eq(slots_put(slots, FW_NAME_RULE, 30, "b"), -EEXIST);
	cr_expect_eq(slots_put(slots, FW_NAME_RULE, 31, "a"), -EEXIST);
	cr_expect_eq(slots_put(slots, FW_NAME_RULE, FW_MAX_RULE_SLOTS, "c"), -EINVAL);
	cr_expect_eq(slots_put(slots, FW_NAME_RULE, 32, ""), -EINVAL);
	cr_expect_eq(slots_put(slots, FW_NAME_LIVE_SET, 0, "blocks"), 0);
	cr_expect_eq(slots_take(slots, FW_NAME_RULE, "a", &fresh), 30);
	cr_expect_not(fresh);
	slots_free(slots);
}

Test(slots, a_copy_is_its_own)
{
	struct slots *slots = slots_new(), *copy;

	take(slots, "a", NULL);
	copy = slots_copy(slots);
	take(copy, "b", NULL);
	cr_expect_eq(slots_find(slots, FW_NAME_LIMIT, "b"), -ENOENT);
	cr_expect_eq(slots_find(copy, FW_NAME_LIMIT, "a"), 0);
	slots_free(slots);
	slots_free(copy);
	cr_expect_null(slots_free(NULL));
}

static int take_interface(struct slots *slots, const char *name)
{
	return slots_take(slots, FW_NAME_INTERFACE, name, NULL);
}

Test(slots, a_renamed_device_keeps_its_slot)
{
	struct slots *slots = slots_new();
	int eth0 = take_interface(slots, "eth0");

	cr_expect_str_eq(slots_former(slots, eth0), "");
	cr_expect_eq(slots_rename(slots, FW_NAME_INTERFACE, eth0, "wan0"), 0);
	cr_expect_eq(slots_find(slots, FW_NAME_INTERFACE, "wan0"), eth0);
	cr_expect_eq(slots_find(slots, FW_NAME_INTERFACE, "eth0"), -ENOENT);
	cr_expect_str_eq(slots_former(slots, eth0), "eth0");
	/* To the name that it has: nothing changes. */
	cr_expect_eq(slots_rename(slots, FW_NAME_INTERFACE, eth0, "wan0"), 0);
	cr_expect_str_eq(slots_former(slots, eth0), "eth0");
	slots_free(slots);
}

Test(slots, renamed_to_a_name_that_is_there_swaps)
{
	struct slots *slots = slots_new();
	int a = take_interface(slots, "a"), b = take_interface(slots, "b");

	cr_expect_eq(slots_rename(slots, FW_NAME_INTERFACE, a, "b"), 0);
	cr_expect_eq(slots_find(slots, FW_NAME_INTERFACE, "b"), a);
	cr_expect_eq(slots_find(slots, FW_NAME_INTERFACE, "a"), b);
	cr_expect_str_eq(slots_former(slots, a), "a");
	cr_expect_str_eq(slots_former(slots, b), "b");
	slots_free(slots);
}

Test(slots, a_rename_does_not_change_who_is_in_use)
{
	struct slots *slots = slots_new();
	int a = take_interface(slots, "a");

	slots_begin(slots);
	cr_expect_eq(slots_rename(slots, FW_NAME_INTERFACE, a, "b"), 0);
	cr_expect_not(slots_used(slots, FW_NAME_INTERFACE, a));
	cr_expect_eq(take_interface(slots, "b"), a);
	cr_expect(slots_used(slots, FW_NAME_INTERFACE, a));
	slots_free(slots);
}

Test(slots, what_cannot_be_renamed)
{
	struct slots *slots = slots_new();
	int a = take_interface(slots, "a");

	cr_expect_eq(slots_rename(slots, FW_NAME_INTERFACE, 0, "x"), -EINVAL);
	cr_expect_eq(slots_rename(slots, FW_NAME_INTERFACE, (unsigned)a + 1, "x"), -EINVAL);
	cr_expect_eq(slots_rename(slots, FW_NAME_INTERFACE, FW_MAX_INTERFACES, "x"), -EINVAL);
	cr_expect_eq(slots_rename(slots, FW_NAME_INTERFACE, a, ""), -EINVAL);
	cr_expect_str_eq(slots_name(slots, FW_NAME_INTERFACE, a), "a");
	slots_free(slots);
}

Test(slots, a_slot_given_away_has_no_former_name)
{
	struct slots *slots = slots_new();
	int a = take_interface(slots, "a");
	char name[FW_NAME_SIZE];

	slots_rename(slots, FW_NAME_INTERFACE, a, "b");
	slots_begin(slots);
	for (unsigned i = 1; i < FW_MAX_INTERFACES; i++) {
		snprintf(name, sizeof(name), "new%u", i);
		cr_assert(take_interface(slots, name) > 0);
	}
	cr_expect_str_eq(slots_former(slots, a), "");
	slots_free(slots);
}
