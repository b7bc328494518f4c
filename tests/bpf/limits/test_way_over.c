// SPDX-License-Identifier: MIT
/*
 * Limits that go on, next to those that do more than drop what is over them: answer it with a cookie,
 * or ban its key. A source over one of them is charged by none after it, and banned by none.
 */
#include "tests/bpf/lib/bans.h"
#include "tests/bpf/groups.h"
#include "tests/bpf/lib/limited.h"
#include "tests/bpf/lib/syns.h"

#include <arpa/inet.h>
#include <string.h>

#define HEAD	     "{'enforce': true, 'limits': {"
#define HOURLY	     "'rate': '1/h', 'burst': "
#define GOES_ON	     ", 'within': 'continue'"
#define BLOCKS	     ", 'over': 'block'"
#define COOKIE	     ", 'algorithm': 'syn_cookie', 'cookies': {'for': 'synproxy'}"
#define OTHER_SOURCE "192.0.2.8"

/* What a limit has counted since the last call for it. */
struct watch {
	const char *limit;
	struct fw_limit_stats before;
};

static struct watch watch(struct test *test, const char *limit)
{
	struct watch watch = {.limit = limit};

	datapath_limit_stats(test->dp, limit_slot(test, limit), &watch.before);
	return watch;
}

static void check_charged(struct test *test, struct watch *watch, uint64_t passed, uint64_t over,
			  const char *name)
{
	struct fw_limit_stats now = {0};

	datapath_limit_stats(test->dp, limit_slot(test, watch->limit), &now);
	check(test,
	      now.passed.packets - watch->before.passed.packets == passed &&
		      now.over.packets - watch->before.over.packets == over,
	      name, "limit %s: %llu passed, %llu over; wanted %llu, %llu", watch->limit,
	      (unsigned long long)(now.passed.packets - watch->before.passed.packets),
	      (unsigned long long)(now.over.packets - watch->before.over.packets),
	      (unsigned long long)passed, (unsigned long long)over);
	watch->before = now;
}

/* Bans since the last call: one, of this limit and address; or none, without a limit. */
static void check_bans(struct test *test, const char *limit, const char *address, const char *name)
{
	struct bans bans = read_bans(test);
	char text[INET_ADDRSTRLEN] = "";

	if (!limit) {
		check_equal(test, bans.count, 0, name);
		return;
	}
	inet_ntop(AF_INET, bans.last.addr, text, sizeof(text));
	check(test,
	      bans.count == 1 && bans.last.limit == limit_slot(test, limit) &&
		      bans.last.family == 4 && bans.last.prefix_len == 32 &&
		      strcmp(text, address) == 0,
	      name, "%llu, the last by limit %u of %s/%u", (unsigned long long)bans.count,
	      bans.last.limit, text, bans.last.prefix_len);
}

static void begin(struct test *test, const char *policy)
{
	use(test, policy);
	rest(test);
	read_bans(test);
}

/* ---- cookies ---- */

/* A limit that goes on, before one that answers. */
static void test_before_cookies(struct test *test)
{
	const struct row rows[] = {
		{"a SYN within both", syn4(), PASS, FW_REASON_WITHIN_LIMIT, "web", "door",
		 .way = "l"},
		{"over the second: answered", syn4(), TX, FW_REASON_SYN_COOKIE, "web", "door",
		 .way = "l"},
		{"which no ACK is charged for", syn_flags(ACK), PASS, FW_REASON_RULE, "web", "door",
		 .way = "l"},
		{"over the first: not answered", syn4(), DROP, FW_REASON_OVER_LIMIT, "door"},
		{"nor is an ACK let through", syn_flags(ACK), DROP, FW_REASON_OVER_LIMIT, "door"},
	};
	struct watch first, second;

	begin(test, HEAD "'l': {" HOURLY "3, 'per': 'src'" GOES_ON "}, 's': {" HOURLY "1" COOKIE
			 "}}, 'rules': [{'id': 'door', 'limit': 'l'},"
			 "{'id': 'web', 'match': {'proto': 'tcp', 'dport': 80}, 'limit': 's'}]}");
	first = watch(test, "l");
	second = watch(test, "s");
	CHECK_ROWS(test, rows);
	check_charged(test, &first, 3, 2, "the first is charged for all");
	check_charged(test, &second, 1, 1, "the second for SYNs that get to it");
}

