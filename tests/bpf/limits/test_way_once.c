// SPDX-License-Identifier: MIT
/*
 * A packet pays each bucket once: rules whose limit has a bucket that they share do not use it up
 * faster; what it was over once it is over again.
 */
#include "tests/bpf/groups.h"
#include "tests/bpf/lib/bans.h"
#include "tests/bpf/lib/syns.h"
#include "tests/bpf/limits/once.h"

#include <linux/bpf.h>

/* ---- several levels ---- */

/* The source's bucket is charged by the first rule, each rule's own by itself. */
static void test_levels(struct test *test)
{
	const struct row within = {"source and rule: within",
				   from4(SRC4),
				   PASS,
				   FW_REASON_DEFAULT,
				   NULL,
				   "r1 r2 r3",
				   .way = "l l l"};
	const struct row over = {"source and rule: over", from4(SRC4), DROP, FW_REASON_OVER_LIMIT,
				 "r1"};
	const struct row other = {
		"another source", from4("192.0.2.8"), PASS, FW_REASON_DEFAULT, NULL,
		"r1 r2 r3",	  .way = "l l l"};
	struct fw_limit_stats before, after;

	once_begin(test, LIMIT
		   "'rate': ['1/h', '1/h'], 'burst': [3, 9], 'per': ['src', 'rule']" GOES_ON RULES
			   REAL("r1") "," REAL("r2") "," REAL("r3") END);
	before = once_stats(test);
	once_check_burst(test, 3, &within, &over);
	check_row(test, &other);
	after = once_stats(test);
	check_equal(test, after.passed.packets - before.passed.packets, 12,
		    "each rule's bucket is counted");
	check_equal(test, after.over.packets - before.over.packets, 1, "over, once");
}

/* The second rule's own bucket is used up: the first has charged what they share. */
static void test_second_over(struct test *test)
{
	const struct row second = {
		"the second only", udp4(1, 9), PASS, FW_REASON_DEFAULT, NULL, "r2", .way = "l"};
	const struct row both = {"both", udp4(1, 53), PASS,	   FW_REASON_DEFAULT,
				 NULL,	 "r1 r2",     .way = "l l"};
	const struct row over = {
		"over the second's", udp4(1, 53), DROP, FW_REASON_OVER_LIMIT, "r2", "r1",
		.way = "l"};
	const struct row all = {"and now over what they share", udp4(1, 53), DROP,
				FW_REASON_OVER_LIMIT, "r1"};

	once_begin(
		test, LIMIT
		"'rate': ['1/h', '1/h'], 'burst': [3, 4], 'per': ['rule', 'src/24']" GOES_ON RULES
		"{'id': 'r1', 'match': {'proto': 'udp', 'dport': 53}, 'limit': 'l'}," REAL("r2")
			END);
	check_row(test, &second);
	check_row(test, &both);
	check_row(test, &both);
	check_row(test, &over);
	check_row(test, &all);
}

/* Over what both share, which passes: the second is over it as well, and pays nothing of its own. */
static void test_over_passes(struct test *test)
{
	const struct row rows[] = {
		{"within what passes", udp4(1, 53), PASS, FW_REASON_DEFAULT, NULL, "r1 r2",
		 .way = "l l"},
		{"within, and the last", udp4(1, 53), PASS, FW_REASON_DEFAULT, NULL, "r1 r2",
		 .way = "l l"},
		{"over what passes", udp4(1, 53), PASS, FW_REASON_DEFAULT, NULL, "r1 r2",
		 .way = "l l"},
	};
	struct fw_limit_stats before, after;

	once_begin(test, LIMIT "'rate': ['1/h', '1/h'], 'burst': [2, 9], 'per': ['src', 'rule'], "
			       "'over': 'pass'" GOES_ON RULES REAL("r1") "," REAL("r2") END);
	before = once_stats(test);
	CHECK_ROWS(test, rows);
	after = once_stats(test);
	check_equal(test, after.passed.packets - before.passed.packets, 4,
		    "two packets, two rules");
	check_equal(test, after.over.packets - before.over.packets, 1, "one packet over it");
}

