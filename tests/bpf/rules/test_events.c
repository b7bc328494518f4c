// SPDX-License-Identifier: MIT
/* Records of the ring: what they say, how many there are, and that none is lost uncounted. */
#include "tests/bpf/groups.h"
#include "tests/bpf/lib/harness.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#define RING_RECORDS (FW_EVENT_RING_BYTES / (sizeof(struct fw_event) + 8))

/* What happened to events between two points. */
struct tally {
	struct test *test;
	struct fw_event_stats before;
};

static struct tally tally_start(struct test *test)
{
	struct tally tally = {.test = test};

	read_events(test);
	datapath_event_stats(test->dp, &tally.before);
	return tally;
}

static uint64_t tally_of(const struct tally *tally, enum fw_event_counter counter)
{
	struct fw_event_stats after = {0};

	datapath_event_stats(tally->test->dp, &after);
	return after.count[counter] - tally->before.count[counter];
}

static void run_each(struct test *test, const struct frame *frame, unsigned times)
{
	for (unsigned i = 0; i < times; i++)
		run(test, frame);
}

static void check_packet(struct test *test, const struct fw_packet_info *packet,
			 const struct frame *frame)
{
	check_equal(test, packet->interface,
		    slots_find(test->policy->slots, FW_NAME_INTERFACE, "wan"), "interface slot");
	check_equal(test, packet->key.src[0], inet_addr(SRC4), "source");
	check_equal(test, packet->key.dst[0], inet_addr(DST4), "destination");
	check_equal(test, packet->key.src[1] | packet->key.dst[3], 0, "the rest of IPv4 addresses");
	check_equal(test, packet->length, frame->length, "length of the frame");
	check_equal(test, packet->key.sport, 40000, "source port");
	check_equal(test, packet->key.dport, 22, "destination port");
	check_equal(test, packet->vlan, 100, "outer VLAN");
	check_equal(test, packet->inner_vlan, 7, "inner VLAN");
	check_equal(test, packet->ethertype, ETH_P_IP, "ethertype");
	check_equal(test, packet->kind, FW_KIND_IP4, "kind");
	check_equal(test, packet->key.proto, 6, "protocol");
	check_equal(test, packet->fragment, FW_FRAGMENT_NONE, "no fragment");
	check_equal(test, packet->flags, FW_IS_IP | FW_HAS_PORTS | FW_HAS_TCP, "flags");
	check_equal(test, packet->tcp_flags, SYN | ECE, "TCP flags");
}

static void test_record(struct test *test)
{
	struct frame frame = tag(tag(eth(), ETH_P_8021AD, 100), ETH_P_8021Q, 7);
	const struct fw_event *event;

	use(test, "{'enforce': true, 'interfaces': {'wan': {}, 'lan': {}}, 'rules': ["
		  "{'id': 'first', 'match': {'dport': 1}, 'action': 'pass'},"
		  "{'id': 'ssh', 'match': {'proto': 'tcp', 'dport': 22}, 'action': 'drop'}]}");
	frame = tcp(ip4(frame, SRC4, DST4), 40000, 22, SYN | ECE);
	test->ifindex = test->wan;
	read_events(test);
	run(test, &frame);
	test->ifindex = 1;
	if (!check_equal(test, read_events(test), 1, "one event"))
		return;
	event = test->events;
	check_packet(test, &event->packet, &frame);
	check_equal(test, event->time, test->state->test_now, "time");
	check_equal(test, event->generation, datapath_generation(test->dp), "generation");
	check_equal(test, event->sample, 1, "sample");
	check_equal(test, event->rule, rule_slot(test, "ssh"), "rule");
	check_equal(test, event->limit, FW_NO_SLOT, "no limit");
	check_equal(test, event->reason, FW_REASON_RULE, "reason");
	check_equal(test, event->outcome, DROP, "outcome");
}

