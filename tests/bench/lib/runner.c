// SPDX-License-Identifier: MIT
#include "tests/bench/lib/runner.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "tests/bench/bench.skel.h"

#define KEYS_SIZE (BENCH_KEYS * sizeof(struct bench_key))

static int open_failed(struct runner *runner, int err, const char *what)
{
	fprintf(stderr, "bench: cannot %s: %s\n", what, strerror(-err));
	runner_close(runner);
	return err;
}

static int load(struct runner *runner, const struct runner *other)
{
	struct bpf_program *prog;
	int err = 0;

	/* As fwd's own programs have it: all of one prog array must agree. */
	bpf_object__for_each_program (prog, runner->bpf->obj)
		bpf_program__set_expected_attach_type(prog, 0);
	if (other)
		err = bpf_map__reuse_fd(runner->bpf->maps.ideals,
					bpf_map__fd(other->bpf->maps.ideals));
	if (!err)
		err = bench_bpf__load(runner->bpf);
	return err;
}

static int runner_start(struct runner *runner, const struct frame *frame, uint32_t key_count,
			int ifindex)
{
	*runner = (struct runner){.bpf = bench_bpf__open()};
	if (!runner->bpf)
		return open_failed(runner, -errno, "open the rotator");
	runner->bpf->rodata->knob_family = frame->family;
	runner->bpf->rodata->knob_offset = frame->offset;
	runner->bpf->rodata->knob_mask = key_count - 1;
	runner->bpf->rodata->knob_ifindex = (uint32_t)ifindex;
	return 0;
}

static int runner_finish(struct runner *runner, const struct runner *other)
{
	int err = load(runner, other);

	if (err)
		return open_failed(runner, err, "load the rotator");
	runner->keys = mmap(NULL, KEYS_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED,
			    bpf_map__fd(runner->bpf->maps.keys), 0);
	if (runner->keys == MAP_FAILED) {
		runner->keys = NULL;
		return open_failed(runner, -errno, "map the keys");
	}
	return 0;
}

int runner_open_judged(struct runner *runner, const struct frame *frame, uint32_t key_count,
		       const struct bench_ideal *ideal, const struct runner *other)
{
	int err = runner_start(runner, frame, key_count, 0);

	if (err)
		return err;
	memcpy((void *)&runner->bpf->rodata->knob_ideal, ideal, sizeof(*ideal));
	runner->judged = true;
	return runner_finish(runner, other);
}

int runner_open(struct runner *runner, const struct frame *frame, uint32_t key_count, int ifindex)
{
	int err = runner_start(runner, frame, key_count, ifindex);

	return err ? err : runner_finish(runner, NULL);
}

void runner_close(struct runner *runner)
{
	if (runner->keys)
		munmap(runner->keys, KEYS_SIZE);
	bench_bpf__destroy(runner->bpf);
	*runner = (struct runner){0};
}

int runner_drop_fd(const struct runner *runner)
{
	return bpf_program__fd(runner->bpf->progs.bench_drop);
}

int runner_pass_fd(const struct runner *runner)
{
	return bpf_program__fd(runner->bpf->progs.bench_pass);
}

int runner_scan_fd(struct runner *runner, const struct bench_rule *rules, uint32_t count)
{
	size_t size = BENCH_RULES * sizeof(*rules);
	void *map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED,
			 bpf_map__fd(runner->bpf->maps.scan_rules), 0);

	if (map == MAP_FAILED)
		return -errno;
	memcpy(map, rules, count * sizeof(*rules));
	munmap(map, size);
	runner->bpf->bss->scan_count = count;
	return bpf_program__fd(runner->bpf->progs.bench_scan);
}

int runner_aim(const struct runner *runner, int prog_fd)
{
	uint32_t zero = 0;

	return bpf_map_update_elem(bpf_map__fd(runner->bpf->maps.target), &zero, &prog_fd, BPF_ANY)
		       ? -errno
		       : 0;
}

/* The program writes it meanwhile. */
uint64_t runner_ideal_passed(const struct runner *runner)
{
	return __atomic_load_n(&runner->bpf->bss->ideal_passed, __ATOMIC_RELAXED);
}

uint64_t runner_take_pause(struct runner *runner)
{
	return __atomic_exchange_n(&runner->bpf->bss->longest_pause, 0, __ATOMIC_RELAXED);
}

/* Of this thread: what other processes take of the CPU does not count. */
static double cpu_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

int runner_time(const struct runner *runner, const struct frame *frame, uint32_t repeat,
		double *ret_ns, uint32_t *ret_verdict)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame->bytes,
		    .data_size_in = (uint32_t)frame->length, .repeat = repeat);
	double start = cpu_ns(), end;
	int err = bpf_prog_test_run_opts(bpf_program__fd(runner->judged
								 ? runner->bpf->progs.bench_judge
								 : runner->bpf->progs.bench_rotate),
					 &opts);

	end = cpu_ns();
	if (err)
		return err;
	*ret_ns = (end - start) / repeat;
	*ret_verdict = opts.retval;
	return 0;
}

int runner_send(const struct runner *runner, const struct frame *frame, int ifindex, uint32_t count)
{
	struct xdp_md context = {.data_end = (uint32_t)frame->length,
				 .ingress_ifindex = (uint32_t)ifindex};
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame->bytes,
		    .data_size_in = (uint32_t)frame->length, .ctx_in = &context,
		    .ctx_size_in = sizeof(context), .repeat = count,
		    .flags = BPF_F_TEST_XDP_LIVE_FRAMES, .batch_size = 64);

	return bpf_prog_test_run_opts(bpf_program__fd(runner->bpf->progs.bench_send), &opts);
}
