// SPDX-License-Identifier: MIT
/*
 * What finding the rule costs, over an empty policy, for sets of rules of several
 * shapes and sizes; next to it a scan of the same rules.
 *
 *	bench_rules [--json] [--quick] [--only TEXT]
 *
 * "random" packets are in a random rule each; "worst" ones have each field of
 * another rule, and none but the last takes them. Cases are measured in rounds: empty
 * policy, random, worst, scan, one after the other. Every count of every rule is then
 * compared with what trying one rule after the other says of the same packets.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/libbpf.h>

#include "common/base/memory.h"
#include "tests/bench/lib/measure.h"
#include "tests/bench/lib/ruleset.h"
#include "tests/bench/lib/runner.h"
#include "tests/bench/lib/traffic/chain.h"
#include "tests/bench/lib/traffic/feed.h"

#define SEED 20240601

#define FEED 1000000 /* hosts of the set before the rules, in one more case */

static const unsigned sizes[] = {10, 100, 1000, 4096, 10000};
static const unsigned few_sizes[] = {1, 2, 4, 8, 16, 32, 64}; /* of access lists only */

struct bench {
	struct bench_options options;
	struct chain empty;
	struct chain chain;
	struct frame frame;
	uint32_t key_count;
	unsigned rounds;
	struct runner runners[2]; /* random, worst */
	uint64_t wrong;
	uint64_t compared;
	/* The case with a set before the rules; else NULL. */
	const char *feed_path;
	struct prefix_content *feed;
};

struct result {
	struct series random, worst, scan;
	double apply_ms;
};

enum { RANDOM, WORST };

static int time_one(struct bench *bench, int kind, int prog_fd, uint32_t repeat, double *ret)
{
	uint32_t verdict;
	int err = runner_aim(&bench->runners[kind], prog_fd);

	return err ? err : runner_time(&bench->runners[kind], &bench->frame, repeat, ret, &verdict);
}

static int apply(struct bench *bench, const struct ruleset *set, struct result *result)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	double start;
	int err;

	if (!out)
		return -1;
	ruleset_config(set, bench->feed_path, out);
	fclose(out);
	start = bench_ms();
	err = chain_apply(&bench->chain, text);
	result->apply_ms = bench_ms() - start;
	free(text);
	return err;
}

static bool is_in_feed(const struct bench *bench, const struct bench_key *key)
{
	struct prefix host = prefix_host(4, &key->src[0]);

	return bench->feed && prefix_list_covering(&bench->feed->list, &host);
}

/* Send every key once, and see that each rule counted what is its. */
static int verify(struct bench *bench, const struct ruleset *set, int kind)
{
	cleanup_free uint64_t *wanted = calloc(set->count + 1, sizeof(*wanted));
	cleanup_free uint64_t *before = calloc(set->count + 1, sizeof(*before));
	struct fw_rule_stats stats;
	double ns;
	int err = 0;

	if (!wanted || !before)
		return -1;
	for (uint32_t i = 0; i < bench->key_count; i++)
		if (!is_in_feed(bench, &bench->runners[kind].keys[i]))
			wanted[ruleset_match(set, &bench->runners[kind].keys[i])]++;
	for (int after = 0; after < 2 && !err; after++) {
		for (unsigned i = 0; i < set->count && !err; i++) {
			char name[16];
			int slot;

			snprintf(name, sizeof(name), "r%u", i);
			slot = slots_find(bench->chain.slots, FW_NAME_RULE, name);
			err = slot < 0 ? slot
				       : datapath_rule_stats(bench->chain.dp, (unsigned)slot,
							     &stats);
			if (after && !err)
				bench->wrong += stats.matched.packets - before[i] != wanted[i];
			before[i] = stats.matched.packets;
		}
		if (!after && !err)
			err = time_one(bench, kind, chain_entry_fd(&bench->chain), bench->key_count,
				       &ns);
	}
	bench->compared += bench->key_count;
	return err;
}

static int measure(struct bench *bench, const struct ruleset *set, struct result *result)
{
	int empty = chain_entry_fd(&bench->empty), fwd = chain_entry_fd(&bench->chain);
	int scan = runner_scan_fd(&bench->runners[WORST], set->rules, set->count);
	uint32_t few = set->count > 1000 ? bench->key_count / 16 : bench->key_count;
	int err = scan < 0 ? scan : 0;

	for (unsigned round = 0; round < bench->rounds && !err; round++) {
		uint32_t repeat = 2 * bench->key_count;
		double base, ns;

		for (int kind = RANDOM; kind <= WORST && !err; kind++) {
			err = time_one(bench, kind, empty, repeat, &base);
			if (!err)
				err = time_one(bench, kind, fwd, repeat, &ns);
			series_add(kind == RANDOM ? &result->random : &result->worst, ns - base);
		}
		if (!err)
			err = time_one(bench, WORST, scan, few, &ns);
		series_add(&result->scan, ns);
	}
	return err;
}

