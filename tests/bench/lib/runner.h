/* SPDX-License-Identifier: MIT */
/* A program of bench.bpf.c in front of one that is measured. */
#ifndef BENCH_RUNNER_H
#define BENCH_RUNNER_H

#include <stdbool.h>

#include "tests/bench/bench_abi.h"
#include "tests/bench/lib/traffic/frame.h"

struct bench_bpf;

struct runner {
	struct bench_bpf *bpf;
	struct bench_key *keys; /* mapped: BENCH_KEYS of them, to fill */
	bool judged;
};

/*
 * Load for frames of this shape; key_count (a power of two): how many keys take
 * turns. ifindex: where send sends to. Explains on stderr; 0 or a negative errno.
 */
int runner_open(struct runner *runner, const struct frame *frame, uint32_t key_count, int ifindex);
void runner_close(struct runner *runner);

/*
 * The same, and before each packet an ideal bucket says whether it would pass it at that very
 * moment: packet i of the rotator is of key i modulo ideal->keys (at most BENCH_IDEALS). other: a
 * runner whose buckets they are, too; NULL: new ones, which are full.
 */
int runner_open_judged(struct runner *runner, const struct frame *frame, uint32_t key_count,
		       const struct bench_ideal *ideal, const struct runner *other);

/* Packets that the ideal buckets would have passed, of those that this runner sent. */
uint64_t runner_ideal_passed(const struct runner *runner);

/* The longest time in ns without a packet that this runner has ended at a bucket; then again. */
uint64_t runner_take_pause(struct runner *runner);

/* Programs to aim at that are no work at all. */
int runner_drop_fd(const struct runner *runner);
int runner_pass_fd(const struct runner *runner);

/* A program that tries rules one after the other; a packet that one takes is dropped. */
int runner_scan_fd(struct runner *runner, const struct bench_rule *rules, uint32_t count);

/* What the rotator calls from now on. */
int runner_aim(const struct runner *runner, int prog_fd);

/* CPU time of one packet in ns, mean of repeat ones; *ret_verdict is the last one's. */
int runner_time(const struct runner *runner, const struct frame *frame, uint32_t repeat,
		double *ret_ns, uint32_t *ret_verdict);

/* Send count frames for real; ifindex: where they seem to come from. */
int runner_send(const struct runner *runner, const struct frame *frame, int ifindex,
		uint32_t count);

#endif
