// SPDX-License-Identifier: MIT
/* Fragments, which have ports only in the first one. */
#include "tests/bpf/groups.h"
#include "tests/bpf/lib/harness.h"

#include <netinet/in.h>

#define IP 14 /* where the IP header stands in an untagged frame */

/* A piece of a UDP datagram: the first (offset 0) has the ports. */
static struct frame piece4(unsigned offset, bool more, uint16_t id, uint16_t port)
{
	struct frame frame = fragment4(proto(v4(), IPPROTO_UDP), offset, more, id);

	if (!offset)
		frame = udp(frame, 40000, port);
	/* What would be the port, if it were one. */
	return payload(frame, 24, 53);
}

static struct frame piece6(unsigned offset, bool more, uint32_t id, uint16_t port)
{
	struct frame frame = proto(fragment6(v6(), offset, more, id), IPPROTO_UDP);

	if (!offset)
		frame = udp(frame, 40000, port);
	return payload(frame, 24, 53);
}

static void test_unknown_first(struct test *test)
{
	const struct row rows[] = {
		{"whole", udp4(40000, 53), DROP, FW_REASON_RULE, "dns"},
		{"middle, first not seen", piece4(8, true, 1, 0), PASS, FW_REASON_DEFAULT},
		{"last, first not seen", piece4(16, false, 1, 0), PASS, FW_REASON_DEFAULT},
		{"IPv6, middle", piece6(8, true, 1, 0), PASS, FW_REASON_DEFAULT},
		{"IPv6, last", piece6(16, false, 1, 0), PASS, FW_REASON_DEFAULT},
		{"rule without ports", proto(piece4(8, true, 1, 0), 47), DROP, FW_REASON_RULE,
		 "gre"},
		{"first", piece4(0, true, 2, 54), PASS, FW_REASON_DEFAULT},
		{"rules see the ports of a first one", piece4(0, true, 3, 53), DROP, FW_REASON_RULE,
		 "dns"},
		{"IPv6, first", piece6(0, true, 3, 53), DROP, FW_REASON_RULE, "dns"},
		{"reserved bit alone is no fragment", poke16(udp4(40000, 53), IP + 6, 0x8000), DROP,
		 FW_REASON_RULE, "dns"},
		{"don't fragment is no fragment", poke16(udp4(40000, 53), IP + 6, 0x4000), DROP,
		 FW_REASON_RULE, "dns"},
	};

	CHECK_ROWS(test, rows);
}

/* The same two stations, in VLANs of a provider's VLAN. */
static struct frame qinq_piece(uint16_t inner, unsigned offset)
{
	struct frame frame = tag(tag(eth(), ETH_P_8021AD, 5), ETH_P_8021Q, inner);

	frame = fragment4(proto(ip4(frame, SRC4, DST4), IPPROTO_UDP), offset, true, 14);
	return payload(offset ? frame : udp(frame, 40000, 53), 16, 0);
}

/* The later ones share the first one's fate, as it was reported by its ports. */
static void test_follow(struct test *test)
{
	struct frame other_source = ip4(eth(), "192.0.2.8", DST4), tagged;
	const struct row rows[] = {
		{"first, dropped", piece4(0, true, 10, 53), DROP, FW_REASON_RULE, "dns"},
		{"middle", piece4(4, true, 10, 0), DROP, FW_REASON_FRAGMENT, "dns"},
		{"last", piece4(8, false, 10, 0), DROP, FW_REASON_FRAGMENT, "dns"},
		{"last again", piece4(8, false, 10, 0), DROP, FW_REASON_FRAGMENT, "dns"},
		{"of another datagram", piece4(4, true, 11, 0), PASS, FW_REASON_DEFAULT},
		{"of another protocol", proto(piece4(4, true, 10, 0), 254), PASS,
		 FW_REASON_DEFAULT},
		{"of another source",
		 payload(fragment4(proto(other_source, IPPROTO_UDP), 4, true, 10), 24, 0), PASS,
		 FW_REASON_DEFAULT},
		{"first, passed by a rule", piece4(0, true, 12, 67), PASS, FW_REASON_RULE, "dhcp"},
		{"its last, which port 53 would be", piece4(8, false, 12, 0), PASS,
		 FW_REASON_FRAGMENT, "dhcp"},
		{"first, passed by default", piece4(0, true, 13, 99), PASS, FW_REASON_DEFAULT},
		{"its last", piece4(8, false, 13, 0), PASS, FW_REASON_FRAGMENT},
		{"the id once more, dropped now", piece4(0, true, 13, 53), DROP, FW_REASON_RULE,
		 "dns"},
		{"its last", piece4(8, false, 13, 0), DROP, FW_REASON_FRAGMENT, "dns"},
		{"IPv6 first, dropped", piece6(0, true, 70000, 53), DROP, FW_REASON_RULE, "dns"},
		{"IPv6 middle", piece6(4, true, 70000, 0), DROP, FW_REASON_FRAGMENT, "dns"},
		{"IPv6 last", piece6(8, false, 70000, 0), DROP, FW_REASON_FRAGMENT, "dns"},
		{"IPv6 last that calls itself TCP", proto(piece6(8, false, 70000, 0), IPPROTO_TCP),
		 DROP, FW_REASON_FRAGMENT, "dns"},
		{"IPv6 of another datagram", piece6(8, false, 70001, 0), PASS, FW_REASON_DEFAULT},
		{"IPv6 id that ends alike", piece6(8, false, 4464, 0), PASS, FW_REASON_DEFAULT},
	};

	CHECK_ROWS(test, rows);
	tagged = fragment4(ip4(tag(eth(), ETH_P_8021Q, 5), SRC4, DST4), 8, false, 10);
	tagged = payload(proto(tagged, IPPROTO_UDP), 8, 0);
	check_row(test, &(struct row){"in another VLAN", tagged, PASS, FW_REASON_DEFAULT});
	check_rows(test,
		   (struct row[]){
			   {"first, QinQ", qinq_piece(6, 0), DROP, FW_REASON_RULE, "dns"},
			   {"its last", qinq_piece(6, 8), DROP, FW_REASON_FRAGMENT, "dns"},
			   {"in another inner VLAN", qinq_piece(7, 8), PASS, FW_REASON_DEFAULT}},
		   3);
}

