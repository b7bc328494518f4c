// SPDX-License-Identifier: MIT
/* What the pins keep when fwd ends; and what a packet meets where a stage is missing. */
#include "tests/bpf/groups.h"
#include "tests/bpf/lib/harness.h"

#include <bpf/bpf.h>
#include <linux/bpf.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#define BPFFS "/sys/fs/bpf"

/* Filtering without a stage would be guessing. */
void test_missed(struct test *test)
{
	struct row row = {"no firewall", udp4(1, 53), DROP, FW_REASON_MISSED_TAIL_CALL};
	struct row bad = {"malformed needs none", cut(v4(), 20), DROP, FW_REASON_SHORT_IP4};
	struct row limited = {"no ratelimit", udp4(1, 53), DROP, FW_REASON_MISSED_TAIL_CALL};
	uint32_t firewall = FW_STAGE_FIREWALL, ratelimit = FW_STAGE_RATELIMIT;
	int stages = datapath_map(test->dp, "stages");

	use(test, "{'enforce': true, 'limits': {'some': {'rate': '1/s'}}, 'rules': ["
		  "{'id': 'limited', 'match': {'dport': 53}, 'limit': 'some'}]}");
	limited.also = "limited"; /* it matched; the limit has not spoken */
	bpf_map_delete_elem(stages, &ratelimit);
	check_row(test, &limited);
	bpf_map_delete_elem(stages, &firewall);
	check_row(test, &row);
	check_row(test, &bad);
	use(test, "{}");
	row.outcome = WOULD_DROP;
	row.name = "no firewall, in monitor mode";
	check_row(test, &row);
}

static const char policy[] =
	"{'enforce': true, 'sets': {'banned': {'live': true}}, 'limits': {"
	" 'few': {'rate': '1/h', 'burst': 5}}, 'rules': ["
	"{'id': 'bad', 'match': {'src': '@banned'}, 'action': 'drop'},"
	"{'id': 'src', 'match': {'src': ['198.51.100.0/24', '2001:db8:5::/48']}, 'action': 'drop'},"
	"{'id': 'few', 'match': {'proto': 'udp'}, 'limit': 'few'}]}";

static bool reopen(struct test *test, const struct datapath_options *options)
{
	struct errors errs = {0};
	int err;

	test->dp = datapath_close(test->dp);
	err = datapath_open(options, &test->dp, &errs);
	if (err)
		errors_print(&errs, stdout, false);
	errors_clear(&errs);
	return check(test, !err, "open with pins", "%s", strerror(-err));
}

/* All that the next fwd needs is there, before it has applied anything. */
static void test_kept(struct test *test, const struct datapath_options *options)
{
	struct frame frame = udp4(1, 53), bad = from4("192.0.2.66");
	struct frame dropped = from4("198.51.100.1"), dropped6 = from6("2001:db8:5::1");
	struct fw_rule_stats before, after;
	unsigned slot, generation;

	use(test, policy);
	live_put(test, live_set(test, "banned"), "192.0.2.66", FW_FOREVER);
	run_times(test, &frame, 3);
	slot = rule_slot(test, "few");
	generation = datapath_generation(test->dp);
	datapath_rule_stats(test->dp, slot, &before);
	if (!reopen(test, options))
		return;
	check(test, datapath_adopted(test->dp), "the next one adopts", "made again");
	check_equal(test, datapath_generation(test->dp), generation, "the policy");
	datapath_rule_stats(test->dp, slot, &after);
	check_equal(test, after.matched.packets, before.matched.packets, "its counters");
	check_equal(test, slots_find(datapath_slots(test->dp), FW_NAME_RULE, "few"), slot,
		    "the names of its slots");
	check_equal(test, run(test, &dropped), XDP_DROP, "its tables");
	check_equal(test, run(test, &dropped6), XDP_DROP, "its IPv6 tables");
	check_equal(test, run(test, &bad), XDP_DROP, "its live sets");
	check_equal(test,
		    (run(test, &frame) == XDP_PASS) + (run(test, &frame) == XDP_PASS) +
			    (run(test, &frame) == XDP_PASS),
		    2, "its buckets");
}

static const char lets_in[] =
	"{'enforce': true, 'rules': [{'id': 'in', 'match': {'proto': 'udp', 'dport': 53},"
	" 'action': 'pass'}, {'id': 'rest', 'action': 'drop'}]}";

/*
 * The layout of an earlier version: its fragments are shared, and what its policy has let in is
 * nothing that ours, with the same number of switches, may let in.
 */
static void test_upgraded(struct test *test, const struct datapath_options *options)
{
	struct frame first =
		payload(udp(fragment4(ip4(eth(), SRC4, DST4), 0, true, 7), 1, 53), 16, 0);
	struct frame later =
		payload(fragment4(proto(ip4(eth(), SRC4, DST4), 17), 3, false, 7), 16, 0);
	unsigned generation, switches = 0;

	use(test, lets_in);
	generation = datapath_generation(test->dp);
	check_equal(test, run(test, &first), XDP_PASS, "a first fragment");
	check_equal(test, run(test, &later), XDP_PASS, "and a later one");
	test->state->abi_version = FW_ABI_VERSION - 1;
	if (!reopen(test, options))
		return;
	do {
		use(test, "{'enforce': true, 'rules': [{'id': 'none', 'action': 'drop'}]}");
		check_equal(test, run(test, &later), XDP_DROP, "is dropped after the upgrade");
	} while (++switches < generation);
	check_equal(test, datapath_generation(test->dp), generation + switches,
		    "generations count on");
}

/* A datapath next to the others, in a pin folder of its own. */
void test_adopt(struct test *test)
{
	char folder[64];
	struct test own = {.group = test->group, .ifindex = test->ifindex};
	struct datapath_options options = {.pin_dir = folder};
	struct errors errs = {0};
	struct statfs fs;

	if (statfs(BPFFS, &fs) || fs.f_type != BPF_FS_MAGIC) {
		skip_test(test, "pins", "no bpffs on " BPFFS);
		return;
	}
	snprintf(folder, sizeof(folder), BPFFS "/fwd-bpf-tests-%d", (int)getpid());
	if (reopen(&own, &options) && test_attach_maps(&own) == 0)
		test_kept(&own, &options);
	if (own.dp)
		test_upgraded(&own, &options);
	if (own.dp)
		check_equal(&own, datapath_unpin(own.dp, &errs), 0, "unpin");
	errors_clear(&errs);
	check(&own, access(folder, F_OK) != 0, "nothing is left", "%s", folder);
	test->passed += own.passed;
	test->failed += own.failed;
	test_close(&own);
}
