// SPDX-License-Identifier: MIT
/*
 * A set file of a million prefixes, from the file to packets: time and memory.
 *
 *	bench_apply [--json] [--quick] [--only TEXT]
 *
 * Each round does what a reload does: read, parse, validate, compile, apply. Memory
 * is what this process holds and what its BPF maps hold, as the kernel accounts for
 * it; "after 100" is the same after 100 applies (10 with --quick).
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/memory.h"
#include "common/policy/compile/policy.h"
#include "daemon/fwd/datapath/attach/attachments.h"
#include "daemon/fwd/datapath/buckets/limit_state.h"
#include "daemon/fwd/datapath/counters/counters.h"
#include "daemon/fwd/datapath/datapath.h"
#include "daemon/fwd/datapath/explain/explain.h"
#include "daemon/fwd/datapath/explain/testing.h"
#include "daemon/fwd/datapath/generation/generation.h"
#include "daemon/fwd/datapath/panic/panic_switch.h"
#include "daemon/fwd/datapath/trial/trial.h"
#include "tests/bench/lib/measure.h"
#include "tests/bench/lib/traffic/feed.h"

struct test {
	const char *name;
	struct feed feed;
};

static const struct test tests[] = {
	{"1k prefixes", {4, 1000, false}},	     {"100k prefixes", {4, 100000, false}},
	{"1M prefixes", {4, 1000000, false}},	     {"1M hosts", {4, 1000000, true}},
	{"100k prefixes, IPv6", {6, 100000, false}},
};

struct times {
	struct series read, compile, apply, whole;
};

struct memory {
	double process_mb;
	double maps_mb;
};

/* ---- the file ---- */

static int write_files(const char *folder, const struct test *test)
{
	char path[256];
	FILE *out;

	if (feed_write(folder, &test->feed))
		return -1;
	snprintf(path, sizeof(path), "%s/fwd.json", folder);
	out = fopen(path, "w");
	if (out)
		fputs("{\"sets\": {\"s\": {\"file\": \"set.netset\"}}, \"rules\": [{\"id\": "
		      "\"set\","
		      " \"match\": {\"src\": \"@s\"}, \"action\": \"drop\"}]}",
		      out);
	return !out || fclose(out) ? -1 : 0;
}

/* ---- memory ---- */

/* A number of this process's status, in KiB, or of a file descriptor, in bytes. */
static double read_number(const char *path, const char *name)
{
	FILE *in = fopen(path, "r");
	double value = 0;
	char line[256];

	while (in && fgets(line, sizeof(line), in))
		if (!strncmp(line, name, strlen(name)))
			value = strtod(line + strlen(name), NULL);
	if (in)
		fclose(in);
	return value;
}

static double map_bytes(int fd)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	return read_number(path, "memlock:");
}

/* What changes with a policy: both arenas. The other maps are as large as they are. */
static struct memory measure_memory(struct datapath *dp)
{
	struct memory memory = {.process_mb = read_number("/proc/self/status", "VmRSS:") / 1e3};
	uint32_t id;

	for (uint32_t image = 0; image < 2; image++) {
		int fd cleanup_fd = -1;

		if (bpf_map_lookup_elem(datapath_map(dp, "arenas"), &image, &id))
			continue;
		fd = bpf_map_get_fd_by_id(id);
		if (fd >= 0)
			memory.maps_mb += map_bytes(fd) / 1e6;
	}
	return memory;
}

/* ---- a reload ---- */

struct running {
	struct datapath *dp;
	struct config *config; /* kept as the model does */
	struct slots *slots;
};

static int reload(struct running *running, const char *path, struct times *times)
{
	struct document *document = NULL;
	struct config *config = NULL;
	struct policy *policy = NULL;
	struct errors errs = {0};
	double start = bench_ms(), parsed = 0, compiled = 0;
	int err = document_read_file(path, &document, &errs);

	if (!err)
		err = config_parse(document, NULL, &config, &errs);
	if (!err)
		err = config_validate(config, &errs);
	parsed = bench_ms();
	if (!err)
		err = policy_compile(config, running->slots, &policy, &errs);
	compiled = bench_ms();
	if (!err)
		err = policy_apply(running->dp, policy, &errs);
	if (!err) {
		series_add(&times->read, parsed - start);
		series_add(&times->compile, compiled - parsed);
		series_add(&times->apply, bench_ms() - compiled);
		series_add(&times->whole, bench_ms() - start);
		config_free(running->config);
		running->config = steal(&config);
		slots_free(running->slots);
		running->slots = steal(&policy->slots);
	} else {
		errors_print(&errs, stderr, false);
	}
	policy_free(policy);
	config_free(config);
	document_free(document);
	errors_clear(&errs);
	return err;
}

static int run_test(const struct test *test, const char *folder, unsigned rounds, unsigned applies,
		    bool json)
{
	const struct datapath_options options = {.no_pins = true};
	struct running running = {0};
	struct errors errs = {0};
	struct times times = {0}, more = {0};
	struct memory empty, first, last;
	char path[256];
	int err = datapath_open(&options, &running.dp, &errs);

	snprintf(path, sizeof(path), "%s/fwd.json", folder);
	if (err) {
		errors_print(&errs, stderr, false);
		return err;
	}
	malloc_trim(0);
	empty = measure_memory(running.dp);
	/* Both generations hold it from the second one on. */
	for (unsigned i = 0; i < rounds && !err; i++)
		err = reload(&running, path, &times);
	first = measure_memory(running.dp);
	for (unsigned i = 0; i < applies && !err; i++)
		err = reload(&running, path, &more);
	last = measure_memory(running.dp);
	if (!err)
		printf(json ? "{\"case\": \"%s\", \"read_ms\": %.1f, \"compile_ms\": %.1f, "
			      "\"apply_ms\": %.1f, \"whole_ms\": %.1f, \"process_mb\": %.1f, "
			      "\"maps_mb\": %.1f, \"process_mb_after\": %.1f, \"maps_mb_after\": "
			      "%.1f}\n"
			    : "%-22s %8.1f %8.1f %8.1f %8.1f %9.1f %9.1f %9.1f %9.1f\n",
		       test->name, series_median(&times.read), series_median(&times.compile),
		       series_median(&times.apply), series_median(&times.whole),
		       first.process_mb - empty.process_mb, first.maps_mb,
		       last.process_mb - empty.process_mb, last.maps_mb);
	fflush(stdout);
	config_free(running.config);
	slots_free(running.slots);
	datapath_close(running.dp);
	return err;
}

int main(int argc, char **argv)
{
	struct bench_options options = bench_options_read(argc, argv);
	unsigned rounds = options.quick ? 3 : 5, applies = options.quick ? 10 : 100;
	int failed = 0;

	libbpf_set_print(NULL);
	if (!options.json)
		printf("%-22s %8s %8s %8s %8s %9s %9s %9s %9s\n", "ms from the file on", "read",
		       "compile", "apply", "whole", "fwd MB", "maps MB", "after 100", "maps MB");
	for (size_t i = 0; i < array_size(tests); i++) {
		char folder[] = "/tmp/fwd-bench.XXXXXX";

		if (options.only && !strstr(tests[i].name, options.only))
			continue;
		if (!mkdtemp(folder)) {
			perror("bench: cannot make a folder");
			return 1;
		}
		if (write_files(folder, &tests[i]) ||
		    run_test(&tests[i], folder, rounds, applies, options.json)) {
			fprintf(stderr, "bench: \"%s\" failed\n", tests[i].name);
			failed = 1;
		}
		feed_remove(folder);
	}
	return failed;
}