/* And behind one that answers and goes on. */
static void test_behind_cookies(struct test *test)
{
	const struct row rows[] = {
		{"a SYN within both", syn4(), PASS, FW_REASON_DEFAULT, NULL, "web door",
		 .way = "s l"},
		{"over the second", syn4(), DROP, FW_REASON_OVER_LIMIT, "door", "web", .way = "s"},
		{"an ACK is charged by the second only", syn_flags(ACK), DROP, FW_REASON_OVER_LIMIT,
		 "door", "web"},
		{"over the first: answered", syn4(), TX, FW_REASON_SYN_COOKIE, "web"},
		{"over it, and no answer is possible", payload(syn4(), 8, 1), DROP,
		 FW_REASON_OVER_LIMIT, "web"},
	};
	struct watch first, second;

	begin(test, HEAD "'s': {" HOURLY "2" COOKIE GOES_ON "}, 'l': {" HOURLY
			 "1, 'per': 'src'" GOES_ON "}}, 'rules': ["
			 "{'id': 'web', 'match': {'proto': 'tcp', 'dport': 80}, 'limit': 's'},"
			 "{'id': 'door', 'limit': 'l'}]}");
	first = watch(test, "s");
	second = watch(test, "l");
	CHECK_ROWS(test, rows);
	check_charged(test, &first, 2, 2, "the first is charged for SYNs");
	check_charged(test, &second, 1, 2, "the second for what got to it");
}

/* A source over a limit that bans gets no answer from the one behind it. */
static void test_ban_before_cookies(struct test *test)
{
	const struct row rows[] = {
		{"within both", syn4(), PASS, FW_REASON_WITHIN_LIMIT, "web", "door", .way = "b"},
		{"answered, and not banned", syn4(), TX, FW_REASON_SYN_COOKIE, "web", "door",
		 .way = "b"},
		{"banned, and not answered", syn4(), DROP, FW_REASON_OVER_LIMIT, "door"},
	};
	struct watch cookies;

	begin(test, HEAD "'b': {" HOURLY "2, 'per': 'src'" BLOCKS GOES_ON "}, 's': {" HOURLY
			 "1" COOKIE "}}, 'rules': [{'id': 'door', 'limit': 'b'},"
			 "{'id': 'web', 'match': {'proto': 'tcp', 'dport': 80}, 'limit': 's'}]}");
	cookies = watch(test, "s");
	check_rows(test, rows, 2);
	check_bans(test, NULL, NULL, "an answer bans nobody");
	check_row(test, &rows[2]);
	check_bans(test, "b", SRC4, "a source over the first is banned");
	check_charged(test, &cookies, 1, 1, "the second is not charged for it");
}

/* ---- bans ---- */

static void test_ban(struct test *test)
{
	const struct row early = {"decided before", udp4(1, 9), DROP, FW_REASON_RULE, "early"};
	const struct row within = {"within", udp4(1, 53), PASS,	       FW_REASON_DEFAULT,
				   NULL,     "door next", .way = "b l"};
	const struct row over = {"over it", udp4(1, 53), DROP, FW_REASON_OVER_LIMIT, "door"};
	const struct row blocked = {"blocked", udp4(1, 53), DROP, FW_REASON_BLOCKED, NULL};
	struct fw_explanation explanation;
	struct watch bans, next;

	begin(test, HEAD "'b': {" HOURLY "2, 'per': 'src'" BLOCKS GOES_ON "}, 'l': {" HOURLY
			 "9" GOES_ON "}}, 'rules': ["
			 "{'id': 'early', 'match': {'proto': 'udp', 'dport': 9}, 'action': 'drop'},"
			 "{'id': 'door', 'limit': 'b'}, {'id': 'next', 'limit': 'l'}]}");
	bans = watch(test, "b");
	next = watch(test, "l");
	for (int i = 0; i < 5; i++)
		check_row(test, &early);
	check_charged(test, &bans, 0, 0, "what does not get to it is not charged");
	check_row(test, &within);
	check_row(test, &within);
	explain(test, &over.frame, &explanation);
	check_bans(test, NULL, NULL, "nobody is banned who is within, or explained");
	check_charged(test, &next, 2, 0, "the next one is charged for what is within");
	check_row(test, &over);
	check_bans(test, "b", SRC4, "a source over it is banned");
	check_charged(test, &bans, 2, 1, "and counted as over");
	check_charged(test, &next, 0, 0, "the next one is not charged");
	/* As fwd does with a ban: then no limit is reached. */
	live_put(test, FW_LIVE_BLOCKS, SRC4 "/32", FW_FOREVER);
	check_row(test, &blocked);
	check_bans(test, NULL, NULL, "who is blocked is not banned again");
	check_charged(test, &bans, 0, 0, "nor charged");
	live_clear(test);
}

