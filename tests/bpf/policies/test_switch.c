// SPDX-License-Identifier: MIT
/*
 * Policies that take turns under packets on two CPUs: each packet is judged by
 * one policy alone. The two differ in all tables and in where their rules stand,
 * so that a mix of them would fall to other rules, or to none.
 */
#include "tests/bpf/lib/crew.h"
#include "tests/bpf/groups.h"
#include "tests/bpf/lib/harness.h"

#include <linux/bpf.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define SWITCHES     40
#define FLIPS	     20000
#define FLIP_US	     50
#define RUNS_AT_ONCE 10
#define FILLERS	     100

struct traffic {
	struct test *test;
	pthread_mutex_t explain;     /* the datapath explains one packet at a time */
	struct frame frames[2];	     /* IPv4, IPv6 */
	unsigned rules[2];	     /* slots of the rules of even and odd generations */
	enum fw_outcome verdicts[2]; /* theirs */
};

/* One explanation, which shows its generation, and some runs, which are counted. */
static void send(struct worker *worker)
{
	struct traffic *traffic = worker->userdata;
	const struct frame *frame = &traffic->frames[worker->done / RUNS_AT_ONCE % 2];
	struct test *test = traffic->test;
	struct fw_explanation is;

	int err;

	pthread_mutex_lock(&traffic->explain);
	err = datapath_explain(test->dp, JUDGE_RUNNING, test->ifindex, frame->bytes, frame->length,
			       &is);
	pthread_mutex_unlock(&traffic->explain);
	if (err || is.rule != traffic->rules[is.generation % 2] ||
	    is.outcome != traffic->verdicts[is.generation % 2])
		worker->wrong++;
	for (unsigned i = 0; i < RUNS_AT_ONCE; i++)
		if (datapath_run(test->dp, test->ifindex, frame->bytes, frame->length, 1, NULL,
				 NULL))
			worker->wrong++;
	worker->done += RUNS_AT_ONCE;
}

/* Rules that the packets pass by, so that the one for them is bit n of its rows. */
static char *policy(const char *rule, unsigned fillers, const char *net4, const char *net6,
		    const char *action)
{
	char *json = NULL;
	size_t size;
	FILE *out = open_memstream(&json, &size);

	fprintf(out, "{'enforce': true, 'events': {'rate': '1/h'}, 'rules': [");
	for (unsigned i = 0; i < fillers; i++)
		fprintf(out,
			"{'id': 'f%u', 'match': {'src': ['10.%u.0.0/16', '2001:db8:%x::/48'],"
			" 'dst': ['10.%u.0.0/16', '2001:db8:%x::/48'], 'dport': '%u-%u'},"
			" 'action': 'pass'},",
			i, i, i + 16, i, i + 16, i, i + 100);
	fprintf(out,
		"{'id': '%s', 'match': {'src': ['%s', '%s'], 'dport': '40-60'},"
		" 'action': '%s'}]}",
		rule, net4, net6, action);
	fclose(out);
	return json;
}

static uint64_t matched(const struct test *test, unsigned slot)
{
	struct fw_rule_stats stats = {0};

	datapath_rule_stats(test->dp, slot, &stats);
	return stats.matched.packets;
}

/* Packets that left for another reason than a rule. */
static uint64_t strays(const struct test *test)
{
	uint64_t sum = 0;

	for (unsigned reason = 0; reason < FW_REASON_MAX; reason++) {
		struct fw_count counts[FW_OUTCOME_MAX] = {0};

		datapath_reason_stats(test->dp, 0, reason, counts);
		for (unsigned i = 0; i < FW_OUTCOME_MAX && reason != FW_REASON_RULE; i++)
			sum += counts[i].packets;
	}
	return sum;
}

/* The road that policies take: built aside, then chosen. */
static void switch_policies(struct test *test, char *const json[2])
{
	for (unsigned i = 0; i < SWITCHES; i++)
		use(test, json[i % 2]);
}

/* Only the word that chooses, but often enough to meet packets between two stages. */
static void flip(struct test *test, char *const json[2])
{
	(void)json;
	for (unsigned i = 0; i < FLIPS; i++) {
		__atomic_xor_fetch(&test->state->active, 1, __ATOMIC_SEQ_CST);
		usleep(FLIP_US);
	}
}

static void take_turns(struct test *test, struct traffic *traffic, char *const json[2],
		       void (*turns)(struct test *test, char *const json[2]))
{
	uint64_t before = strays(test), first = matched(test, traffic->rules[0]);
	uint64_t second = matched(test, traffic->rules[1]), done;
	struct crew crew;

	if (!check(test, crew_start(&crew, send, traffic) == 0, "two threads", "did not start"))
		return;
	turns(test, json);
	crew_stop(&crew);
	done = crew.workers[0].done + crew.workers[1].done;
	first = matched(test, traffic->rules[0]) - first;
	second = matched(test, traffic->rules[1]) - second;
	printf("       %llu packets, %llu by one policy, %llu by the other\n",
	       (unsigned long long)done, (unsigned long long)first, (unsigned long long)second);
	check_equal(test, crew.workers[0].wrong + crew.workers[1].wrong, 0,
		    "each is explained by one policy");
	check_equal(test, first + second, done, "each is counted by one policy's rule");
	check_equal(test, strays(test) - before, 0, "none fell between them");
	check(test, first > done / 100 && second > done / 100, "both had their turn",
	      "one had not");
}

void test_switch(struct test *test)
{
	char *json[2] = {policy("here", 3, "192.0.0.0/8", "2001:db8::/44", "drop"),
			 policy("there", FILLERS, "192.0.2.0/24", "2001:db8:1::/48", "pass")};
	struct traffic traffic = {.test = test,
				  .explain = PTHREAD_MUTEX_INITIALIZER,
				  .frames = {udp4(1, 53), udp6(1, 53)}};
	unsigned here;

	if (sysconf(_SC_NPROCESSORS_ONLN) < CREW_MAX) {
		skip_test(test, "a switch under load", "there is one CPU");
	} else {
		use(test, json[0]);
		here = datapath_generation(test->dp) % 2;
		traffic.rules[here] = rule_slot(test, "here");
		traffic.verdicts[here] = DROP;
		use(test, json[1]);
		traffic.rules[!here] = rule_slot(test, "there");
		traffic.verdicts[!here] = PASS;
		run(test, &traffic.frames[0]);
		take_turns(test, &traffic, json, switch_policies);
		take_turns(test, &traffic, json, flip);
	}
	free(json[0]);
	free(json[1]);
}
