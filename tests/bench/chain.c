// SPDX-License-Identifier: MIT
/*
 * CPU time of one packet, by BPF_PROG_TEST_RUN.
 *
 *	bench_chain [--json] [--quick] [--only TEXT]
 *
 * Each case is measured in rounds: XDP_DROP alone, fwd with an empty policy, and
 * the case, one after the other on the same frames. All three stand behind the
 * same rotator (bench.bpf.c), which gives each packet other addresses and ports;
 * its price is in all of them, and not in the differences.
 */
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/libbpf.h>

#include "common/base/memory.h"
#include "tests/bench/lib/measure.h"
#include "tests/bench/lib/policies.h"
#include "tests/bench/lib/runner.h"
#include "tests/bench/lib/traffic/chain.h"
#include "tests/bench/lib/traffic/listener.h"

struct test {
	const char *name;
	unsigned family;
	unsigned vlan;
	void (*policy)(struct work *work); /* NULL: XDP_PASS instead of fwd */
	enum meet meet;
	unsigned count;
	unsigned blocks; /* entries of the live block list: the sources, and as many others */
	uint32_t verdict;
	enum fw_reason reason;
};

#define AS_RULE	  XDP_DROP, FW_REASON_RULE
#define DEFAULT	  XDP_PASS, FW_REASON_DEFAULT
#define WITHIN	  XDP_PASS, FW_REASON_WITHIN_LIMIT
#define OVER	  XDP_DROP, FW_REASON_OVER_LIMIT
#define LIMITED	  policy_limit_source
#define BY_RULE	  policy_limit_rule
#define PERMITTED policy_permitted