/* Of sources, and then of destinations, for which the burst is 1. */
#define TWO_BANS(burst)                                                                          \
	"{'enforce': true, 'sets': {'t': {'live': true}}, 'limits': {'b1': {" HOURLY burst       \
	", 'per': 'src'" BLOCKS GOES_ON "}, 'b2': {" HOURLY "1, 'per': 'dst', 'block': {'set': " \
	"'t'}" BLOCKS GOES_ON                                                                    \
	"}}, 'rules': [{'id': 'r1', 'limit': 'b1'}, {'id': 'r2', 'limit': 'b2'}]}"

/* Of two, each bans its own key, and a source over the first is not charged by the second. */
static void test_two_bans(struct test *test)
{
	const struct row rows[] = {
		{"within both", from4(SRC4), PASS, FW_REASON_DEFAULT, NULL, "r1 r2",
		 .way = "b1 b2"},
		{"over the first", from4(SRC4), DROP, FW_REASON_OVER_LIMIT, "r1"},
		{"another source: over the second", from4(OTHER_SOURCE), DROP, FW_REASON_OVER_LIMIT,
		 "r2", "r1", .way = "b1"},
		{"and over both", from4(OTHER_SOURCE), DROP, FW_REASON_OVER_LIMIT, "r1"},
	};
	struct watch first, second;

	begin(test, TWO_BANS("1"));
	first = watch(test, "b1");
	second = watch(test, "b2");
	check_row(test, &rows[0]);
	check_bans(test, NULL, NULL, "within both: nobody");
	check_row(test, &rows[1]);
	check_bans(test, "b1", SRC4, "over the first: the source");
	check_charged(test, &second, 1, 0, "the second is charged once");
	check_row(test, &rows[2]);
	check_bans(test, "b2", DST4, "over the second: the destination");
	check_charged(test, &second, 0, 1, "and counts it as over");
	check_row(test, &rows[3]);
	check_bans(test, "b1", OTHER_SOURCE, "over both: by the first");
	check_charged(test, &first, 2, 2, "the first is charged for all");
	check_charged(test, &second, 0, 0, "the second no more");
}

static struct frame piece(unsigned offset)
{
	struct frame frame = fragment4(proto(v4(), 17), offset, true, 4);

	return payload(offset ? frame : udp(frame, 1, 2), 16, 0);
}

/* Later fragments are banned by the limits that their first one met, and by the first that they are over. */
static void test_pieces(struct test *test)
{
	const struct row rows[] = {
		{"first", piece(0), PASS, FW_REASON_DEFAULT, NULL, "r1 r2", .way = "b1 b2"},
		{"its second: over the second limit", piece(8), DROP, FW_REASON_OVER_LIMIT, "r2",
		 .follows = true, .way = "b1"},
		{"its third: over the first", piece(16), DROP, FW_REASON_OVER_LIMIT, "r1",
		 .follows = true},
	};
	struct watch second;

	begin(test, TWO_BANS("2"));
	second = watch(test, "b2");
	check_row(test, &rows[0]);
	check_bans(test, NULL, NULL, "a first fragment within both: nobody");
	check_row(test, &rows[1]);
	check_bans(test, "b2", DST4, "its second: the destination");
	check_row(test, &rows[2]);
	check_bans(test, "b1", SRC4, "its third: the source");
	check_charged(test, &second, 1, 1, "and the second limit is not charged");
}

void test_way_over(struct test *test)
{
	test_before_cookies(test);
	test_behind_cookies(test);
	test_ban_before_cookies(test);
	test_ban(test);
	test_two_bans(test);
	test_pieces(test);
}
