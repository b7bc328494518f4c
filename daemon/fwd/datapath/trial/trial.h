/* SPDX-License-Identifier: MIT */
/* A policy that judges live packets without effect. */
#ifndef FWD_DATAPATH_TRIAL_H
#define FWD_DATAPATH_TRIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/abi/fw_abi.h"

struct datapath;
struct errors;

/*
 * Let the policy in FW_IMAGE_TRIED also judge all packets until a time (CLOCK_MONOTONIC ns), with
 * or without fwd. The verdicts do not change. Begins with empty counters. -ENOENT: none is staged.
 */
int datapath_try(struct datapath *dp, uint64_t until, struct errors *errs);

/* End it; returns when no packet is judged by it any more. The counters stay. */
void datapath_try_stop(struct datapath *dp);

/* The end of the trial; 0: it does not run, or has ended. */
uint64_t datapath_try_until(const struct datapath *dp);

int datapath_try_stats(const struct datapath *dp, struct fw_try_stats *ret);

/*
 * What differs: malloced lists, those with most packets first. Returns the number or a
 * negative errno.
 */
struct try_difference {
	struct fw_difference_key key;
	struct fw_difference value;
};
struct try_flow {
	struct fw_try_flow key;
	struct fw_difference value;
};
int datapath_try_differences(const struct datapath *dp, struct try_difference **ret);
int datapath_try_flows(const struct datapath *dp, struct try_flow **ret);

#endif
