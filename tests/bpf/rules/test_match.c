// SPDX-License-Identifier: MIT
/* Every field of a match: values, lists, ranges, negation. */
#include "tests/bpf/groups.h"
#include "tests/bpf/lib/harness.h"

#include <netinet/in.h>

static void test_addresses(struct test *test)
{
	const struct row rows[] = {
		{"first of the /28", from4("198.51.100.16"), DROP, FW_REASON_RULE, "src"},
		{"last of the /28", from4("198.51.100.31"), DROP, FW_REASON_RULE, "src"},
		{"one before it", from4("198.51.100.15"), PASS, FW_REASON_DEFAULT},
		{"one after it", from4("198.51.100.32"), PASS, FW_REASON_DEFAULT},
		{"a host", from4("192.0.2.1"), DROP, FW_REASON_RULE, "src"},
		{"its neighbour", from4("192.0.2.2"), PASS, FW_REASON_DEFAULT},
		{"that host as destination", to4("192.0.2.1"), PASS, FW_REASON_DEFAULT},
		{"destination", to4("203.0.113.128"), DROP, FW_REASON_RULE, "dst"},
		{"destination's neighbour", to4("203.0.113.127"), PASS, FW_REASON_DEFAULT},
		{"IPv6 /33, first half", from6("2001:dba:7fff:ffff::"), DROP, FW_REASON_RULE,
		 "src"},
		{"IPv6 /33, second half", from6("2001:dba:8000::"), PASS, FW_REASON_DEFAULT},
		{"IPv6 host", from6("2001:db8:ffff::1"), DROP, FW_REASON_RULE, "src"},
		{"IPv6 host's neighbour", from6("2001:db8:ffff::2"), PASS, FW_REASON_DEFAULT},
		{"IPv6 /65 destination", to6("2001:db9:0:0:8000::1"), DROP, FW_REASON_RULE, "dst"},
		{"IPv6 /65, not", to6("2001:db9::1"), PASS, FW_REASON_DEFAULT},
		{"IPv4 bytes at the front of IPv6", from6("c000:201::"), PASS, FW_REASON_DEFAULT},
		{"IPv4 in IPv6", from6("::ffff:192.0.2.1"), PASS, FW_REASON_DEFAULT},
	};

	use(test, "{'enforce': true, 'defaults': {'action': 'pass'}, 'rules': ["
		  "{'id': 'src', 'match': {'src': ['198.51.100.16/28', '192.0.2.1',"
		  " '2001:dba::/33', '2001:db8:ffff::1'], 'dport': 53}, 'action': 'drop'},"
		  "{'id': 'dst', 'match': {'dst': ['203.0.113.128/25', '2001:db9:0:0:8000::/65']},"
		  " 'action': 'drop'}]}");
	CHECK_ROWS(test, rows);
}

static void test_negation(struct test *test)
{
	const struct row rows[] = {
		{"inside", from4("10.1.2.3"), PASS, FW_REASON_DEFAULT},
		{"outside", from4("11.1.2.3"), DROP, FW_REASON_RULE, "foreign"},
		{"IPv6 is outside, too", from6(SRC6), DROP, FW_REASON_RULE, "foreign"},
		{"in the hole", from4("172.16.5.9"), PASS, FW_REASON_DEFAULT},
		{"next to the hole", from4("172.16.6.9"), DROP, FW_REASON_RULE, "holed"},
		{"in the hole of the set", from4("172.17.0.9"), PASS, FW_REASON_DEFAULT},
		{"no IP, no address", arp(eth()), PASS, FW_REASON_LINK},
		{"other, no address", payload(type(eth(), ETH_P_LLDP), 46, 1), PASS,
		 FW_REASON_NON_IP},
	};

	use(test, "{'enforce': true,"
		  "'sets': {'home': {'elements': ['10.0.0.0/8', '172.16.0.0/12']},"
		  " 'hole': {'elements': ['172.17.0.0/16']}}, 'rules': ["
		  "{'id': 'holed', 'match': {'src': ['172.16.0.0/12', '!172.16.5.0/24', '!@hole']},"
		  " 'action': 'drop'},"
		  "{'id': 'foreign', 'match': {'src': '!@home'}, 'action': 'drop'}]}");
	CHECK_ROWS(test, rows);
}

