// SPDX-License-Identifier: MIT
/*
 * What algorithms, keys and levels pass, to the packet, by a clock that moves only when it is set.
 */
#include "tests/bpf/groups.h"
#include "tests/bpf/lib/harness.h"
#include "tests/bpf/lib/limited.h"

#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>

static void test_leaky(struct test *test)
{
	struct frame frame = udp4(1, 2);
	unsigned passed = 0;

	limited(test, "'rate': '1000/s', 'algorithm': 'leaky_bucket'");
	check_equal(test, passes(test, &frame, 50), 10, "leaky: 10 ms' worth at once");
	limited(test, "'rate': '100/s', 'algorithm': 'leaky_bucket'");
	check_equal(test, passes(test, &frame, 50), 2, "leaky: at least two packets");
	limited(test, "'rate': '1000/s', 'algorithm': 'leaky_bucket', 'burst': 2");
	check_equal(test, passes(test, &frame, 50), 2, "leaky: two at once");
	for (unsigned i = 0; i < 10000; i++) {
		pass_time(test, 100000);
		passed += passes(test, &frame, 1);
	}
	check_equal(test, passed, 1000, "leaky: then one a millisecond");
	limited(test, "'rate': '1000/s', 'algorithm': 'leaky_bucket', 'burst': 1, 'per': 'src'");
	check_equal(test, passes(test, &frame, 5), 1, "leaky: one at once");
	pass_time(test, MILLISECOND - 1);
	check_equal(test, passes(test, &frame, 5), 0, "leaky: 1 ns too early");
	pass_time(test, 1);
	check_equal(test, passes(test, &frame, 5), 1, "leaky: in time");
	pass_time(test, 3600 * SECOND);
	check_equal(test, passes(test, &frame, 5), 1, "leaky: nothing is saved up");
}

static void test_fixed(struct test *test, const char *per)
{
	struct frame frame = udp4(1, 2);
	char limit[128];

	snprintf(limit, sizeof(limit), "'rate': '100/s', 'algorithm': 'fixed_window', 'per': '%s'",
		 per);
	limited(test, limit);
	check_equal(test, passes(test, &frame, 300), 100, "fixed window: the first");
	pass_time(test, SECOND - 1);
	check_equal(test, passes(test, &frame, 300), 0, "fixed window: its last ns");
	pass_time(test, 1);
	check_equal(test, passes(test, &frame, 60), 60, "fixed window: the next");
	pass_time(test, SECOND / 2);
	check_equal(test, passes(test, &frame, 60), 40, "fixed window: what is left of it");
	pass_time(test, 3 * SECOND);
	check_equal(test, passes(test, &frame, 300), 100, "fixed window: windows go unused");
}

static void test_sliding(struct test *test, const char *per)
{
	struct frame frame = udp4(1, 2);
	unsigned passed;
	char limit[128];

	snprintf(limit, sizeof(limit),
		 "'rate': '100/s', 'algorithm': 'sliding_window', 'per': '%s'", per);
	limited(test, limit);
	check_equal(test, passes(test, &frame, 300), 100, "sliding window: the first");
	pass_time(test, SECOND);
	check_equal(test, passes(test, &frame, 300), 0, "sliding window: all of it counts still");
	pass_time(test, SECOND / 4);
	check_equal(test, passes(test, &frame, 300), 25, "sliding window: three quarters of it");
	pass_time(test, SECOND / 4);
	check_equal(test, passes(test, &frame, 300), 25, "sliding window: half of it");
	pass_time(test, 2 * SECOND);
	check_equal(test, passes(test, &frame, 300), 100, "sliding window: as new");
	passed = 0;
	for (unsigned i = 0; i < 20000; i++) {
		pass_time(test, MILLISECOND);
		passed += passes(test, &frame, 1);
	}
	/* What the burst before took is paid back by waiting. */
	check(test, passed >= 1900 && passed <= 2001, "sliding window: the long run", "%u", passed);
}

static void test_windows_of_bytes(struct test *test)
{
	struct frame frame = payload(udp4(1, 2), 172, 0); /* 200 bytes of IP */

	limited(test, "'rate': '2kB/s', 'algorithm': 'fixed_window', 'per': 'dst'");
	check_equal(test, passes(test, &frame, 50), 10, "a window of bytes");
	limited(test, "'rate': '120kB/min', 'algorithm': 'sliding_window'");
	check_equal(test, passes(test, &frame, 700), 600, "a minute of bytes");
}

struct key_row {
	const char *per;
	struct frame one, same, other;
};

