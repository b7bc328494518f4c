// SPDX-License-Identifier: MIT
/* Live sets and blocks: edited under running traffic, with an end in time. */
#include "tests/bpf/groups.h"
#include "tests/bpf/lib/harness.h"

#include "common/base/clock.h"

static void test_blocks(struct test *test)
{
	const struct row rows[] = {
		{"blocked host", from4("198.51.100.1"), DROP, FW_REASON_BLOCKED},
		{"its neighbour", from4("198.51.100.2"), PASS, FW_REASON_RULE, "all"},
		{"blocked prefix, first", from4("198.51.101.0"), DROP, FW_REASON_BLOCKED},
		{"blocked prefix, last", from4("198.51.101.255"), DROP, FW_REASON_BLOCKED},
		{"after it", from4("198.51.102.0"), PASS, FW_REASON_RULE, "all"},
		{"blocked IPv6 host", from6("2001:db8:1::bad"), DROP, FW_REASON_BLOCKED},
		{"blocked IPv6 prefix", from6("2001:db8:bad:ffff::"), DROP, FW_REASON_BLOCKED},
		{"IPv6, not blocked", from6("2001:db8:bae::"), PASS, FW_REASON_RULE, "all"},
		{"towards a blocked host", to4("198.51.100.1"), PASS, FW_REASON_RULE, "all"},
		{"blocked, in a VLAN",
		 udp(ip4(tag(tag(eth(), ETH_P_8021AD, 3), ETH_P_8021Q, 4), "198.51.100.1", DST4), 1,
		     2),
		 DROP, FW_REASON_BLOCKED},
		{"blocked, unknown protocol", proto(ip4(eth(), "198.51.100.1", DST4), 200), DROP,
		 FW_REASON_BLOCKED},
		{"blocked, later fragment",
		 payload(fragment4(ip4(eth(), "198.51.100.1", DST4), 8, false, 5), 8, 0), DROP,
		 FW_REASON_BLOCKED},
		{"blocked, neighbour discovery",
		 icmp(ttl(ip6(eth(), "2001:db8:1::bad", "ff02::1"), 255), 135, 0), PASS,
		 FW_REASON_LINK},
		{"ARP", arp(eth()), PASS, FW_REASON_LINK},
	};

	use(test, "{'enforce': true, 'rules': [{'id': 'all', 'action': 'pass'}]}");
	live_put(test, FW_LIVE_BLOCKS, "198.51.100.1", FW_FOREVER);
	live_put(test, FW_LIVE_BLOCKS, "198.51.101.0/24", FW_FOREVER);
	live_put(test, FW_LIVE_BLOCKS, "2001:db8:1::bad", FW_FOREVER);
	live_put(test, FW_LIVE_BLOCKS, "2001:db8:bad::/48", FW_FOREVER);
	CHECK_ROWS(test, rows);
	live_clear(test);
}

/* A block ends when its time has come, whether or not somebody has removed it. */
static void test_expiry(struct test *test)
{
	struct row row = {"10 s block, at once", from4("198.51.100.1"), DROP, FW_REASON_BLOCKED};
	uint64_t now = test->state->test_now;

	use(test, "{'enforce': true}");
	live_put(test, FW_LIVE_BLOCKS, "198.51.100.1", now + 10 * SECOND);
	check_row(test, &row);
	row.name = "1 ns before its end";
	set_clock(test, now + 10 * SECOND - 1);
	check_row(test, &row);
	row = (struct row){"at its end", row.frame, PASS, FW_REASON_DEFAULT};
	set_clock(test, now + 10 * SECOND);
	check_row(test, &row);
	live_clear(test);
}

static struct prefix prefix_of(const char *text)
{
	struct prefix prefix = {0};

	prefix_parse(text, &prefix);
	return prefix;
}

/* A host's own entry must not hide the prefix around it that lasts longer; the daemon's part. */
static void test_covered(struct test *test)
{
	struct prefix host = prefix_of("198.51.100.1"), around = prefix_of("198.51.100.0/24");
	struct prefix host6 = prefix_of("2001:db8::1"), around6 = prefix_of("2001:db8::/32");
	uint64_t now = clock_ns(), before = test->state->test_now;
	struct row row = {"host and prefix", from4("198.51.100.1"), DROP, FW_REASON_BLOCKED};
	struct row row6 = {"IPv6 host and prefix", from6("2001:db8::1"), DROP, FW_REASON_BLOCKED};
	struct live *live = NULL;

	if (!check(test, live_open(test->dp, &live) == 0, "live_open", "failed"))
		return;
	set_clock(test, now);
	live_add(live, FW_LIVE_BLOCKS, &host, 10 * SECOND, 0, "", NULL);
	live_add(live, FW_LIVE_BLOCKS, &around, 60 * SECOND, 0, "", NULL);
	live_add(live, FW_LIVE_BLOCKS, &around6, 60 * SECOND, 0, "", NULL);
	live_add(live, FW_LIVE_BLOCKS, &host6, 10 * SECOND, 0, "", NULL);
	check_row(test, &row);
	check_row(test, &row6);
	set_clock(test, now + 20 * SECOND);
	row.name = "host over, prefix not";
	check_row(test, &row);
	check_row(test, &row6);
	live_delete(live, FW_LIVE_BLOCKS, &around);
	row = (struct row){"prefix deleted", row.frame, PASS, FW_REASON_DEFAULT};
	check_row(test, &row);
	set_clock(test, now + 70 * SECOND);
	row6 = (struct row){"IPv6 prefix over", row6.frame, PASS, FW_REASON_DEFAULT};
	check_row(test, &row6);
	live_flush(live, FW_LIVE_BLOCKS);
	live_close(live);
	set_clock(test, before > now ? before : now);
}

