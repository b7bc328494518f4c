/* SPDX-License-Identifier: MIT */
/*
 * A policy: what a config compiles to, the exact contents of one generation.
 *
 * Compiling is a pure function: config and slots in, policy out, no system
 * call. policy_apply (daemon/datapath) is the only step that changes the world.
 */
#ifndef FWD_POLICY_H
#define FWD_POLICY_H

#include "address_table.h"
#include "config.h"
#include "slots.h"

/* Sorted by prefix_compare, unique. What the datapath reads is made of it: arena. */
struct policy_table {
	struct policy_entry *entries;
	size_t count;
};

/* Slots whose counters and buckets must be cleared before the policy is active. */
struct policy_fresh {
	uint16_t *slots;
	size_t count;
};

struct policy {
	struct fw_image *image; /* header.generation is 0: apply numbers it */
	uint32_t row_count;	/* rows of the image in use */
	struct policy_table tables[FW_TABLE_MAX];
	struct arena arena;  /* the tables compiled; their roots are in the image's header */
	struct slots *slots; /* the names of this policy; the policy owns it */
	struct policy_fresh fresh_rules;
	struct policy_fresh fresh_limits;
	struct policy_fresh fresh_live_sets;
	struct policy_fresh fresh_interfaces;
};

/*
 * Compile. previous: the slots of the running policy, or NULL; not changed.
 * Errors (too many rules, rows, limits, sets) go to errs with the place of what
 * did not fit; rules that can never match are warnings.
 * Returns 0, -EBADMSG or -ENOMEM.
 */
int policy_compile(const struct config *config, const struct slots *previous, struct policy **ret,
		   struct errors *errs);

/* A text of everything in it, for golden tests and `fwd --compile FILE`. */
void policy_dump(const struct policy *policy, FILE *out);

/* Free; NULL is allowed. Returns NULL. */
struct policy *policy_free(struct policy *policy);

#endif