/* As long as Linux waits for the rest of a datagram, and no longer. */
static void test_forget(struct test *test)
{
	struct row first = {"first", piece4(0, true, 20, 53), DROP, FW_REASON_RULE, "dns"};
	struct row before = {"29.9 s later", piece4(8, false, 20, 0), DROP, FW_REASON_FRAGMENT,
			     "dns"};
	struct row after = {"30 s later", piece4(8, false, 20, 0), PASS, FW_REASON_DEFAULT};
	struct row elsewhere = {"on another interface", piece4(8, false, 21, 0), PASS,
				FW_REASON_DEFAULT};

	check_row(test, &first);
	pass_time(test, 29 * SECOND + 900000000);
	check_row(test, &before);
	pass_time(test, 100000000);
	check_row(test, &after);
	first.frame = piece4(0, true, 21, 53);
	check_row(test, &first);
	test->ifindex = test->wan;
	check_row(test, &elsewhere);
	test->ifindex = 1;
}

static void test_malformed(struct test *test)
{
	struct frame tcp_piece = fragment4(proto(v4(), IPPROTO_TCP), 0, true, 30);
	struct frame tcp6_piece = proto(fragment6(v6(), 0, true, 30), IPPROTO_TCP);
	struct frame tcp_first = payload(tcp(tcp_piece, 40000, 22, SYN), 4, 0);
	const struct row rows[] = {
		{"first of 8 bytes, of TCP", payload(tcp_piece, 8, 0), DROP,
		 FW_REASON_FRAGMENT_TINY},
		{"first of 16 bytes, of TCP", payload(tcp_piece, 16, 0), DROP,
		 FW_REASON_FRAGMENT_TINY},
		{"first of 24 bytes, of TCP", tcp_first, PASS, FW_REASON_DEFAULT},
		{"first that cuts TCP's options", poke8(tcp_first, tcp_first.l4_at + 12, 0x70),
		 DROP, FW_REASON_FRAGMENT_TINY},
		{"first with a data offset of 0", poke8(tcp_first, tcp_first.l4_at + 12, 0), DROP,
		 FW_REASON_TCP_OFFSET},
		{"IPv6, first of 16 bytes, of TCP", payload(tcp6_piece, 16, 0), DROP,
		 FW_REASON_FRAGMENT_TINY},
		{"first without a byte, of UDP", fragment4(proto(v4(), 17), 0, true, 30), DROP,
		 FW_REASON_FRAGMENT_TINY},
		{"first of 8 bytes, of SCTP",
		 payload(fragment4(proto(v4(), 132), 0, true, 30), 8, 0), DROP,
		 FW_REASON_FRAGMENT_TINY},
		{"first without a byte, of ICMPv6",
		 proto(fragment6(v6(), 0, true, 30), IPPROTO_ICMPV6), DROP,
		 FW_REASON_FRAGMENT_TINY},
		{"TCP at offset 1", payload(fragment4(proto(v4(), 6), 1, false, 31), 8, 0), DROP,
		 FW_REASON_FRAGMENT_OVERLAP},
		{"TCP at offset 1, more to come",
		 payload(fragment4(proto(v4(), 6), 1, true, 31), 16, 0), DROP,
		 FW_REASON_FRAGMENT_OVERLAP},
		{"IPv6, TCP at offset 1",
		 payload(proto(fragment6(v6(), 1, false, 31), IPPROTO_TCP), 8, 0), DROP,
		 FW_REASON_FRAGMENT_OVERLAP},
		{"UDP at offset 1", payload(fragment4(proto(v4(), 17), 1, false, 31), 8, 0), PASS,
		 FW_REASON_DEFAULT},
		{"more to come after 9 bytes",
		 payload(fragment4(proto(v4(), 17), 8, true, 32), 9, 0), DROP,
		 FW_REASON_FRAGMENT_LENGTH},
		{"more to come after 12 bytes",
		 payload(fragment4(proto(v4(), 17), 8, true, 32), 12, 0), DROP,
		 FW_REASON_FRAGMENT_LENGTH},
		{"IPv6, more to come after 9 bytes",
		 payload(proto(fragment6(v6(), 8, true, 32), 17), 9, 0), DROP,
		 FW_REASON_FRAGMENT_LENGTH},
		{"the last one may have 9", payload(fragment4(proto(v4(), 17), 8, false, 32), 9, 0),
		 PASS, FW_REASON_DEFAULT},
		{"ends at 65535", payload(fragment4(proto(v4(), 17), 8188, false, 33), 11, 0), PASS,
		 FW_REASON_DEFAULT},
		{"ends at 65536", payload(fragment4(proto(v4(), 17), 8188, false, 33), 12, 0), DROP,
		 FW_REASON_FRAGMENT_LENGTH},
		{"ping of death", payload(fragment4(proto(v4(), 1), 8191, false, 33), 64, 0), DROP,
		 FW_REASON_FRAGMENT_LENGTH},
		{"IPv6, ends at 65535", payload(proto(fragment6(v6(), 8190, false, 33), 17), 15, 0),
		 PASS, FW_REASON_DEFAULT},
		{"IPv6, ends at 65536", payload(proto(fragment6(v6(), 8190, false, 33), 17), 16, 0),
		 DROP, FW_REASON_FRAGMENT_LENGTH},
		{"IPv6, fragment header cut", payload(proto(v6(), IPPROTO_FRAGMENT), 7, 17), DROP,
		 FW_REASON_SHORT_IP6_EXT},
		{"IPv6, fragment in a first fragment",
		 udp(fragment6(fragment6(v6(), 0, true, 34), 0, true, 35), 1, 53), DROP,
		 FW_REASON_IP6_EXT_DEPTH},
		{"IPv6, headers behind the fragment header",
		 payload(udp(ext(fragment6(v6(), 0, true, 36), IPPROTO_DSTOPTS, 8), 1, 53), 8, 0),
		 DROP, FW_REASON_RULE, "dns"},
		{"IPv6, first that ends within its headers",
		 ext(fragment6(v6(), 0, true, 37), IPPROTO_DSTOPTS, 8), PASS, FW_REASON_DEFAULT},
		{"IPv6, first that ends before its headers end",
		 poke8(ext(fragment6(v6(), 0, true, 37), IPPROTO_DSTOPTS, 8), 63, 4), DROP,
		 FW_REASON_SHORT_IP6_EXT},
	};

	CHECK_ROWS(test, rows);
}

