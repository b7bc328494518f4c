// SPDX-License-Identifier: MIT
/*
 * Limits, with a clock that moves only when it is set: how many packets pass is
 * known to the last one.
 */
#include "tests/bpf/groups.h"
#include "tests/bpf/lib/harness.h"
#include "tests/bpf/lib/limited.h"

#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>

static void test_burst(struct test *test)
{
	struct frame frame = udp4(1, 2);

	limited(test, "'rate': '1000/s', 'burst': 10");
	check_equal(test, passes(test, &frame, 50), 10, "a burst, and not one more");
	pass_time(test, MILLISECOND - 1);
	check_equal(test, passes(test, &frame, 5), 0, "1 ns before the next token");
	pass_time(test, 1);
	check_equal(test, passes(test, &frame, 5), 1, "one token a millisecond");
	pass_time(test, 5 * MILLISECOND);
	check_equal(test, passes(test, &frame, 50), 5, "five tokens after five milliseconds");
	pass_time(test, 3600 * SECOND);
	check_equal(test, passes(test, &frame, 50), 10, "an hour fills no more than the burst");
}

/* Time that is worth less than a token is kept. */
static void test_fractions(struct test *test)
{
	struct frame frame = udp4(1, 2);
	unsigned passed = 0;

	limited(test, "'rate': '1000/s', 'burst': 5");
	passed = passes(test, &frame, 20);
	for (unsigned i = 0; i < 10000; i++) {
		pass_time(test, 333333);
		passed += passes(test, &frame, 1);
	}
	check_equal(test, passed, 5 + 3333, "steps of a third of a token");
	limited(test, "'rate': '7/s', 'burst': 2");
	passed = 0;
	for (unsigned i = 0; i < 10000; i++) {
		passed += passes(test, &frame, 1);
		pass_time(test, 10 * MILLISECOND);
	}
	check_equal(test, passed, 2 + 699, "7 a second in steps of 10 ms");
	limited(test, "'rate': '600/min', 'burst': 1");
	passed = 0;
	for (unsigned i = 0; i < 1000; i++) {
		passed += passes(test, &frame, 1);
		pass_time(test, 50 * MILLISECOND);
	}
	check_equal(test, passed, 500, "600 a minute in steps of 50 ms");
}

static void test_bytes(struct test *test)
{
	struct frame frame = payload(udp4(1, 2), 172, 0); /* 200 bytes of IP */
	struct frame tagged =
		payload(udp(ip4(tag(eth(), ETH_P_8021Q, 3), SRC4, DST4), 1, 2), 172, 0);
	struct frame padded = pad(udp4(1, 2), 60, 0); /* 28 */

	limited(test, "'rate': '1MB/s', 'burst': 2000");
	check_equal(test, passes(test, &frame, 50), 10, "2000 bytes of burst");
	pass_time(test, 199999);
	check_equal(test, passes(test, &frame, 5), 0, "1 ns before 200 bytes");
	pass_time(test, 1);
	check_equal(test, passes(test, &frame, 5), 1, "200 bytes");
	pass_time(test, 200000);
	check_equal(test, passes(test, &tagged, 5), 1, "the tag is not priced");
	pass_time(test, 28000);
	check_equal(test, passes(test, &padded, 5), 1, "nor is padding");
	pass_time(test, 100000);
	check_equal(test, passes(test, &frame, 5), 0, "100 bytes are not enough");
	check_equal(test, passes(test, &padded, 50), 3, "but for three small ones");
}

/* The long run, at rates whose price is no whole number. */
static void test_rate(struct test *test, const char *limit, uint64_t seconds, uint64_t steps,
		      uint64_t wanted, uint64_t slack)
{
	struct frame frame = payload(udp4(1, 2), 100, 0); /* 128 bytes */
	uint64_t passed = 0;

	limited(test, limit);
	for (uint64_t i = 0; i < steps; i++) {
		passed += passes(test, &frame, 1);
		pass_time(test, seconds * SECOND / steps);
	}
	check(test, passed + slack >= wanted && passed <= wanted + slack, limit,
	      "%llu passed, wanted %llu", (unsigned long long)passed, (unsigned long long)wanted);
}

