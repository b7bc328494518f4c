// SPDX-License-Identifier: MIT
/*
 * Limits that go on ("within": "continue"): each is charged once and only if the packet gets to
 * it, what is over it goes no further, and what is within is judged by the rules that follow.
 */
#include "tests/bpf/groups.h"
#include "tests/bpf/lib/harness.h"
#include "tests/bpf/lib/limited.h"

#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>

#define LIMIT(name, more) "'" name "': {'rate': '1/h', 'within': 'continue', " more "}"
#define RULE(id, more)	  "{'id': '" id "', " more "}"

static struct fw_limit_stats stats_of(struct test *test, const char *name)
{
	struct fw_limit_stats stats = {0};

	datapath_limit_stats(test->dp, limit_slot(test, name), &stats);
	return stats;
}

/* The example: what is within the limit still meets the rule behind it. */
static void test_door(struct test *test)
{
	const struct row rows[] = {
		{"telnet is dropped", tcp(v4(), 1, 23, 2), DROP, FW_REASON_RULE, "telnet", "persrc",
		 .way = "l"},
		{"others pass", udp4(1, 53), PASS, FW_REASON_DEFAULT, NULL, "persrc", .way = "l"},
		{"the third is over", udp4(1, 53), DROP, FW_REASON_OVER_LIMIT, "persrc"},
		{"before telnet is asked", tcp(v4(), 1, 23, 2), DROP, FW_REASON_OVER_LIMIT,
		 "persrc"},
	};
	struct fw_limit_stats before, after;

	use(test,
	    "{'enforce': true, 'limits': {" LIMIT(
		    "l",
		    "'burst': 2, 'per': 'src'") "},"
						"'rules': [" RULE(
							"persrc",
							"'limit': 'l'") "," RULE("telnet",
										 "'match': "
										 "{'proto': "
										 "'tcp', "
										 "'dport': "
										 "23}, "
										 "'action': "
										 "'drop'") "]"
											   "}");
	rest(test);
	before = stats_of(test, "l");
	CHECK_ROWS(test, rows);
	after = stats_of(test, "l");
	check_equal(test, after.passed.packets - before.passed.packets, 2, "two went on");
	check_equal(test, after.over.packets - before.over.packets, 2, "two did not");
}

/* Four of them, with a rule that logs and one with a limit that decides. */
static void test_four(struct test *test)
{
	const struct row all = {"four",
				udp4(1, 9),
				PASS,
				FW_REASON_WITHIN_LIMIT,
				"end",
				"r1 r2 note r3 r4",
				.way = "a b c d"};
	struct row over = {"the third is used up", udp4(1, 9),	DROP, FW_REASON_OVER_LIMIT, "r3",
			   "r1 r2 note",	   .way = "a b"};
	struct fw_limit_stats before[5], after[5];
	static const char *const names[] = {"a", "b", "c", "d", "e"};

	/* clang-format off */
	use(test, "{'enforce': true, 'limits': {" LIMIT("a", "'burst': 9") ","
		  LIMIT("b", "'burst': 9, 'per': 'src'") ","
		  LIMIT("c", "'burst': 1, 'per': ['src', 'rule']") "," LIMIT("d", "'burst': 9")
		  ", 'e': {'rate': '1/h', 'burst': 9}}, 'rules': ["
		  RULE("r1", "'limit': 'a'") "," RULE("r2", "'limit': 'b'") ","
		  RULE("note", "'action': 'log'") "," RULE("r3", "'limit': 'c'") ","
		  RULE("r4", "'limit': 'd'") "," RULE("end", "'limit': 'e'") "]}");
	/* clang-format on */
	rest(test);
	check_row(test, &all);
	for (int i = 0; i < 5; i++)
		before[i] = stats_of(test, names[i]);
	check_row(test, &over);
	for (int i = 0; i < 5; i++) {
		after[i] = stats_of(test, names[i]);
		check_equal(test, after[i].passed.packets - before[i].passed.packets, i < 2,
			    "those before it are charged, those behind it not");
		check_equal(test, after[i].over.packets - before[i].over.packets, i == 2,
			    "and it counts what is over");
	}
}

