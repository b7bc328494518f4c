// SPDX-License-Identifier: MIT
/*
 * How exact limits are: what passes against what is configured, by algorithm, key, rate and CPUs.
 *
 *	bench_accuracy [--json] [--quick] [--only TEXT]
 *
 * Packets are offered as fast as the CPUs can, each with a source of its own out of so many. The
 * passed ones are counted between two moments when the buckets are empty, or windows used up, so
 * that only rate and time matter; and over all, where not a packet more than the rate and one
 * burst may pass. Rates are those of all keys together.
 *
 * What other processes leave of the CPUs is not a steady stream, and a bucket that is full while
 * nobody sends loses tokens: any bucket does. So each packet meets an ideal one as well
 * (bench.bpf.c), just before fwd's, and what that passed over all is what fwd's should have passed.
 * Windows have none.
 *
 * --quick distinguishes good from bad by all of this, for the check; on a busy machine a case that
 * got too few packets is tried again.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/libbpf.h>

#include "common/base/clock.h"
#include "common/base/memory.h"
#include "tests/bench/lib/measure.h"
#include "tests/bench/lib/traffic/chain.h"
#include "tests/bench/lib/traffic/senders.h"

#define CPUS	    SENDERS_MAX
#define ATTEMPTS    5
#define DRAIN_TRIES 100
#define DRAIN_MS    100
#define FILL_MS	    1100 /* until a rule's bucket is full: bursts are a second's worth at most */
/* Between the two moments, on a busy machine; a leaky bucket saves nothing up. */
#define TOLERANCE	0.05
#define TOLERANCE_LEAKY 1
#define TOLERANCE_IDEAL 0.005

struct trial {
	const char *algorithm;
	unsigned keys;
	uint64_t rate;
	unsigned cpus;
	bool idle; /* with a second without packets before it is counted */
};

struct outcome {
	uint64_t passed;
	double wanted; /* between the two moments */
	uint64_t all;
	double most;	/* from the start on */
	uint64_t ideal; /* and what ideal buckets passed of it; 0: there were none */
	uint64_t pause; /* the longest in ns that a bucket saw no packet between the moments */
};

static uint64_t passed_now(const struct chain *chain, uint64_t *ret_when)
{
	int slot = slots_find(chain->slots, FW_NAME_LIMIT, "l");
	struct fw_limit_stats stats = {0};
	uint64_t before = 0;

	/* Nobody else on this CPU between the clock and the counters. */
	for (int i = 0; i < 1000; i++) {
		before = clock_ns();
		datapath_limit_stats(chain->dp, (unsigned)slot, &stats);
		*ret_when = clock_ns();
		if (*ret_when - before < 100000)
			break;
	}
	*ret_when = before + (*ret_when - before) / 2;
	return stats.passed.packets;
}

/* So far into a second of the clock that windows, which start with them, are used up. */
static void wait_for_moment(uint64_t not_before)
{
	uint64_t moment = not_before - not_before % NS_PER_SECOND + NS_PER_SECOND * 9 / 10;

	while (moment < not_before)
		moment += NS_PER_SECOND;
	while (clock_ns() < moment)
		usleep(1000);
}

static bool has_windows(const struct trial *trial)
{
	return strstr(trial->algorithm, "window") != NULL;
}

static bool is_leaky(const struct trial *trial)
{
	return strcmp(trial->algorithm, "leaky_bucket") == 0;
}

/* Of all keys together: what other processes leave of the CPUs must not let a bucket overflow. */
static uint64_t burst_of(const struct trial *trial)
{
	uint64_t least = 2 * (uint64_t)trial->keys;

	if (has_windows(trial))
		return trial->rate;
	/* What it has unless the config says otherwise: 10 ms worth. */
	if (is_leaky(trial))
		return trial->rate / 100 > least ? trial->rate / 100 : least;
	return trial->rate > least ? trial->rate : least;
}

static int apply(struct chain *chain, const struct trial *trial)
{
	char text[512], burst[64] = "";

	if (!has_windows(trial) && !is_leaky(trial))
		snprintf(burst, sizeof(burst), "\"burst\": %lu, ", burst_of(trial) / trial->keys);
	snprintf(text, sizeof(text),
		 "{\"enforce\": true, \"interfaces\": {\"b0\": {}}, \"limits\": {\"l\": {"
		 "\"rate\": \"%lu/s\", %s\"per\": \"%s\", \"algorithm\": \"%s\"}}, \"rules\": "
		 "[{\"id\": \"r\", \"limit\": \"l\"}]}",
		 trial->rate / trial->keys, burst, trial->keys == 1 ? "rule" : "src",
		 trial->algorithm);
	/* A limit that was never there: keys have new buckets. */
	return chain_apply(chain, "{\"interfaces\": {\"b0\": {}}}") || chain_apply(chain, text);
}