static void test_other_records(struct test *test)
{
	struct frame ping6 = icmp(v6(), 128, 3);
	struct frame lldp = payload(type(eth(), ETH_P_LLDP), 46, 1), bad = cut(v4(), 20);
	struct frame limited = payload(fragment4(proto(v4(), 47), 9, false, 77), 8, 0);
	uint8_t src6[16];

	inet_pton(AF_INET6, SRC6, src6);
	use(test, "{'defaults': {'action': 'drop', 'non_ip': 'drop'}, 'limits': {'none': {"
		  " 'rate': '1/h', 'burst': 1}}, 'rules': [{'id': 'gre', 'match': {'proto': 'gre'},"
		  " 'limit': 'none'}]}");
	read_events(test);
	run(test, &ping6);
	run(test, &lldp);
	run(test, &bad);
	run_each(test, &limited, 2);
	if (!check_equal(test, read_events(test), 4, "four events"))
		return;
	check(test, memcmp(test->events[0].packet.key.src, src6, sizeof(src6)) == 0, "IPv6 source",
	      "wrong");
	check_equal(test, test->events[0].packet.icmp_type, 128, "ICMPv6 type");
	check_equal(test, test->events[0].packet.icmp_code, 3, "ICMPv6 code");
	check_equal(test, test->events[0].reason, FW_REASON_DEFAULT, "default");
	check_equal(test, test->events[0].outcome, WOULD_DROP, "in monitor mode");
	check_equal(test, test->events[0].rule, FW_NO_SLOT, "by no rule");
	check_equal(test, test->events[1].packet.ethertype, ETH_P_LLDP, "LLDP");
	check_equal(test, test->events[1].packet.kind, FW_KIND_OTHER, "is no IP");
	check_equal(test, test->events[1].packet.flags, 0, "and has no addresses");
	check_equal(test, test->events[2].reason, FW_REASON_SHORT_IP4, "malformed");
	check_equal(test, test->events[3].reason, FW_REASON_OVER_LIMIT, "over a limit");
	check_equal(test, test->events[3].limit, limit_slot(test, "none"), "which");
	check_equal(test, test->events[3].packet.fragment, FW_FRAGMENT_LATER, "a fragment");
}

/* What has an event: drops, and what rules with "log" see. */
static void test_due(struct test *test)
{
	struct frame dropped = udp4(1, 1), passed = udp4(1, 2), logged = udp4(1, 3);
	struct frame canary = udp4(1, 4), noted = udp4(1, 5);

	use(test, "{'enforce': true, 'rules': ["
		  "{'id': 'drop', 'match': {'dport': 1}, 'action': 'drop'},"
		  "{'id': 'pass', 'match': {'dport': 2}, 'action': 'pass'},"
		  "{'id': 'pass-log', 'match': {'dport': 3}, 'action': 'pass', 'log': true},"
		  "{'id': 'canary', 'match': {'dport': 4}, 'action': 'drop', 'enforce': false},"
		  "{'id': 'log', 'match': {'dport': 5}, 'action': 'log'}]}");
	read_events(test);
	run(test, &dropped);
	check_equal(test, read_events(test), 1, "a drop");
	run(test, &passed);
	check_equal(test, read_events(test), 0, "a pass");
	run(test, &logged);
	check_equal(test, read_events(test), 1, "a pass of a rule that logs");
	check_equal(test, test->event_count ? test->events[0].outcome : ~0U, PASS, "is a pass");
	run(test, &canary);
	check_equal(test, read_events(test), 1, "a canary");
	check_equal(test, test->event_count ? test->events[0].outcome : ~0U, WOULD_DROP,
		    "would have dropped");
	check_equal(test, test->event_count ? test->events[0].rule : ~0U, rule_slot(test, "canary"),
		    "is named");
	run(test, &noted);
	check_equal(test, read_events(test), 1, "a log");
	check_equal(test, test->event_count ? test->events[0].rule : ~0U, rule_slot(test, "log"),
		    "names its rule");
}

