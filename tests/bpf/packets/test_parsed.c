// SPDX-License-Identifier: MIT
/* How frames are parsed: what struct fw_packet_info says beyond what rules and events show. */
#include "tests/bpf/groups.h"
#include "tests/bpf/lib/harness.h"

#include <string.h>

#define PING_ID 0x1234

struct parsed {
	const char *name;
	struct frame frame;
	unsigned l3_offset;
	unsigned l4_offset;
	unsigned l4_header;
	unsigned family;
	unsigned sport;
	unsigned dport;
};

static struct frame qinq(void)
{
	return tag(tag(eth(), ETH_P_8021AD, 7), ETH_P_8021Q, 9);
}

/* An ICMP message whose second word begins with an id, or with something else. */
static struct frame ping(struct frame frame, unsigned type)
{
	frame = icmp(frame, type, 0);
	return poke16(frame, frame.l4_at + 4, PING_ID);
}

static void check_parsed(struct test *test, const struct parsed *row)
{
	struct fw_explanation is;
	const struct fw_packet_info *packet = &is.packet;

	if (!explain(test, &row->frame, &is))
		return;
	check(test,
	      packet->l3_offset == row->l3_offset && packet->l4_offset == row->l4_offset &&
		      packet->l4_header == row->l4_header,
	      row->name, "L3 at %u, L4 at %u, of %u bytes", packet->l3_offset, packet->l4_offset,
	      packet->l4_header);
	check(test,
	      packet->key.family == row->family && packet->key.sport == row->sport &&
		      packet->key.dport == row->dport,
	      row->name, "family %u, from %u to %u", packet->key.family, packet->key.sport,
	      packet->key.dport);
	check_equal(test, packet->key.reserved[0] | packet->key.reserved[1], 0, row->name);
}

static void check_all(struct test *test, const struct parsed *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		check_parsed(test, &rows[i]);
}

static void test_offsets(struct test *test)
{
	struct frame with_options = tcp4(1, 2);
	const struct parsed rows[] = {
		{"TCP", tcp4(1, 2), 14, 34, 20, 4, 1, 2},
		{"UDP", udp4(1, 2), 14, 34, 8, 4, 1, 2},
		{"SCTP", sctp(v4(), 1, 2), 14, 34, 12, 4, 1, 2},
		{"a protocol without a parser", proto(v4(), 47), 14, 34, 0, 4, 0, 0},
		{"padding", pad(udp4(1, 2), 60, 0), 14, 34, 8, 4, 1, 2},
		{"IPv4 options", udp(options(v4(), 40), 1, 2), 14, 74, 8, 4, 1, 2},
		{"a tag", udp(ip4(tag(eth(), ETH_P_8021Q, 7), SRC4, DST4), 1, 2), 18, 38, 8, 4, 1,
		 2},
		{"two tags", udp(ip6(qinq(), SRC6, DST6), 1, 2), 22, 62, 8, 6, 1, 2},
		{"IPv6", tcp6(1, 2), 14, 54, 20, 6, 1, 2},
		{"IPv6, extension headers", udp(ext(ext(v6(), 0, 16), 60, 8), 1, 2), 14, 78, 8, 6,
		 1, 2},
		{"IPv6, an AH", udp(ext(v6(), 51, 24), 1, 2), 14, 78, 8, 6, 1, 2},
		{"IPv6, a first fragment", udp(fragment6(ext(v6(), 60, 8), 0, true, 7), 1, 2), 14,
		 70, 8, 6, 1, 2},
		{"IPv6, a later fragment", payload(proto(fragment6(v6(), 9, false, 7), 17), 8, 1),
		 14, 62, 0, 6, 0, 0},
		{"IPv4, a later fragment", payload(proto(fragment4(v4(), 9, false, 7), 17), 8, 1),
		 14, 34, 0, 4, 0, 0},
		{"ARP", arp(eth()), 14, 0, 0, 0, 0, 0},
	};

	check_all(test, rows, array_size(rows));
	with_options = poke8(with_options, with_options.l4_at + 12, 8 << 4);
	with_options = payload(with_options, 20, 1);
	check_parsed(test, &(struct parsed){"TCP options", with_options, 14, 34, 32, 4, 1, 2});
}

/* Both directions of a ping have the same ports, so that their keys can meet. */
static void test_queries(struct test *test)
{
	const struct parsed rows[] = {
		{"an echo request", ping(v4(), 8), 14, 34, 8, 4, PING_ID, PING_ID},
		{"an echo reply", ping(v4(), 0), 14, 34, 8, 4, PING_ID, PING_ID},
		{"a timestamp request", ping(v4(), 13), 14, 34, 8, 4, PING_ID, PING_ID},
		{"an address mask reply", ping(v4(), 18), 14, 34, 8, 4, PING_ID, PING_ID},
		{"an error", ping(v4(), 3), 14, 34, 8, 4, 0, 0},
		{"type 12", ping(v4(), 12), 14, 34, 8, 4, 0, 0},
		{"type 19", ping(v4(), 19), 14, 34, 8, 4, 0, 0},
		{"type 40, whose lower bits are an echo's", ping(v4(), 40), 14, 34, 8, 4, 0, 0},
		{"an IPv6 echo request", ping(v6(), 128), 14, 54, 8, 6, PING_ID, PING_ID},
		{"an IPv6 echo reply", ping(v6(), 129), 14, 54, 8, 6, PING_ID, PING_ID},
		{"an IPv6 error", ping(v6(), 1), 14, 54, 8, 6, 0, 0},
		{"type 130", ping(v6(), 130), 14, 54, 8, 6, 0, 0},
	};

	check_all(test, rows, array_size(rows));
}

void test_parsed(struct test *test)
{
	use(test, "{'enforce': true}");
	test_offsets(test);
	test_queries(test);
}
