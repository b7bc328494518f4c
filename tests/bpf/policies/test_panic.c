// SPDX-License-Identifier: MIT
/* The panic switch stands above every policy: open lets all pass, close all but management. */
#include "tests/bpf/groups.h"
#include "tests/bpf/lib/harness.h"

#include <linux/bpf.h>

#define POLICY                                                                     \
	"{%s'management': {'allow': [{'src': '192.0.2.7', 'proto': 'tcp',"         \
	" 'dport': 22}, {'src': '2001:db8:1::7', 'proto': 'tcp', 'dport': 22}]},"  \
	"'defaults': {'malformed': 'pass', 'non_ip': 'pass'}, 'limits': {"         \
	"'all': {'rate': '1000/s'}}, 'rules': ["                                   \
	"{'id': 'web', 'match': {'proto': 'tcp', 'dport': 80}, 'action': 'pass'}," \
	"{'id': 'dns', 'match': {'proto': 'udp', 'dport': 53}, 'limit': 'all'},"   \
	"{'id': 'seen', 'match': {'proto': 'udp', 'dport': 99}, 'action': 'drop'," \
	" 'enforce': false},"                                                      \
	"{'id': 'bad', 'match': {'proto': 'tcp', 'dport': 23}, 'action': 'drop'}]}"

static void use_policy(struct test *test, const char *more)
{
	char text[2048];

	snprintf(text, sizeof(text), POLICY, more);
	use(test, text);
}

static void test_closed(struct test *test, bool enforce)
{
	const struct row rows[] = {
		{"management", tcp4(40000, 22), PASS, FW_REASON_MANAGEMENT, "management/0"},
		{"management, IPv6", tcp6(40000, 22), PASS, FW_REASON_MANAGEMENT, "management/1"},
		{"what a rule passes", tcp4(40000, 80), DROP, FW_REASON_PANIC},
		{"what a rule drops", tcp4(40000, 23), DROP, FW_REASON_PANIC},
		{"what a limit passes", udp4(1, 53), DROP, FW_REASON_PANIC},
		{"what a canary sees", udp4(1, 99), DROP, FW_REASON_PANIC},
		{"what the default passes", udp6(1, 7), DROP, FW_REASON_PANIC},
		{"malformed", cut(v4(), 20), DROP, FW_REASON_SHORT_IP4},
		{"ARP", arp(eth()), PASS, FW_REASON_LINK},
		{"neighbor solicitation",
		 icmp(ttl(ip6(eth(), "fe80::7", "ff02::1:ff00:9"), 255), 135, 0), PASS,
		 FW_REASON_LINK},
		{"LACP", payload(type(eth(), 0x8809), 46, 1), PASS, FW_REASON_LINK},
		{"802.1X", payload(type(eth(), 0x888e), 46, 1), PASS, FW_REASON_LINK},
		{"LLDP", payload(type(eth(), ETH_P_LLDP), 46, 1), PASS, FW_REASON_LINK},
		{"spanning tree", payload(type(eth(), 38), 46, 0x42), PASS, FW_REASON_LINK},
		{"the first with an EtherType", payload(type(eth(), 0x600), 46, 1), DROP,
		 FW_REASON_PANIC},
		{"PPPoE", payload(type(eth(), 0x8864), 46, 1), DROP, FW_REASON_PANIC},
	};

	use_policy(test, enforce ? "'enforce': true, " : "");
	datapath_panic(test->dp, FW_PANIC_CLOSE, test->state->test_now + 10 * SECOND);
	CHECK_ROWS(test, rows);
	check(test, datapath_panic_end(test->dp), "ended", "there was none");
}

static void test_opened(struct test *test)
{
	const struct row rows[] = {
		{"management", tcp4(40000, 22), PASS, FW_REASON_PANIC},
		{"what a rule drops", tcp4(40000, 23), PASS, FW_REASON_PANIC},
		{"malformed", cut(v4(), 20), PASS, FW_REASON_PANIC},
		{"blocked", from4("192.0.2.66"), PASS, FW_REASON_PANIC},
		{"ARP", arp(eth()), PASS, FW_REASON_PANIC},
	};
	struct row blocked = {"blocked, afterwards", from4("192.0.2.66"), DROP, FW_REASON_BLOCKED};

	use_policy(test, "'enforce': true, ");
	live_put(test, FW_LIVE_BLOCKS, "192.0.2.66", FW_FOREVER);
	datapath_panic(test->dp, FW_PANIC_OPEN, test->state->test_now + 10 * SECOND);
	CHECK_ROWS(test, rows);
	datapath_panic_end(test->dp);
	check_row(test, &blocked);
	live_clear(test);
}