static const struct test tests[] = {
	{"XDP_PASS", 4, 0, NULL, MEET_NOTHING, 0, 0, XDP_PASS, 0},
	{"empty policy", 4, 0, policy_empty, MEET_NOTHING, 0, 0, DEFAULT},
	{"empty policy, VLAN", 4, 7, policy_empty, MEET_NOTHING, 0, 0, DEFAULT},
	{"empty policy, IPv6", 6, 0, policy_empty, MEET_NOTHING, 0, 0, DEFAULT},
	{"one rule with all fields", 4, 0, policy_many_fields, MEET_ANY, 1, 0, AS_RULE},
	{"10 rules, last matches", 4, 0, policy_rules, MEET_LAST, 10, 0, AS_RULE},
	{"10 rules, random match", 4, 0, policy_rules, MEET_ANY, 10, 0, AS_RULE},
	{"10 rules, no match", 4, 0, policy_rules, MEET_NOTHING, 10, 0, DEFAULT},
	{"100 rules, last matches", 4, 0, policy_rules, MEET_LAST, 100, 0, AS_RULE},
	{"100 rules, random match", 4, 0, policy_rules, MEET_ANY, 100, 0, AS_RULE},
	{"100 rules, random match, VLAN", 4, 7, policy_rules, MEET_ANY, 100, 0, AS_RULE},
	{"100 rules, random match, IPv6", 6, 0, policy_rules, MEET_ANY, 100, 0, AS_RULE},
	{"1000 rules, last matches", 4, 0, policy_rules, MEET_LAST, 1000, 0, AS_RULE},
	{"1000 rules, random match", 4, 0, policy_rules, MEET_ANY, 1000, 0, AS_RULE},
	{"1000 rules, no match", 4, 0, policy_rules, MEET_NOTHING, 1000, 0, DEFAULT},
	{"permitted CIDR", 4, 0, PERMITTED, MEET_ANY, 0, 0, XDP_PASS, FW_REASON_PERMITTED},
	{"not permitted", 4, 0, PERMITTED, MEET_NOTHING, 0, 0, XDP_DROP, FW_REASON_NOT_PERMITTED},
	{"permitted CIDR, IPv6", 6, 0, PERMITTED, MEET_ANY, 0, 0, XDP_PASS, FW_REASON_PERMITTED},
	{"set of 1k, hit", 4, 0, policy_set, MEET_ANY, 1000, 0, AS_RULE},
	{"set of 1k, miss", 4, 0, policy_set, MEET_NEAR, 1000, 0, DEFAULT},
	{"set of 100k, hit", 4, 0, policy_set, MEET_ANY, 100000, 0, AS_RULE},
	{"set of 100k, miss", 4, 0, policy_set, MEET_NEAR, 100000, 0, DEFAULT},
	{"set of 1M, hit", 4, 0, policy_set, MEET_ANY, 1000000, 0, AS_RULE},
	{"set of 1M, miss", 4, 0, policy_set, MEET_NEAR, 1000000, 0, DEFAULT},
	{"set of 1k, hit, IPv6", 6, 0, policy_set, MEET_ANY, 1000, 0, AS_RULE},
	{"set of 100k, hit, IPv6", 6, 0, policy_set, MEET_ANY, 100000, 0, AS_RULE},
	{"set of 100k, miss, IPv6", 6, 0, policy_set, MEET_NEAR, 100000, 0, DEFAULT},
	{"block list of 1k, hit", 4, 0, policy_empty, MEET_SOURCES, 1000, 1000, XDP_DROP,
	 FW_REASON_BLOCKED},
	{"block list of 1k, miss", 4, 0, policy_empty, MEET_NOTHING, 1000, 1000, DEFAULT},
	{"no limit, 1 source", 4, 0, policy_limit_none, MEET_ONE_SOURCE, 1, 0, XDP_PASS,
	 FW_REASON_RULE},
	{"no limit, 64k sources", 4, 0, policy_limit_none, MEET_SOURCES, 65536, 0, XDP_PASS,
	 FW_REASON_RULE},
	{"no limit, 1M sources", 4, 0, policy_limit_none, MEET_SOURCES, 1000000, 0, XDP_PASS,
	 FW_REASON_RULE},
	{"limit of a rule", 4, 0, BY_RULE, MEET_ONE_SOURCE, 1, 0, WITHIN},
	{"limit per source, 1 source", 4, 0, LIMITED, MEET_ONE_SOURCE, 1, 0, WITHIN},
	{"limit per source, 1k sources", 4, 0, LIMITED, MEET_SOURCES, 1000, 0, WITHIN},
	{"limit per source, 64k sources", 4, 0, LIMITED, MEET_SOURCES, 65536, 0, WITHIN},
	{"limit per source, 1M sources", 4, 0, policy_limit_million, MEET_SOURCES, 1000000, 0,
	 WITHIN},
	{"limit of three levels, 64k sources", 4, 0, policy_limit_levels, MEET_SOURCES, 65536, 0,
	 WITHIN},
	{"sliding window, 64k sources", 4, 0, policy_limit_window, MEET_SOURCES, 65536, 0, WITHIN},
	{"over a limit, 1k sources", 4, 0, policy_limit_over, MEET_SOURCES, 1000, 0, OVER},
	{"limit that continues, 1k sources", 4, 0, policy_limit_continue, MEET_SOURCES, 1000, 0,
	 XDP_PASS, FW_REASON_RULE},
	{"4 limits that continue, 1k sources", 4, 0, policy_limits_continue, MEET_SOURCES, 1000, 0,
	 XDP_PASS, FW_REASON_RULE},
	{"limit of a canary and a rule, 1k sources", 4, 0, policy_limit_canary, MEET_SOURCES, 1000,
	 0, WITHIN},
	{"SYN answered with a cookie", 4, 0, policy_limit_cookie, MEET_SOURCES, 1000, 0, XDP_TX,
	 FW_REASON_SYN_COOKIE},
	{"SYN answered for a socket here", 4, 0, policy_limit_cookie_local, MEET_SOURCES, 1000, 0,
	 XDP_TX, FW_REASON_SYN_COOKIE},
};

