/* SPDX-License-Identifier: MIT */
/* Medians, and a table or JSON of them. */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <stdbool.h>
#include <stddef.h>

#define MAX_ROUNDS 64

struct series {
	double values[MAX_ROUNDS];
	size_t count;
};

void series_add(struct series *series, double value);
double series_median(const struct series *series);

/* Half of the values are within the median plus or minus this. */
double series_spread(const struct series *series);

/* Options that all benchmarks share. Exits on --help and wrong ones. */
struct bench_options {
	bool json;
	bool quick;
	const char *only; /* --only TEXT: cases whose name has it; or NULL */
};
struct bench_options bench_options_read(int argc, char **argv);

/* The clock, in ms. */
double bench_ms(void);

/* Stay on one CPU. */
void bench_pin(int cpu);

/*
 * A clock, in seconds, of the CPU time that this thread uses, softirqs that run in it
 * and the kernel's softirq thread of its CPU included: all that packets cost that
 * we send to ourselves. (A kernel with CONFIG_IRQ_TIME_ACCOUNTING leaves out the former.)
 */
struct busy_clock {
	char softirq_path[64]; /* of that thread's schedstat; "": not found */
};
void busy_clock_open(struct busy_clock *clock, int cpu);
double busy_clock_read(const struct busy_clock *clock);

#endif
