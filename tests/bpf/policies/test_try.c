// SPDX-License-Identifier: MIT
/*
 * A policy that is tried: what becomes of packets is the active policy's, what the
 * tried one would do otherwise is found exactly, and it leaves no trace but that.
 */
#include "tests/bpf/groups.h"
#include "tests/bpf/lib/harness.h"
#include "tests/bpf/lib/syns.h"

#include <bpf/bpf.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>

#define ACTIVE                                                                     \
	"{'enforce': true, 'defaults': {'malformed': 'drop'},"                     \
	" 'limits': {'few': {'rate': '1/h', 'burst': 3, 'per': 'src/32'},"         \
	"            'all': {'rate': '1/h', 'burst': 4}}, 'rules': ["              \
	"{'id': 'dns', 'match': {'proto': 'udp', 'dport': 53}, 'action': 'drop'}," \
	"{'id': 'ntp', 'match': {'proto': 'udp', 'dport': 123}, 'limit': 'few'},"  \
	"{'id': 'web', 'match': {'proto': 'udp', 'dport': 80}, 'limit': 'all'},"   \
	"{'id': 'log', 'match': {'proto': 'udp', 'dport': 99}, 'action': 'pass', 'log': true}]}"

static void begin(struct test *test, const char *json)
{
	struct errors errs = {0};

	stage(test, json, FW_IMAGE_TRIED);
	check_equal(test, -datapath_try(test->dp, test->state->test_now + 60 * SECOND, &errs), 0,
		    "the trial begins");
	errors_clear(&errs);
}

static void end(struct test *test)
{
	datapath_try_stop(test->dp);
	policy_unstage(test->dp, FW_IMAGE_TRIED);
}

static struct fw_try_stats stats_of(struct test *test)
{
	struct fw_try_stats stats = {0};

	check_equal(test, -datapath_try_stats(test->dp, &stats), 0, "counters");
	return stats;
}

/* So many packets differ, all for the same two reasons. */
static void check_one(struct test *test, uint64_t packets, enum fw_reason reason,
		      enum fw_outcome outcome, enum fw_reason tried_reason,
		      enum fw_outcome tried_outcome, const char *name)
{
	struct try_difference *differences = NULL;
	int count = datapath_try_differences(test->dp, &differences);

	check_equal(test, stats_of(test).different.packets, packets, name);
	if (check(test, count == 1, name, "%d kinds of differences", count)) {
		const struct fw_difference_key *key = &differences[0].key;

		check_equal(test, differences[0].value.count.packets, packets, name);
		check(test,
		      key->reason == reason && key->outcome == outcome &&
			      key->tried_reason == tried_reason &&
			      key->tried_outcome == tried_outcome,
		      name, "%s %s against %s %s", reason_names[key->reason],
		      outcome_names[key->outcome], reason_names[key->tried_reason],
		      outcome_names[key->tried_outcome]);
	}
	free(differences);
}

static void check_none(struct test *test, uint64_t compared, const char *name)
{
	struct fw_try_stats stats = stats_of(test);

	check_equal(test, stats.compared.packets, compared, name);
	check_equal(test, stats.different.packets, 0, name);
}

