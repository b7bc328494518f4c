// SPDX-License-Identifier: MIT
/* IPv6: its header, extension headers, and what a link cannot live without. */
#include "tests/bpf/groups.h"
#include "tests/bpf/lib/harness.h"

#include <netinet/in.h>

#define IP	   14 /* where the IP header stands in an untagged frame */
#define LINK_LOCAL "fe80::7"
#define ALL_NODES  "ff02::1"

/* So many destination options headers of 8 bytes. */
static struct frame chain(struct frame frame, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		frame = ext(frame, IPPROTO_DSTOPTS, 8);
	return frame;
}

static struct frame one(uint8_t header, unsigned size)
{
	return ext(v6(), header, size);
}

static struct frame ssh(struct frame frame)
{
	return tcp(frame, 40000, 22, SYN);
}

/* What every extension header looks like, in the order of RFC 8200. */
static struct frame all_headers(void)
{
	struct frame frame = one(IPPROTO_HOPOPTS, 8);

	frame = ext(ext(frame, IPPROTO_DSTOPTS, 16), IPPROTO_ROUTING, 24);
	frame = fragment6(frame, 0, false, 7);
	return ext(ext(frame, IPPROTO_AH, 24), IPPROTO_DSTOPTS, 8);
}

static void test_header(struct test *test)
{
	struct frame sound = ssh(v6());
	const struct row rows[] = {
		{"plain", sound, DROP, FW_REASON_RULE, "ssh"},
		{"another port", tcp6(40000, 23), PASS, FW_REASON_DEFAULT},
		{"version 4", poke8(sound, IP, 0x40), DROP, FW_REASON_IP6_VERSION},
		{"version 7", poke8(sound, IP, 0x70), DROP, FW_REASON_IP6_VERSION},
		{"payload one byte beyond the frame", poke16(sound, IP + 4, 21), DROP,
		 FW_REASON_IP6_LENGTH},
		{"payload of 65535", poke16(sound, IP + 4, 65535), DROP, FW_REASON_IP6_LENGTH},
		{"payload one byte short of TCP", poke16(sound, IP + 4, 19), DROP,
		 FW_REASON_SHORT_TCP},
		{"no payload, of TCP", poke16(sound, IP + 4, 0), DROP, FW_REASON_SHORT_TCP},
		{"jumbogram", poke16(ssh(one(IPPROTO_HOPOPTS, 8)), IP + 4, 0), DROP,
		 FW_REASON_IP6_LENGTH},
		{"padding", pad(sound, 90, 1), DROP, FW_REASON_RULE, "ssh"},
		{"no next header", proto(v6(), IPPROTO_NONE), PASS, FW_REASON_DEFAULT},
		{"bytes behind no next header", payload(proto(v6(), IPPROTO_NONE), 20, 1), PASS,
		 FW_REASON_DEFAULT},
	};

	CHECK_ROWS(test, rows);
}

static void test_extensions(struct test *test)
{
	const struct row rows[] = {
		{"hop-by-hop", ssh(one(IPPROTO_HOPOPTS, 8)), DROP, FW_REASON_RULE, "ssh"},
		{"routing", ssh(one(IPPROTO_ROUTING, 24)), DROP, FW_REASON_RULE, "ssh"},
		{"destination options", ssh(one(IPPROTO_DSTOPTS, 16)), DROP, FW_REASON_RULE, "ssh"},
		{"atomic fragment", ssh(fragment6(v6(), 0, false, 1)), DROP, FW_REASON_RULE, "ssh"},
		{"AH of 12 bytes", ssh(one(IPPROTO_AH, 12)), DROP, FW_REASON_RULE, "ssh"},
		{"AH of 24 bytes", ssh(one(IPPROTO_AH, 24)), DROP, FW_REASON_RULE, "ssh"},
		{"all of them", ssh(all_headers()), DROP, FW_REASON_RULE, "ssh"},
		{"all of them, another port", tcp(all_headers(), 40000, 23, SYN), PASS,
		 FW_REASON_DEFAULT},
		{"hop-by-hop twice, out of order", ssh(ext(chain(v6(), 1), IPPROTO_HOPOPTS, 8)),
		 DROP, FW_REASON_RULE, "ssh"},
		{"250 bytes of options", ssh(one(IPPROTO_DSTOPTS, 224)), DROP, FW_REASON_RULE,
		 "ssh"},
		{"8 headers", ssh(chain(v6(), 8)), DROP, FW_REASON_RULE, "ssh"},
		{"9 headers", ssh(chain(v6(), 9)), DROP, FW_REASON_IP6_EXT_DEPTH},
		{"20 headers", ssh(chain(v6(), 20)), DROP, FW_REASON_IP6_EXT_DEPTH},
		{"8 headers, nothing behind", proto(chain(v6(), 8), IPPROTO_NONE), PASS,
		 FW_REASON_DEFAULT},
		{"length beyond the datagram", poke8(ssh(one(IPPROTO_DSTOPTS, 8)), IP + 41, 200),
		 DROP, FW_REASON_SHORT_IP6_EXT},
		{"AH beyond the datagram", poke8(ssh(one(IPPROTO_AH, 12)), IP + 41, 255), DROP,
		 FW_REASON_SHORT_IP6_EXT},
		{"header without room for it", proto(v6(), IPPROTO_DSTOPTS), DROP,
		 FW_REASON_SHORT_IP6_EXT},
		{"ESP ends the chain", payload(one(IPPROTO_ESP, 8), 24, 6), PASS,
		 FW_REASON_DEFAULT},
		{"unknown header ends the chain", ssh(one(200, 8)), PASS, FW_REASON_DEFAULT},
		{"TCP in IPv4's ICMP", icmp(poke8(v6(), IP, 0x40), 8, 0), DROP,
		 FW_REASON_IP6_VERSION},
	};

	CHECK_ROWS(test, rows);
}