/* Sets next to prefixes, and the same set in several rules. */
static void test_sets(struct test *test)
{
	const struct row rows[] = {
		{"in the set, web", tcp(ip4(eth(), "198.51.100.9", DST4), 1, 80, SYN), PASS,
		 FW_REASON_RULE, "web"},
		{"next to the set, web", tcp(ip4(eth(), "192.0.2.9", DST4), 1, 80, SYN), PASS,
		 FW_REASON_RULE, "web"},
		{"in the set, no web", tcp(ip4(eth(), "198.51.100.9", DST4), 1, 81, SYN), DROP,
		 FW_REASON_RULE, "rest"},
		{"next to the set, no web", tcp(ip4(eth(), "192.0.2.9", DST4), 1, 81, SYN), PASS,
		 FW_REASON_DEFAULT},
		{"IPv6, in the set", tcp(ip6(eth(), "2001:db8:5::1", DST6), 1, 81, SYN), DROP,
		 FW_REASON_RULE, "rest"},
		{"towards the set", to4("198.51.100.9"), DROP, FW_REASON_RULE, "to"},
		{"towards the empty set", to4("198.51.101.9"), PASS, FW_REASON_DEFAULT},
	};

	use(test,
	    "{'enforce': true, 'sets': {'some': {'elements': ['198.51.100.0/24', '2001:db8:5::/48',"
	    " '198.51.100.0/24']}, 'none': {'elements': []}}, 'rules': ["
	    "{'id': 'web', 'match': {'src': ['@some', '192.0.2.0/24'], 'dport': 80},"
	    " 'action': 'pass'},"
	    "{'id': 'never', 'match': {'dst': '@none'}, 'action': 'drop'},"
	    "{'id': 'rest', 'match': {'src': '@some'}, 'action': 'drop'},"
	    "{'id': 'to', 'match': {'dst': ['@some', '@none']}, 'action': 'drop'}]}");
	CHECK_ROWS(test, rows);
}

static void test_numbers(struct test *test)
{
	const struct row rows[] = {
		{"port before the range", udp4(1, 7999), PASS, FW_REASON_DEFAULT},
		{"first of the range", udp4(1, 8000), DROP, FW_REASON_RULE, "ports"},
		{"last of the range", udp4(1, 8099), DROP, FW_REASON_RULE, "ports"},
		{"port after the range", udp4(1, 8100), PASS, FW_REASON_DEFAULT},
		{"port of the list", tcp6(1, 443), DROP, FW_REASON_RULE, "ports"},
		{"last port", tcp6(1, 65535), DROP, FW_REASON_RULE, "ports"},
		{"source port", tcp6(123, 1), DROP, FW_REASON_RULE, "sport"},
		{"source port's neighbour", tcp6(124, 1), PASS, FW_REASON_DEFAULT},
		{"protocol by name", proto(v4(), 47), DROP, FW_REASON_RULE, "protos"},
		{"protocol by number", proto(v6(), 200), DROP, FW_REASON_RULE, "protos"},
		{"protocol of a range", proto(v6(), 103), DROP, FW_REASON_RULE, "protos"},
		{"after that range", proto(v6(), 104), PASS, FW_REASON_DEFAULT},
		{"TTL 1", ttl(udp4(1, 2), 1), DROP, FW_REASON_RULE, "ttl"},
		{"TTL 2", ttl(udp4(1, 2), 2), PASS, FW_REASON_DEFAULT},
		{"hop limit 0", ttl(udp6(1, 2), 0), DROP, FW_REASON_RULE, "ttl"},
		{"DSCP 46", dscp(udp4(1, 2), 46), DROP, FW_REASON_RULE, "ef"},
		{"IPv6, DSCP 46", dscp(udp6(1, 2), 46), DROP, FW_REASON_RULE, "ef"},
		{"DSCP 46, ECN 3", poke8(udp4(1, 2), 15, 46 << 2 | 3), DROP, FW_REASON_RULE, "ef"},
		{"IPv6, DSCP 45 and a flow label", poke16(dscp(udp6(1, 2), 45), 16, 0xffff), PASS,
		 FW_REASON_DEFAULT},
		{"DSCP 63", dscp(udp6(1, 2), 63), DROP, FW_REASON_RULE, "ef"},
	};

	use(test, "{'enforce': true, 'rules': ["
		  "{'id': 'ports', 'match': {'dport': [443, '8000-8099', '65535']},"
		  " 'action': 'drop'},"
		  "{'id': 'sport', 'match': {'sport': '123'}, 'action': 'drop'},"
		  "{'id': 'protos', 'match': {'proto': ['gre', 200, '100-103']}, 'action': 'drop'},"
		  "{'id': 'ttl', 'match': {'ttl': '0-1'}, 'action': 'drop'},"
		  "{'id': 'ef', 'match': {'dscp': ['ef', 63]}, 'action': 'drop'}]}");
	CHECK_ROWS(test, rows);
}