static void test_rules(struct test *test)
{
	struct frame dns = udp4(1, 53), other = udp4(1, 54), log = udp4(1, 99);

	use(test, ACTIVE);
	begin(test, "{'enforce': true}");
	check_equal(test, run_times(test, &dns, 7), XDP_DROP, "the active policy's verdict");
	check_equal(test, run(test, &other), XDP_PASS, "the active policy's verdict");
	check_equal(test, run(test, &log), XDP_PASS, "the active policy's verdict");
	check_one(test, 7, FW_REASON_RULE, DROP, FW_REASON_DEFAULT, PASS, "a rule that is gone");
	check_equal(test, stats_of(test).compared.packets, 9, "all are compared");
	check_equal(test, stats_of(test).elsewhere.packets, 1, "one has the same end by no rule");
	begin(test, "{'enforce': true, 'rules': [{'id': 'new', 'match': {'dport': 54},"
		    " 'action': 'drop'},{'id': 'dns', 'match': {'proto': 'udp', 'dport': 53},"
		    " 'action': 'drop'}]}");
	check_equal(test, run_times(test, &dns, 2), XDP_DROP, "the same");
	check_equal(test, run_times(test, &other, 3), XDP_PASS, "not dropped");
	check_one(test, 3, FW_REASON_DEFAULT, PASS, FW_REASON_RULE, DROP, "a rule that is new");
	begin(test, "{'enforce': false, 'rules': [{'id': 'dns', 'match': {'proto': 'udp',"
		    " 'dport': 53}, 'action': 'drop'}]}");
	check_equal(test, run(test, &dns), XDP_DROP, "still enforced");
	check_one(test, 1, FW_REASON_RULE, DROP, FW_REASON_RULE, WOULD_DROP, "monitor mode");
	end(test);
}

static void test_malformed(struct test *test)
{
	struct frame frame = udp4(1, 53), non_ip = udp4(1, 53);

	frame.bytes[frame.ip_at] = 0x42; /* an IHL of 2 */
	non_ip.bytes[12] = 0x88;
	non_ip.bytes[13] = 0xcc;
	begin(test, "{'enforce': true, 'defaults': {'malformed': 'pass'}}");
	check_equal(test, run_times(test, &frame, 2), XDP_DROP, "malformed");
	check_one(test, 2, FW_REASON_IP4_IHL, DROP, FW_REASON_IP4_IHL, PASS, "malformed");
	begin(test, "{'enforce': true, 'defaults': {'non_ip': 'drop'}}");
	check_equal(test, run(test, &non_ip), XDP_PASS, "not IP");
	check_one(test, 1, FW_REASON_NON_IP, PASS, FW_REASON_NON_IP, DROP, "not IP");
	end(test);
}

/* The same limit says the same, to the last packet; another one has buckets of its own. */
static void test_limited(struct test *test)
{
	struct frame ntp = udp4(1, 123), web = udp4(1, 80);

	use(test, ACTIVE);
	pass_time(test, 100 * 3600 * SECOND);
	begin(test, ACTIVE);
	for (int i = 0; i < 6; i++) {
		check_equal(test, run(test, &ntp), i < 3 ? XDP_PASS : XDP_DROP, "burst of 3");
		check_equal(test, run(test, &web), i < 4 ? XDP_PASS : XDP_DROP, "burst of 4");
	}
	check_none(test, 12, "the same limits");
	pass_time(test, 100 * 3600 * SECOND);
	begin(test, "{'enforce': true, 'limits': {'few': {'rate': '1/h', 'burst': 1,"
		    " 'per': 'src/32'}}, 'rules': [{'id': 'ntp', 'match': {'proto': 'udp',"
		    " 'dport': 123}, 'limit': 'few'}]}");
	for (int i = 0; i < 6; i++)
		check_equal(test, run(test, &ntp), i < 3 ? XDP_PASS : XDP_DROP, "burst of 3");
	check_one(test, 2, FW_REASON_WITHIN_LIMIT, PASS, FW_REASON_OVER_LIMIT, DROP,
		  "a burst of 1");
	pass_time(test, 100 * 3600 * SECOND);
	begin(test, "{'enforce': true, 'limits': {'new': {'rate': '1/h', 'burst': 2}},"
		    " 'rules': [{'id': 'fresh', 'match': {'dport': 80}, 'limit': 'new'}]}");
	for (int i = 0; i < 4; i++)
		check_equal(test, run(test, &web), XDP_PASS, "burst of 4");
	check_one(test, 2, FW_REASON_WITHIN_LIMIT, PASS, FW_REASON_OVER_LIMIT, DROP,
		  "a limit that is new");
	end(test);
}