/* ICMPv6 of the link, with the hop limit that proves it. */
static struct frame neighbour(uint8_t icmp_type)
{
	return payload(icmp(ttl(ip6(eth(), LINK_LOCAL, ALL_NODES), 255), icmp_type, 0), 16, 1);
}

static struct frame listener(const char *src, uint8_t icmp_type)
{
	struct frame frame = ext(ip6(eth(), src, ALL_NODES), IPPROTO_HOPOPTS, 8);

	return payload(icmp(ttl(frame, 1), icmp_type, 0), 16, 1);
}

/* A default drop must not take an IPv6 link down, nor open a door to those behind a router. */
static void test_link(struct test *test)
{
	const struct row rows[] = {
		{"router solicitation", neighbour(133), PASS, FW_REASON_LINK},
		{"router advertisement", neighbour(134), PASS, FW_REASON_LINK},
		{"neighbour solicitation", neighbour(135), PASS, FW_REASON_LINK},
		{"neighbour advertisement", neighbour(136), PASS, FW_REASON_LINK},
		{"redirect", neighbour(137), PASS, FW_REASON_LINK},
		{"solicitation in a VLAN",
		 icmp(ttl(ip6(tag(eth(), ETH_P_8021Q, 5), SRC6, ALL_NODES), 255), 135, 0), PASS,
		 FW_REASON_LINK},
		{"solicitation that was routed", ttl(neighbour(135), 254), DROP, FW_REASON_DEFAULT},
		{"echo request", neighbour(128), DROP, FW_REASON_DEFAULT},
		{"MLD query", listener(LINK_LOCAL, 130), PASS, FW_REASON_LINK},
		{"MLD report", listener(LINK_LOCAL, 131), PASS, FW_REASON_LINK},
		{"MLD done", listener(LINK_LOCAL, 132), PASS, FW_REASON_LINK},
		{"MLDv2 report", listener(LINK_LOCAL, 143), PASS, FW_REASON_LINK},
		{"MLDv2 report of a host without address", listener("::", 143), PASS,
		 FW_REASON_LINK},
		{"MLD from afar", listener(SRC6, 143), DROP, FW_REASON_DEFAULT},
		{"MLD with another hop limit", ttl(listener(LINK_LOCAL, 143), 2), DROP,
		 FW_REASON_DEFAULT},
		{"ICMPv6's numbers in IPv4", icmp(ttl(v4(), 255), 135, 0), DROP, FW_REASON_DEFAULT},
		{"ICMPv6 in IPv4", payload(proto(ttl(v4(), 255), IPPROTO_ICMPV6), 8, 135), DROP,
		 FW_REASON_DEFAULT},
		{"solicitation cut short", poke16(neighbour(135), IP + 4, 7), DROP,
		 FW_REASON_SHORT_ICMP},
		{"solicitation as a first fragment",
		 payload(icmp(fragment6(ttl(v6(), 255), 0, true, 3), 135, 0), 8, 0), DROP,
		 FW_REASON_DEFAULT},
	};

	use(test, "{'enforce': true, 'defaults': {'action': 'drop'}}");
	CHECK_ROWS(test, rows);
}

/* Rules that name ICMPv6 mean neighbour discovery, too; others do not. */
static void test_link_rules(struct test *test)
{
	const struct row rows[] = {
		{"redirect, by its type", neighbour(137), DROP, FW_REASON_RULE, "no-redirect"},
		{"solicitation", neighbour(135), PASS, FW_REASON_LINK},
		{"echo", icmp(v6(), 128, 0), DROP, FW_REASON_RULE, "all"},
		{"MLD", listener(LINK_LOCAL, 143), PASS, FW_REASON_LINK},
	};
	const struct row named[] = {
		{"solicitation", neighbour(135), DROP, FW_REASON_RULE, "icmp6"},
		{"MLD", listener(LINK_LOCAL, 143), DROP, FW_REASON_RULE, "icmp6"},
		{"echo", icmp(v6(), 128, 0), DROP, FW_REASON_RULE, "icmp6"},
		{"ICMP of IPv4", icmp(v4(), 8, 0), PASS, FW_REASON_DEFAULT},
	};

	use(test, "{'enforce': true, 'rules': ["
		  "{'id': 'no-redirect', 'match': {'icmp_type': 137}, 'action': 'drop'},"
		  "{'id': 'sources', 'match': {'src': '::/0', 'family': 'ipv6'}, 'action': 'log'},"
		  "{'id': 'all', 'action': 'drop'}]}");
	for (size_t i = 0; i < array_size(rows); i++) {
		struct row row = rows[i];

		/* A rule without ICMPv6 does not even see what a link needs. */
		row.also = i == 2 ? "sources" : NULL;
		check_row(test, &row);
	}
	use(test, "{'enforce': true, 'rules': ["
		  "{'id': 'icmp6', 'match': {'proto': 'icmpv6'}, 'action': 'drop'}]}");
	CHECK_ROWS(test, named);
}

void test_ip6(struct test *test)
{
	use(test, "{'enforce': true, 'rules': ["
		  "{'id': 'ssh', 'match': {'proto': 'tcp', 'dport': 22}, 'action': 'drop'}]}");
	test_header(test);
	test_extensions(test);
	test_link(test);
	test_link_rules(test);
}