static void test_sampling(struct test *test)
{
	struct frame one = udp4(1, 1), two = udp4(1, 2);
	struct tally tally;

	use(test, "{'enforce': true, 'events': {'sample': '1/4'}, 'rules': ["
		  "{'id': 'own', 'match': {'dport': 2}, 'action': 'drop',"
		  " 'log': {'sample': '1/5'}},"
		  "{'id': 'all', 'action': 'drop'}]}");
	tally = tally_start(test);
	run_each(test, &one, 400);
	check_equal(test, read_events(test), 100, "one of four");
	check_equal(test, test->event_count ? test->events[0].sample : 0, 4,
		    "each stands for four");
	check_equal(test, tally_of(&tally, FW_EVENTS_WRITTEN), 100, "counted as written");
	check_equal(test, tally_of(&tally, FW_EVENTS_SAMPLED), 300, "counted as sampled out");
	tally = tally_start(test);
	run(test, &two);
	check_equal(test, read_events(test), 1, "a rule's first match is reported");
	run_each(test, &two, 99);
	check_equal(test, read_events(test), 19, "then one of five");
	check_equal(test, test->event_count ? test->events[0].sample : 0, 5,
		    "each stands for five");
	run_each(test, &two, 10000);
	check_equal(test,
		    tally_of(&tally, FW_EVENTS_SAMPLED) + tally_of(&tally, FW_EVENTS_WRITTEN) +
			    tally_of(&tally, FW_EVENTS_RATED),
		    10100, "every event is accounted for");
}

static void test_rate(struct test *test)
{
	struct frame frame = udp4(1, 1);
	struct tally tally;

	use(test, "{'enforce': true, 'events': {'rate': '10/s'}, 'defaults': {'action': 'drop'}}");
	pass_time(test, 3600 * SECOND);
	tally = tally_start(test);
	run_each(test, &frame, 50);
	check_equal(test, read_events(test), 10, "a second's worth at once");
	check_equal(test, tally_of(&tally, FW_EVENTS_RATED), 40, "the rest is counted");
	pass_time(test, 99999999);
	run_each(test, &frame, 5);
	check_equal(test, read_events(test), 0, "1 ns before the next");
	pass_time(test, 1);
	run_each(test, &frame, 5);
	check_equal(test, read_events(test), 1, "the next");
	for (unsigned i = 0; i < 1000; i++) {
		pass_time(test, 10000000);
		run(test, &frame);
	}
	check_equal(test, read_events(test), 100, "10 seconds");
	check_equal(test, tally_of(&tally, FW_EVENTS_WRITTEN) + tally_of(&tally, FW_EVENTS_RATED),
		    1060, "every event is accounted for");
}

/* What a slow rate has spent does not silence a faster one that takes its place. */
static void test_faster(struct test *test)
{
	struct frame frame = udp4(1, 1);

	use(test, "{'enforce': true, 'events': {'rate': '1/h'}, 'defaults': {'action': 'drop'}}");
	pass_time(test, 2 * 3600 * SECOND);
	read_events(test);
	run_each(test, &frame, 3);
	check_equal(test, read_events(test), 1, "one an hour");
	use(test, "{'enforce': true, 'events': {'rate': '10/s'}, 'defaults': {'action': 'drop'}}");
	run_each(test, &frame, 50);
	check_equal(test, read_events(test), 10, "ten a second, at once");
}

/* A ring that nobody reads loses the newest, and says how many. */
static void test_full(struct test *test)
{
	unsigned due = RING_RECORDS + 5000;
	struct frame frame = udp4(1, 1);
	struct tally tally;
	uint64_t written;

	use(test, "{'enforce': true, 'events': {'rate': 'unlimited'},"
		  " 'defaults': {'action': 'drop'}}");
	tally = tally_start(test);
	check_equal(test, run_times(test, &frame, due), 1, "dropped all the same");
	written = tally_of(&tally, FW_EVENTS_WRITTEN);
	check(test, written + 10 > RING_RECORDS && written < due, "the ring was full",
	      "%llu written", (unsigned long long)written);
	check_equal(test, written + tally_of(&tally, FW_EVENTS_LOST), due, "losses are counted");
	check_equal(test, read_events(test), written, "what was written is there");
	run(test, &frame);
	check_equal(test, read_events(test), 1, "and it goes on");
}

void test_events(struct test *test)
{
	test_record(test);
	test_other_records(test);
	test_due(test);
	test_sampling(test);
	test_rate(test);
	test_faster(test);
	test_full(test);
}
