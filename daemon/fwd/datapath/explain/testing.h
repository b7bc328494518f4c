/* SPDX-License-Identifier: MIT */
/* For tests and benchmarks only. */
#ifndef FWD_DATAPATH_TESTING_H
#define FWD_DATAPATH_TESTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct datapath;

/* File descriptor of a map by its name in ebpf/lib/maps.h ("live4", ...), or -ENOENT. Borrowed. */
int datapath_map(const struct datapath *dp, const char *name);

/* For benchmarks and tests: run the real chain with side effects; repeat runs, mean time in ns. */
int datapath_run(struct datapath *dp, int ifindex, const void *frame, size_t length,
		 uint32_t repeat, uint32_t *ret_verdict, uint32_t *ret_ns);

/*
 * For tests: run it once, and return the resulting frame. *size: the size of out, then the length
 * of the frame. -ENOSPC: it does not fit.
 */
int datapath_run_out(struct datapath *dp, int ifindex, const void *frame, size_t length,
		     uint32_t *ret_verdict, void *out, size_t *size);

#endif
