// SPDX-License-Identifier: MIT
/* TCP, UDP, SCTP, ICMP; and protocols that have no ports. */
#include "tests/bpf/groups.h"
#include "tests/bpf/lib/harness.h"

#include <netinet/in.h>

static struct frame tcp_poked(unsigned at, uint8_t value)
{
	struct frame frame = tcp4(40000, 80);

	return poke8(frame, frame.l4_at + at, value);
}

static struct frame udp_length(struct frame frame, uint16_t length)
{
	return poke16(frame, frame.udp_at + 4, length);
}

static void test_tcp(struct test *test)
{
	struct frame options = payload(tcp4(40000, 80), 20, 1);
	const struct row rows[] = {
		{"no options", tcp4(40000, 80), DROP, FW_REASON_RULE, "web"},
		{"another port", tcp4(40000, 81), PASS, FW_REASON_DEFAULT},
		{"from that port", tcp4(80, 40000), PASS, FW_REASON_DEFAULT},
		{"data offset 0", tcp_poked(12, 0x00), DROP, FW_REASON_TCP_OFFSET},
		{"data offset 4", tcp_poked(12, 0x40), DROP, FW_REASON_TCP_OFFSET},
		{"data offset 6, beyond the datagram", tcp_poked(12, 0x60), DROP,
		 FW_REASON_TCP_OFFSET},
		{"data offset 15, beyond", tcp_poked(12, 0xf0), DROP, FW_REASON_TCP_OFFSET},
		{"data offset 10", poke8(options, options.l4_at + 12, 0xa0), DROP, FW_REASON_RULE,
		 "web"},
		{"data offset 11, beyond by one word", poke8(options, options.l4_at + 12, 0xb0),
		 DROP, FW_REASON_TCP_OFFSET},
		{"data offset into the padding", pad(tcp_poked(12, 0x60), 60, 0), DROP,
		 FW_REASON_TCP_OFFSET},
		{"reserved bits", tcp_poked(12, 0x5f), DROP, FW_REASON_RULE, "web"},
		{"IPv6", tcp6(40000, 80), DROP, FW_REASON_RULE, "web"},
	};

	CHECK_ROWS(test, rows);
}

static void test_udp(struct test *test)
{
	struct frame eight = udp4(40000, 53), more = payload(udp6(40000, 53), 4, 1);
	const struct row rows[] = {
		{"sound", eight, DROP, FW_REASON_RULE, "dns"},
		{"length 0", udp_length(eight, 0), DROP, FW_REASON_UDP_LENGTH},
		{"length 7", udp_length(eight, 7), DROP, FW_REASON_UDP_LENGTH},
		{"length 9, beyond", udp_length(eight, 9), DROP, FW_REASON_UDP_LENGTH},
		{"length 65535", udp_length(eight, 65535), DROP, FW_REASON_UDP_LENGTH},
		{"length 9, in the padding", pad(udp_length(eight, 9), 60, 1), DROP,
		 FW_REASON_UDP_LENGTH},
		{"shorter than the datagram", udp_length(more, 8), DROP, FW_REASON_RULE, "dns"},
		{"IPv6, length 0", udp_length(more, 0), DROP, FW_REASON_UDP_LENGTH},
		{"IPv6, length 13, beyond", udp_length(more, 13), DROP, FW_REASON_UDP_LENGTH},
	};

	CHECK_ROWS(test, rows);
}

