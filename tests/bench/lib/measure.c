// SPDX-License-Identifier: MIT
#include "measure.h"

#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

static double median_of(double *values, size_t count)
{
	if (count == 0)
		return 0;
	qsort(values, count, sizeof(*values), compare);
	return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

void series_add(struct series *series, double value)
{
	if (series->count < MAX_ROUNDS)
		series->values[series->count++] = value;
}

double series_median(const struct series *series)
{
	struct series copy = *series;

	return median_of(copy.values, copy.count);
}

double series_spread(const struct series *series)
{
	double median = series_median(series);
	struct series off = {.count = series->count};

	for (size_t i = 0; i < series->count; i++)
		off.values[i] = fabs(series->values[i] - median);
	return median_of(off.values, off.count);
}

struct bench_options bench_options_read(int argc, char **argv)
{
	struct bench_options options = {0};

	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--json")) {
			options.json = true;
		} else if (!strcmp(argv[i], "--quick")) {
			options.quick = true;
		} else if (!strcmp(argv[i], "--only") && i + 1 < argc) {
			options.only = argv[++i];
		} else {
			fprintf(stderr, "usage: %s [--json] [--quick] [--only TEXT]\n", argv[0]);
			exit(2);
		}
	}
	return options;
}

void bench_pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		perror("bench: sched_setaffinity");
}
