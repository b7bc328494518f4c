// SPDX-License-Identifier: MIT
/*
 * Limits at their ends: after times without packets, where clocks wrap, with the longest times
 * and the fewest keys.
 */
#include "tests/bpf/groups.h"
#include "tests/bpf/lib/harness.h"

#include <linux/bpf.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#define MILLISECOND 1000000ULL
#define HOUR	    (3600 * SECOND)
#define DAY	    (24 * HOUR)
/* When a bucket's time starts again: 2^64 ticks. */
#define WRAP (1ULL << 56)

static void apply_limit(struct test *test, const char *rule, const char *limit)
{
	char json[512];

	snprintf(json, sizeof(json),
		 "{'enforce': true, 'limits': {'ends': {%s}}, 'rules': ["
		 "{'id': '%s', 'match': {'proto': 'udp'}, 'limit': 'ends'}]}",
		 limit, rule);
	use(test, json);
}

/* A policy of one rule with this limit, new to the datapath, at the start of an hour. */
static void limited(struct test *test, const char *limit)
{
	use(test, "{}");
	pass_time(test, 2 * HOUR - test->state->test_now % HOUR);
	apply_limit(test, "ends", limit);
	pass_time(test, 2 * HOUR);
}

/* For fewer packets the kernel takes longer to prepare a call that repeats them. */
#define REPEATED 5000

/* How many of so many packets, all at one instant, are within the limit. */
static uint64_t within(struct test *test, const struct frame *frame, uint32_t times)
{
	struct fw_limit_stats before = {0}, after = {0};
	unsigned slot = limit_slot(test, "ends");

	datapath_limit_stats(test->dp, slot, &before);
	for (uint32_t i = 0; times < REPEATED && i < times; i++)
		run(test, frame);
	if (times >= REPEATED)
		run_times(test, frame, times);
	datapath_limit_stats(test->dp, slot, &after);
	return after.passed.packets - before.passed.packets;
}

/* ---- times without packets ---- */

struct idle_row {
	const char *limit;
	uint64_t burst;
};

/* However long it was quiet: the burst, to the packet. And while no time passes, nothing. */
static void test_idle(struct test *test)
{
	static const uint64_t times[] = {2 * HOUR, DAY, 90 * DAY};
	static const struct idle_row rows[] = {
		{"'rate': '100/s', 'burst': 50", 50},
		/* With leases, and by the coarse clock. */
		{"'rate': '1000/s', 'burst': 100000", 100000},
		{"'rate': '100/s', 'burst': 50, 'per': 'src'", 50},
		{"'rate': '10/h', 'per': ['src', 'src/24', 'rule'], 'burst': [3, 5, 9]", 3},
		{"'rate': '1000/s', 'algorithm': 'leaky_bucket'", 10},
		{"'rate': '60/min', 'algorithm': 'leaky_bucket', 'per': 'src'", 2},
		{"'rate': '100/s', 'algorithm': 'fixed_window'", 100},
		{"'rate': '100/min', 'algorithm': 'fixed_window', 'per': 'dst'", 100},
		{"'rate': '100/s', 'algorithm': 'sliding_window'", 100},
		{"'rate': '100/h', 'algorithm': 'sliding_window', 'per': 'flow'", 100},
	};
	struct frame frame = udp4(1, 2);

	for (size_t i = 0; i < array_size(rows); i++) {
		uint32_t many = (uint32_t)rows[i].burst + 200;

		limited(test, rows[i].limit);
		check_equal(test, within(test, &frame, many), rows[i].burst, rows[i].limit);
		check_equal(test, within(test, &frame, 200), 0, "no time, no packet");
		for (size_t j = 0; j < array_size(times); j++) {
			pass_time(test, times[j] - times[j] % HOUR);
			/* So that CPUs hold some in advance, and are idle then. */
			check(test, within(test, &frame, 2) == 2, rows[i].limit, "stalled");
			pass_time(test, 2 * HOUR);
			check_equal(test, within(test, &frame, many), rows[i].burst,
				    "a burst after idle time");
		}
	}
}

/* ---- leases ---- */

/* Far more draws in a jiffy than the longest times can be multiplied by. */
static void test_slow_lease(struct test *test)
{
	struct frame frame = udp4(1, 2), large = payload(udp4(1, 2), 172, 0);

	limited(test, "'rate': '1/h', 'burst': 2400");
	check_equal(test, within(test, &frame, 100000), 2400, "100 days of burst");
	pass_time(test, 10 * HOUR);
	check_equal(test, within(test, &frame, 100000), 10, "and ten hours later");
	pass_time(test, 50 * DAY);
	check_equal(test, within(test, &frame, 100000), 1200, "and fifty days");
	limited(test, "'rate': '1B/s', 'burst': 8000000");
	check(test, within(test, &large, 100000) <= 8000000 / 200, "bytes, as slow", "too many");
	check(test, within(test, &frame, 100000) <= 51, "and small packets", "too many");
}