static void test_four_levels(struct test *test)
{
	const struct frame frame = udp(ip6(tag(eth(), ETH_P_8021Q, 7), SRC6, DST6), 1, 53);

	once_begin(test, LIMIT
		   "'rate': ['1/h', '1/h', '1/h', '1/h'], 'burst': [9, 9, 4, 9],"
		   "'per': ['vlan', 'rule', 'flow', 'src+dport']" RULES CANARY("c") "," REAL("r")
			   END);
	once_check_canary(test, "four levels", &frame, 4);
}

/* ---- algorithms and units ---- */

static void test_algorithms_once(struct test *test)
{
	static const struct {
		const char *name, *policy;
		unsigned count;
	} cases[] = {
		{"fixed window",
		 LIMIT "'rate': '4/h', 'algorithm': 'fixed_window', 'per': 'src'" RULES CANARY(
			 "c") "," REAL("r") END,
		 4},
		{"sliding window",
		 LIMIT "'rate': '4/h', 'algorithm': 'sliding_window', 'per': 'src'" RULES CANARY(
			 "c") "," REAL("r") END,
		 4},
		{"leaky bucket",
		 HEAD "'burst': 3, 'algorithm': 'leaky_bucket', 'per': 'src+dst'" RULES CANARY(
			 "c") "," REAL("r") END,
		 3},
		{"bytes",
		 LIMIT "'rate': '1kB/h', 'burst': '1514B', 'per': 'interface'" RULES CANARY(
			 "c") "," REAL("r") END,
		 5},
	};
	/* 280 bytes of IP: 5 of them in 1514. */
	const struct frame frame = payload(udp4(1, 53), 252, 0);

	for (size_t i = 0; i < array_size(cases); i++) {
		once_begin(test, cases[i].policy);
		once_check_canary(test, cases[i].name, &frame, cases[i].count);
	}
}

static void test_monitor(struct test *test)
{
	const struct frame frame = udp4(1, 53);

	once_begin(
		test,
		"{'enforce': false, 'limits': {'l': {'rate': '1/h', 'burst': 2, 'per': 'src'" RULES
			CANARY("c") "," REAL("r") END);
	once_check_canary(test, "monitor", &frame, 2);
}

/* ---- cookies, bans, no room ---- */

static void test_cookies_once(struct test *test)
{
	const struct row within = {"a SYN within", syn4(), PASS, FW_REASON_WITHIN_LIMIT, "r", "c"};
	const struct row over = {"a SYN over: answered", syn4(), TX,
				 FW_REASON_SYN_COOKIE,	 "r",	 "c"};
	const struct row ack = {
		"an ACK pays nothing", syn_flags(ACK), PASS, FW_REASON_RULE, "r", "c"};
	const struct row full = {"no answer is possible",
				 payload(syn4(), 8, 1),
				 DROP,
				 FW_REASON_OVER_LIMIT,
				 "r",
				 "c"};

	once_begin(test, HEAD
		   "'burst': 3, 'per': 'src', 'algorithm': 'syn_cookie', 'cookies': {'for': "
		   "'synproxy'}" RULES "{'id': 'c', 'match': {'proto': 'tcp'}, 'limit': 'l', "
		   "'enforce': false}, {'id': 'r', 'match': {'proto': 'tcp'}, 'limit': 'l'}" END);
	check_row(test, &ack);
	once_check_burst(test, 3, &within, &over);
	check_row(test, &full);
}

/* The canary bans nobody; the rule bans who was over at the canary, by the key that was over. */
static void test_bans_once(struct test *test)
{
	const struct row within = {"within what bans",	   udp4(1, 53), PASS,
				   FW_REASON_WITHIN_LIMIT, "r",		"c"};
	const struct row over = {"over what bans",     udp4(1, 53), DROP,
				 FW_REASON_OVER_LIMIT, "r",	    "c"};
	struct bans bans;

	once_begin(test,
		   LIMIT "'rate': ['1/h', '1/h'], 'burst': [9, 2], 'per': ['src/24', 'src/32'], "
			 "'over': 'block'" RULES CANARY("c") "," REAL("r") END);
	check_row(test, &within);
	check_row(test, &within);
	check_equal(test, read_bans(test).count, 0, "nobody is banned who is within");
	check_row(test, &over);
	bans = read_bans(test);
	check(test, bans.count == 1 && bans.last.prefix_len == 32, "and once who is not",
	      "%llu, the last of /%u", (unsigned long long)bans.count, bans.last.prefix_len);
}