static void test_keys(struct test *test)
{
	struct frame one = udp4(1, 2);
	struct frame vlan = udp(ip4(tag(eth(), ETH_P_8021Q, 7), SRC4, DST4), 1, 2);
	struct frame vlan_other = udp(ip4(tag(eth(), ETH_P_8021Q, 8), SRC4, DST4), 1, 2);
	struct frame vlan_same = udp(ip4(tag(eth(), ETH_P_8021Q, 7), DST4, SRC4), 5, 6);
	const struct key_row rows[] = {
		{"src+dport", one, udp4(9, 2), udp4(1, 3)},
		{"src+dport", udp6(1, 2), udp6(9, 2), udp6(1, 3)},
		{"src+dst", one, udp4(8, 9), to4("198.51.100.1")},
		{"src+dst", udp6(1, 2), udp6(8, 9), to6("2001:db8:9::1")},
		{"flow", one, payload(udp4(1, 2), 40, 0), udp4(2, 2)},
		{"flow", udp6(1, 2), payload(udp6(1, 2), 40, 0), udp6(1, 3)},
		{"vlan", vlan, vlan_same, vlan_other},
		{"vlan", one, from4("198.51.100.1"), vlan},
		{"src", from4("198.51.100.1"), udp(ip4(eth(), "198.51.100.1", SRC4), 5, 6),
		 from4("198.51.100.2")},
	};
	int ifindex = test->ifindex;
	char limit[128];

	for (size_t i = 0; i < array_size(rows); i++) {
		snprintf(limit, sizeof(limit), "'rate': '1/s', 'burst': 4, 'per': '%s'",
			 rows[i].per);
		limited(test, limit);
		check_equal(test, passes(test, &rows[i].one, 3), 3, rows[i].per);
		check_equal(test, passes(test, &rows[i].same, 3), 1, "a packet of the same key");
		check_equal(test, passes(test, &rows[i].other, 6), 4, "and of another one");
	}
	limited(test, "'rate': '1/s', 'burst': 4, 'per': 'interface'");
	check_equal(test, passes(test, &one, 3), 3, "interface");
	test->ifindex = test->wan;
	check_equal(test, passes(test, &one, 6), 4, "another interface");
	test->ifindex = test->lan;
	check_equal(test, passes(test, &one, 6), 4, "a third");
	test->ifindex = ifindex;
}

/* All levels must have tokens, and none is charged if one has not. */
static void test_levels(struct test *test)
{
	struct frame one = from4("198.51.100.1"), two = from4("198.51.100.2");
	struct frame far = from4("198.51.101.1"), last = from4("198.51.102.1");
	struct fw_limit_stats before, after;

	limited(test, "'per': ['src/32', 'src/24', 'rule'], 'rate': '1/s', 'burst': [4, 6, 9]");
	datapath_limit_stats(test->dp, limit_slot(test, "some"), &before);
	check_equal(test, passes(test, &one, 20), 4, "levels: the host's");
	check_equal(test, passes(test, &two, 20), 2, "levels: what the net has left");
	check_equal(test, passes(test, &far, 20), 3, "levels: what the rule has left");
	check_equal(test, passes(test, &last, 5), 0, "levels: the rule has none");
	datapath_limit_stats(test->dp, limit_slot(test, "some"), &after);
	check_equal(test, after.passed.packets - before.passed.packets, 9, "levels: passed");
	check_equal(test, after.over.packets - before.over.packets, 65 - 9, "levels: over");
	/* Those that were refused by the rule have taken nothing from host and net. */
	pass_time(test, 4 * SECOND);
	check_equal(test, passes(test, &last, 20), 4, "levels: the host was not charged");
	limited(test, "'per': ['src', 'src'], 'rate': ['10/s', '20/min'], 'burst': [10, 20]");
	check_equal(test, passes(test, &one, 50), 10, "two rates of a key: the short one");
	pass_time(test, SECOND);
	check_equal(test, passes(test, &one, 50), 10, "two rates of a key: once more");
	pass_time(test, SECOND);
	check_equal(test, passes(test, &one, 50), 0, "two rates of a key: the long one");
	limited(test, "'per': ['src', 'rule'], 'rate': ['5/s', '8/s'],"
		      " 'algorithm': 'fixed_window'");
	check_equal(test, passes(test, &one, 20) + passes(test, &two, 20), 8, "levels of windows");
}