struct result {
	struct series floor, empty, fwd;
	struct series over_floor, over_empty; /* of each round */
};

struct bench {
	struct bench_options options;
	struct chain empty; /* always with an empty policy */
	struct chain chain;
	uint32_t repeat;
	unsigned rounds;
};

/* ---- one case ---- */

/* Blocked sources: the packets' own (10.0.0.n), or for a miss the ones next to 10/8. */
static int set_blocks(struct bench *bench, const struct test *test, bool set)
{
	uint32_t *addresses = calloc(test->blocks + 1, sizeof(*addresses));
	uint32_t base = test->meet == MEET_SOURCES ? 0x0a000000 : 0x0b000000;
	int err;

	if (!addresses)
		return -1;
	for (unsigned i = 0; i < test->blocks; i++)
		addresses[i] = __builtin_bswap32(base + i);
	err = set ? chain_block4(&bench->chain, addresses, test->blocks)
		  : chain_unblock_all4(&bench->chain, addresses, test->blocks);
	free(addresses);
	return err;
}

static int prepare(struct bench *bench, const struct test *test, struct runner *runner)
{
	struct work work = {
		.family = test->family,
		.count = test->count,
		.meet = test->meet,
		.keys = runner->keys,
		.key_count = BENCH_KEYS,
		.random = {0x9e3779b97f4a7c15ULL},
	};
	char *text = NULL;
	size_t size;
	int err = 0;

	work.config = open_memstream(&text, &size);
	if (!work.config)
		return -1;
	if (test->policy)
		test->policy(&work);
	else
		policy_empty(&work);
	/* Blocked sources need few addresses; an empty policy has none. */
	for (uint32_t i = 0; test->blocks && test->meet == MEET_SOURCES && i < work.key_count; i++)
		work.keys[i].src[0] = __builtin_bswap32(0x0a000000 + i % test->blocks);
	fclose(work.config);
	/* As fwd finds it in the listener's namespace. */
	bench->chain.state->cookies = FW_COOKIES_ALWAYS;
	if (test->policy)
		err = chain_apply(&bench->chain, text);
	free(text);
	return err ? err : set_blocks(bench, test, true);
}

static int time_one(struct bench *bench, struct runner *runner, const struct frame *frame,
		    int prog_fd, uint32_t verdict, struct series *series)
{
	uint32_t got;
	double ns;
	int err = runner_aim(runner, prog_fd);

	if (!err)
		err = runner_time(runner, frame, bench->repeat, &ns, &got);
	if (err)
		return err;
	if (got != verdict) {
		fprintf(stderr, "bench: verdict %u, not %u\n", got, verdict);
		return -1;
	}
	series_add(series, ns);
	return 0;
}

static int run_rounds(struct bench *bench, const struct test *test, struct runner *runner,
		      const struct frame *frame, struct result *result)
{
	int fd = test->policy ? chain_entry_fd(&bench->chain) : runner_pass_fd(runner);
	/* A round that warms up, and is forgotten. */
	for (unsigned round = 0; round <= bench->rounds; round++) {
		int err = time_one(bench, runner, frame, runner_drop_fd(runner), XDP_DROP,
				   &result->floor);

		if (!err)
			err = time_one(bench, runner, frame, chain_entry_fd(&bench->empty),
				       XDP_PASS, &result->empty);
		if (!err)
			err = time_one(bench, runner, frame, fd, test->verdict, &result->fwd);
		if (err)
			return err;
		if (round == 0)
			*result = (struct result){0};
	}
	for (unsigned i = 0; i < bench->rounds; i++) {
		series_add(&result->over_floor, result->fwd.values[i] - result->floor.values[i]);
		series_add(&result->over_empty, result->fwd.values[i] - result->empty.values[i]);
	}
	return 0;
}