static void test_rates(struct test *test)
{
	test_rate(test, "'rate': '1333/s', 'burst': 3", 30, 60000, 39990 + 3, 1);
	test_rate(test, "'rate': '10Mbit/s', 'burst': 2000", 4, 80000, 39062 + 15, 1);
	test_rate(test, "'rate': '1kB/h', 'burst': 1514", 360000, 10000, 781 + 11, 1);
}

static void test_keys(struct test *test)
{
	struct frame one = from4("198.51.100.1"), same = from4("198.51.100.254");
	struct frame other = from4("198.51.101.1"), six = from6("2001:db8:0:1::1");
	struct frame six_same = from6("2001:db8:0:ff::9"), six_other = from6("2001:db8:0:100::1");

	limited(test, "'rate': '1/s', 'burst': 4, 'per': 'src/24,56'");
	check_equal(test, passes(test, &one, 3), 3, "src/24: a source");
	check_equal(test, passes(test, &same, 3), 1, "src/24: a neighbour has what is left");
	check_equal(test, passes(test, &other, 6), 4, "src/24: another net has its own");
	check_equal(test, passes(test, &six, 3), 3, "src/56: an IPv6 source");
	check_equal(test, passes(test, &six_same, 3), 1, "src/56: a neighbour");
	check_equal(test, passes(test, &six_other, 6), 4, "src/56: another net");
	limited(test, "'rate': '1/s', 'burst': 4, 'per': 'src'");
	check_equal(test, passes(test, &one, 6), 4, "src: a host");
	check_equal(test, passes(test, &same, 6), 4, "src: another host");
	check_equal(test, passes(test, &six, 6), 4, "src: an IPv6 host");
	check_equal(test, passes(test, &six_same, 6), 4, "src: another IPv6 host");
	limited(test, "'rate': '1/s', 'burst': 4, 'per': 'src/0'");
	check_equal(test, passes(test, &one, 3) + passes(test, &other, 3), 4, "src/0: all of IPv4");
	check_equal(test, passes(test, &six, 6), 4, "src/0: all of IPv6");
	limited(test, "'rate': '1/s', 'burst': 4, 'per': 'dst/24'");
	check_equal(test, passes(test, &one, 3) + passes(test, &other, 3), 4,
		    "dst/24: all to one net");
	one = to4("198.51.100.7");
	check_equal(test, passes(test, &one, 6), 4, "dst/24: to another net");
	limited(test, "'rate': '1/s', 'burst': 4, 'per': 'src/33'");
	six_same = from6("2001:db8:7fff::1");
	six_other = from6("2001:db8:8000::1");
	check_equal(test, passes(test, &six, 3) + passes(test, &six_same, 3), 4,
		    "src/33: IPv6 to the bit");
	check_equal(test, passes(test, &six_other, 6), 4, "src/33: the next bit");
}

/* A bucket per rule is the rule's own; a keyed one belongs to the limit. */
static void test_sharing(struct test *test)
{
	struct frame udp_one = udp4(1, 2), tcp_one = tcp4(1, 2);

	use(test, "{'enforce': true, 'limits': {'rules': {'rate': '1/s', 'burst': 4},"
		  " 'hosts': {'rate': '1/s', 'burst': 4, 'per': 'src'}}, 'rules': ["
		  "{'id': 'a', 'match': {'proto': 'udp', 'dport': 2}, 'limit': 'rules'},"
		  "{'id': 'b', 'match': {'proto': 'tcp', 'dport': 2}, 'limit': 'rules'},"
		  "{'id': 'c', 'match': {'proto': 'udp'}, 'limit': 'hosts'},"
		  "{'id': 'd', 'match': {'proto': 'tcp'}, 'limit': 'hosts'}]}");
	rest(test);
	check_equal(test, passes(test, &udp_one, 6), 4, "per rule: the first rule");
	check_equal(test, passes(test, &tcp_one, 6), 4, "per rule: the second rule");
	udp_one = udp4(1, 3);
	tcp_one = tcp4(1, 3);
	check_equal(test, passes(test, &udp_one, 3), 3, "per source: by one rule");
	check_equal(test, passes(test, &tcp_one, 3), 1, "per source: by the other");
}

