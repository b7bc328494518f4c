// SPDX-License-Identifier: MIT
/*
 * A canary before the rule that it rehearses does not use up the bucket that both share: the packet
 * pays once.
 */
#include "tests/bpf/groups.h"
#include "tests/bpf/limits/once.h"

#include <linux/bpf.h>

/* The canary and the real rule ask one bucket, and the packet is counted once. */
static void test_canary_first(struct test *test)
{
	const struct frame frame = udp4(1, 53);
	struct fw_limit_stats before, after;

	once_begin(test, HEAD "'burst': 3, 'per': 'src'" RULES CANARY("c") "," REAL("r") END);
	before = once_stats(test);
	read_events(test);
	once_check_canary(test, "a canary before", &frame, 3);
	after = once_stats(test);
	check_equal(test, after.passed.packets - before.passed.packets, 3, "within: counted once");
	check_equal(test, after.over.packets - before.over.packets, 1, "over: counted once");
	check_equal(test, read_events(test), 2, "over: both report");
}

static void test_canary_goes_on(struct test *test)
{
	const struct row within = {"it goes on: within",
				   udp4(1, 53),
				   PASS,
				   FW_REASON_DEFAULT,
				   NULL,
				   "c r",
				   .way = "l"};
	const struct row over = {"it goes on: over",   udp4(1, 53), DROP,
				 FW_REASON_OVER_LIMIT, "r",	    "c"};

	once_begin(test,
		   HEAD "'burst': 3, 'per': 'dst'" GOES_ON RULES CANARY("c") "," REAL("r") END);
	once_check_burst(test, 3, &within, &over);
}

/* Behind the rule, and behind another one. */
static void test_canary_behind(struct test *test)
{
	const struct row within = {"a canary behind: within",
				   udp4(1, 53),
				   PASS,
				   FW_REASON_DEFAULT,
				   NULL,
				   "r c",
				   .way = "l"};
	const struct row over = {"a canary behind: over", udp4(1, 53), DROP, FW_REASON_OVER_LIMIT,
				 "r"};
	const struct row three = {
		"two canaries: within", udp6(1, 53), PASS, FW_REASON_WITHIN_LIMIT, "r",
		"c1 door c2",		.way = "m"};
	const struct row none = {"two canaries: over", udp6(1, 53), DROP, FW_REASON_OVER_LIMIT, "r",
				 "c1 door c2",	       .way = "m"};

	once_begin(test,
		   HEAD "'burst': 2, 'per': 'src'" GOES_ON RULES REAL("r") "," CANARY("c") END);
	once_check_burst(test, 2, &within, &over);
	once_begin(
		test, HEAD
		"'burst': 3, 'per': 'src'}, 'm': {'rate': '1/h', 'burst': 99" GOES_ON RULES CANARY(
			"c1") ", {'id': 'door', 'limit': 'm'}," CANARY("c2") "," REAL("r") END);
	once_check_burst(test, 3, &three, &none);
}

/* What only the canary matches takes from the bucket that both share: W0412 warns of that. */
static void test_canary_takes(struct test *test)
{
	const struct row other = {"only the canary takes", udp4(1, 9), PASS,
				  FW_REASON_DEFAULT,	   NULL,       "c"};
	const struct row over = {"from the rule",      udp4(1, 53), DROP,
				 FW_REASON_OVER_LIMIT, "r",	    "c"};

	once_begin(test, HEAD "'burst': 3, 'per': 'src'" RULES CANARY(
				 "c") ", {'id': 'r', 'match': {"
				      "'proto': 'udp', 'dport': 53}, 'limit': 'l'}" END);
	for (unsigned i = 0; i < 3; i++)
		check_row(test, &other);
	check_row(test, &over);
}

/* Each rule has its bucket: a canary takes nothing from that of the rule. */
static void test_rule_buckets(struct test *test)
{
	const struct frame frame = udp4(1, 53);
	const struct row other = {"only the canary", udp4(1, 9), PASS,
				  FW_REASON_DEFAULT, NULL,	 "c"};
	const struct row after = {"what the canary is over the rule need not be",
				  udp4(1, 53),
				  PASS,
				  FW_REASON_WITHIN_LIMIT,
				  "r",
				  "c"};

	once_begin(test, HEAD "'burst': 2" RULES CANARY("c") "," REAL("r") END);
	once_check_canary(test, "a bucket each", &frame, 2);
	once_begin(test, LIMIT
		   "'burst': [5, 2], 'rate': ['1/h', '1/h'], 'per': ['src', 'rule']" RULES CANARY(
			   "c") ", {'id': 'r', 'match': {'proto': 'udp', 'dport': 53}, 'limit': "
				"'l'}" END);
	check_row(test, &other);
	check_row(test, &other);
	check_row(test, &after);
}

/* Those behind a canary do not pay for it: they pay what the rule has let through. */
static void test_canary_pieces(struct test *test)
{
	const struct row rows[] = {
		{"first, a canary before", once_piece(0), PASS, FW_REASON_WITHIN_LIMIT, "r", "c"},
		{"its second, of the rule", once_piece(8), PASS, FW_REASON_WITHIN_LIMIT, "r",
		 .follows = true},
		{"its third, of the rule", once_piece(16), DROP, FW_REASON_OVER_LIMIT, "r",
		 .follows = true},
	};

	once_begin(test, HEAD "'burst': 2, 'per': 'src'" RULES CANARY("c") "," REAL("r") END);
	CHECK_ROWS(test, rows);
}

void test_way_canary(struct test *test)
{
	test_canary_first(test);
	test_canary_goes_on(test);
	test_canary_takes(test);
	test_canary_behind(test);
	test_rule_buckets(test);
	test_canary_pieces(test);
}