/* The length is the IP datagram's, without Ethernet's header, tags and padding. */
static void test_length(struct test *test)
{
	const struct row rows[] = {
		{"99 bytes", payload(udp4(1, 2), 71, 0), PASS, FW_REASON_DEFAULT},
		{"100 bytes", payload(udp4(1, 2), 72, 0), DROP, FW_REASON_RULE, "long"},
		{"99 bytes and padding", pad(payload(udp4(1, 2), 71, 0), 200, 0), PASS,
		 FW_REASON_DEFAULT},
		{"99 bytes in two tags",
		 payload(udp(ip4(tag(tag(eth(), ETH_P_8021AD, 1), ETH_P_8021Q, 2), SRC4, DST4), 1,
			     2),
			 71, 0),
		 PASS, FW_REASON_DEFAULT},
		{"IPv6, 99 bytes", payload(udp6(1, 2), 51, 0), PASS, FW_REASON_DEFAULT},
		{"IPv6, 100 bytes", payload(udp6(1, 2), 52, 0), DROP, FW_REASON_RULE, "long"},
		{"20 bytes", proto(v4(), 254), DROP, FW_REASON_RULE, "short"},
		{"ARP of 100 bytes", pad(arp(eth()), 100, 0), PASS, FW_REASON_LINK},
	};

	use(test, "{'enforce': true, 'rules': ["
		  "{'id': 'long', 'match': {'length': '100-65535'}, 'action': 'drop'},"
		  "{'id': 'short', 'match': {'length': 20}, 'action': 'drop'}]}");
	CHECK_ROWS(test, rows);
}

static struct frame flags(unsigned bits)
{
	return tcp(v4(), 1, 2, bits);
}

static void test_tcp_flags(struct test *test)
{
	const struct row rows[] = {
		{"SYN", flags(SYN), DROP, FW_REASON_RULE, "new"},
		{"SYN ACK", flags(SYN | ACK), PASS, FW_REASON_DEFAULT},
		{"ACK", flags(ACK), PASS, FW_REASON_DEFAULT},
		{"SYN ECE CWR", flags(SYN | ECE | CWR), DROP, FW_REASON_RULE, "new"},
		{"SYN FIN", flags(SYN | FIN | ACK), DROP, FW_REASON_RULE, "scan"},
		{"FIN URG PSH", flags(FIN | URG | PSH), DROP, FW_REASON_RULE, "scan"},
		{"FIN URG PSH ACK", flags(FIN | URG | PSH | ACK), PASS, FW_REASON_DEFAULT},
		{"no flags", flags(0), DROP, FW_REASON_RULE, "null"},
		{"RST", flags(RST), PASS, FW_REASON_DEFAULT},
		{"IPv6 SYN", tcp(v6(), 1, 2, SYN), DROP, FW_REASON_RULE, "new"},
		{"UDP has none, not no flags", udp4(1, 2), PASS, FW_REASON_DEFAULT},
	};

	use(test, "{'enforce': true, 'rules': ["
		  "{'id': 'scan', 'match': {'tcp_flags': ['syn,fin/syn,fin', 'fin,psh,urg/all']},"
		  " 'action': 'drop'},"
		  "{'id': 'new', 'match': {'tcp_flags': 'syn/syn,ack'}, 'action': 'drop'},"
		  "{'id': 'null', 'match': {'tcp_flags': 'none'}, 'action': 'drop'}]}");
	CHECK_ROWS(test, rows);
}

