/* SPDX-License-Identifier: MIT */
/* Policies in maps: the active one, the one before it, and staged ones. */
#ifndef FWD_GENERATION_H
#define FWD_GENERATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/abi/fw_abi.h"
#include "daemon/fwd/datapath/datapath.h"

struct datapath;
struct errors;
struct policy;

/*
 * Build the policy in the generation that packets do not see, then switch with
 * one write. Fills the address tables, clears fresh slots, writes names. On failure the
 * running generation is untouched. Returns when no packet can see the old one.
 */
int policy_apply(struct datapath *dp, const struct policy *policy, struct errors *errs);

/*
 * As policy_apply, but packets return to the running generation by themselves at a deadline
 * (CLOCK_MONOTONIC ns; odd ones are rounded down) unless datapath_confirm is called
 * before: with fwd running, stopped or dead. The clock stops while the machine is
 * suspended, and does not follow steps of the wall clock.
 *
 * The slots of the policy must have been compiled from those of the running one, held
 * (slots_hold): then no slot of the running one is cleared. Until it is confirmed or
 * reverted, policy_apply and this are refused with -EBUSY.
 */
int policy_apply_until(struct datapath *dp, const struct policy *policy, uint64_t deadline,
		       struct errors *errs);

/* Keep the new generation: -ETIME if the deadline has passed, -ENOENT if nothing waits. */
int datapath_confirm(struct datapath *dp);

/*
 * Return to the previous generation permanently, before the deadline or after it; returns
 * when no packet can see the other one. -ENOENT if nothing waits.
 */
int datapath_revert(struct datapath *dp);

/*
 * Load a policy next to the active one, into FW_IMAGE_CANDIDATE (of one request, for as long as the
 * request lasts) or FW_IMAGE_TRIED, in place of an earlier one. Compile it with the running slots.
 * It has no effect, and nothing of the running policy is written. The policy stays the caller's.
 */
int policy_stage(struct datapath *dp, const struct policy *policy, enum fw_image_place place,
		 struct errors *errs);

/* Remove it, if there is one, and free its memory. Packets must not see it any more. */
int policy_unstage(struct datapath *dp, enum fw_image_place place);

/* A number that each staging changes, to identify the policy in a place; 0: none. */
uint64_t policy_staged(const struct datapath *dp, enum fw_image_place place);

#endif