/* What a limit says when it is another one from now on: neither a burst nor a stall. */
static void change(struct test *test, const char *from, const char *to, unsigned wanted,
		   unsigned later, const char *what)
{
	struct frame frame = udp4(1, 2);
	char json[512];

	limited(test, from);
	passes(test, &frame, 5000);
	snprintf(json, sizeof(json),
		 "{'enforce': true, 'limits': {'some': {%s}}, 'rules': ["
		 "{'id': 'limited', 'match': {'proto': 'udp'}, 'limit': 'some'}]}",
		 to);
	use(test, json);
	check_equal(test, passes(test, &frame, 5000), wanted, what);
	pass_time(test, SECOND);
	check_equal(test, passes(test, &frame, 5000), later, "and a second later");
}

static void test_changes(struct test *test)
{
	static const char *const pers[] = {"rule", "src"};
	char from[128], to[128];

	for (size_t i = 0; i < array_size(pers); i++) {
		snprintf(from, sizeof(from), "'rate': '10/s', 'burst': 100, 'per': '%s'", pers[i]);
		snprintf(to, sizeof(to), "'rate': '1000/s', 'burst': 100, 'per': '%s'", pers[i]);
		change(test, from, to, 0, 100, "a faster limit");
		change(test, to, from, 0, 10, "a slower limit");
		snprintf(to, sizeof(to), "'rate': '10/s', 'burst': 20, 'per': '%s'", pers[i]);
		change(test, from, to, 0, 10, "a smaller burst");
		change(test, to, from, 80, 10, "a larger burst is more room");
		snprintf(to, sizeof(to), "'rate': '10/s', 'burst': 100, 'per': '%s', 'max': 9",
			 pers[i]);
		change(test, from, to, 0, 10, "fewer keys");
		change(test, to, from, 0, 10, "more keys");
	}
	change(test, "'rate': '50/s', 'algorithm': 'sliding_window', 'per': 'src'",
	       "'rate': '60/s', 'algorithm': 'sliding_window', 'per': 'src'", 10, 0,
	       "a larger window");
}

/* Any other algorithm starts full: what packets or windows of one are worth in another is a guess. */
static const struct {
	const char *text;
	unsigned burst;
} algorithms[] = {
	{"'rate': '10/s', 'burst': 20", 20},
	{"'rate': '10/s', 'burst': 15, 'algorithm': 'leaky_bucket'", 15},
	{"'rate': '10/s', 'algorithm': 'fixed_window'", 10},
	{"'rate': '10/s', 'algorithm': 'sliding_window'", 10},
	{"'rate': '10/s', 'burst': 12, 'algorithm': 'syn_cookie'", 12},
};

static void use_algorithm(struct test *test, size_t algorithm, const char *per)
{
	char json[512];

	snprintf(json, sizeof(json),
		 "{'enforce': true, 'limits': {'some': {%s, 'per': '%s'}}, 'rules': [{'id': "
		 "'limited', 'match': {'proto': 'tcp', 'tcp_flags': 'syn'}, 'limit': 'some'}]}",
		 algorithms[algorithm].text, per);
	use(test, json);
}

static void test_other_algorithm(struct test *test, const char *per)
{
	struct frame frame = tcp(v4(), 40000, 443, 0x02);
	char what[96];

	for (size_t from = 0; from < array_size(algorithms); from++) {
		for (size_t to = 0; to < array_size(algorithms); to++) {
			snprintf(what, sizeof(what), "per %s, %s after %s", per,
				 algorithms[to].text, algorithms[from].text);
			use_algorithm(test, from, per);
			rest(test);
			passes(test, &frame, 50);
			use_algorithm(test, to, per);
			check_equal(test, passes(test, &frame, 50),
				    from == to ? 0 : algorithms[to].burst, what);
		}
	}
}

/* A rule or a limit that was gone for a while owes nothing. */
static void test_comes_again(struct test *test, const char *per)
{
	static const char *const meanwhile[] = {
		"'limits': {'some': {%s}}, 'rules': [{'id': 'other', 'match': {'proto': 'tcp'}, "
		"'limit': 'some'}]",
		"'limits': {'some': {%s}}, 'rules': [{'id': 'limited', 'match': {'proto': 'udp'}, "
		"'action': 'pass'}]",
		"'limits': {'some': {%s}}, 'rules': [{'id': 'limited', 'enabled': false, 'match': "
		"{'proto': 'udp'}, 'limit': 'some'}]",
		"'rules': [{'id': 'limited', 'match': {'proto': 'udp'}, 'action': 'pass'}]",
		"'rules': []",
	};
	struct frame frame = udp4(1, 2);
	char limit[96], json[512], body[400];
	const char *split;

	snprintf(limit, sizeof(limit), "'rate': '1/min', 'burst': 7, 'per': '%s'", per);
	for (size_t i = 0; i < array_size(meanwhile); i++) {
		/* A limit that stays keeps its keys, whatever rules go. */
		bool stays = strcmp(per, "rule") != 0 && strstr(meanwhile[i], "some");

		limited(test, limit);
		check_equal(test, passes(test, &frame, 20), 7, per);
		split = strchr(meanwhile[i], '%');
		snprintf(body, sizeof(body), "%.*s%s%s", (int)strcspn(meanwhile[i], "%"),
			 meanwhile[i], split ? limit : "", split ? split + 2 : "");
		snprintf(json, sizeof(json), "{'enforce': true, %s}", body);
		use(test, json);
		pass_time(test, SECOND);
		snprintf(json, sizeof(json),
			 "{'enforce': true, 'limits': {'some': {%s}}, 'rules': ["
			 "{'id': 'limited', 'match': {'proto': 'udp'}, 'limit': 'some'}]}",
			 limit);
		use(test, json);
		check_equal(test, passes(test, &frame, 20), stays ? 0 : 7, meanwhile[i]);
		use(test, json);
		check_equal(test, passes(test, &frame, 20), 0, "and again");
	}
}

