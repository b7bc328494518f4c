// SPDX-License-Identifier: MIT
#include "tests/bench/lib/traffic/senders.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <unistd.h>

/*
 * In one call: the kernel takes some 10 ms to prepare a call that repeats a packet, in which nothing
 * is sent. These are minutes; a signal ends them.
 */
#define PACKETS	     2000000000
#define INTERRUPT    SIGUSR1
#define INTERRUPT_US 1000

static void *work(void *userdata)
{
	struct sender *sender = userdata;
	uint32_t verdict;
	cpu_set_t cpus;
	double ns;

	CPU_ZERO(&cpus);
	CPU_SET(sender->cpu, &cpus);
	sched_setaffinity(0, sizeof(cpus), &cpus);
	while (!__atomic_load_n(sender->stop, __ATOMIC_ACQUIRE) && !sender->failed) {
		int err = runner_time(&sender->runner, &sender->frame, PACKETS, &ns, &verdict);

		sender->failed = err && err != -EINTR;
	}
	return NULL;
}

static void be_interrupted(int signal)
{
	(void)signal;
}

/* Again and again, as a signal is lost on a sender that is about to begin a call. */
static void wait_for_end(struct sender *sender)
{
	while (pthread_tryjoin_np(sender->thread, NULL) == EBUSY) {
		pthread_kill(sender->thread, INTERRUPT);
		usleep(INTERRUPT_US);
	}
}

static int open_sender(struct sender *sender, unsigned keys, const struct bench_ideal *ideal,
		       const struct runner *other)
{
	int err = ideal ? runner_open_judged(&sender->runner, &sender->frame, BENCH_KEYS, ideal,
					     other)
			: runner_open(&sender->runner, &sender->frame, BENCH_KEYS, 0);

	if (err)
		return err;
	for (uint32_t i = 0; i < BENCH_KEYS; i++) {
		struct bench_key *key = &sender->runner.keys[i];

		*key = (struct bench_key){0};
		key->src[0] = __builtin_bswap32(0x0a000000 + i % keys);
		key->dst[0] = __builtin_bswap32(0x0b000001);
	}
	return 0;
}

int senders_open(struct senders *senders, unsigned count, unsigned keys,
		 const struct bench_ideal *ideal, int prog_fd)
{
	int err = 0;

	*senders = (struct senders){0};
	for (unsigned i = 0; i < count && i < SENDERS_MAX && !err; i++) {
		struct sender *sender = &senders->list[i];

		*sender = (struct sender){
			.frame = frame_make(4, 0), .cpu = (int)i, .stop = &senders->stop};
		err = open_sender(sender, keys, ideal, i ? &senders->list[0].runner : NULL);
		if (err)
			break;
		senders->count++;
		err = runner_aim(&sender->runner, prog_fd);
	}
	if (err)
		senders_close(senders);
	return err;
}

int senders_start(struct senders *senders)
{
	const struct sigaction action = {.sa_handler = be_interrupted};

	sigaction(INTERRUPT, &action, NULL);
	senders->stop = false;
	for (unsigned i = 0; i < senders->count; i++) {
		if (pthread_create(&senders->list[i].thread, NULL, work, &senders->list[i])) {
			senders_stop(senders);
			return -EAGAIN;
		}
		senders->running++;
	}
	return 0;
}

int senders_stop(struct senders *senders)
{
	int err = 0;

	__atomic_store_n(&senders->stop, true, __ATOMIC_RELEASE);
	for (unsigned i = 0; i < senders->running; i++) {
		wait_for_end(&senders->list[i]);
		if (senders->list[i].failed)
			err = -EIO;
	}
	senders->running = 0;
	return err;
}

void senders_close(struct senders *senders)
{
	senders_stop(senders);
	for (unsigned i = 0; i < senders->count; i++)
		runner_close(&senders->list[i].runner);
	senders->count = 0;
}

uint64_t senders_ideal_passed(const struct senders *senders)
{
	uint64_t passed = 0;

	for (unsigned i = 0; i < senders->count; i++)
		passed += runner_ideal_passed(&senders->list[i].runner);
	return passed;
}

uint64_t senders_take_pause(struct senders *senders)
{
	uint64_t longest = 0;

	for (unsigned i = 0; i < senders->count; i++) {
		uint64_t pause = runner_take_pause(&senders->list[i].runner);

		longest = pause > longest ? pause : longest;
	}
	return longest;
}