/* What a CPU drew at one rate is not worth anything at another. */
static void test_stale_lease(struct test *test)
{
	struct frame frame = udp4(1, 2);
	uint64_t passed;

	limited(test, "'rate': '10/s', 'burst': 10000");
	check_equal(test, within(test, &frame, 9980), 9980, "nearly all of a burst");
	/* No two changes are in one jiffy. */
	pass_time(test, 10 * MILLISECOND);
	apply_limit(test, "ends", "'rate': '10/s', 'burst': 10001");
	apply_limit(test, "ends", "'rate': '1000000/s', 'burst': 10000");
	passed = within(test, &frame, 30000);
	check(test, passed >= 10 && passed <= 20, "the rest of it, after two changes", "%lu",
	      passed);
}

static bool move_to(int cpu)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(cpu, &cpus);
	return sched_setaffinity(0, sizeof(cpus), &cpus) == 0;
}

/* One CPU finds the bucket full; another, whose clock is a little behind, draws after it. */
static void test_slow_clock(struct test *test)
{
	struct frame frame = udp4(1, 2);
	cpu_set_t cpus;
	uint64_t passed;

	sched_getaffinity(0, sizeof(cpus), &cpus);
	limited(test, "'rate': '1000/s', 'burst': 100000");
	if (!move_to(1)) {
		skip_test(test, "a lease drawn by a slower clock", "needs two CPUs");
		return;
	}
	passed = within(test, &frame, 1);
	move_to(0);
	pass_time(test, -MILLISECOND);
	/* 1, 2, 4, ... packets at once: of the last 64 it has 63 left. */
	passed += within(test, &frame, 64);
	pass_time(test, 11 * MILLISECOND);
	passed += within(test, &frame, 200000);
	check_equal(test, passed, 100010, "a lease drawn by a slower clock is not lost");
	sched_setaffinity(0, sizeof(cpus), &cpus);
}

/* ---- wraps ---- */

/* Time passes, and fwd looks after its buckets now and then. */
static void pass_years(struct test *test, uint64_t ns)
{
	for (unsigned i = 0; i < 32; i++) {
		pass_time(test, ns / 32);
		datapath_sweep_buckets(test->dp);
	}
	pass_time(test, ns % 32);
}

static void test_long_idle(struct test *test)
{
	static const char *const pers[] = {"rule", "src"};
	struct frame frame = udp4(1, 2);
	char limit[128];

	for (size_t i = 0; i < array_size(pers); i++) {
		snprintf(limit, sizeof(limit), "'rate': '1/s', 'burst': 10, 'per': '%s'", pers[i]);
		limited(test, limit);
		check_equal(test, within(test, &frame, 50), 10, pers[i]);
		pass_years(test, WRAP - 5 * SECOND);
		check_equal(test, within(test, &frame, 50), 10,
			    "idle until its clock is there again");
		snprintf(limit, sizeof(limit),
			 "'rate': '100/s', 'algorithm': 'fixed_window', 'per': '%s'", pers[i]);
		limited(test, limit);
		check_equal(test, within(test, &frame, 500), 100, pers[i]);
		pass_years(test, ((1ULL << 24) - 1) * SECOND);
		check_equal(test, within(test, &frame, 500), 100,
			    "idle until its number is there again");
	}
}

/* A rule's first bucket, on a machine that has been up for years. */
static void test_long_up(struct test *test)
{
	struct frame frame = udp4(1, 2);

	set_clock(test, WRAP - 10 * HOUR);
	apply_limit(test, "ends-wrap", "'rate': '1/h', 'burst': 24");
	check_equal(test, within(test, &frame, 50), 24, "a new rule, before the wrap");
	set_clock(test, WRAP / 2 + HOUR);
	apply_limit(test, "ends-half", "'rate': '10/s', 'burst': 100");
	apply_limit(test, "ends-half", "'rate': '20/s', 'burst': 100");
	check_equal(test, within(test, &frame, 500), 100, "changed before its first packet");
}

/* ---- windows of bits ---- */