/* Two rules of one limit: a bucket of a source is charged once, a bucket of each rule once. */
static void test_once(struct test *test)
{
	const struct row once = {"charged once", udp4(1, 9), PASS,	FW_REASON_DEFAULT,
				 NULL,		 "r1 r2",    .way = "l"};
	const struct row each = {"each rule's", udp4(1, 9), PASS,	 FW_REASON_DEFAULT,
				 NULL,		"r1 r2",    .way = "l l"};

	use(test,
	    "{'enforce': true, 'limits': {" LIMIT(
		    "l",
		    "'burst': 2, 'per': 'src'") "},"
						"'rules': [" RULE("r1", "'limit': 'l'") "," RULE(
							"r2", "'match': {'proto': 'udp'}, 'limit': "
							      "'l'") "]}");
	rest(test);
	check_row(test, &once);
	check_row(test, &once);
	use(test,
	    "{'enforce': true, 'limits': {" LIMIT(
		    "l", "'burst': 1") "},"
				       "'rules': [" RULE("r1", "'limit': 'l'") "," RULE(
					       "r2",
					       "'match': {'proto': 'udp'}, 'limit': 'l'") "]}");
	rest(test);
	check_row(test, &each);
}

/* One rule of several clauses, as it has a live set next to a prefix. */
static void test_clauses(struct test *test)
{
	const struct row row = {"in both", udp4(1, 9), PASS,	  FW_REASON_DEFAULT,
				NULL,	   "r",	       .way = "l"};

	use(test,
	    "{'enforce': true, 'sets': {'x': {'live': true}}, 'limits': {" LIMIT(
		    "l", "'burst': 1") "}, 'rules': [" RULE("r", "'match': {'src': ['0.0.0.0/0', "
								 "'@x']}, 'limit': 'l'") "]}");
	live_put(test, live_set(test, "x"), "0.0.0.0/0", FW_FOREVER);
	rest(test);
	check_row(test, &row);
	live_clear(test);
}

/* What the limit passes although it is over, or has no room, goes on as well. */
static void test_passes(struct test *test)
{
	const struct row rows[] = {
		{"within", udp4(1, 9), DROP, FW_REASON_RULE, "end", "r", .way = "l"},
		{"over, which passes", udp4(1, 9), DROP, FW_REASON_RULE, "end", "r", .way = "l"},
	};

	use(test,
	    "{'enforce': true, 'limits': {" LIMIT(
		    "l",
		    "'burst': 1, 'over': 'pass'") "},"
						  "'rules': [" RULE("r", "'limit': 'l'") "," RULE(
							  "end", "'action': 'drop'") "]}");
	rest(test);
	CHECK_ROWS(test, rows);
}

static void test_monitor(struct test *test)
{
	const struct row rows[] = {
		{"within", udp4(1, 9), WOULD_DROP, FW_REASON_RULE, "end", "r", .way = "l"},
		{"over: no further", udp4(1, 9), WOULD_DROP, FW_REASON_OVER_LIMIT, "r"},
	};

	use(test, "{'enforce': false, 'limits': {" LIMIT("l", "'burst': 1") "}, 'rules': [" RULE(
			  "r", "'limit': 'l'") "," RULE("end", "'action': 'drop'") "]}");
	rest(test);
	CHECK_ROWS(test, rows);
}