static int prepare(struct chain *chain, const struct trial *trial, struct senders *senders)
{
	const struct bench_ideal ideal = {
		.rate = trial->rate / trial->keys,
		.burst = burst_of(trial) / trial->keys,
		.keys = trial->keys,
	};
	int err = apply(chain, trial);

	/* A rule that comes back finds its bucket as it left it. */
	if (!has_windows(trial) && trial->keys == 1)
		usleep(FILL_MS * 1000);
	return err ? err
		   : senders_open(senders, trial->cpus, trial->keys,
				  has_windows(trial) ? NULL : &ideal, chain_entry_fd(chain));
}

/* From the first packet on: the rate and one burst; of windows, also those at both ends. */
static double most_of(const struct trial *trial, uint64_t from, uint64_t to)
{
	double windows = has_windows(trial) ? 1 : 0;

	return (double)burst_of(trial) +
	       (double)trial->rate * ((double)(to - from) / NS_PER_SECOND + windows) + 1;
}

static int rest(struct senders *senders)
{
	int err;

	usleep(300000);
	err = senders_stop(senders);
	sleep(1);
	return err ? err : senders_start(senders);
}

/* Until no more passes than the rate brings: the bursts are used up. */
static void drain(struct chain *chain, const struct trial *trial)
{
	for (int i = 0; i < DRAIN_TRIES; i++) {
		uint64_t from, to, first = passed_now(chain, &from), last;

		usleep(DRAIN_MS * 1000);
		last = passed_now(chain, &to);
		if ((double)(last - first) <=
		    1.05 * (double)trial->rate * (double)(to - from) / NS_PER_SECOND + trial->keys)
			return;
	}
}

static void measure(struct chain *chain, const struct trial *trial, struct senders *senders,
		    unsigned seconds, struct outcome *ret)
{
	uint64_t from, to, first, last;

	wait_for_moment(clock_ns() + NS_PER_SECOND);
	if (!has_windows(trial))
		drain(chain, trial);
	senders_take_pause(senders);
	first = passed_now(chain, &from);
	wait_for_moment(clock_ns() + (seconds - 1) * NS_PER_SECOND);
	last = passed_now(chain, &to);
	ret->pause = senders_take_pause(senders);
	ret->passed = last - first;
	ret->wanted = (double)trial->rate * (double)(to - from) / NS_PER_SECOND;
	/* Both moments are of the same part of a window. */
	if (has_windows(trial))
		ret->wanted =
			(double)(trial->rate * ((to - from + NS_PER_SECOND / 2) / NS_PER_SECOND));
}

static int run(struct chain *chain, const struct trial *trial, unsigned seconds,
	       struct outcome *ret)
{
	struct senders senders;
	uint64_t began, base, ended;
	int err = prepare(chain, trial, &senders);

	if (err)
		return err;
	base = passed_now(chain, &began);
	err = senders_start(&senders);
	if (!err && trial->idle)
		err = rest(&senders);
	if (!err) {
		measure(chain, trial, &senders, seconds, ret);
		err = senders_stop(&senders);
		ret->all = passed_now(chain, &ended) - base;
		ret->most = most_of(trial, began, clock_ns());
		ret->ideal = senders_ideal_passed(&senders);
	}
	senders_close(&senders);
	return err;
}

static bool is_within(const struct trial *trial, uint64_t passed, double wanted, double least,
		      double most)
{
	return (double)passed >= wanted * (1 - least) - trial->keys &&
	       (double)passed <= wanted * (1 + most) + trial->keys;
}

static bool is_good(const struct trial *trial, const struct outcome *is)
{
	if (is->ideal &&
	    !is_within(trial, is->all, (double)is->ideal, TOLERANCE_IDEAL, TOLERANCE_IDEAL))
		return false;
	return is_within(trial, is->passed, is->wanted,
			 is_leaky(trial) ? TOLERANCE_LEAKY : TOLERANCE, TOLERANCE);
}

