// SPDX-License-Identifier: MIT
/*
 * A packet pays each bucket once: a canary before the rule that it rehearses, and rules whose limit
 * has a bucket that they share, do not use it up faster; what it was over once it is over again.
 */
#include "tests/bpf/lib/bans.h"
#include "tests/bpf/groups.h"
#include "tests/bpf/lib/limited.h"
#include "tests/bpf/lib/syns.h"

#include <linux/bpf.h>

#define LIMIT	   "{'enforce': true, 'limits': {'l': {"
#define HEAD	   LIMIT "'rate': '1/h', "
#define GOES_ON	   ", 'within': 'continue'"
#define RULES	   "}}, 'rules': ["
#define CANARY(id) "{'id': '" id "', 'limit': 'l', 'enforce': false}"
#define REAL(id)   "{'id': '" id "', 'limit': 'l'}"
#define END	   "]}"

static void begin(struct test *test, const char *policy)
{
	use(test, policy);
	rest(test);
	read_bans(test);
}

/* So many packets are within, and the next one is not. */
static void check_burst(struct test *test, unsigned count, const struct row *within,
			const struct row *over)
{
	for (unsigned i = 0; i < count; i++)
		check_row(test, within);
	check_row(test, over);
}

/* The same of a canary "c" before the rule "r" with its limit. */
static void check_canary(struct test *test, const char *name, const struct frame *frame,
			 unsigned count)
{
	const enum fw_outcome outcome = test->config->enforce ? DROP : WOULD_DROP;
	const struct row within = {name, *frame, PASS, FW_REASON_WITHIN_LIMIT, "r", "c"};
	const struct row over = {name, *frame, outcome, FW_REASON_OVER_LIMIT, "r", "c"};

	check_burst(test, count, &within, &over);
}

static struct fw_limit_stats stats_of(struct test *test)
{
	struct fw_limit_stats stats = {0};

	datapath_limit_stats(test->dp, limit_slot(test, "l"), &stats);
	return stats;
}

/* ---- canaries ---- */

/* The canary and the real rule ask one bucket, and the packet is counted once. */
static void test_canary_first(struct test *test)
{
	const struct frame frame = udp4(1, 53);
	struct fw_limit_stats before, after;

	begin(test, HEAD "'burst': 3, 'per': 'src'" RULES CANARY("c") "," REAL("r") END);
	before = stats_of(test);
	read_events(test);
	check_canary(test, "a canary before", &frame, 3);
	after = stats_of(test);
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

	begin(test, HEAD "'burst': 3, 'per': 'dst'" GOES_ON RULES CANARY("c") "," REAL("r") END);
	check_burst(test, 3, &within, &over);
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

	begin(test, HEAD "'burst': 2, 'per': 'src'" GOES_ON RULES REAL("r") "," CANARY("c") END);
	check_burst(test, 2, &within, &over);
	begin(test, HEAD
	      "'burst': 3, 'per': 'src'}, 'm': {'rate': '1/h', 'burst': 99" GOES_ON RULES CANARY(
		      "c1") ", {'id': 'door', 'limit': 'm'}," CANARY("c2") "," REAL("r") END);
	check_burst(test, 3, &three, &none);
}

/* What only the canary matches takes from the bucket that both share: W0412 warns of that. */
static void test_canary_takes(struct test *test)
{
	const struct row other = {"only the canary takes", udp4(1, 9), PASS,
				  FW_REASON_DEFAULT,	   NULL,       "c"};
	const struct row over = {"from the rule",      udp4(1, 53), DROP,
				 FW_REASON_OVER_LIMIT, "r",	    "c"};

	begin(test, HEAD "'burst': 3, 'per': 'src'" RULES CANARY(
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

	begin(test, HEAD "'burst': 2" RULES CANARY("c") "," REAL("r") END);
	check_canary(test, "a bucket each", &frame, 2);
	begin(test,
	      LIMIT "'burst': [5, 2], 'rate': ['1/h', '1/h'], 'per': ['src', 'rule']" RULES CANARY(
		      "c") ", {'id': 'r', 'match': {'proto': 'udp', 'dport': 53}, 'limit': "
			   "'l'}" END);
	check_row(test, &other);
	check_row(test, &other);
	check_row(test, &after);
}

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

	begin(test, LIMIT
	      "'rate': ['1/h', '1/h'], 'burst': [3, 9], 'per': ['src', 'rule']" GOES_ON RULES REAL(
		      "r1") "," REAL("r2") "," REAL("r3") END);
	before = stats_of(test);
	check_burst(test, 3, &within, &over);
	check_row(test, &other);
	after = stats_of(test);
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

	begin(test, LIMIT
	      "'rate': ['1/h', '1/h'], 'burst': [3, 4], 'per': ['rule', 'src/24']" GOES_ON RULES
	      "{'id': 'r1', 'match': {'proto': 'udp', 'dport': 53}, 'limit': 'l'}," REAL("r2") END);
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

	begin(test, LIMIT "'rate': ['1/h', '1/h'], 'burst': [2, 9], 'per': ['src', 'rule'], "
			  "'over': 'pass'" GOES_ON RULES REAL("r1") "," REAL("r2") END);
	before = stats_of(test);
	CHECK_ROWS(test, rows);
	after = stats_of(test);
	check_equal(test, after.passed.packets - before.passed.packets, 4,
		    "two packets, two rules");
	check_equal(test, after.over.packets - before.over.packets, 1, "one packet over it");
}

static void test_four_levels(struct test *test)
{
	const struct frame frame = udp(ip6(tag(eth(), ETH_P_8021Q, 7), SRC6, DST6), 1, 53);

	begin(test, LIMIT
	      "'rate': ['1/h', '1/h', '1/h', '1/h'], 'burst': [9, 9, 4, 9],"
	      "'per': ['vlan', 'rule', 'flow', 'src+dport']" RULES CANARY("c") "," REAL("r") END);
	check_canary(test, "four levels", &frame, 4);
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
		begin(test, cases[i].policy);
		check_canary(test, cases[i].name, &frame, cases[i].count);
	}
}