/* Bytes that look like ports are none, but in these three. */
static void test_portless(struct test *test)
{
	const struct row rows[] = {
		{"SCTP", sctp(v4(), 40000, 36412), DROP, FW_REASON_RULE, "sctp"},
		{"SCTP, IPv6", sctp(v6(), 40000, 36412), DROP, FW_REASON_RULE, "sctp"},
		{"SCTP, another port", sctp(v4(), 40000, 1), PASS, FW_REASON_DEFAULT},
		{"SCTP header cut", poke16(sctp(v4(), 40000, 36412), 16, 31), DROP,
		 FW_REASON_SHORT_SCTP},
		{"port of no protocol: TCP", tcp4(9, 9999), DROP, FW_REASON_RULE, "any-9999"},
		{"port of no protocol: UDP", udp6(9, 9999), DROP, FW_REASON_RULE, "any-9999"},
		{"port of no protocol: SCTP", sctp(v4(), 9, 9999), DROP, FW_REASON_RULE,
		 "any-9999"},
		{"UDP-Lite has none", proto(udp4(9, 9999), 136), PASS, FW_REASON_DEFAULT},
		{"DCCP has none", proto(udp4(9, 9999), 33), PASS, FW_REASON_DEFAULT},
		{"GRE has none", proto(udp4(9, 9999), 47), PASS, FW_REASON_DEFAULT},
		{"ICMP has none", proto(udp4(9, 9999), IPPROTO_ICMP), PASS, FW_REASON_DEFAULT},
		{"TCP in IPv4's AH", proto(tcp4(9, 9999), IPPROTO_AH), PASS, FW_REASON_DEFAULT},
		{"port 0", udp4(40000, 0), DROP, FW_REASON_RULE, "zero"},
		{"no ports are not port 0", proto(udp4(0, 0), 47), PASS, FW_REASON_DEFAULT},
	};

	CHECK_ROWS(test, rows);
}

static void test_icmp(struct test *test)
{
	struct frame long_gre = payload(proto(v4(), 47), 8, 8);
	const struct row rows[] = {
		{"echo request", icmp(v4(), 8, 0), DROP, FW_REASON_RULE, "ping"},
		{"echo request with a code", icmp(v4(), 8, 1), PASS, FW_REASON_DEFAULT},
		{"echo reply", icmp(v4(), 0, 0), PASS, FW_REASON_DEFAULT},
		{"ICMPv6 echo is another type", icmp(v6(), 128, 0), DROP, FW_REASON_RULE, "ping6"},
		{"type 8 of ICMPv6, under a rule for icmp", icmp(v6(), 8, 0), PASS,
		 FW_REASON_DEFAULT},
		{"type 128 of ICMP", icmp(v4(), 128, 0), PASS, FW_REASON_DEFAULT},
		{"ICMPv6 in IPv4", proto(icmp(v4(), 128, 0), IPPROTO_ICMPV6), PASS,
		 FW_REASON_DEFAULT},
		{"ICMP in IPv6", proto(icmp(v6(), 8, 0), IPPROTO_ICMP), PASS, FW_REASON_DEFAULT},
		{"type without protocol: ICMP", icmp(v4(), 3, 4), DROP, FW_REASON_RULE, "type-3"},
		{"type without protocol: ICMPv6", icmp(v6(), 3, 4), DROP, FW_REASON_RULE, "type-3"},
		{"code of that type", icmp(v4(), 3, 5), PASS, FW_REASON_DEFAULT},
		{"a header of 7 bytes", poke16(icmp(v4(), 8, 0), 16, 27), DROP,
		 FW_REASON_SHORT_ICMP},
		{"what is not ICMP has no type", long_gre, PASS, FW_REASON_DEFAULT},
	};

	use(test,
	    "{'enforce': true, 'rules': ["
	    "{'id': 'ping', 'match': {'proto': 'icmp', 'icmp_type': 8, 'icmp_code': 0},"
	    " 'action': 'drop'},"
	    "{'id': 'ping6', 'match': {'proto': 'icmpv6', 'icmp_type': 128}, 'action': 'drop'},"
	    "{'id': 'type-3', 'match': {'icmp_type': 3, 'icmp_code': '0-4'}, 'action': 'drop'}]}");
	CHECK_ROWS(test, rows);
}

void test_ports(struct test *test)
{
	use(test, "{'enforce': true, 'rules': ["
		  "{'id': 'web', 'match': {'proto': 'tcp', 'dport': 80}, 'action': 'drop'},"
		  "{'id': 'dns', 'match': {'proto': 'udp', 'dport': 53}, 'action': 'drop'},"
		  "{'id': 'sctp', 'match': {'proto': 'sctp', 'dport': 36412}, 'action': 'drop'},"
		  "{'id': 'any-9999', 'match': {'dport': 9999}, 'action': 'drop'},"
		  "{'id': 'zero', 'match': {'dport': 0}, 'action': 'drop'}]}");
	test_tcp(test);
	test_udp(test);
	test_portless(test);
	test_icmp(test);
}
