// SPDX-License-Identifier: MIT
#include "tests/bench/lib/measure.h"

#include <ctype.h>
#include <dirent.h>
#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/base/clock.h"

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

double bench_ms(void)
{
	return (double)clock_ns() / 1e6;
}

void bench_pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		perror("bench: sched_setaffinity");
}

static bool is_named(const char *pid, const char *name)
{
	char path[300], text[32] = "";
	FILE *in;

	snprintf(path, sizeof(path), "/proc/%s/comm", pid);
	in = fopen(path, "r");
	if (in) {
		if (!fgets(text, sizeof(text), in))
			text[0] = '\0';
		fclose(in);
	}
	text[strcspn(text, "\n")] = '\0';
	return !strcmp(text, name);
}

void busy_clock_open(struct busy_clock *clock, int cpu)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	char name[32];

	*clock = (struct busy_clock){0};
	snprintf(name, sizeof(name), "ksoftirqd/%d", cpu);
	while (proc && (entry = readdir(proc)))
		if (isdigit((unsigned char)entry->d_name[0]) && is_named(entry->d_name, name))
			snprintf(clock->softirq_path, sizeof(clock->softirq_path),
				 "/proc/%.20s/schedstat", entry->d_name);
	if (proc)
		closedir(proc);
}

double busy_clock_read(const struct busy_clock *clock)
{
	FILE *in = clock->softirq_path[0] ? fopen(clock->softirq_path, "r") : NULL;
	unsigned long long softirq = 0;
	struct timespec now;

	if (in) {
		if (fscanf(in, "%llu", &softirq) != 1)
			softirq = 0;
		fclose(in);
	}
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec + ((double)now.tv_nsec + (double)softirq) / 1e9;
}