/* That the case did what it says: nearly all packets left with its reason. */
static int check_reason(struct bench *bench, const struct test *test, uint64_t before)
{
	uint64_t want = (uint64_t)bench->repeat * (bench->rounds + 1);
	uint64_t got = chain_count(&bench->chain, test->reason) - before;

	if (!test->policy || got >= want - want / 100)
		return 0;
	fprintf(stderr, "bench: \"%s\": %lu of %lu packets went the way that is measured\n",
		test->name, got, want);
	return -1;
}

static int run_test(struct bench *bench, const struct test *test, struct result *result)
{
	struct frame frame =
		test->verdict == XDP_TX ? frame_make_syn() : frame_make(test->family, test->vlan);
	struct runner runner;
	uint64_t before;
	int err = runner_open(&runner, &frame, BENCH_KEYS, 0);

	if (err)
		return err;
	err = prepare(bench, test, &runner);
	before = chain_count(&bench->chain, test->reason);
	if (!err)
		err = run_rounds(bench, test, &runner, &frame, result);
	if (!err)
		err = check_reason(bench, test, before);
	if (set_blocks(bench, test, false) && !err)
		err = -1;
	runner_close(&runner);
	return err;
}

/* ---- output ---- */

static void show(const struct bench *bench, const struct test *test, const struct result *result)
{
	double floor = series_median(&result->floor), empty = series_median(&result->empty);
	double fwd = series_median(&result->fwd), over = series_median(&result->over_floor);
	double over_empty = series_median(&result->over_empty);

	if (bench->options.json)
		printf("{\"case\": \"%s\", \"xdp_drop_ns\": %.1f, \"empty_policy_ns\": %.1f, "
		       "\"ns\": %.1f, \"over_xdp_drop_ns\": %.1f, \"over_empty_policy_ns\": %.1f, "
		       "\"times_xdp_drop\": %.2f, \"spread_ns\": %.1f, \"rounds\": %u}\n",
		       test->name, floor, empty, fwd, over, over_empty, fwd / floor,
		       series_spread(&result->over_floor), bench->rounds);
	else
		printf("%-32s %8.1f %8.1f %8.1f %9.1f %9.1f %7.1fx %7.1f\n", test->name, floor,
		       empty, fwd, over, over_empty, fwd / floor,
		       series_spread(&result->over_floor));
	fflush(stdout);
}

static int run_all(struct bench *bench)
{
	int failed = 0;

	if (!bench->options.json)
		printf("%-32s %8s %8s %8s %9s %9s %8s %7s\n", "ns a packet", "XDP_DROP", "empty",
		       "case", "-XDP_DROP", "-empty", "ratio", "+-");
	for (size_t i = 0; i < array_size(tests); i++) {
		struct result result = {0};

		if (bench->options.only && !strstr(tests[i].name, bench->options.only))
			continue;
		if (run_test(bench, &tests[i], &result)) {
			fprintf(stderr, "bench: \"%s\" failed\n", tests[i].name);
			failed = 1;
			continue;
		}
		show(bench, &tests[i], &result);
	}
	return failed;
}

int main(int argc, char **argv)
{
	struct bench bench = {.options = bench_options_read(argc, argv)};
	int failed = 1, listener;

	bench.rounds = bench.options.quick ? 5 : 7;
	bench.repeat = bench.options.quick ? 100000 : BENCH_KEYS;
	bench_pin(1);
	listener = listener_open();
	if (listener < 0)
		fprintf(stderr, "bench: no socket to answer for: %s\n", strerror(-listener));
	libbpf_set_print(NULL); /* failures are reported by the callers */
	if (!chain_open(&bench.empty) && !chain_open(&bench.chain) &&
	    !chain_apply(&bench.empty, "{\"interfaces\": {\"b0\": {}}}"))
		failed = run_all(&bench);
	chain_close(&bench.chain);
	chain_close(&bench.empty);
	if (listener >= 0)
		close(listener);
	return failed;
}