/* Canaries before and behind: each charged if the packet gets there; as a canary it never drops. */
static void test_canaries(struct test *test)
{
	struct row row = {"within all", udp4(1, 9), PASS,      FW_REASON_DEFAULT,
			  NULL,		"c1 r c2",  .way = "l"};
	struct fw_limit_stats before, after;

	use(test,
	    "{'enforce': true, 'limits': {" LIMIT("l", "'burst': 2") "," LIMIT(
		    "m",
		    "'burst': "
		    "1") "," LIMIT("n",
				   "'burst': 1") "}, 'rules': [" RULE("c1",
								      "'limit': 'm', 'enforce': "
								      "false") "," RULE("r",
											"'limit': "
											"'l'") "," RULE("c2",
													"'limit"
													"': "
													"'n', "
													"'enfor"
													"ce': "
													"false") "]}");
	rest(test);
	read_events(test);
	check_row(test, &row);
	check_equal(test, read_events(test), 0, "nothing to report");
	row.name = "canaries over";
	check_row(test, &row);
	check_equal(test, read_events(test), 2, "both canaries report");
	before = stats_of(test, "n");
	row = (struct row){"over: c2 is not reached", udp4(1, 9), DROP,
			   FW_REASON_OVER_LIMIT,      "r",	  "c1"};
	check_row(test, &row);
	after = stats_of(test, "n");
	check_equal(test, after.over.packets - before.over.packets, 0, "nor charged");
}

static struct frame piece(unsigned offset, uint16_t id)
{
	struct frame frame = fragment4(proto(v4(), 17), offset, true, id);

	return payload(offset ? frame : udp(frame, 1, 2), 16, 0);
}

/* Later fragments pay what their first one met, all of it. */
static void test_pieces(struct test *test)
{
	const struct row rows[] = {
		{"first", piece(0, 4), PASS, FW_REASON_WITHIN_LIMIT, "end", "r1 r2", .way = "a b"},
		{"its second", piece(8, 4), PASS, FW_REASON_WITHIN_LIMIT, "end", .follows = true,
		 .way = "a b"},
		{"its third: the second limit", piece(16, 4), DROP, FW_REASON_OVER_LIMIT, "r2",
		 .follows = true, .way = "a"},
	};
	const struct row plain[] = {
		{"first, by the default", piece(0, 6), PASS, FW_REASON_DEFAULT, NULL, "r1",
		 .way = "a"},
		{"its second", piece(8, 6), PASS, FW_REASON_FRAGMENT, NULL, .way = "a"},
		{"its third", piece(16, 6), DROP, FW_REASON_OVER_LIMIT, "r1", .follows = true},
	};

	use(test,
	    "{'enforce': true, 'limits': {" LIMIT("a", "'burst': 9") "," LIMIT(
		    "b",
		    "'burst': 2, 'per': 'src'") ", 'e': {'rate': '1/h', 'burst': 9}}, 'rules': "
						"[" RULE("r1", "'limit': 'a'") "," RULE(
							"r2", "'limit': "
							      "'b'") "," RULE("end",
									      "'limit': 'e'") "]}");
	rest(test);
	CHECK_ROWS(test, rows);
	use(test, "{'enforce': true, 'limits': {" LIMIT("a", "'burst': 2") "}, 'rules': [" RULE(
			  "r1", "'limit': 'a'") "]}");
	rest(test);
	CHECK_ROWS(test, plain);
}

/* A SYN within goes on, one over is answered, and what opens no connection is not charged. */
static void test_syns(struct test *test)
{
	const struct row rows[] = {
		{"no SYN", tcp(v4(), 1, 80, 16), PASS, FW_REASON_DEFAULT, NULL, "r"},
		{"a SYN within", tcp(v4(), 1, 80, 2), PASS, FW_REASON_DEFAULT, NULL, "r",
		 .way = "l"},
		{"no SYN to telnet", tcp(v4(), 1, 23, 16), DROP, FW_REASON_RULE, "telnet", "r"},
	};

	use(test,
	    "{'enforce': true, 'limits': {" LIMIT(
		    "l",
		    "'burst': 1, 'algorithm': "
		    "'syn_cookie', 'cookies': {'for': "
		    "'synproxy'}") "}, 'rules': [" RULE("r", "'match': {'proto': 'tcp'}, 'limit': "
							     "'l'") "," RULE("telnet",
									     "'match': {'proto': "
									     "'tcp', 'dport': "
									     "23}, 'action': "
									     "'drop'") "]}");
	rest(test);
	CHECK_ROWS(test, rows);
	check(test, run(test, &rows[1].frame) != XDP_PASS, "a SYN over it does not go on",
	      "passed");
}