/* The first one's outcome is kept as it was decided, and enforced as it is now. */
static void test_monitor(struct test *test)
{
	const struct row rows[] = {
		{"first", piece4(0, true, 40, 53), WOULD_DROP, FW_REASON_RULE, "dns"},
		{"last", piece4(8, false, 40, 0), WOULD_DROP, FW_REASON_FRAGMENT, "dns"},
		{"IPv6 first", piece6(0, true, 40, 53), WOULD_DROP, FW_REASON_RULE, "dns"},
		{"IPv6 last", piece6(8, false, 40, 0), WOULD_DROP, FW_REASON_FRAGMENT, "dns"},
	};
	struct row enforced = {"last, enforced meanwhile", piece4(8, false, 40, 0), DROP,
			       FW_REASON_FRAGMENT, "dns"};

	use(test, "{'rules': ["
		  "{'id': 'dns', 'match': {'proto': 'udp', 'dport': 53}, 'action': 'drop'}]}");
	CHECK_ROWS(test, rows);
	use(test, "{'enforce': true, 'rules': ["
		  "{'id': 'dns', 'match': {'proto': 'udp', 'dport': 53}, 'action': 'drop'}]}");
	check_row(test, &enforced);
}

#define DNS	   "{'id': 'dns', 'match': {'proto': 'udp', 'dport': 53}, 'action': 'pass'}"
#define SOURCE(to) "{'id': 'source', 'match': {'src': '" SRC4 "'}, 'action': '" to "'}"
#define UNLESS(to) "{'enforce': true, 'defaults': {'action': '" to "'}, 'rules': ["