/* No room for a source's bucket, which passes: that is so for both rules, and counted once. */
static void test_no_room(struct test *test)
{
	struct fw_limit_stats before, after;
	struct frame frame;

	once_begin(test, LIMIT "'rate': ['1/h', '1/h'], 'burst': [2, 10], 'per': ['src', 'rule'], "
			       "'max': 1, 'when_full': 'pass'" RULES CANARY("c") "," REAL("r") END);
	for (unsigned i = 0; i < 8; i++) {
		frame = source(i);
		check_equal(test, run(test, &frame), XDP_PASS, "a source with a bucket");
	}
	before = once_stats(test);
	frame = source(9);
	check_equal(test, run(test, &frame), XDP_PASS, "one without, within the rule's");
	check_equal(test, run(test, &frame), XDP_PASS, "the last of the rule's");
	check_equal(test, run(test, &frame), XDP_DROP, "and over it");
	after = once_stats(test);
	check_equal(test, after.full - before.full, 4, "no room: for two packets, by each rule");
	check_equal(test, after.over.packets - before.over.packets, 2, "over: each rule's own");
}

/* ---- fragments ---- */

/* Later fragments pay the rules of their first one, and what these share once. */
static void test_pieces(struct test *test)
{
	const struct row rows[] = {
		{"first", once_piece(0), PASS, FW_REASON_DEFAULT, NULL, "r1 r2", .way = "l l"},
		{"its second", once_piece(8), PASS, FW_REASON_FRAGMENT, NULL, .way = "l l"},
		{"its third", once_piece(16), PASS, FW_REASON_FRAGMENT, NULL, .way = "l l"},
		{"its fourth: over", once_piece(24), DROP, FW_REASON_OVER_LIMIT, "r1",
		 .follows = true},
	};

	once_begin(test, LIMIT
		   "'rate': ['1/h', '1/h'], 'burst': [3, 9], 'per': ['src', 'rule']" GOES_ON RULES
			   REAL("r1") "," REAL("r2") END);
	CHECK_ROWS(test, rows);
}

/* ---- trials ---- */

/* Of so many packets, how many would have ended otherwise? */
static void check_trial(struct test *test, const char *tried, unsigned packets, unsigned different,
			const char *name)
{
	const struct frame frame = udp4(1, 53);
	struct fw_try_stats stats = {0};
	struct errors errs = {0};

	rest(test);
	stage(test, tried, FW_IMAGE_TRIED);
	check_equal(test, -datapath_try(test->dp, test->state->test_now + 60 * SECOND, &errs), 0,
		    "the trial begins");
	passes(test, &frame, packets);
	check_equal(test, -datapath_try_stats(test->dp, &stats), 0, "counters");
	check_equal(test, stats.compared.packets, packets, "all were compared");
	check_equal(test, stats.different.packets, different, name);
	datapath_try_stop(test->dp);
	policy_unstage(test->dp, FW_IMAGE_TRIED);
	errors_clear(&errs);
}

static void test_trial(struct test *test)
{
	const char *two = LIMIT
		"'rate': ['1/h', '1/h'], 'burst': [3, 9], 'per': ['src', 'rule']" GOES_ON RULES
			REAL("r1") "," REAL("r2") END;
	const char *canary = HEAD "'burst': 3, 'per': 'src'" RULES CANARY("c") "," REAL("r") END;
	const char *none = HEAD "'burst': 3, 'per': 'src'" RULES REAL("r") END;

	use(test, "{'enforce': true}");
	check_trial(test, two, 6, 3, "a tried policy's buckets are paid once, too");
	use(test, two);
	check_trial(test, two, 6, 0, "the same policy: no difference");
	use(test, canary);
	check_trial(test, canary, 6, 0, "with a canary: no difference");
	check_trial(test, none, 6, 0, "without it: none, either");
}

void test_way_once(struct test *test)
{
	test_levels(test);
	test_second_over(test);
	test_over_passes(test);
	test_four_levels(test);
	test_algorithms_once(test);
	test_monitor(test);
	test_cookies_once(test);
	test_bans_once(test);
	test_no_room(test);
	test_pieces(test);
	test_trial(test);
}
