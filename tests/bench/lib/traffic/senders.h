/* SPDX-License-Identifier: MIT */
/* CPUs that offer packets as fast as they can, each with a source of its own out of so many. */
#ifndef BENCH_SENDERS_H
#define BENCH_SENDERS_H

#include <pthread.h>

#include "tests/bench/lib/runner.h"

#define SENDERS_MAX 2

struct sender {
	pthread_t thread;
	struct runner runner;
	struct frame frame;
	int cpu;
	const bool *stop;
	bool failed;
};

struct senders {
	struct sender list[SENDERS_MAX];
	unsigned count; /* that are open */
	unsigned running;
	bool stop;
};

/*
 * One on each of so many CPUs (at most SENDERS_MAX), with packets from `keys` sources in turn to the
 * program of this fd. ideal: each packet meets these ideal buckets first (NULL: none), which are
 * common to all CPUs. Explains on stderr; 0 or a negative errno.
 */
int senders_open(struct senders *senders, unsigned count, unsigned keys,
		 const struct bench_ideal *ideal, int prog_fd);

/* Begin to send, and stop; both can be repeated. Failures of the sending show at the stop. */
int senders_start(struct senders *senders);
int senders_stop(struct senders *senders);
void senders_close(struct senders *senders);

/* Packets that the ideal buckets have passed. */
uint64_t senders_ideal_passed(const struct senders *senders);

/* The longest time in ns that an ideal bucket saw no packet; from now on again. */
uint64_t senders_take_pause(struct senders *senders);

#endif
