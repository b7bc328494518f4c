// SPDX-License-Identifier: MIT
/* Through which interfaces a link is reached. */
#include <criterion/criterion.h>

#include "daemon/fwd/lockout/network/network.h"

/*
 * eth0 (2, fwd's) has VLAN 10 (3), in which there is VLAN 20 (4). bond0 (7) has ports eth1 (5, fwd's)
 * and eth2 (6); VLAN 30 (8) is on it; bridge0 (9) has that VLAN and eth3 (10, fwd's).
 */
static const struct link_info links[] = {
	{.ifindex = 1},
	{.ifindex = 2},
	{.ifindex = 3, .lower = 2, .vlan = 10},
	{.ifindex = 4, .lower = 3, .vlan = 20},
	{.ifindex = 5, .master = 7},
	{.ifindex = 6, .master = 7},
	{.ifindex = 7},
	{.ifindex = 8, .lower = 7, .vlan = 30, .master = 9},
	{.ifindex = 9},
	{.ifindex = 10, .master = 9},
	{.ifindex = 11, .lower = 4, .vlan = 40},
	{.ifindex = 12, .master = 13},
	{.ifindex = 13, .master = 12},
};
static const struct port_list ports = {
	.items =
		{
			{.name = "eth0", .ifindex = 2},
			{.name = "eth1", .ifindex = 5},
			{.name = "eth3", .ifindex = 10},
			{.name = "gone", .ifindex = 0},
		},
	.count = 4,
};

static size_t paths(int ifindex, struct path *ret)
{
	return paths_of_link(links, sizeof(links) / sizeof(*links), &ports, ifindex, ret);
}

Test(paths, attached_itself)
{
	struct path found[MAX_PATHS];

	cr_assert_eq(paths(2, found), 1);
	cr_expect_str_eq(found[0].name, "eth0");
	cr_expect_eq(found[0].ifindex, 2);
	cr_expect_eq(found[0].vlan_count, 0);
	cr_expect_eq(paths(1, found), 0, "not one of fwd's");
	cr_expect_eq(paths(0, found), 0);
	cr_expect_eq(paths(99, found), 0);
}

Test(paths, tags_are_outer_first)
{
	struct path found[MAX_PATHS];

	cr_assert_eq(paths(3, found), 1);
	cr_expect_eq(found[0].vlan_count, 1);
	cr_expect_eq(found[0].vlans[0], 10);
	cr_assert_eq(paths(4, found), 1);
	cr_expect_eq(found[0].ifindex, 2);
	cr_expect_eq(found[0].vlan_count, 2);
	cr_expect_eq(found[0].vlans[0], 10);
	cr_expect_eq(found[0].vlans[1], 20);
	cr_expect_eq(paths(11, found), 0, "three tags are more than fwd follows");
}

Test(paths, ports_of_bonds_and_bridges)
{
	struct path found[MAX_PATHS];

	cr_assert_eq(paths(7, found), 1);
	cr_expect_str_eq(found[0].name, "eth1");
	cr_assert_eq(paths(9, found), 2);
	cr_expect_str_eq(found[0].name, "eth1");
	cr_expect_eq(found[0].vlans[0], 30);
	cr_expect_str_eq(found[1].name, "eth3");
	cr_expect_eq(found[1].vlan_count, 0);
	cr_expect_eq(paths(12, found), 0, "a circle ends");
}
