// SPDX-License-Identifier: MIT
/* Sources over a limit that bans, as the datapath reports them to fwd. */
#include "tests/bpf/lib/bans.h"
#include "tests/bpf/groups.h"
#include "tests/bpf/lib/harness.h"

#include <arpa/inet.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>

#define SOURCE 0xc0000207 /* SRC4 */
#define TARGET 0xcb007109 /* DST4 */

static struct frame from(uint32_t source)
{
	const struct in_addr address = {.s_addr = htonl(source)};

	return from4(inet_ntoa(address));
}

static void use_limit(struct test *test, const char *limit, bool canary)
{
	char json[512];

	snprintf(json, sizeof(json),
		 "{'enforce': true, 'limits': {'some': {%s}}, 'sets': {'s': {'live': true}}, "
		 "'rules': [{'id': 'limited', 'match': {}, 'limit': 'some'%s}]}",
		 limit, canary ? ", 'enforce': false" : "");
	use(test, json);
	pass_time(test, 7200 * SECOND);
	read_bans(test);
}

static void test_one_key(struct test *test)
{
	struct frame frame = from(SOURCE);
	struct fw_explanation explanation;
	struct bans bans;

	use_limit(test, "'rate': '1/h', 'burst': 2, 'per': 'src', 'over': 'block'", false);
	run_times(test, &frame, 2);
	explain(test, &frame, &explanation);
	check_equal(test, read_bans(test).count, 0,
		    "who is within the limit, or explained, is not bans");
	run_times(test, &frame, 500);
	bans = read_bans(test);
	check_equal(test, bans.count, 1, "500 packets over it are bans once");
	check_equal(test, bans.last.limit, limit_slot(test, "some"), "the limit");
	check(test,
	      bans.last.key == FW_KEY_SRC && bans.last.src[0] == htonl(SOURCE) &&
		      bans.last.dst[0] == htonl(TARGET),
	      "the packet's addresses", "are %08x and %08x, key %u", ntohl(bans.last.src[0]),
	      ntohl(bans.last.dst[0]), bans.last.key);
	check(test,
	      bans.last.family == 4 && bans.last.prefix_len == 32 &&
		      bans.last.addr[0] == htonl(SOURCE),
	      "the address", "is %08x/%u", ntohl(bans.last.addr[0]), bans.last.prefix_len);
	pass_time(test, FW_BAN_AGAIN_NS - 1);
	run_times(test, &frame, 10);
	check_equal(test, read_bans(test).count, 0, "not again within a second");
	pass_time(test, 1);
	run_times(test, &frame, 10);
	check_equal(test, read_bans(test).count, 1, "and once more after it");
}

static void test_keys(struct test *test)
{
	struct frame six = from6("2001:db8:1:2:3::4");
	struct bans bans;

	use_limit(test, "'rate': '1/h', 'burst': 1, 'per': 'src/24,64', 'over': 'block'", false);
	for (uint32_t i = 0; i < 50; i++) {
		struct frame frame = from((SOURCE & ~0xffU) | i);

		run(test, &frame);
	}
	bans = read_bans(test);
	check_equal(test, bans.count, 1, "a /24 is one key");
	check(test, bans.last.prefix_len == 24 && bans.last.addr[0] == htonl(SOURCE & ~0xffU),
	      "masked to its length", "is %08x/%u", ntohl(bans.last.addr[0]), bans.last.prefix_len);
	run_times(test, &six, 3);
	bans = read_bans(test);
	check(test,
	      bans.count == 1 && bans.last.family == 6 && bans.last.prefix_len == 64 &&
		      bans.last.addr[0] == htonl(0x20010db8) && bans.last.addr[2] == 0,
	      "IPv6", "%lu, /%u", bans.count, bans.last.prefix_len);
	use_limit(test,
		  "'rate': '1/h', 'burst': 1, 'per': 'dst/32', 'over': 'block', "
		  "'block': {'set': 's'}",
		  false);
	for (uint32_t i = 0; i < 50; i++) {
		struct frame frame = from(SOURCE + i);

		run(test, &frame);
	}
	bans = read_bans(test);
	check(test, bans.count == 1 && bans.last.addr[0] == htonl(TARGET), "a destination",
	      "%lu, %08x", bans.count, ntohl(bans.last.addr[0]));
}

/* By which fwd sees whether the source may be forged. */
static void test_packet(struct test *test)
{
	static const struct {
		unsigned flags;
		const char *name;
	} rows[] = {{SYN, "SYN"}, {SYN | ACK, "SYN ACK"}, {ACK, "ACK"}};
	struct bans bans;

	use_limit(test, "'rate': '1/h', 'burst': 1, 'per': 'src', 'over': 'block'", false);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct frame frame =
			tcp(ip4(eth(), "192.0.2.7", "203.0.113.9"), 40000, 443, rows[i].flags);

		pass_time(test, FW_BAN_AGAIN_NS);
		run_times(test, &frame, 2);
		bans = read_bans(test);
		check(test, bans.last.proto == 6 && bans.last.tcp_flags == rows[i].flags,
		      rows[i].name, "is protocol %u, flags %#x", bans.last.proto,
		      bans.last.tcp_flags);
	}
}

static void test_nobody(struct test *test)
{
	struct frame frame = from(SOURCE);

	use_limit(test, "'rate': '1/h', 'burst': 1, 'per': 'src', 'over': 'block'", true);
	run_times(test, &frame, 50);
	check_equal(test, read_bans(test).count, 0, "a canary reports nobody");
	use_limit(test, "'rate': '1/h', 'burst': 1, 'per': 'src'", false);
	run_times(test, &frame, 50);
	check_equal(test, read_bans(test).count, 0, "nor does a limit that only drops");
}

/* More than the ring holds, while fwd does not look: what is lost is counted, and no verdict changes. */
static void test_full_ring(struct test *test)
{
	struct fw_ban_stats before = {0}, stats = {0};
	struct bans bans;
	unsigned dropped = 0;

	use_limit(test, "'rate': '1/h', 'burst': 1, 'per': 'src', 'over': 'block'", false);
	datapath_ban_stats(test->dp, limit_slot(test, "some"), &before);
	for (uint32_t i = 0; i < 6000; i++) {
		struct frame frame = from(0x0a000000 + i);

		run(test, &frame);
		dropped += run(test, &frame) == XDP_DROP;
	}
	bans = read_bans(test);
	datapath_ban_stats(test->dp, limit_slot(test, "some"), &stats);
	check_equal(test, dropped, 6000, "all are dropped");
	check(test, bans.count > 1000 && bans.count < 6000, "some fit", "%lu", bans.count);
	check_equal(test, stats.reported - before.reported, bans.count, "those are counted");
	check_equal(test, stats.reported + stats.lost - before.reported - before.lost, 6000,
		    "and the others");
}

void test_bans(struct test *test)
{
	test_one_key(test);
	test_keys(test);
	test_packet(test);
	test_nobody(test);
	test_full_ring(test);
}