/* As many sources as there may be, and far more; each but once. */
static void flood(struct test *test, unsigned from, unsigned count)
{
	for (unsigned i = from; i < from + count; i++) {
		struct frame frame = poke8(source(i), ETH_HLEN + 13, 64 + i / 65536);

		run(test, &frame);
	}
}

#define KEPT 200

/*
 * Those who were there keep their service, whatever happens to those who are new. Once in some hundred
 * runs the secrets of the hashes put more sources into one line than it has room for.
 */
static void test_kept(struct test *test, const char *when_full)
{
	unsigned there = 0, passed = 0;
	bool was_there[KEPT];
	char limit[160];

	snprintf(limit, sizeof(limit),
		 "'rate': '10/s', 'burst': 20, 'per': 'src', 'max': 1000, 'when_full': '%s'",
		 when_full);
	limited(test, limit);
	for (unsigned round = 0; round < 12; round++) {
		for (unsigned i = 0; i < KEPT; i++) {
			struct frame frame = source(i);
			bool passes_now = passes(test, &frame, 1);

			if (round == 0)
				there += was_there[i] = passes_now;
			else
				passed += was_there[i] && passes_now;
		}
		if (round)
			flood(test, round * 4000, 4000);
		pass_time(test, SECOND / 2);
	}
	check(test, there >= KEPT - KEPT / 10, when_full, "room for %u of %u only", there, KEPT);
	check_equal(test, passed, 11 * there, when_full);
}

/* The one who is limited is not forgotten, as that would be a new burst. */
static void test_offender(struct test *test)
{
	struct frame frame = from4("198.51.100.1");
	unsigned passed;

	limited(test, "'rate': '10/s', 'burst': 20, 'per': 'src', 'max': 1000");
	passed = passes(test, &frame, 100);
	for (unsigned round = 0; round < 10; round++) {
		flood(test, round * 4000, 4000);
		pass_time(test, SECOND / 10);
		passed += passes(test, &frame, 100);
	}
	check_equal(test, passed, 30, "a limited key under a flood");
}

static void find_key(const struct fw_bucket_owner *owner, bool busy, void *userdata)
{
	struct fw_bucket_owner *found = userdata;

	if (busy && owner->limited > found->limited)
		*found = *owner;
}

static void test_owner(struct test *test)
{
	struct frame frame = from4("198.51.100.77"), good = from4("198.51.100.78");
	struct fw_bucket_owner worst = {.limited = 0};
	const uint8_t address[] = {198, 51, 100, 0};

	limited(test, "'rate': '1/s', 'burst': 4, 'per': 'src/24'");
	passes(test, &good, 1);
	passes(test, &frame, 50);
	datapath_each_bucket(test->dp, limit_slot(test, "some"), find_key, &worst);
	check_equal(test, worst.limited, 47, "a key's limited packets");
	check(test, memcmp(worst.key.src, address, 4) == 0 && worst.key.family == 4,
	      "whose they are", "another");
}

void test_algorithms(struct test *test)
{
	test_leaky(test);
	test_fixed(test, "rule");
	test_fixed(test, "src");
	test_sliding(test, "rule");
	test_sliding(test, "flow");
	test_windows_of_bytes(test);
	test_keys(test);
	test_levels(test);
	test_changes(test);
	test_other_algorithm(test, "rule");
	test_other_algorithm(test, "src");
	test_comes_again(test, "rule");
	test_comes_again(test, "src");
	test_kept(test, "evict");
	test_kept(test, "drop");
	test_kept(test, "pass");
	test_offender(test);
	test_owner(test);
}