static void test_family(struct test *test)
{
	const struct row rows[] = {
		{"IPv4", udp4(1, 2), DROP, FW_REASON_RULE, "four"},
		{"IPv6", udp6(1, 2), DROP, FW_REASON_RULE, "six"},
		{"IPv6, another port", udp6(1, 3), PASS, FW_REASON_DEFAULT},
		{"ARP", arp(eth()), DROP, FW_REASON_RULE, "below"},
		{"LLDP", payload(type(eth(), ETH_P_LLDP), 46, 1), DROP, FW_REASON_RULE, "below"},
	};

	use(test, "{'enforce': true, 'rules': ["
		  "{'id': 'four', 'match': {'family': 'ipv4'}, 'action': 'drop'},"
		  "{'id': 'six', 'match': {'family': 'ipv6', 'dport': 2}, 'action': 'drop'},"
		  "{'id': 'below', 'match': {'family': ['arp', 'other']}, 'action': 'drop'}]}");
	CHECK_ROWS(test, rows);
}

static void check_on(struct test *test, int ifindex, const struct row *row)
{
	int before = test->ifindex;

	test->ifindex = ifindex;
	check_row(test, row);
	test->ifindex = before;
}

/* A frame between other stations: the last byte of each. */
static struct frame between(struct frame frame, uint8_t src, uint8_t dst)
{
	return poke8(poke8(frame, 11, src), 5, dst);
}

static struct frame labelled(struct frame frame, uint32_t label)
{
	return poke16(poke8(frame, frame.ip_at + 1, label >> 16), frame.ip_at + 2, label & 0xffff);
}

static void test_macs(struct test *test)
{
	const struct row rows[] = {
		{"source", between(udp4(1, 2), 7, 9), DROP, FW_REASON_RULE, "src"},
		{"source, IPv6", between(udp6(1, 2), 7, 9), DROP, FW_REASON_RULE, "src"},
		{"its neighbour", between(udp4(1, 2), 6, 9), PASS, FW_REASON_DEFAULT},
		{"as destination", between(udp4(1, 2), 9, 7), PASS, FW_REASON_DEFAULT},
		{"behind two tags",
		 between(udp(ip4(tag(tag(eth(), ETH_P_8021AD, 1), ETH_P_8021Q, 2), SRC4, DST4), 1,
			     2),
			 7, 9),
		 DROP, FW_REASON_RULE, "src"},
		{"first of the prefix", between(udp4(1, 2), 9, 0x80), DROP, FW_REASON_RULE, "dst"},
		{"last of the prefix", between(udp4(1, 2), 9, 0x8f), DROP, FW_REASON_RULE, "dst"},
		{"before it", between(udp4(1, 2), 9, 0x7f), PASS, FW_REASON_DEFAULT},
		{"behind it", between(udp4(1, 2), 9, 0x90), PASS, FW_REASON_DEFAULT},
		{"its hole", between(udp4(1, 2), 9, 0x88), PASS, FW_REASON_DEFAULT},
		{"another front", poke8(between(udp4(1, 2), 9, 0x80), 0, 6), PASS,
		 FW_REASON_DEFAULT},
		{"ARP", between(arp(eth()), 10, 9), DROP, FW_REASON_RULE, "arp"},
		{"LLDP", between(payload(type(eth(), ETH_P_LLDP), 46, 1), 10, 9), DROP,
		 FW_REASON_RULE, "arp"},
		{"ARP from another", between(arp(eth()), 11, 9), PASS, FW_REASON_LINK},
		{"IPv4 from ARP's", between(udp4(1, 2), 10, 9), PASS, FW_REASON_DEFAULT},
		{"ARP from a rule's for IP", between(arp(eth()), 7, 9), PASS, FW_REASON_LINK},
	};

	use(test, "{'enforce': true, 'rules': ["
		  "{'id': 'src', 'match': {'src_mac': '02:00:00:00:00:07'}, 'action': 'drop'},"
		  "{'id': 'dst', 'match': {'dst_mac': ['02:00:00:00:00:80/44',"
		  " '!02:00:00:00:00:88']}, 'action': 'drop'},"
		  "{'id': 'arp', 'match': {'src_mac': '02:00:00:00:00:0A',"
		  " 'family': ['arp', 'other']}, 'action': 'drop'}]}");
	CHECK_ROWS(test, rows);
}