/* More than one column of rules: the search continues in the right one. */
static void test_columns(struct test *test)
{
	cleanup_free char *json = NULL;
	size_t size;
	FILE *out = open_memstream(&json, &size);
	struct row row = {"among many", udp4(1, 7), DROP,	   FW_REASON_RULE,
			  "end",	"r1 r2 r3", .way = "a b c"};

	fputs("{'enforce': true, 'limits': {" LIMIT("a", "'burst': 9") "," LIMIT(
		      "b", "'burst': 9") "," LIMIT("c", "'burst': 9") "}, 'rules': [",
	      out);
	for (unsigned i = 0; i < 900; i++) {
		if (i % 300 == 150)
			fprintf(out, "{'id': 'r%u', 'limit': '%c'},\n", i / 300 + 1, 'a' + i / 300);
		fprintf(out, "{'id': 'x%u', 'match': {'dport': %u, 'ttl': %u}, 'action': '%s'},\n",
			i, 1000 + i, i % 200, i % 3 ? "drop" : "log");
	}
	fputs("{'id': 'end', 'match': {'dport': 7}, 'action': 'drop'}]}", out);
	fclose(out);
	use(test, json);
	rest(test);
	check_row(test, &row);
}

/* A trial: a limit that the active policy has charged on the way says the same to the tried one. */
static void test_trial(struct test *test)
{
	const char *policy = "{'enforce': true, 'limits': {" LIMIT("l", "'burst': 2") "," LIMIT(
		"m",
		"'burst': 9, 'per': 'src'") "}, 'rules': [" RULE("r",
								 "'limit': 'l'") "," RULE("s",
											  "'limit':"
											  " 'm'") "]}";
	struct frame frame = udp4(1, 9);
	struct errors errs = {0};
	struct fw_try_stats stats = {0};

	use(test, policy);
	rest(test);
	stage(test, policy, FW_IMAGE_TRIED);
	check_equal(test, -datapath_try(test->dp, test->state->test_now + 60 * SECOND, &errs), 0,
		    "the trial begins");
	check_equal(test, passes(test, &frame, 5), 2, "two of five pass");
	check_equal(test, -datapath_try_stats(test->dp, &stats), 0, "counters");
	check_equal(test, stats.compared.packets, 5, "all were compared");
	check_equal(test, stats.different.packets + stats.elsewhere.packets, 0, "none differs");
	datapath_try_stop(test->dp);
	policy_unstage(test->dp, FW_IMAGE_TRIED);
	errors_clear(&errs);
}

/* With "log", a packet that goes on has an event of the limit's rule. */
static void test_log(struct test *test)
{
	struct frame frame = udp4(1, 9);

	use(test, "{'enforce': true, 'limits': {" LIMIT("l", "'burst': 2") "}, 'rules': [" RULE(
			  "r", "'limit': 'l', 'log': true") "]}");
	rest(test);
	read_events(test);
	run(test, &frame);
	if (check_equal(test, read_events(test), 1, "an event")) {
		check_equal(test, test->events[0].reason, FW_REASON_WITHIN_LIMIT, "why");
		check_equal(test, test->events[0].outcome, PASS, "it passed the limit");
		check_equal(test, test->events[0].limit, limit_slot(test, "l"), "by name");
	}
}

void test_way(struct test *test)
{
	test_door(test);
	test_four(test);
	test_once(test);
	test_clauses(test);
	test_passes(test);
	test_monitor(test);
	test_canaries(test);
	test_pieces(test);
	test_syns(test);
	test_columns(test);
	test_trial(test);
	test_log(test);
}