static void fill(struct bench *bench, struct ruleset *set)
{
	for (uint32_t i = 0; i < bench->key_count; i++) {
		bench->runners[RANDOM].keys[i] = ruleset_key(set);
		bench->runners[WORST].keys[i] = ruleset_far_key(set);
	}
}

static void show(const struct bench *bench, const char *name, const struct result *result)
{
	const struct series *random = &result->random, *worst = &result->worst;

	if (bench->options.json)
		printf("{\"name\": \"%s\", \"random\": %.1f, \"worst\": %.1f, \"scan\": %.0f, "
		       "\"spread\": %.1f, \"apply_ms\": %.1f}\n",
		       name, series_median(random), series_median(worst),
		       series_median(&result->scan), series_spread(worst), result->apply_ms);
	else
		printf("%-24s %9.1f %9.1f %6.1f %9.0f %9.1f\n", name, series_median(random),
		       series_median(worst), series_spread(worst), series_median(&result->scan),
		       result->apply_ms);
	fflush(stdout);
}

static int run_case(struct bench *bench, enum profile profile, unsigned count)
{
	struct ruleset *set = ruleset_make(profile, count, SEED + count);
	struct result result = {0};
	char name[32];
	int err;

	snprintf(name, sizeof(name), "%s %u%s", profile_name(profile), count,
		 bench->feed_path ? " + 1M hosts" : "");
	if (bench->options.only && !strstr(name, bench->options.only)) {
		ruleset_free(set);
		return 0;
	}
	err = set ? apply(bench, set, &result) : -1;
	if (!err) {
		fill(bench, set);
		err = measure(bench, set, &result);
	}
	for (int kind = RANDOM; kind <= WORST && !err; kind++)
		err = verify(bench, set, kind);
	if (err)
		fprintf(stderr, "bench: \"%s\" failed\n", name);
	else
		show(bench, name, &result);
	ruleset_free(set);
	return err;
}

/* 10000 rules behind a set of a million hosts, which random packets hardly ever meet. */
static int run_feed_case(struct bench *bench)
{
	const struct feed feed = {.family = 4, .count = FEED, .hosts = true};
	struct random random = {FEED_SEED};
	char folder[] = "/tmp/fwd-bench.XXXXXX", path[64];
	struct prefix_list list = {0};
	int failed = 1;

	if (!mkdtemp(folder))
		return 1;
	snprintf(path, sizeof(path), "%s/set.netset", folder);
	for (uint32_t i = 0; i < feed.count; i++) {
		struct prefix prefix = feed_prefix(&random, &feed, i);

		if (prefix_list_add(&list, &prefix))
			break;
	}
	bench->feed = prefix_content_new(&list);
	bench->feed_path = path;
	if (bench->feed && !feed_write(folder, &feed))
		failed = run_case(bench, PROFILE_ACL, 10000);
	bench->feed = prefix_content_drop(bench->feed);
	bench->feed_path = NULL;
	feed_remove(folder);
	return failed;
}

static int run_all(struct bench *bench)
{
	int failed = 0;

	if (!bench->options.json)
		printf("%-24s %9s %9s %6s %9s %9s\n", "ns over empty", "random", "worst", "+-",
		       "scan", "apply ms");
	for (size_t i = 0; i < array_size(few_sizes); i++)
		failed |= run_case(bench, PROFILE_ACL, few_sizes[i]) != 0;
	for (int profile = 0; profile < PROFILE_MAX; profile++)
		for (size_t i = 0; i < array_size(sizes); i++)
			failed |= run_case(bench, (enum profile)profile, sizes[i]) != 0;
	failed |= run_feed_case(bench) != 0;
	if (!bench->options.json)
		printf("%llu packets compared with a scan, %llu rules counted wrong\n",
		       (unsigned long long)bench->compared, (unsigned long long)bench->wrong);
	return failed || bench->wrong;
}

int main(int argc, char **argv)
{
	struct bench bench = {.options = bench_options_read(argc, argv)};
	int failed = 1;

	bench.rounds = bench.options.quick ? 5 : 9;
	bench.key_count = bench.options.quick ? 1 << 14 : 1 << 16;
	bench.frame = frame_make(4, 0);
	bench_pin(1);
	libbpf_set_print(NULL); /* failures are reported by the callers */
	if (!chain_open(&bench.empty) && !chain_open(&bench.chain) &&
	    !chain_apply(&bench.empty, "{\"interfaces\": {\"b0\": {}}}") &&
	    !runner_open(&bench.runners[RANDOM], &bench.frame, bench.key_count, 0) &&
	    !runner_open(&bench.runners[WORST], &bench.frame, bench.key_count, 0))
		failed = run_all(&bench);
	runner_close(&bench.runners[RANDOM]);
	runner_close(&bench.runners[WORST]);
	chain_close(&bench.chain);
	chain_close(&bench.empty);
	return failed;
}