/* Two limits by the same key know nothing of each other. */
static void test_two(struct test *test)
{
	struct frame one = udp4(1, 2), two = tcp4(1, 2);

	use(test, "{'enforce': true, 'limits': {'one': {'rate': '1/s', 'burst': 4, 'per': 'src'},"
		  " 'two': {'rate': '1/s', 'burst': 3, 'per': 'src'}}, 'rules': ["
		  "{'id': 'one', 'match': {'proto': 'udp'}, 'limit': 'one'},"
		  "{'id': 'two', 'match': {'proto': 'tcp'}, 'limit': 'two'}]}");
	rest(test);
	check_equal(test, passes(test, &one, 6), 4, "one limit of a source");
	check_equal(test, passes(test, &two, 6), 3, "another limit of the same source");
}

/* Verdict, reason and counters. */
static void test_outcome(struct test *test)
{
	struct row within = {"within", udp4(1, 2), PASS, FW_REASON_WITHIN_LIMIT, "limited"};
	struct row over = {"over", udp4(1, 2), DROP, FW_REASON_OVER_LIMIT, "limited"};
	struct fw_limit_stats before, after;

	limited(test, "'rate': '1/s', 'burst': 2");
	datapath_limit_stats(test->dp, limit_slot(test, "some"), &before);
	check_row(test, &within);
	check_row(test, &within);
	check_row(test, &over);
	datapath_limit_stats(test->dp, limit_slot(test, "some"), &after);
	check_equal(test, after.passed.packets - before.passed.packets, 2, "passed are counted");
	check_equal(test, after.passed.bytes - before.passed.bytes, 2 * 42, "with their bytes");
	check_equal(test, after.over.packets - before.over.packets, 1, "over are counted");
	limited(test, "'rate': '1/s', 'burst': 1, 'over': 'pass'");
	check_row(test, &within);
	over.outcome = PASS;
	over.name = "over, and passed";
	check_row(test, &over);
	use(test, "{'limits': {'some': {'rate': '1/s', 'burst': 1}}, 'rules': ["
		  "{'id': 'limited', 'match': {'proto': 'udp'}, 'limit': 'some'}]}");
	rest(test);
	check_row(test, &within);
	over.outcome = WOULD_DROP;
	over.name = "over, in monitor mode";
	check_row(test, &over);
	limited(test, "'rate': '1/s', 'burst': 1, 'per': 'src'");
	check_row(test, &within);
	over.outcome = DROP;
	over.name = "over, keyed";
	check_row(test, &over);
}

/* The rule behind a limit's canary decides; the canary's bucket empties and shows. */
static void test_canary(struct test *test)
{
	struct row row = {"canary within", udp4(1, 2), PASS, FW_REASON_RULE, "pass", "canary"};
	struct row dry = {"no rule behind", udp4(1, 3), PASS, FW_REASON_DEFAULT, NULL, "second"};
	struct fw_limit_stats before, after;

	use(test, "{'enforce': true, 'limits': {'some': {'rate': '1/s', 'burst': 1}}, 'rules': ["
		  "{'id': 'canary', 'enforce': false, 'match': {'dport': 2}, 'limit': 'some'},"
		  "{'id': 'pass', 'match': {'dport': 2}, 'action': 'pass'},"
		  "{'id': 'second', 'enforce': false, 'match': {'dport': 3}, 'limit': 'some'}]}");
	rest(test);
	datapath_limit_stats(test->dp, limit_slot(test, "some"), &before);
	read_events(test);
	check_row(test, &row);
	check_equal(test, read_events(test), 0, "nothing to report within");
	row.name = "canary over";
	check_row(test, &row);
	if (check_equal(test, read_events(test), 1, "over is reported")) {
		check_equal(test, test->events[0].outcome, WOULD_DROP, "as what it would do");
		check_equal(test, test->events[0].rule, rule_slot(test, "canary"), "by its name");
	}
	datapath_limit_stats(test->dp, limit_slot(test, "some"), &after);
	check_equal(test, after.over.packets - before.over.packets, 1, "and counted");
	check_row(test, &dry);
}

