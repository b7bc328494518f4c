// SPDX-License-Identifier: MIT
/*
 * Two CPUs, the real clock, one bucket: a limit is what it says, not twice
 * that. What is offered is far more than what may pass.
 */
#include "tests/bpf/lib/crew.h"
#include "tests/bpf/groups.h"
#include "tests/bpf/lib/harness.h"

#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/base/clock.h"

#define ATTEMPTS 6

/* A call that repeats a packet is fast, but the kernel prepares for it for some 10 ms. */
#define SINGLE	 1
#define REPEATED 100000

struct offer {
	struct test *test;
	struct frame frames[CREW_MAX]; /* one for each CPU */
	uint32_t times;		       /* at once */
};

static void offer(struct worker *worker)
{
	struct offer *offer = worker->userdata;
	const struct frame *frame = &offer->frames[worker->number];

	if (datapath_run(offer->test->dp, offer->test->ifindex, frame->bytes, frame->length,
			 offer->times, NULL, NULL))
		worker->wrong++;
	worker->done += offer->times;
}

struct limited {
	const char *name;
	const char *limit;
	double rate;  /* a second, in packets */
	double burst; /* packets */
	struct frame frames[CREW_MAX];
	uint32_t times;
};

/* What came of it. */
struct outcome {
	uint64_t passed;
	uint64_t over;
	uint64_t offered;
	uint64_t wrong;
	double wanted;
};

/* Take what a bucket has; the packets that it took. */
static uint64_t drain(struct test *test, const struct frame *frame, uint64_t *ret_when)
{
	uint64_t packets = 0;

	do {
		*ret_when = clock_ns();
		packets++;
	} while (run(test, frame) == XDP_PASS);
	return packets;
}

/*
 * The time that counts begins with a full bucket that is emptied at once, and
 * ends when it is found empty: what other processes do to the threads meanwhile
 * does not matter, as long as the bucket does not overflow: it holds a second's worth.
 */
static bool offer_for_a_while(struct test *test, const struct limited *limited, struct outcome *ret)
{
	struct offer offers = {.test = test, .times = limited->times};
	struct fw_limit_stats before, after;
	uint64_t start, end, extra;
	struct crew crew;

	memcpy(offers.frames, limited->frames, sizeof(offers.frames));
	datapath_limit_stats(test->dp, limit_slot(test, limited->name), &before);
	start = clock_ns();
	extra = drain(test, &limited->frames[0], &end);
	if (!check(test, crew_start(&crew, offer, &offers) == 0, limited->name, "no threads"))
		return false;
	usleep(test->milliseconds * 1000);
	crew_stop(&crew);
	extra += drain(test, &limited->frames[0], &end);
	datapath_limit_stats(test->dp, limit_slot(test, limited->name), &after);
	*ret = (struct outcome){
		.passed = after.passed.packets - before.passed.packets,
		.over = after.over.packets - before.over.packets,
		.offered = crew.workers[0].done + crew.workers[1].done + extra,
		.wrong = crew.workers[0].wrong + crew.workers[1].wrong,
		.wanted = limited->burst + limited->rate * (end - start) / SECOND,
	};
	return true;
}

static void use_limit(struct test *test, const struct limited *limited)
{
	char json[512];

	snprintf(json, sizeof(json),
		 "{'enforce': true, 'limits': {'%s': {%s}}, 'rules': ["
		 "{'id': '%s', 'match': {'proto': 'udp'}, 'limit': '%s'}]}",
		 limited->name, limited->limit, limited->name, limited->name);
	use(test, json);
}

static void show(const struct limited *limited, const struct outcome *is)
{
	printf("       %s: %llu offered, %llu passed, %+.3f %%\n", limited->name,
	       (unsigned long long)is->offered, (unsigned long long)is->passed,
	       (is->passed / is->wanted - 1) * 100);
}

/*
 * As much as the rate and the burst allow: not a packet more, and not 1 % less. On a
 * busy machine both threads may wait for longer than the bucket takes to fill; then it is
 * tried again, with a full bucket. More than is allowed must never pass.
 */