static void test_rules(struct test *test)
{
	const struct row rows[] = {
		{"in the set", from4("198.51.100.1"), DROP, FW_REASON_RULE, "bad"},
		{"IPv6 in the set", from6("2001:db8:5::5"), DROP, FW_REASON_RULE, "bad"},
		{"in the other set", from4("198.51.100.2"), DROP, FW_REASON_RULE, "either"},
		{"prefix next to that set", from4("192.0.2.129"), DROP, FW_REASON_RULE, "either"},
		{"in none", from4("198.51.100.3"), PASS, FW_REASON_DEFAULT},
		{"as destination", to4("198.51.100.2"), DROP, FW_REASON_RULE, "to"},
		{"IPv6 as destination", to6("2001:db8:5::5"), PASS, FW_REASON_DEFAULT},
		{"neither source nor destination known",
		 tcp(ip4(eth(), "198.51.100.3", "198.51.100.4"), 1, 99, SYN), DROP, FW_REASON_RULE,
		 "strange"},
		{"known destination", tcp(ip4(eth(), "198.51.100.3", "198.51.100.5"), 1, 99, SYN),
		 PASS, FW_REASON_DEFAULT},
		{"known source", tcp(ip4(eth(), "198.51.100.5", "198.51.100.4"), 1, 99, SYN), PASS,
		 FW_REASON_DEFAULT},
		{"no address at all", arp(eth()), PASS, FW_REASON_LINK},
	};

	use(test, "{'enforce': true, 'sets': {'banned': {'live': true}, 'other': {'live': true},"
		  " 'known': {'live': true}}, 'rules': ["
		  "{'id': 'bad', 'match': {'src': '@banned'}, 'action': 'drop'},"
		  "{'id': 'either', 'match': {'src': ['192.0.2.128/25', '@other']},"
		  " 'action': 'drop'},"
		  "{'id': 'to', 'match': {'dst': '@other'}, 'action': 'drop'},"
		  "{'id': 'strange', 'match': {'src': '!@known', 'dst': '!@known', 'dport': 99},"
		  " 'action': 'drop'}]}");
	live_put(test, live_set(test, "banned"), "198.51.100.1", FW_FOREVER);
	live_put(test, live_set(test, "banned"), "2001:db8:5::/48", FW_FOREVER);
	live_put(test, live_set(test, "other"), "198.51.100.2", FW_FOREVER);
	live_put(test, live_set(test, "known"), "198.51.100.5", FW_FOREVER);
	CHECK_ROWS(test, rows);
	live_clear(test);
	check_row(test,
		  &(struct row){"sets emptied", from4("198.51.100.1"), PASS, FW_REASON_DEFAULT});
}

/* Rules that log count a packet once, though it is in a prefix and in several sets. */
static void test_log_once(struct test *test)
{
	const struct row rows[] = {
		{"in all", from4("192.0.2.1"), PASS, FW_REASON_DEFAULT, NULL, "seen"},
		{"in the prefix", from4("192.0.2.2"), PASS, FW_REASON_DEFAULT, NULL, "seen"},
		{"in both sets", from4("198.51.100.1"), PASS, FW_REASON_DEFAULT, NULL, "seen"},
		{"in the second set", from4("198.51.100.2"), PASS, FW_REASON_DEFAULT, NULL, "seen"},
		{"in none", from4("198.51.100.3"), PASS, FW_REASON_DEFAULT},
	};

	use(test, "{'enforce': true, 'sets': {'one': {'live': true}, 'two': {'live': true}},"
		  " 'rules': [{'id': 'seen', 'match': {'src': ['192.0.2.0/24', '@one', '@two']},"
		  " 'action': 'log'}]}");
	live_put(test, live_set(test, "one"), "192.0.2.1", FW_FOREVER);
	live_put(test, live_set(test, "two"), "192.0.2.1", FW_FOREVER);
	live_put(test, live_set(test, "one"), "198.51.100.1", FW_FOREVER);
	live_put(test, live_set(test, "two"), "198.51.100.0/30", FW_FOREVER);
	live_put(test, live_set(test, "two"), "198.51.100.3", 1); /* long over */
	CHECK_ROWS(test, rows);
	live_clear(test);
}

/* Live entries outlive policies, but not their set. */
static void test_reload(struct test *test)
{
	static const char with_set[] =
		"{'enforce': true, 'sets': {'banned': {'live': true}}, 'rules': ["
		"{'id': 'bad', 'match': {'src': '@banned'}, 'action': 'drop'}]}";
	struct row row = {"in the set", from4("198.51.100.1"), DROP, FW_REASON_RULE, "bad"};

	use(test, with_set);
	live_put(test, live_set(test, "banned"), "198.51.100.1", FW_FOREVER);
	check_row(test, &row);
	use(test, with_set);
	row.name = "after a reload";
	check_row(test, &row);
	use(test, "{'enforce': true}");
	use(test, with_set);
	row.name = "after a policy without the set";
	check_row(test, &row);
	live_clear(test);
}

void test_live(struct test *test)
{
	test_blocks(test);
	test_expiry(test);
	test_covered(test);
	test_rules(test);
	test_log_once(test);
	test_reload(test);
}
