// SPDX-License-Identifier: MIT
#include <criterion/criterion.h>
#include <stdlib.h>

#include "daemon/fwd/datapath/attach/kernel/devices.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* eth0 below br0 (10) below br0.100 (100), which stands in a list before all of them. */
static void fill(struct device devices[4])
{
	const struct device stack[] = {
		{.ifindex = 100, .below = 10},
		{.ifindex = 10},
		{.ifindex = 1, .master = 10},
		{.ifindex = 2},
	};

	for (size_t i = 0; i < COUNT(stack); i++)
		devices[i] = stack[i];
	devices_rank(devices, COUNT(stack));
}

static unsigned rank(const struct device *devices, int ifindex)
{
	return devices_rank_of(devices, 4, ifindex);
}

Test(devices, what_is_above_has_the_higher_rank)
{
	struct device devices[4];

	fill(devices);
	cr_expect_eq(rank(devices, 1), 0);
	cr_expect_eq(rank(devices, 2), 0);
	cr_expect_eq(rank(devices, 10), 1);
	cr_expect_eq(rank(devices, 100), 2);
	cr_expect_eq(rank(devices, 77), 0, "not known");
}

Test(devices, a_port_that_is_high_lifts_its_bridge)
{
	/* A bridge with a bond as a port, and a bare port. */
	struct device devices[] = {
		{.ifindex = 30},
		{.ifindex = 1, .master = 20},
		{.ifindex = 2, .master = 20},
		{.ifindex = 20, .master = 30},
		{.ifindex = 3, .master = 30},
	};

	devices_rank(devices, COUNT(devices));
	cr_expect_eq(devices_rank_of(devices, COUNT(devices), 20), 1);
	cr_expect_eq(devices_rank_of(devices, COUNT(devices), 30), 2);
	cr_expect_eq(devices_next_upper(devices, COUNT(devices), 3, 0), 0);
	cr_expect_eq(devices_next_upper(devices, COUNT(devices), 1, 0), 3);
}

Test(devices, the_next_upper_is_only_the_next)
{
	struct device devices[4];

	fill(devices);
	cr_expect_eq(devices_next_upper(devices, 4, 1, 0), 1, "the bridge, not what is above it");
	cr_expect_eq(devices_next_upper(devices, 4, 1, 2), 4, "and no other");
	cr_expect_eq(devices_next_upper(devices, 4, 10, 0), 0);
	cr_expect_eq(devices_next_upper(devices, 4, 100, 0), 4, "nothing");
	cr_expect_eq(devices_next_upper(devices, 4, 2, 0), 4, "nothing");
	cr_expect_eq(devices_next_upper(devices, 4, 77, 0), 4, "not known");
	cr_expect_eq(devices_next_upper(devices, 4, 0, 0), 4, "no device");
}

Test(devices, all_next_uppers_are_found)
{
	/* A port of a bridge with two VLANs of its own. */
	struct device devices[] = {
		{.ifindex = 1, .master = 10},
		{.ifindex = 101, .below = 1},
		{.ifindex = 10},
		{.ifindex = 102, .below = 1},
	};

	cr_expect_eq(devices_next_upper(devices, 4, 1, 0), 1);
	cr_expect_eq(devices_next_upper(devices, 4, 1, 2), 2);
	cr_expect_eq(devices_next_upper(devices, 4, 1, 3), 3);
	cr_expect_eq(devices_next_upper(devices, 4, 1, 4), 4);
}

Test(devices, a_device_below_that_is_not_there_counts_for_nothing)
{
	struct device devices[] = {{.ifindex = 5, .below = 4}, {.ifindex = 6, .master = 7}};

	devices_rank(devices, COUNT(devices));
	cr_expect_eq(devices_rank_of(devices, 2, 5), 0);
	cr_expect_eq(devices_rank_of(devices, 2, 6), 0);
}

Test(devices, a_circle_ends)
{
	struct device devices[] = {{.ifindex = 1, .below = 2}, {.ifindex = 2, .below = 1}};

	devices_rank(devices, COUNT(devices));
	cr_expect_eq(devices_next_upper(devices, COUNT(devices), 1, 0), 1);
}

Test(devices, the_kernel_is_asked)
{
	struct device *devices = NULL;
	size_t count = 0;

	cr_assert_eq(devices_read(&devices, &count), 0);
	cr_expect(count > 0, "there is lo at least");
	free(devices);
}