/* It ends without anybody. */
static void test_end(struct test *test)
{
	struct row closed = {"1 ns before the end", tcp4(40000, 80), DROP, FW_REASON_PANIC};
	struct row over = {"at the end", tcp4(40000, 80), PASS, FW_REASON_RULE, "web"};
	uint64_t end = test->state->test_now + 10 * SECOND;
	struct panic_view view;

	use_policy(test, "'enforce': true, ");
	check(test, !datapath_panic_view(test->dp, &view), "none", "there is one");
	datapath_panic(test->dp, FW_PANIC_CLOSE, end);
	set_clock(test, end - 1);
	check_row(test, &closed);
	check(test, datapath_panic_view(test->dp, &view) && view.mode == FW_PANIC_CLOSE, "close",
	      "not");
	check_equal(test, view.end, end, "its end");
	set_clock(test, end);
	check_row(test, &over);
	check(test, !datapath_panic_view(test->dp, &view), "over", "in force");
	check(test, !datapath_panic_end(test->dp), "nothing to end", "there was");
}

/* A policy that is applied meanwhile changes nothing, and is in force afterwards. */
static void test_apply(struct test *test)
{
	struct row closed = {"another policy", tcp4(40000, 23), DROP, FW_REASON_PANIC};
	struct row after = {"is in force afterwards", tcp4(40000, 23), PASS, FW_REASON_DEFAULT};

	use_policy(test, "'enforce': true, ");
	datapath_panic(test->dp, FW_PANIC_CLOSE, test->state->test_now + 10 * SECOND);
	use(test, "{'enforce': true}");
	check_row(test, &closed);
	datapath_panic_end(test->dp);
	check_row(test, &after);
}

/* Later fragments: of what management let in, and of nothing else. */
static void test_later_fragments(struct test *test)
{
	struct frame in4 = ip4(eth(), SRC4, DST4);
	const struct row before[] = {
		{"a first one, by management",
		 payload(tcp(fragment4(in4, 0, true, 7), 40000, 22, ACK), 20, 1), PASS,
		 FW_REASON_MANAGEMENT, "management/0"},
		{"a first one, by a rule",
		 payload(tcp(fragment4(in4, 0, true, 8), 40000, 80, ACK), 20, 1), PASS,
		 FW_REASON_RULE, "web"},
	};
	const struct row closed[] = {
		{"its later one", payload(proto(fragment4(in4, 5, false, 7), 6), 40, 1), PASS,
		 FW_REASON_FRAGMENT, "management/0", .follows = true},
		{"the other's", payload(proto(fragment4(in4, 5, false, 8), 6), 40, 1), DROP,
		 FW_REASON_PANIC},
	};

	use_policy(test, "'enforce': true, ");
	CHECK_ROWS(test, before);
	datapath_panic(test->dp, FW_PANIC_CLOSE, test->state->test_now + 10 * SECOND);
	CHECK_ROWS(test, closed);
	datapath_panic_end(test->dp);
}

/* A question about another policy is about that policy; a trial rests. */
static void test_others(struct test *test)
{
	struct frame frame = tcp4(40000, 80);
	struct fw_explanation is = {0};
	struct fw_try_stats stats = {0};
	struct errors errs = {0};

	use_policy(test, "'enforce': true, ");
	if (!stage(test, "{'enforce': true}", FW_IMAGE_CANDIDATE) ||
	    !stage(test, "{'enforce': true, 'defaults': {'action': 'drop'}}", FW_IMAGE_TRIED))
		return;
	datapath_try(test->dp, test->state->test_now + 100 * SECOND, &errs);
	datapath_panic(test->dp, FW_PANIC_CLOSE, test->state->test_now + 10 * SECOND);
	datapath_explain(test->dp, JUDGE_CANDIDATE, test->ifindex, frame.bytes, frame.length, &is);
	check_equal(test, is.reason, FW_REASON_DEFAULT, "a candidate");
	datapath_explain(test->dp, JUDGE_RUNNING, test->ifindex, frame.bytes, frame.length, &is);
	check_equal(test, is.reason, FW_REASON_PANIC, "the running one");
	check_equal(test, run(test, &frame), XDP_DROP, "a packet");
	datapath_try_stats(test->dp, &stats);
	check_equal(test, stats.compared.packets, 0, "packets that the trial compared");
	datapath_panic_end(test->dp);
	datapath_try_stop(test->dp);
	policy_unstage(test->dp, FW_IMAGE_CANDIDATE);
	policy_unstage(test->dp, FW_IMAGE_TRIED);
	errors_clear(&errs);
}

void test_panic(struct test *test)
{
	set_clock(test, 1000 * SECOND);
	test_closed(test, true);
	test_closed(test, false);
	test_opened(test);
	test_end(test);
	test_apply(test);
	test_later_fragments(test);
	test_others(test);
}
