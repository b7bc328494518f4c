/* SPDX-License-Identifier: MIT */
/* Counters of packets: sums over all CPUs. */
#ifndef FWD_COUNTERS_H
#define FWD_COUNTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/abi/fw_abi.h"

struct datapath;

int datapath_reason_stats(const struct datapath *dp, unsigned interface, enum fw_reason reason,
			  struct fw_count ret[FW_OUTCOME_MAX]);
int datapath_rule_stats(const struct datapath *dp, unsigned slot, struct fw_rule_stats *ret);
int datapath_limit_stats(const struct datapath *dp, unsigned slot, struct fw_limit_stats *ret);
int datapath_ban_stats(const struct datapath *dp, unsigned slot, struct fw_ban_stats *ret);
int datapath_event_stats(const struct datapath *dp, struct fw_event_stats *ret);

/*
 * Mark the current values of all counters, or only those of some rules, by slot: readers can count
 * from there. The counters continue. time: of the wall clock, ns. 0, or a negative errno: the
 * earlier mark stays.
 */
int datapath_mark(struct datapath *dp, uint64_t time);
int datapath_mark_rules(struct datapath *dp, const unsigned *slots, size_t count, uint64_t time);

/* The mark; all 0 if there is none. Borrowed. It has the lifetime of the counters. */
const struct fw_marks *datapath_marks(const struct datapath *dp);

#endif