static double off_percent(uint64_t passed, double wanted)
{
	return wanted > 0 ? ((double)passed / wanted - 1) * 100 : 0;
}

static void show_json(const struct trial *trial, const struct outcome *is)
{
	printf("{\"algorithm\": \"%s\", \"keys\": %u, \"rate\": %lu, \"cpus\": %u, "
	       "\"idle\": %s, \"passed\": %lu, \"wanted\": %.0f, \"off_percent\": %.3f",
	       trial->algorithm, trial->keys, trial->rate, trial->cpus,
	       trial->idle ? "true" : "false", is->passed, is->wanted,
	       off_percent(is->passed, is->wanted));
	if (!has_windows(trial))
		printf(", \"all\": %lu, \"ideal\": %lu, \"off_ideal_percent\": %.4f, "
		       "\"longest_pause_ms\": %.1f",
		       is->all, is->ideal, off_percent(is->all, (double)is->ideal),
		       (double)is->pause / 1e6);
	puts("}");
}

static void show(const struct bench_options *options, const struct trial *trial,
		 const struct outcome *is)
{
	if (options->json) {
		show_json(trial, is);
	} else {
		printf("| %-14s | %4u | %7lu/s | %u%s | %9lu | %9.0f | %+8.3f %% |",
		       trial->algorithm, trial->keys, trial->rate, trial->cpus,
		       trial->idle ? ", idle before" : "", is->passed, is->wanted,
		       off_percent(is->passed, is->wanted));
		if (has_windows(trial))
			puts(" | | | |");
		else
			printf(" %9lu | %9lu | %+8.4f %% | %5.1f ms |\n", is->all, is->ideal,
			       off_percent(is->all, (double)is->ideal), (double)is->pause / 1e6);
	}
	fflush(stdout);
}

/* Too many is an error; too few may be a busy machine, and is tried again. */
static int try_trial(struct chain *chain, const struct bench_options *options,
		     const struct trial *trial)
{
	struct outcome is = {0};

	for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
		if (run(chain, trial, options->quick ? 2 : 10, &is))
			return 1;
		if ((double)is.all > is.most) {
			fprintf(stderr, "bench: %lu passed of at most %.0f\n", is.all, is.most);
			break;
		}
		if (is_good(trial, &is) || !options->quick)
			break;
	}
	show(options, trial, &is);
	return (double)is.all > is.most || (options->quick && !is_good(trial, &is));
}

static const char *const algorithms[] = {"token_bucket", "leaky_bucket", "fixed_window",
					 "sliding_window"};

static int run_all(struct chain *chain, const struct bench_options *options)
{
	static const uint64_t rates[] = {1000, 10000, 100000, 1000000};
	static const unsigned keys[] = {1, 1000};
	int failed = 0;

	for (unsigned i = 0;
	     i < array_size(algorithms) * array_size(keys) * array_size(rates) * (CPUS + 1); i++) {
		struct trial trial = {
			.algorithm = algorithms[i / 24],
			.keys = keys[i / 12 % 2],
			.rate = rates[i / 3 % 4],
			.cpus = i % 3 < CPUS ? i % 3 + 1 : CPUS,
			.idle = i % 3 == CPUS,
		};

		/* In short: both CPUs, one rate, and one rule with the first algorithm. */
		if (options->quick && (trial.cpus < CPUS || trial.idle || trial.rate != 100000 ||
				       (trial.keys == 1 && i / 24)))
			continue;
		if (options->only && !strstr(trial.algorithm, options->only))
			continue;
		failed |= try_trial(chain, options, &trial);
	}
	return failed;
}

int main(int argc, char **argv)
{
	struct bench_options options = bench_options_read(argc, argv);
	struct chain chain;
	int failed = 1;

	libbpf_set_print(NULL);
	if (sysconf(_SC_NPROCESSORS_ONLN) < CPUS) {
		fprintf(stderr, "bench: this needs %d CPUs\n", CPUS);
		return 1;
	}
	if (!options.json)
		printf("| algorithm | keys | rate | CPUs | passed | wanted | off | passed over all "
		       "| "
		       "ideal | off | longest pause "
		       "|\n|---|---|---|---|---|---|---|---|---|---|---|\n");
	if (!chain_open(&chain))
		failed = run_all(&chain, &options);
	chain_close(&chain);
	return failed;
}