static struct frame piece(unsigned offset, uint16_t id)
{
	struct frame frame = fragment4(proto(v4(), 17), offset, true, id);

	return payload(offset ? frame : udp(frame, 1, 2), 16, 0);
}

/* Fragments are packets of the limit as well, or a flood of them would go round it. */
static void test_fragments_pay(struct test *test)
{
	const struct row unknown[] = {
		{"first not seen", piece(8, 1), PASS, FW_REASON_WITHIN_LIMIT, "limited"},
		{"another", piece(8, 2), PASS, FW_REASON_WITHIN_LIMIT, "limited"},
		{"one too many", piece(8, 3), DROP, FW_REASON_OVER_LIMIT, "limited"},
	};
	/* A later one is judged by its first one's rule, and not counted as a match of it. */
	const struct row known[] = {
		{"first", piece(0, 4), PASS, FW_REASON_WITHIN_LIMIT, "limited"},
		{"its second", piece(8, 4), PASS, FW_REASON_WITHIN_LIMIT, "limited",
		 .follows = true},
		{"its third", piece(16, 4), DROP, FW_REASON_OVER_LIMIT, "limited", .follows = true},
		{"first, over", piece(0, 5), DROP, FW_REASON_OVER_LIMIT, "limited"},
		{"its second", piece(8, 5), DROP, FW_REASON_FRAGMENT, "limited"},
	};
	const struct row dropped[] = {
		{"of a datagram that a limit let begin", piece(8, 4), DROP, FW_REASON_RULE,
		 "limited"},
	};
	const struct row gone[] = {{"its limit is gone", piece(8, 4), PASS, FW_REASON_DEFAULT}};

	limited(test, "'rate': '1/s', 'burst': 2");
	CHECK_ROWS(test, unknown);
	limited(test, "'rate': '1/s', 'burst': 2");
	CHECK_ROWS(test, known);
	limited(test, "'rate': '1/s', 'burst': 2, 'per': 'src'");
	CHECK_ROWS(test, known);
	use(test, "{'enforce': true, 'rules': [{'id': 'limited', 'action': 'drop'}]}");
	CHECK_ROWS(test, dropped);
	use(test, "{}");
	CHECK_ROWS(test, gone);
}

/* More keys than there is room for. */
static void fill(struct test *test, unsigned from, unsigned count)
{
	for (unsigned i = from; i < from + count; i++) {
		struct frame frame = poke8(source(i), ETH_HLEN + 13, 1 + i / 65536);

		run(test, &frame);
	}
}

