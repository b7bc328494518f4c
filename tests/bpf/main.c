// SPDX-License-Identifier: MIT
/*
 * Tests of the BPF programs.
 *
 *	bpf_tests [--seed N] [--packets N] [--switches N] [--milliseconds N] [GROUP]...
 *
 * Runs as root, in a network namespace of its own. The last line counts.
 */
#include <bpf/libbpf.h>
#include <errno.h>
#include <getopt.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/base/clock.h"
#include "tests/bpf/groups.h"
#include "tests/bpf/lib/harness.h"
#include "common/base/log.h"

#define DEFAULT_SEED	     1
#define DEFAULT_PACKETS	     1000000
#define DEFAULT_SWITCHES     1000
#define DEFAULT_MILLISECONDS 1500

enum clock { TEST_CLOCK, REAL_CLOCK };

struct group {
	const char *name;
	enum clock clock;
	void (*run)(struct test *test);
};

/* In this order: no_policy needs a datapath that never had one, missed breaks its own. */
static const struct group groups[] = {
	{"no_policy", TEST_CLOCK, test_no_policy},
	{"ethernet", TEST_CLOCK, test_ethernet},
	{"parsed", TEST_CLOCK, test_parsed},
	{"ip4", TEST_CLOCK, test_ip4},
	{"ip6", TEST_CLOCK, test_ip6},
	{"ports", TEST_CLOCK, test_ports},
	{"cuts", TEST_CLOCK, test_cuts},
	{"fragments", TEST_CLOCK, test_fragments},
	{"match", TEST_CLOCK, test_match},
	{"order", TEST_CLOCK, test_order},
	{"live", TEST_CLOCK, test_live},
	{"limits", TEST_CLOCK, test_limits},
	{"way", TEST_CLOCK, test_way},
	{"way_over", TEST_CLOCK, test_way_over},
	{"way_once", TEST_CLOCK, test_way_once},
	{"way_canary", TEST_CLOCK, test_way_canary},
	{"algorithms", TEST_CLOCK, test_algorithms},
	{"limit_ends", TEST_CLOCK, test_limit_ends},
	{"bans", TEST_CLOCK, test_bans},
	{"cookies", TEST_CLOCK, test_cookies},
	{"events", TEST_CLOCK, test_events},
	{"generations", TEST_CLOCK, test_generations},
	{"deadline", TEST_CLOCK, test_deadline},
	{"panic", TEST_CLOCK, test_panic},
	{"candidate", TEST_CLOCK, test_candidate},
	{"try", TEST_CLOCK, test_try},
	{"why", TEST_CLOCK, test_why},
	{"tables", TEST_CLOCK, test_tables},
	{"table_edits", TEST_CLOCK, test_table_edits},
	{"jumbo", TEST_CLOCK, test_jumbo},
	{"random", TEST_CLOCK, test_random},
	{"parallel", REAL_CLOCK, test_parallel},
	{"switch", REAL_CLOCK, test_switch},
	{"turns", REAL_CLOCK, test_turns},
	{"adopt", REAL_CLOCK, test_adopt},
	{"missed", REAL_CLOCK, test_missed},
};

/* Interfaces for tests that need more than one: the ends of a veth pair, seen by nobody else. */
static int make_interfaces(struct test *test)
{
	if (unshare(CLONE_NEWNET))
		return -errno;
	if (system("ip link add wan type veth peer name lan") != 0)
		return -ENODEV;
	test->wan = if_nametoindex("wan");
	test->lan = if_nametoindex("lan");
	return test->wan && test->lan ? 0 : -ENODEV;
}

/* One CPU: events are sampled on each by itself, and rows count them. */
static int stay_here(void)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(sched_getcpu(), &cpus);
	return sched_setaffinity(0, sizeof(cpus), &cpus) ? -errno : 0;
}

static bool wanted(const char *name, char **names, int count)
{
	for (int i = 0; i < count; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return count == 0;
}

static double cpu_seconds(void)
{
	struct timespec time;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void run_group(struct test *test, const struct group *group)
{
	unsigned passed = test->passed, failed = test->failed;
	double cpu = cpu_seconds();
	uint64_t start;

	test->group = group->name;
	test->ifindex = if_nametoindex("lo");
	pass_time(test, 3600 * SECOND);
	start = clock_ns();
	group->run(test);
	live_clear(test);
	printf("%-6s %-16s %5u passed %3u failed %6.2f s, %6.2f s of CPU time\n",
	       test->failed == failed ? "ok" : "FAILED", group->name, test->passed - passed,
	       test->failed - failed, (double)(clock_ns() - start) / 1e9, cpu_seconds() - cpu);
}

/* All groups that want this clock, on one datapath. */
static int run_groups(struct test *test, enum clock clock, char **names, int count)
{
	int err = 0;

	for (size_t i = 0; i < array_size(groups) && !err; i++) {
		if (groups[i].clock != clock || !wanted(groups[i].name, names, count))
			continue;
		if (!test->dp)
			err = test_open(test, clock == TEST_CLOCK);
		if (!err)
			run_group(test, &groups[i]);
	}
	return err;
}

static int run_all(struct test *test, char **names, int count)
{
	int err = make_interfaces(test);

	if (!err)
		err = stay_here();
	for (enum clock clock = TEST_CLOCK; clock <= REAL_CLOCK && !err; clock++) {
		struct test one = *test;

		err = run_groups(&one, clock, names, count);
		test->passed = one.passed;
		test->failed = one.failed;
		test->skipped = one.skipped;
		test_close(&one);
	}
	return err;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {{"seed", required_argument, NULL, 's'},
						{"packets", required_argument, NULL, 'p'},
						{"switches", required_argument, NULL, 'w'},
						{"milliseconds", required_argument, NULL, 'm'},
						{0}};
	struct test test = {.seed = DEFAULT_SEED,
			    .packets = DEFAULT_PACKETS,
			    .switches = DEFAULT_SWITCHES,
			    .milliseconds = DEFAULT_MILLISECONDS};
	int option, err;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 's')
			test.seed = strtoull(optarg, NULL, 0);
		else if (option == 'p')
			test.packets = strtoull(optarg, NULL, 0);
		else if (option == 'w')
			test.switches = (unsigned)strtoul(optarg, NULL, 0);
		else if (option == 'm')
			test.milliseconds = (unsigned)strtoul(optarg, NULL, 0);
		else
			return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	log_take_libraries();
	err = run_all(&test, argv + optind, argc - optind);
	if (err) {
		printf("FAIL  the tests cannot run: %s\n", strerror(-err));
		test.failed++;
	}
	printf("%u passed, %u failed, %u skipped\n", test.passed, test.failed, test.skipped);
	return test.failed ? 1 : 0;
}