static void test_monitor(struct test *test)
{
	const struct frame frame = udp4(1, 53);

	begin(test,
	      "{'enforce': false, 'limits': {'l': {'rate': '1/h', 'burst': 2, 'per': 'src'" RULES
		      CANARY("c") "," REAL("r") END);
	check_canary(test, "monitor", &frame, 2);
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

	begin(test,
	      HEAD "'burst': 3, 'per': 'src', 'algorithm': 'syn_cookie', 'cookies': {'for': "
		   "'synproxy'}" RULES "{'id': 'c', 'match': {'proto': 'tcp'}, 'limit': 'l', "
		   "'enforce': false}, {'id': 'r', 'match': {'proto': 'tcp'}, 'limit': 'l'}" END);
	check_row(test, &ack);
	check_burst(test, 3, &within, &over);
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

	begin(test, LIMIT "'rate': ['1/h', '1/h'], 'burst': [9, 2], 'per': ['src/24', 'src/32'], "
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

	begin(test, LIMIT "'rate': ['1/h', '1/h'], 'burst': [2, 10], 'per': ['src', 'rule'], "
			  "'max': 1, 'when_full': 'pass'" RULES CANARY("c") "," REAL("r") END);
	for (unsigned i = 0; i < 8; i++) {
		frame = source(i);
		check_equal(test, run(test, &frame), XDP_PASS, "a source with a bucket");
	}
	before = stats_of(test);
	frame = source(9);
	check_equal(test, run(test, &frame), XDP_PASS, "one without, within the rule's");
	check_equal(test, run(test, &frame), XDP_PASS, "the last of the rule's");
	check_equal(test, run(test, &frame), XDP_DROP, "and over it");
	after = stats_of(test);
	check_equal(test, after.full - before.full, 4, "no room: for two packets, by each rule");
	check_equal(test, after.over.packets - before.over.packets, 2, "over: each rule's own");
}

/* ---- fragments ---- */

static struct frame piece(unsigned offset)
{
	struct frame frame = fragment4(proto(v4(), 17), offset, true, 4);

	return payload(offset ? frame : udp(frame, 1, 2), 16, 0);
}

/* Later fragments pay the rules of their first one, and what these share once. */
static void test_pieces(struct test *test)
{
	const struct row rows[] = {
		{"first", piece(0), PASS, FW_REASON_DEFAULT, NULL, "r1 r2", .way = "l l"},
		{"its second", piece(8), PASS, FW_REASON_FRAGMENT, NULL, .way = "l l"},
		{"its third", piece(16), PASS, FW_REASON_FRAGMENT, NULL, .way = "l l"},
		{"its fourth: over", piece(24), DROP, FW_REASON_OVER_LIMIT, "r1", .follows = true},
	};

	begin(test, LIMIT
	      "'rate': ['1/h', '1/h'], 'burst': [3, 9], 'per': ['src', 'rule']" GOES_ON RULES REAL(
		      "r1") "," REAL("r2") END);
	CHECK_ROWS(test, rows);
}

/* Those behind a canary do not pay for it: they pay what the rule has let through. */
static void test_canary_pieces(struct test *test)
{
	const struct row rows[] = {
		{"first, a canary before", piece(0), PASS, FW_REASON_WITHIN_LIMIT, "r", "c"},
		{"its second, of the rule", piece(8), PASS, FW_REASON_WITHIN_LIMIT, "r",
		 .follows = true},
		{"its third, of the rule", piece(16), DROP, FW_REASON_OVER_LIMIT, "r",
		 .follows = true},
	};

	begin(test, HEAD "'burst': 2, 'per': 'src'" RULES CANARY("c") "," REAL("r") END);
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
	test_canary_first(test);
	test_canary_goes_on(test);
	test_canary_takes(test);
	test_canary_behind(test);
	test_rule_buckets(test);
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
	test_canary_pieces(test);
	test_trial(test);
}