static void test_fragments_left_out(struct test *test)
{
	struct frame first = payload(udp(fragment4(v4(), 0, true, 7), 1, 53), 8, 0);
	struct frame later = payload(proto(fragment4(v4(), 16, false, 7), 17), 8, 0);

	use(test, ACTIVE);
	begin(test, "{'enforce': true}");
	check_equal(test, run(test, &first), XDP_DROP, "a first fragment");
	check_equal(test, run(test, &later), XDP_DROP, "the next");
	check_one(test, 1, FW_REASON_RULE, DROP, FW_REASON_DEFAULT, PASS, "first fragments differ");
	check_equal(test, stats_of(test).left_out, 1, "later ones are left out");
	end(test);
}

static void test_end(struct test *test)
{
	struct frame dns = udp4(1, 53);

	use(test, ACTIVE);
	begin(test, "{'enforce': true}");
	run(test, &dns);
	pass_time(test, 59 * SECOND);
	run(test, &dns);
	check(test, datapath_try_until(test->dp) != 0, "a second before its end", "ended");
	pass_time(test, SECOND);
	check_equal(test, run(test, &dns), XDP_DROP, "after its end");
	check_equal(test, stats_of(test).compared.packets, 2, "it ends by itself");
	check_equal(test, datapath_try_until(test->dp), 0, "and says so");
	end(test);
	check_equal(test, run(test, &dns), XDP_DROP, "stopped");
	check_equal(test, stats_of(test).compared.packets, 2, "stopped");
	check_equal(test, -datapath_try(test->dp, ~0ULL, NULL), 2, "nothing to try");
}

/* Its stage is missing: the packet's verdict does not care. */
static void test_missing_stage(struct test *test)
{
	int fd = datapath_map(test->dp, "stages");
	uint32_t key = FW_STAGE_TRY, id = 0;
	struct frame dns = udp4(1, 53);
	cleanup_fd int program = -1;

	check(test, bpf_map_lookup_elem(fd, &key, &id) == 0, "the stage", "is not there");
	program = bpf_prog_get_fd_by_id(id);
	begin(test, "{'enforce': true}");
	bpf_map_delete_elem(fd, &key);
	check_equal(test, run(test, &dns), XDP_DROP, "without its stage");
	check_equal(test, stats_of(test).compared.packets, 0, "nothing is compared");
	bpf_map_update_elem(fd, &key, &program, BPF_ANY);
	check_equal(test, run(test, &dns), XDP_DROP, "with it again");
	check_equal(test, stats_of(test).compared.packets, 1, "it is");
	end(test);
}

/*
 * All rows of these groups again, under a trial: each looks at the verdict, at every counter and
 * bucket, and at what events say.
 */
static void test_nothing_changes(struct test *test)
{
	uint64_t compared;

	use(test, "{}");
	stage(test,
	      "{'enforce': true, 'defaults': {'action': 'drop', 'malformed': 'pass'}, 'limits':"
	      " {'l': {'rate': '1/h', 'burst': 1}}, 'rules': [{'id': 'canary', 'match': {'ttl':"
	      " '0-255'}, 'action': 'drop', 'enforce': false}, {'id': 'limited', 'match':"
	      " {'dport': '50-60'}, 'limit': 'l', 'log': true}]}",
	      FW_IMAGE_TRIED);
	check_equal(test, datapath_try(test->dp, ~0ULL, NULL), 0, "the trial begins");
	test_live(test);
	test_events(test);
	compared = stats_of(test).compared.packets;
	check(test, compared > 100, "packets were compared", "%llu", (unsigned long long)compared);
	end(test);
}

