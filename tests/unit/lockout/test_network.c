// SPDX-License-Identifier: MIT
/* What the kernel's tables and SSH_CONNECTION say, and through which interfaces a link is reached. */
#include <criterion/criterion.h>
#include <string.h>

#include "network.h"

static struct connection_list read_table(const char *text)
{
	struct connection_list list = {0};
	FILE *table = fmemopen((void *)text, strlen(text), "r");

	cr_assert_eq(connections_parse(table, &list), 0);
	fclose(table);
	return list;
}

static void expect_connection(const struct connection *is, const char *remote, unsigned remote_port,
			      const char *local, unsigned local_port)
{
	char text[PREFIX_TEXT];

	cr_expect_str_eq(prefix_format(&is->remote, text), remote);
	cr_expect_str_eq(prefix_format(&is->local, text), local);
	cr_expect_eq(is->remote_port, remote_port);
	cr_expect_eq(is->local_port, local_port);
}

/* As a little-endian machine prints them. */
#define HEADER "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt\n"
#define REST   " 00000000:00000000 02:000A7E2A 00000000     0        0 12345 4 0 20 4 30 10 -1\n"

Test(connections, established_ones_of_the_table)
{
	struct connection_list list =
		read_table(HEADER "   0: 00000000:0016 00000000:0000 0A" REST
				  "   1: 016433C6:0016 070200C0:9C40 01" REST
				  "   2: 016433C6:00B3 090200C0:C001 01" REST
				  "   3: 016433C6:0050 090200C0:C002 06" REST);

	cr_assert_eq(list.count, 2);
	expect_connection(&list.items[0], "192.0.2.7", 40000, "198.51.100.1", 22);
	expect_connection(&list.items[1], "192.0.2.9", 49153, "198.51.100.1", 179);
	connections_clear(&list);
}

Test(connections, both_families_of_the_second_table)
{
	struct connection_list list =
		read_table(HEADER "   0: B80D0120000001000000000001000000:0016 "
				  "B80D0120000002000000000007000000:9C40 01" REST
				  "   1: 0000000000000000FFFF0000016433C6:0016 "
				  "0000000000000000FFFF0000070200C0:9C41 01" REST);

	cr_assert_eq(list.count, 2);
	expect_connection(&list.items[0], "2001:db8:2::7", 40000, "2001:db8:1::1", 22);
	expect_connection(&list.items[1], "192.0.2.7", 40001, "198.51.100.1", 22);
	connections_clear(&list);
}

Test(connections, lines_that_are_none)
{
	struct connection_list list =
		read_table("\n::::\n   1: 016433C6:0016\n   1: 0164:0016 070200C0:9C40 01" REST
			   "   1: zz6433C6:0016 070200C0:9C40 01" REST
			   "   1: 016433C6016433C6:0016 070200C0:9C40 01" REST);

	cr_expect_eq(list.count, 0);
	connections_clear(&list);
}

Test(connections, ssh_connection)
{
	static const char *const bad[] = {
		"",
		"192.0.2.7 40000 198.51.100.1",
		"192.0.2.7 40000 198.51.100.1 22 more",
		"192.0.2.7 0 198.51.100.1 22",
		"192.0.2.7 65536 198.51.100.1 22",
		"192.0.2.7 -1 198.51.100.1 22",
		"192.0.2.0/24 40000 198.51.100.1 22",
		"192.0.2.7 40000 2001:db8::1 22",
		"host 40000 198.51.100.1 22",
		"192.0.2.7 40000x 198.51.100.1 22",
		"192.0.2.7;reboot 40000 198.51.100.1 22",
	};
	struct connection connection;

	cr_assert(connection_from_ssh("192.0.2.7 40000 198.51.100.1 22", &connection));
	expect_connection(&connection, "192.0.2.7", 40000, "198.51.100.1", 22);
	cr_assert(connection_from_ssh("fe80::7%eth0 40000 fe80::1%eth0 22", &connection));
	expect_connection(&connection, "fe80::7", 40000, "fe80::1", 22);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		cr_expect_not(connection_from_ssh(bad[i], &connection), "%s", bad[i]);
}

Test(connections, those_of_this_machine)
{
	struct connection_list list = {0};

	cr_expect_eq(connections_read(&list), 0);
	connections_clear(&list);
}

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