static void test_limit(struct test *test, const struct limited *limited)
{
	struct outcome is = {0};

	use_limit(test, limited);
	for (int attempt = 0; attempt < ATTEMPTS && is.passed <= is.wanted * 0.99; attempt++) {
		if (attempt)
			usleep((useconds_t)(limited->burst / limited->rate * 1200000));
		if (!offer_for_a_while(test, limited, &is))
			return;
		show(limited, &is);
		check(test, is.passed <= is.wanted + 1, limited->name,
		      "%llu passed of at most %.0f", (unsigned long long)is.passed, is.wanted);
	}
	check(test, is.passed >= is.wanted * 0.99, limited->name, "only %llu passed of %.0f",
	      (unsigned long long)is.passed, is.wanted);
	check_equal(test, is.passed + is.over, is.offered, "every packet is counted");
	check_equal(test, is.wrong, 0, "every run succeeds");
}

/* clang-format off */
static const struct limited races[] = {
	{"race-rule", "'rate': '200000/s', 'burst': 50000",
	 200000, 50000, {}, REPEATED},
	{"race-source", "'rate': '200000/s', 'burst': 50000, 'per': 'src'",
	 200000, 50000, {}, REPEATED},
};
/* clang-format on */

/*
 * A bucket whose time moves with every other packet: a CPU that has read the
 * clock finds it moved by the other one, and must not take it for a stale one,
 * which would be full again. Between calls nothing is offered, so there is no
 * saying how much must pass.
 */
static void test_race(struct test *test, const struct limited *race)
{
	struct offer offers = {.test = test, .frames = {udp4(1, 2), udp4(3, 4)}, .times = REPEATED};
	struct fw_limit_stats before, after;
	uint64_t start, passed, most;
	struct crew crew;

	use_limit(test, race);
	datapath_limit_stats(test->dp, limit_slot(test, race->name), &before);
	start = clock_ns();
	if (!check(test, crew_start(&crew, offer, &offers) == 0, race->name, "no threads"))
		return;
	usleep(test->milliseconds * 1000);
	crew_stop(&crew);
	most = race->burst + race->rate * (clock_ns() - start) / SECOND + 1;
	datapath_limit_stats(test->dp, limit_slot(test, race->name), &after);
	passed = after.passed.packets - before.passed.packets;
	printf("       %s: %llu offered, %llu passed of at most %llu\n", race->name,
	       (unsigned long long)(crew.workers[0].done + crew.workers[1].done),
	       (unsigned long long)passed, (unsigned long long)most);
	check(test, passed <= most, race->name, "%llu passed of at most %llu",
	      (unsigned long long)passed, (unsigned long long)most);
	check(test, after.over.packets > before.over.packets, race->name, "never over");
}

void test_parallel(struct test *test)
{
	struct frame one = payload(udp4(1, 2), 72, 0), two = payload(udp4(3, 4), 72, 0);
	struct frame neighbour = payload(from4("192.0.2.200"), 72, 0), six = udp6(1, 2);
	/* clang-format off */
	const struct limited limits[] = {
		{"per-rule", "'rate': '5000/s', 'burst': 5000",
		 5000, 5000, {one, two}, SINGLE},
		{"per-source", "'rate': '5000/s', 'burst': 5000, 'per': 'src'",
		 5000, 5000, {one, two}, SINGLE},
		{"per-net", "'rate': '2500/s', 'burst': 2500, 'per': 'src/24'",
		 2500, 2500, {one, neighbour}, SINGLE},
		{"bytes", "'rate': '500kB/s', 'burst': '500kB', 'per': 'rule'",
		 5000, 5000, {one, two}, SINGLE},
		{"slow", "'rate': '1000/s', 'burst': 1000, 'per': 'dst'",
		 1000, 1000, {six, six}, SINGLE},
		/* CPUs that do little else than fight for the bucket. */
		{"hot-rule", "'rate': '5000/s', 'burst': 5000",
		 5000, 5000, {one, two}, REPEATED},
		{"hot-source", "'rate': '5000/s', 'burst': 5000, 'per': 'src'",
		 5000, 5000, {one, two}, REPEATED},
	};
	/* clang-format on */
	struct frame first = tcp4(1, 2);

	if (sysconf(_SC_NPROCESSORS_ONLN) < CREW_MAX) {
		skip_test(test, "buckets on two CPUs", "there is one");
		return;
	}
	use(test, "{}");
	run(test, &first); /* loads the program */
	for (size_t i = 0; i < array_size(limits); i++)
		test_limit(test, &limits[i]);
	for (size_t i = 0; i < array_size(races); i++)
		test_race(test, &races[i]);
}
