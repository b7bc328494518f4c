// SPDX-License-Identifier: MIT
/*
 * Random policies and packets: the programs against the reference, which is
 * slow and simple. Policy number n of a run has seed + n, so that one alone can
 * be run again.
 *
 * Applying a policy is mostly waiting for grace periods: several processes, each
 * with a datapath of its own, share the policies out.
 */
#include "tests/bpf/random/counted.h"
#include "tests/bpf/groups.h"
#include "tests/bpf/random/helped.h"
#include "tests/bpf/random/random.h"
#include "tests/bpf/lib/harness.h"
#include "tests/bpf/random/reference.h"

#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define PACKETS_PER_POLICY 1000
#define MAX_TOLD	   3 /* differences that are shown */
#define LIVE_ENTRIES	   12
#define HELPERS		   3 /* processes in addition to this one */
#define FULL_AGAIN	   (10 * 3600 * SECOND)

/* What the processes share. */
struct course {
	uint64_t next;	  /* policy: its number */
	uint64_t claimed; /* packets that somebody is to try */
	uint64_t packets; /* that were tried */
	uint64_t different;
	uint64_t policies;
	uint64_t refused;
	uint64_t reasons[FW_REASON_MAX];     /* how often each was seen */
	uint64_t ways[FW_LIMITS_ON_WAY + 1]; /* packets with so many limits on their way */
	uint64_t over[FW_LIMITS_ON_WAY + 1]; /* of these, that were dropped by the next */
};

struct trial {
	struct test *test;
	struct course *course;
	int loopback; /* ifindex */
	struct random random;
	struct reference_world world;
	struct reference_entry live[LIVE_ENTRIES];
	counted_reasons ran; /* what became of those that were run */
	uint64_t seed;
	char *json;
};

/* Returns what it was before. */
static uint64_t add(uint64_t *number, uint64_t more)
{
	return __atomic_fetch_add(number, more, __ATOMIC_SEQ_CST);
}

static uint64_t read_shared(const uint64_t *number)
{
	return __atomic_load_n(number, __ATOMIC_SEQ_CST);
}

/* Entries without end, in both live sets and the block list. */
static void fill_live(struct trial *trial)
{
	const struct config *config = trial->test->config;
	static const char *const names[] = {"s3", "s4"};

	live_clear(trial->test);
	trial->world.live = trial->live;
	trial->world.live_count = below(&trial->random, LIVE_ENTRIES + 1);
	for (size_t i = 0; i < trial->world.live_count; i++) {
		struct reference_entry *entry = &trial->live[i];
		unsigned set = below(&trial->random, 5), slot = FW_LIVE_BLOCKS;
		char text[PREFIX_TEXT];

		entry->set = REFERENCE_BLOCKS;
		entry->prefix = random_prefix(&trial->random, chance(&trial->random, 60) ? 4 : 6);
		/* A block of everybody would leave nothing to the rules. */
		if (set == 4 && entry->prefix.length == 0)
			set = 0;
		if (set < 4) {
			entry->set = config_find_set(config, names[set % 2]);
			slot = live_set(trial->test, names[set % 2]);
		}
		live_put(trial->test, slot, prefix_format(&entry->prefix, text), FW_FOREVER);
	}
}

static void choose_interface(struct trial *trial)
{
	struct test *test = trial->test;
	const char *names[] = {NULL, "wan", "lan"};
	const int indices[] = {trial->loopback, test->wan, test->lan};
	unsigned n = below(&trial->random, 3);

	test->ifindex = indices[n];
	trial->world.interface = n ? config_find_interface(test->config, names[n]) : -1;
}

static const char *name_of(const struct test *test, enum fw_name_kind kind, unsigned slot)
{
	return slot == FW_NO_SLOT ? NULL : slots_name(test->policy->slots, kind, slot);
}