/* What the policy before let begin is for this one to judge; what was begun to be dropped stays so. */
static void test_new_policy(struct test *test)
{
	const struct row begun[] = {
		{"first, passed", piece4(0, true, 60, 53), PASS, FW_REASON_RULE, "dns"},
		{"its second", piece4(4, true, 60, 0), PASS, FW_REASON_FRAGMENT, "dns"},
		{"IPv6 first, passed", piece6(0, true, 60, 53), PASS, FW_REASON_RULE, "dns"},
		{"IPv6, its second", piece6(4, true, 60, 0), PASS, FW_REASON_FRAGMENT, "dns"},
	};
	const struct row dropped[] = {
		{"of a source that is dropped now", piece4(8, true, 60, 0), DROP, FW_REASON_RULE,
		 "source"},
		{"another first one", piece4(0, true, 61, 53), DROP, FW_REASON_RULE, "source"},
		{"its second", piece4(4, true, 61, 0), DROP, FW_REASON_FRAGMENT, "source"},
		{"IPv6, of another source", piece6(8, true, 60, 0), PASS, FW_REASON_DEFAULT},
	};
	const struct row passed[] = {
		{"of the first, by the rule as it is now", piece4(8, true, 60, 0), PASS,
		 FW_REASON_RULE, "source"},
		{"of the other, which cannot become whole", piece4(8, true, 61, 0), DROP,
		 FW_REASON_FRAGMENT, "source"},
		{"first", piece4(0, true, 62, 53), PASS, FW_REASON_RULE, "source"},
	};
	const struct row default_drop[] = {
		{"without a rule that passes it", piece4(8, false, 62, 0), DROP, FW_REASON_DEFAULT},
		{"a first one once more", piece4(0, true, 60, 53), PASS, FW_REASON_RULE, "dns"},
		{"its second", piece4(4, true, 60, 0), PASS, FW_REASON_FRAGMENT, "dns"},
	};

	use(test, UNLESS("pass") DNS "]}");
	CHECK_ROWS(test, begun);
	use(test, UNLESS("pass") SOURCE("drop") "," DNS "]}");
	CHECK_ROWS(test, dropped);
	use(test, UNLESS("pass") SOURCE("pass") "," DNS "]}");
	CHECK_ROWS(test, passed);
	use(test, UNLESS("drop") DNS "]}");
	CHECK_ROWS(test, default_drop);
}

static void test_field(struct test *test)
{
	const struct row rows[] = {
		{"whole", udp4(1, 2), PASS, FW_REASON_DEFAULT},
		{"first", piece4(0, true, 50, 2), DROP, FW_REASON_RULE, "first"},
		{"later, first unknown", piece4(8, true, 51, 2), DROP, FW_REASON_RULE, "later"},
		{"IPv6 first", piece6(0, true, 50, 2), DROP, FW_REASON_RULE, "first"},
		{"IPv6 later, first unknown", piece6(8, true, 51, 2), DROP, FW_REASON_RULE,
		 "later"},
		{"IPv6 atomic", udp(fragment6(v6(), 0, false, 52), 1, 2), PASS, FW_REASON_DEFAULT},
		{"ARP is no whole datagram", arp(eth()), PASS, FW_REASON_LINK},
	};

	use(test, "{'enforce': true, 'rules': ["
		  "{'id': 'first', 'match': {'fragment': 'first'}, 'action': 'drop'},"
		  "{'id': 'later', 'match': {'fragment': 'later'}, 'action': 'drop'}]}");
	CHECK_ROWS(test, rows);
}

void test_fragments(struct test *test)
{
	use(test, "{'enforce': true, 'rules': ["
		  "{'id': 'dns', 'match': {'proto': 'udp', 'dport': 53}, 'action': 'drop'},"
		  "{'id': 'dhcp', 'match': {'proto': 'udp', 'dport': 67}, 'action': 'pass'},"
		  "{'id': 'gre', 'match': {'proto': 'gre'}, 'action': 'drop'}]}");
	test_unknown_first(test);
	test_follow(test);
	test_forget(test);
	test_malformed(test);
	test_monitor(test);
	test_new_policy(test);
	test_field(test);
}