static void test_flow_label(struct test *test)
{
	const struct row rows[] = {
		{"0", labelled(udp6(1, 2), 0), DROP, FW_REASON_RULE, "zero"},
		{"1", labelled(udp6(1, 2), 1), PASS, FW_REASON_DEFAULT},
		{"before the range", labelled(udp6(1, 2), 99999), PASS, FW_REASON_DEFAULT},
		{"first of the range", labelled(udp6(1, 2), 100000), DROP, FW_REASON_RULE, "some"},
		{"in the range", labelled(udp6(1, 2), 131072), DROP, FW_REASON_RULE, "some"},
		{"last of the range", labelled(udp6(1, 2), 200001), DROP, FW_REASON_RULE, "some"},
		{"behind the range", labelled(udp6(1, 2), 200002), PASS, FW_REASON_DEFAULT},
		{"highest", labelled(udp6(1, 2), 0xfffff), DROP, FW_REASON_RULE, "some"},
		{"with a traffic class", poke8(labelled(udp6(1, 2), 0xfffff), 14, 0x6b), DROP,
		 FW_REASON_RULE, "some"},
		{"in a tag",
		 labelled(udp(ip6(tag(eth(), ETH_P_8021Q, 2), SRC6, DST6), 1, 2), 100000), DROP,
		 FW_REASON_RULE, "some"},
		{"behind an extension header",
		 labelled(udp(ext(v6(), IPPROTO_DSTOPTS, 8), 1, 2), 100000), DROP, FW_REASON_RULE,
		 "some"},
		{"IPv4 has none", udp4(1, 2), PASS, FW_REASON_DEFAULT},
	};

	use(test, "{'enforce': true, 'rules': ["
		  "{'id': 'zero', 'match': {'flow_label': 0}, 'action': 'drop'},"
		  "{'id': 'some', 'match': {'flow_label': ['100000-200001', 1048575]},"
		  " 'action': 'drop'}]}");
	CHECK_ROWS(test, rows);
}

static void test_interfaces(struct test *test)
{
	const struct row wan[] = {
		{"zone outside", udp4(1, 2), DROP, FW_REASON_RULE, "out"},
		{"interface wan", udp4(1, 3), DROP, FW_REASON_RULE, "wan"},
		{"both zones", udp4(1, 5), DROP, FW_REASON_RULE, "both"},
		{"elsewhere's rule", udp4(1, 4), PASS, FW_REASON_DEFAULT},
		{"ARP by interface", arp(eth()), DROP, FW_REASON_RULE, "arp"},
	};
	const struct row lan[] = {
		{"zone inside", udp6(1, 4), DROP, FW_REASON_RULE, "in"},
		{"both zones, inside", udp6(1, 5), DROP, FW_REASON_RULE, "both"},
		{"outside's rule", udp6(1, 2), PASS, FW_REASON_DEFAULT},
		{"ARP elsewhere", arp(eth()), PASS, FW_REASON_LINK},
	};
	const struct row none[] = {
		{"none of ours, port 2", udp4(1, 2), PASS, FW_REASON_DEFAULT},
		{"none of ours, port 4", udp4(1, 4), PASS, FW_REASON_DEFAULT},
		{"none of ours, port 5", udp4(1, 5), PASS, FW_REASON_DEFAULT},
	};

	use(test, "{'enforce': true, 'interfaces': {'lan': {'zone': 'inside'},"
		  " 'wan': {'zone': 'outside'}}, 'rules': ["
		  "{'id': 'out', 'match': {'zone': 'outside', 'dport': 2}, 'action': 'drop'},"
		  "{'id': 'wan', 'match': {'interface': 'wan', 'dport': 3}, 'action': 'drop'},"
		  "{'id': 'in', 'match': {'zone': 'inside', 'dport': 4}, 'action': 'drop'},"
		  "{'id': 'both', 'match': {'zone': ['inside', 'outside'], 'dport': 5},"
		  " 'action': 'drop'},"
		  "{'id': 'arp', 'match': {'zone': 'outside', 'family': 'arp'},"
		  " 'action': 'drop'}]}");
	for (size_t i = 0; i < array_size(wan); i++)
		check_on(test, test->wan, &wan[i]);
	for (size_t i = 0; i < array_size(lan); i++)
		check_on(test, test->lan, &lan[i]);
	CHECK_ROWS(test, none);
}

void test_match(struct test *test)
{
	test_addresses(test);
	test_negation(test);
	test_sets(test);
	test_numbers(test);
	test_length(test);
	test_tcp_flags(test);
	test_family(test);
	test_macs(test);
	test_flow_label(test);
	test_interfaces(test);
}