static bool same_name(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static void report(struct trial *trial, const struct frame *frame, const struct fw_explanation *is,
		   const struct reference_verdict *wanted)
{
	const struct test *test = trial->test;
	const char *rule = name_of(test, FW_NAME_RULE, is->rule);

	uint64_t reported = add(&trial->course->different, 1);

	if (reported >= MAX_TOLD)
		return;
	printf("      difference with --seed %llu --packets %u, interface %d\n",
	       (unsigned long long)trial->seed, PACKETS_PER_POLICY, test->ifindex);
	printf("      programs: %s, %s, rule %s, %u limits on the way\n",
	       outcome_names[is->outcome], reason_names[is->reason], rule ? rule : "none",
	       is->way_count);
	printf("      reference: %s, %s, rule %s, %zu limits on the way\n",
	       outcome_names[wanted->outcome], reason_names[wanted->reason],
	       wanted->rule ? wanted->rule : "none", wanted->way_count);
	print_frame(frame);
	if (reported == 0)
		printf("%s", trial->json);
}

static bool same_way(const struct test *test, const struct fw_explanation *is,
		     const struct reference_verdict *wanted)
{
	bool same = is->way_count == wanted->way_count;

	for (size_t i = 0; same && i < wanted->way_count; i++)
		same = is->way[i].reason == wanted->way_reasons[i] &&
		       same_name(name_of(test, FW_NAME_LIMIT, is->way[i].limit), wanted->way[i]);
	return same;
}

static void compare(struct trial *trial, const struct frame *frame)
{
	struct test *test = trial->test;
	struct reference_verdict wanted;
	struct fw_explanation is;

	choose_interface(trial);
	wanted = reference_judge(&trial->world, frame->bytes, frame->length, false);
	if (!explain(test, frame, &is)) {
		add(&trial->course->different, 1);
		return;
	}
	add(&trial->course->packets, 1);
	add(&trial->course->ways[wanted.way_count], 1);
	add(&trial->course->reasons[is.reason], 1);
	if (is.outcome != wanted.outcome || is.reason != wanted.reason ||
	    !same_name(name_of(test, FW_NAME_RULE, is.rule), wanted.rule) ||
	    !same_name(name_of(test, FW_NAME_LIMIT, is.limit), wanted.limit) ||
	    !same_way(test, &is, &wanted)) {
		report(trial, frame, &is, &wanted);
		return;
	}
	/* Fragments remember: what runs must not change what others are explained as. */
	if (is.packet.fragment != FW_FRAGMENT_NONE)
		return;
	/* Only what runs is charged. */
	wanted = reference_judge(&trial->world, frame->bytes, frame->length, true);
	trial->ran[wanted.reason][wanted.outcome]++;
	if (wanted.reason == FW_REASON_OVER_LIMIT && wanted.outcome == DROP)
		add(&trial->course->over[wanted.way_count], 1);
	if ((run(test, frame) == XDP_DROP) != (wanted.outcome == DROP))
		report(trial, frame, &is, &wanted);
}

/* ---- policies ---- */

/* Rules are one a line: put another, which is off, into a line. False: there is none in it. */
static bool blank_rule(char *json, unsigned line)
{
	char *start = json, *end, text[80];
	size_t length;

	for (unsigned i = 1; start && i < line; i++) {
		start = strchr(start, '\n');
		start = start ? start + 1 : NULL;
	}
	end = start ? strchr(start, '\n') : NULL;
	if (!end || strncmp(start, "{'id'", 5) != 0)
		return false;
	/* Behind the rule stands what ends the list, or parts it from the next. */
	while (end > start && end[-1] != '}')
		end--;
	if (end > start + 2 && end[-2] == ']')
		end -= 2;
	length = (size_t)snprintf(text, sizeof(text),
				  "{'id': 'off%u', 'action': 'drop', 'enabled': false}", line);
	if (end < start + length)
		return false;
	memset(start, ' ', (size_t)(end - start));
	memcpy(start, text, length);
	return true;
}

/* Some rules make no sense, and of many one nearly always does not: leave these out. */
static bool is_accepted(struct trial *trial)
{
	for (int i = 0; i < 3; i++) {
		struct errors errs = {0};
		struct config *config;
		struct policy *policy;
		bool mended = true;

		if (compile(trial->json, NULL, &config, &policy, &errs)) {
			errors_clear(&errs);
			policy_free(policy);
			config_free(config);
			return true;
		}
		for (size_t j = 0; j < errs.count && mended; j++)
			if (errs.list[j].severity == SEVERITY_ERROR)
				mended = blank_rule(trial->json, errs.list[j].line);
		errors_clear(&errs);
		if (!mended)
			break;
	}
	return false;
}

/* The packets of a policy, all at one instant, with buckets that are full. */
static void try_packets(struct trial *trial, uint64_t packets)
{
	uint64_t different = read_shared(&trial->course->different);
	struct counted before, after;
	char head[80];

	trial->world.config = trial->test->config;
	memset(trial->world.limits, 0, sizeof(*trial->world.limits));
	memset(trial->ran, 0, sizeof(trial->ran));
	pass_time(trial->test, FULL_AGAIN);
	fill_live(trial);
	counted_read(trial->test, &before);
	for (uint64_t i = 0; i < packets; i++) {
		struct frame frame = random_frame(&trial->random, trial->test->config);

		compare(trial, &frame);
	}
	counted_read(trial->test, &after);
	snprintf(head, sizeof(head),
		 "      difference with --seed %llu: ", (unsigned long long)trial->seed);
	/* A packet that differed was not run, or ran otherwise: it is reported already. */
	if (read_shared(&trial->course->different) == different)
		add(&trial->course->different,
		    counted_compare(trial->test, &before, &after, trial->ran, trial->world.limits,
				    head));
}

/* A policy and its packets. False: the policy was refused. */
static bool try_policy(struct trial *trial, uint64_t packets)
{
	bool good;

	trial->random = random_start(trial->seed);
	trial->json = random_policy(&trial->random);
	good = is_accepted(trial) && use(trial->test, trial->json);
	if (good)
		try_packets(trial, packets);
	free(steal(&trial->json));
	return good;
}

/* Take the next packets. False: all are taken. A policy that is refused gives its packets back. */
static bool claim(const struct test *test, struct course *course, uint64_t *ret_first)
{
	uint64_t first = read_shared(&course->claimed);

	do {
		if (first >= test->packets)
			return false;
	} while (!__atomic_compare_exchange_n(&course->claimed, &first, first + PACKETS_PER_POLICY,
					      false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
	*ret_first = first;
	return true;
}

/* Policies and packets until there were enough of them. */
static void take_course(struct test *test, void *userdata)
{
	struct course *course = userdata;
	struct trial trial = {.test = test, .course = course, .loopback = test->ifindex};
	uint64_t first;

	trial.world.limits = calloc(1, sizeof(*trial.world.limits));
	if (!check(test, trial.world.limits, "memory", "there is none"))
		return;
	while (read_shared(&course->different) <= MAX_TOLD &&
	       read_shared(&course->refused) < 100 + 3 * read_shared(&course->policies) &&
	       claim(test, course, &first)) {
		uint64_t left = test->packets - first;

		trial.seed = test->seed + add(&course->next, 1);
		if (try_policy(&trial, left < PACKETS_PER_POLICY ? left : PACKETS_PER_POLICY)) {
			add(&course->policies, 1);
		} else {
			add(&course->refused, 1);
			add(&course->claimed, -(uint64_t)PACKETS_PER_POLICY);
		}
	}
	free(trial.world.limits);
	test->ifindex = trial.loopback;
}

void test_random(struct test *test)
{
	struct course *course = mmap(NULL, sizeof(*course), PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	unsigned seen = 0;
	uint64_t helpers;

	if (!check(test, course != MAP_FAILED, "memory", "there is none"))
		return;
	helpers = (test->packets - 1) / PACKETS_PER_POLICY;
	helped(test, helpers < HELPERS ? (unsigned)helpers : HELPERS, take_course, course);
	for (unsigned i = 0; i < FW_REASON_MAX; i++)
		seen += course->reasons[i] > 0;
	printf("       %llu packets, %llu policies (%llu refused), %u reasons seen\n",
	       (unsigned long long)course->packets, (unsigned long long)course->policies,
	       (unsigned long long)course->refused, seen);
	printf("       dropped by a limit after none to three others: %llu, %llu, %llu, %llu\n",
	       (unsigned long long)course->over[0], (unsigned long long)course->over[1],
	       (unsigned long long)course->over[2], (unsigned long long)course->over[3]);
	check(test, course->different == 0, "the programs agree with the reference",
	      "%llu differences", (unsigned long long)course->different);
	check(test, course->packets == test->packets, "enough policies are accepted",
	      "%llu accepted, %llu refused", (unsigned long long)course->policies,
	      (unsigned long long)course->refused);
	/*
	 * Four are too rare to wait for, as policies in which a packet could meet five are refused:
	 * test_way.c has them.
	 */
	for (unsigned i = 0; i < FW_LIMITS_ON_WAY && test->packets >= 500000; i++)
		check(test, course->ways[i] > 0, "packets meet none to three limits on their way",
		      "none met %u", i);
	for (unsigned i = 0; i < 2 && test->packets >= 500000; i++)
		check(test, course->over[i] > 0, "a limit drops, also behind one that went on",
		      "none behind %u", i);
	munmap(course, sizeof(*course));
}