/* What a limit does with a key for which there is no room. */
static void test_full(struct test *test)
{
	struct frame fresh = from4("100.64.0.1");
	struct row row = {"full, drop", fresh, DROP, FW_REASON_LIMIT_FULL, "limited"};
	struct fw_limit_stats before, after;

	limited(test, "'rate': '1/s', 'burst': 1, 'per': 'src', 'when_full': 'drop', 'max': 500");
	fill(test, 0, 4000);
	datapath_limit_stats(test->dp, limit_slot(test, "some"), &before);
	check(test, run(test, &fresh) == XDP_DROP, "no room: drop", "passed");
	datapath_limit_stats(test->dp, limit_slot(test, "some"), &after);
	check_equal(test, after.full - before.full, 1, "counted as full");
	limited(test, "'rate': '1/s', 'burst': 1, 'per': 'src', 'when_full': 'pass', 'max': 500");
	fill(test, 0, 4000);
	check(test, run(test, &fresh) == XDP_PASS, "no room: pass", "dropped");
	check(test, run(test, &fresh) == XDP_PASS, "no room: pass again", "dropped");
	rest(test);
	check(test, datapath_sweep_buckets(test->dp) >= 500, "buckets at rest are swept",
	      "not all");
	row = (struct row){"room again", fresh, PASS, FW_REASON_WITHIN_LIMIT, "limited"};
	check_row(test, &row);
	limited(test, "'rate': '1/s', 'burst': 2, 'per': 'src', 'when_full': 'evict', 'max': 500");
	datapath_limit_stats(test->dp, limit_slot(test, "some"), &before);
	fill(test, 0, 4000);
	datapath_limit_stats(test->dp, limit_slot(test, "some"), &after);
	check_equal(test, passes(test, &fresh, 5), 2,
		    "evict: a new source finds room, and a limit");
	check(test, after.evicted - before.evicted > 2000, "evicted are counted", "%llu",
	      (unsigned long long)(after.evicted - before.evicted));
}

/* A bucket's clock wraps after two years. */
static void test_wrap(struct test *test)
{
	struct frame frame = udp4(1, 2), keyed = udp4(1, 2);
	uint64_t now = test->state->test_now;

	limited(test, "'rate': '1000/s', 'burst': 10");
	set_clock(test, (1ULL << 56) - 5 * MILLISECOND);
	check_equal(test, passes(test, &frame, 50), 10, "just before the wrap");
	pass_time(test, 7 * MILLISECOND);
	check_equal(test, passes(test, &frame, 50), 7, "across the wrap");
	limited(test, "'rate': '1000/s', 'burst': 10, 'per': 'src'");
	set_clock(test, (1ULL << 56) - 5 * MILLISECOND);
	check_equal(test, passes(test, &keyed, 50), 10, "keyed, just before the wrap");
	pass_time(test, 7 * MILLISECOND);
	check_equal(test, passes(test, &keyed, 50), 7, "keyed, across the wrap");
	set_clock(test, now);
	use(test, "{}");
	use(test, "{'limits': {'some': {'rate': '1/s', 'burst': 1}}}");
}

/* What a policy has used up, the next one finds used up. */
static void test_reload(struct test *test)
{
	struct frame frame = udp4(1, 2);
	struct fw_rule_stats before, after;

	limited(test, "'rate': '1/s', 'burst': 10");
	check_equal(test, passes(test, &frame, 7), 7, "before a reload");
	datapath_rule_stats(test->dp, rule_slot(test, "limited"), &before);
	use(test, "{'enforce': true, 'limits': {'some': {'rate': '1/s', 'burst': 10}}, 'rules': ["
		  "{'id': 'first', 'match': {'proto': 'tcp'}, 'action': 'drop'},"
		  "{'id': 'limited', 'match': {'proto': 'udp'}, 'limit': 'some'}]}");
	datapath_rule_stats(test->dp, rule_slot(test, "limited"), &after);
	check_equal(test, after.matched.packets, before.matched.packets, "counters are kept");
	check_equal(test, passes(test, &frame, 7), 3, "buckets are kept");
	use(test, "{'enforce': true, 'limits': {'some': {'rate': '1/s', 'burst': 12}}, 'rules': ["
		  "{'id': 'limited', 'match': {'proto': 'udp'}, 'limit': 'some'}]}");
	check_equal(test, passes(test, &frame, 7), 2, "a larger burst is more room");
}

void test_limits(struct test *test)
{
	test_burst(test);
	test_fractions(test);
	test_bytes(test);
	test_rates(test);
	test_keys(test);
	test_sharing(test);
	test_two(test);
	test_outcome(test);
	test_canary(test);
	test_fragments_pay(test);
	test_full(test);
	test_reload(test);
	test_wrap(test);
}