static void test_flows(struct test *test)
{
	struct frame dns = udp4(1, 53), other = udp4(2, 53);
	struct try_flow *flows = NULL;
	int count;

	use(test, ACTIVE);
	begin(test, "{'enforce': true}");
	run_times(test, &dns, 2);
	run_times(test, &other, 5);
	count = datapath_try_flows(test->dp, &flows);
	if (check(test, count == 2, "flows", "%d", count)) {
		check_equal(test, flows[0].value.count.packets, 5, "most first");
		check_equal(test, flows[1].value.count.packets, 2, "then less");
		check_equal(test, flows[0].key.packet.key.dport, 53, "its port");
		check_equal(test, flows[0].value.count.bytes, 5 * (uint64_t)other.length, "bytes");
	}
	free(flows);
	end(test);
}

/* Pings with different ids are one flow. */
static void test_ping_flow(struct test *test)
{
	struct frame ping = icmp(v4(), 8, 0), other = poke8(ping, ping.l4_at + 4, 7);
	struct try_flow *flows = NULL;

	use(test, "{}");
	begin(test, "{'enforce': true, 'defaults': {'action': 'drop'}}");
	run(test, &ping);
	run(test, &other);
	if (check_equal(test, (uint64_t)datapath_try_flows(test->dp, &flows), 1, "one flow"))
		check_equal(test, flows[0].value.count.packets, 2, "of both pings");
	free(flows);
	end(test);
}

/* An answered SYN is judged as it came in: not by its answer, whose stations are swapped. */
static void test_answered(struct test *test)
{
	struct frame syn = syn4(), labelled = syn6();

	labelled.bytes[labelled.ip_at + 3] = 0x42;
	use_cookies(test, true, "'for': 'synproxy'");
	exhaust(test);
	begin(test, "{'enforce': true, 'rules': [{'id': 'r', 'match': {'src_mac':"
		    " '02:00:00:00:00:01'}, 'action': 'drop'}]}");
	check_equal(test, run(test, &syn), XDP_TX, "answered");
	check_one(test, 1, FW_REASON_SYN_COOKIE, TX, FW_REASON_RULE, DROP, "by the source's MAC");
	begin(test, "{'enforce': true, 'rules': [{'id': 'r', 'match': {'dst_mac':"
		    " '02:00:00:00:00:01'}, 'action': 'drop'}]}");
	check_equal(test, run(test, &syn), XDP_TX, "answered");
	check_one(test, 1, FW_REASON_SYN_COOKIE, TX, FW_REASON_DEFAULT, PASS, "not its own");
	begin(test, "{'enforce': true, 'rules': [{'id': 'r', 'match': {'flow_label': 66},"
		    " 'action': 'drop'}]}");
	check_equal(test, run(test, &labelled), XDP_TX, "answered");
	check_one(test, 1, FW_REASON_SYN_COOKIE, TX, FW_REASON_RULE, DROP, "by the flow label");
	end(test);
}

static uint32_t time_of(struct test *test, const struct frame *frame)
{
	uint32_t best = ~0U, ns, verdict;

	for (int i = 0; i < 7; i++)
		if (!datapath_run(test->dp, test->ifindex, frame->bytes, frame->length, 100000,
				  &verdict, &ns) &&
		    ns < best)
			best = ns;
	return best;
}

/* What it costs: reported, not judged. */
static void tell_cost(struct test *test)
{
	struct frame dns = udp4(1, 53), other = udp4(1, 54);
	uint32_t none = time_of(test, &dns), same, different;

	begin(test, ACTIVE);
	same = time_of(test, &other);
	end(test);
	begin(test, "{'enforce': true}");
	different = time_of(test, &dns);
	end(test);
	printf("       ns a packet: %u without a trial, %u with one, %u where it differs\n", none,
	       same, different);
}

void test_try(struct test *test)
{
	test_rules(test);
	test_malformed(test);
	test_limited(test);
	test_fragments_left_out(test);
	test_flows(test);
	test_ping_flow(test);
	test_answered(test);
	test_end(test);
	test_missing_stage(test);
	test_nothing_changes(test);
	tell_cost(test);
}
