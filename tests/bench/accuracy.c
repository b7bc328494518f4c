// SPDX-License-Identifier: MIT
/*
 * How exact limits are: what passes against what is configured, by algorithm, key, rate and CPUs.
 *
 *	bench_accuracy [--json] [--quick] [--only TEXT]
 *
 * Packets are offered as fast as the CPUs can, each with a source of its own out of so many. The
 * passed ones are counted between two moments when the buckets are empty, or windows used up, so
 * that only rate and time matter; and over all, where not a packet more than the rate and one
 * burst may pass. --quick tells good from bad by both, for the check; on a busy machine a case that
 * got too few packets is tried again. Rates are those of all keys together.
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/libbpf.h>

#include "chain.h"
#include "clock.h"
#include "measure.h"
#include "memory.h"
#include "runner.h"

#define CPUS	    2
#define CHUNK	    500000
#define ATTEMPTS    5
#define DRAIN_TRIES 100
#define DRAIN_MS    100
/* Between the two moments, on a busy machine; a leaky bucket saves nothing up. */
#define TOLERANCE	0.05
#define TOLERANCE_LEAKY 1

struct worker {
	pthread_t thread;
	struct runner runner;
	struct frame frame;
	int cpu;
	bool *stop;
	bool failed;
};

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
	double most; /* from the start on */
};

static void *work(void *userdata)
{
	struct worker *worker = userdata;
	uint32_t verdict;
	cpu_set_t cpus;
	double ns;

	CPU_ZERO(&cpus);
	CPU_SET(worker->cpu, &cpus);
	sched_setaffinity(0, sizeof(cpus), &cpus);
	while (!__atomic_load_n(worker->stop, __ATOMIC_ACQUIRE) && !worker->failed)
		worker->failed =
			runner_time(&worker->runner, &worker->frame, CHUNK, &ns, &verdict) != 0;
	return NULL;
}

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
	/* A limit that was never there, with new buckets. */
	return chain_apply(chain, "{\"interfaces\": {\"b0\": {}}}") || chain_apply(chain, text);
}

static int start(struct chain *chain, const struct trial *trial, struct worker *workers, bool *stop)
{
	for (unsigned i = 0; i < trial->cpus; i++) {
		struct worker *worker = &workers[i];

		*worker = (struct worker){.frame = frame_make(4, 0), .cpu = (int)i, .stop = stop};
		if (runner_open(&worker->runner, &worker->frame, BENCH_KEYS, 0) ||
		    runner_aim(&worker->runner, chain_entry_fd(chain)))
			return -EIO;
		for (uint32_t j = 0; j < BENCH_KEYS; j++) {
			struct bench_key *key = &worker->runner.keys[j];

			*key = (struct bench_key){0};
			key->src[0] = __builtin_bswap32(0x0a000000 + j % trial->keys);
			key->dst[0] = __builtin_bswap32(0x0b000001);
		}
	}
	*stop = false;
	for (unsigned i = 0; i < trial->cpus; i++)
		if (pthread_create(&workers[i].thread, NULL, work, &workers[i]))
			return -EAGAIN;
	return 0;
}

static void finish(const struct trial *trial, struct worker *workers, bool *stop)
{
	__atomic_store_n(stop, true, __ATOMIC_RELEASE);
	for (unsigned i = 0; i < trial->cpus; i++)
		pthread_join(workers[i].thread, NULL);
}

/* From the first packet on: the rate and one burst; of windows, also those at both ends. */
static double most_of(const struct trial *trial, uint64_t from, uint64_t to)
{
	double windows = has_windows(trial) ? 1 : 0;

	return (double)burst_of(trial) +
	       (double)trial->rate * ((double)(to - from) / NS_PER_SECOND + windows) + 1;
}

static int rest(struct chain *chain, const struct trial *trial, struct worker *workers, bool *stop)
{
	usleep(300000);
	finish(trial, workers, stop);
	for (unsigned i = 0; i < trial->cpus; i++)
		runner_close(&workers[i].runner);
	sleep(1);
	return start(chain, trial, workers, stop);
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

static void measure(struct chain *chain, const struct trial *trial, unsigned seconds,
		    struct outcome *ret)
{
	uint64_t from, to, first, last;

	wait_for_moment(clock_ns() + NS_PER_SECOND);
	if (!has_windows(trial))
		drain(chain, trial);
	first = passed_now(chain, &from);
	wait_for_moment(clock_ns() + (seconds - 1) * NS_PER_SECOND);
	last = passed_now(chain, &to);
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
	struct worker workers[CPUS] = {0};
	uint64_t began, base, ended;
	bool stop = false;
	int err = apply(chain, trial);

	if (err)
		return err;
	base = passed_now(chain, &began);
	err = start(chain, trial, workers, &stop);
	if (!err && trial->idle)
		err = rest(chain, trial, workers, &stop);
	if (!err) {
		measure(chain, trial, seconds, ret);
		finish(trial, workers, &stop);
		ret->all = passed_now(chain, &ended) - base;
		ret->most = most_of(trial, began, clock_ns());
	}
	for (unsigned i = 0; i < trial->cpus; i++) {
		if (workers[i].failed)
			err = -EIO;
		runner_close(&workers[i].runner);
	}
	return err;
}

static bool is_good(const struct trial *trial, const struct outcome *is)
{
	double most = TOLERANCE, least = TOLERANCE;

	if (is_leaky(trial))
		least = TOLERANCE_LEAKY;
	return (double)is->passed >= is->wanted * (1 - least) - 1 &&
	       (double)is->passed <= is->wanted * (1 + most) + trial->keys;
}

static void show(const struct bench_options *options, const struct trial *trial,
		 const struct outcome *is)
{
	double off = ((double)is->passed / is->wanted - 1) * 100;

	if (options->json)
		printf("{\"algorithm\": \"%s\", \"keys\": %u, \"rate\": %lu, \"cpus\": %u, "
		       "\"idle\": %s, \"passed\": %lu, \"wanted\": %.0f, \"off_percent\": %.3f}\n",
		       trial->algorithm, trial->keys, trial->rate, trial->cpus,
		       trial->idle ? "true" : "false", is->passed, is->wanted, off);
	else
		printf("| %-14s | %4u | %7lu/s | %u%s | %9lu | %9.0f | %+7.3f %% |\n",
		       trial->algorithm, trial->keys, trial->rate, trial->cpus,
		       trial->idle ? ", idle before" : "", is->passed, is->wanted, off);
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
		printf("| algorithm | keys | rate | CPUs | passed | wanted | off |\n"
		       "|---|---|---|---|---|---|---|\n");
	if (!chain_open(&chain))
		failed = run_all(&chain, &options);
	chain_close(&chain);
	return failed;
}