static void test_odd_bits(struct test *test)
{
	struct frame frame = payload(udp4(1, 2), 172, 0); /* 200 bytes of IP */

	limited(test, "'rate': '16001bit/s', 'algorithm': 'fixed_window'");
	check_equal(test, within(test, &frame, 500), 10, "2000 bytes and a bit: a second's");
	pass_time(test, SECOND);
	check_equal(test, within(test, &frame, 500), 10, "and the next second's");
	limited(test, "'rate': ['16001bit/s', '32000bit/s'], 'per': ['src', 'rule'],"
		      " 'algorithm': 'fixed_window'");
	check_equal(test, within(test, &frame, 500), 10, "next to one of whole bytes");
}

/* ---- few places ---- */

static struct frame source(unsigned number)
{
	struct frame frame = poke16(udp4(1, 2), ETH_HLEN + 13, number);

	return frame;
}

/* A level's place is not taken by the packet's own next level. */
static void test_crowded(struct test *test)
{
	static const char *const limits[] = {
		"'per': ['src/32', 'src/24'], 'rate': ['1/s', '1000/s'], 'burst': [1, 10],"
		" 'max': 4",
		"'per': ['src/32', 'src/24', 'src/16', 'src/8'], 'burst': [1, 10, 20, 30],"
		" 'rate': ['1/s', '1000/s', '1000/s', '10000/s'], 'max': 4",
	};

	for (size_t i = 0; i < array_size(limits); i++) {
		uint64_t passed = 0, again = 0;

		limited(test, limits[i]);
		for (unsigned j = 0; j < 300; j++) {
			struct frame frame = source(j);

			passed += within(test, &frame, 1);
			again += within(test, &frame, 1);
			pass_time(test, 10 * MILLISECOND);
		}
		check_equal(test, passed, 300, limits[i]);
		check_equal(test, again, 0, "and has a burst of one");
	}
}

/* Keys without room pass the level that has none, and no other. */
static void test_full_level(struct test *test)
{
	struct fw_limit_stats before = {0}, after = {0};
	unsigned passed = 0;

	limited(test, "'per': ['src', 'rule'], 'rate': ['1/min', '1/s'], 'burst': [1, 100],"
		      " 'max': 8, 'when_full': 'pass'");
	datapath_limit_stats(test->dp, limit_slot(test, "ends"), &before);
	for (unsigned i = 0; i < 400; i++) {
		struct frame frame = source(i);

		passed += run(test, &frame) == XDP_PASS;
	}
	datapath_limit_stats(test->dp, limit_slot(test, "ends"), &after);
	check_equal(test, passed, 100, "no room per source: the rule's burst");
	check(test, after.full > before.full, "of which some found no room", "none");
	check_equal(test, after.over.packets - before.over.packets, 300, "and the rest is over");
}

/* ---- jitter ---- */

/* Who sends at the rate, but when a timer of so many ns is late at random, is within it. */
static void test_jitter(struct test *test, uint64_t rate, uint64_t tick)
{
	char limit[128];
	struct frame frame = udp4(1, 2);
	uint64_t sent = 0, passed = 0, random = 1, late = 0;

	snprintf(limit, sizeof(limit), "'rate': '%lu/s', 'algorithm': 'leaky_bucket'", rate);
	limited(test, limit);
	for (unsigned i = 0; i < 100; i++) {
		uint32_t packets = (uint32_t)(rate * tick / SECOND);
		uint64_t was = late;

		random = random * 6364136223846793005ULL + 1442695040888963407ULL;
		late = (random >> 33) % tick;
		pass_time(test, tick + late - was);
		passed += within(test, &frame, packets);
		sent += packets;
	}
	check_equal(test, passed, sent, limit);
}

/* And nobody gets more than the rate and 10 ms of it. */
static void test_evenly(struct test *test)
{
	struct frame frame = udp4(1, 2);
	uint64_t passed = 0;

	limited(test, "'rate': '100000/s', 'algorithm': 'leaky_bucket'");
	for (unsigned i = 0; i < 20; i++) {
		passed += within(test, &frame, 2000);
		pass_time(test, 5 * MILLISECOND);
	}
	check_equal(test, passed, 1000 + 19 * 500, "leaky: the rate and 10 ms of it");
}

void test_limit_ends(struct test *test)
{
	uint64_t now;

	test_idle(test);
	test_slow_lease(test);
	test_stale_lease(test);
	test_slow_clock(test);
	test_odd_bits(test);
	test_crowded(test);
	test_full_level(test);
	test_jitter(test, 1000, 4 * MILLISECOND);
	test_jitter(test, 100000, 4 * MILLISECOND);
	test_jitter(test, 1000000, MILLISECOND);
	test_evenly(test);
	now = test->state->test_now;
	test_long_idle(test);
	test_long_up(test);
	/* Nothing of those times is left. */
	use(test, "{}");
	set_clock(test, now + 365 * DAY);
}
