/* SPDX-License-Identifier: MIT */
/*
 * A policy: the result of compiling a config, the exact contents of one generation.
 *
 * Compiling is a pure function: config and slots in, policy out, no system
 * call. policy_apply (daemon/fwd/datapath) is the only step that changes the world.
 */
#ifndef FWD_POLICY_H
#define FWD_POLICY_H

#include "common/policy/compile/addresses/address_table.h"
#include "common/policy/compile/known.h"
#include "common/policy/compile/slots.h"
#include "common/policy/config/config.h"

/* Sorted by prefix_compare, unique. The datapath's form is made from it: policy_arena(). */
struct policy_table {
	struct policy_entry *entries;
	size_t count;
};

/* Slots whose counters and buckets must be cleared before the policy is active. */
struct policy_fresh {
	uint16_t *slots;
	size_t count;
};

struct row;
struct rows;

struct policy {
	struct fw_image *image; /* header.generation is 0: apply numbers it */
	uint64_t *pool;		/* the rows, as in the image or in a separate map */
	size_t pool_words;
	struct rows *rows; /* the rows in searchable form */
	/* [FW_BASE_x + value], [FW_ABSENT_x]: the row of each value, as if no field were merged. */
	uint16_t *numbers;
	uint16_t *merge; /* the merge table */
	size_t merge_count;
	struct policy_table tables[FW_TABLE_MAX];
	struct known_addresses *known; /* the compiled tables; their roots are in the header */
	struct slots *slots;	       /* the names of this policy; the policy owns it */
	struct policy_fresh fresh_rules;
	struct policy_fresh fresh_limits;
	struct policy_fresh fresh_live_sets;
	struct policy_fresh fresh_interfaces;
};

/*
 * Compile. previous: the slots of the running policy, or NULL; not changed.
 * Errors (too many rules, rows, limits, sets) go to errs with the place of the
 * item that did not fit; rules that can never match are warnings.
 * Returns 0, -EBADMSG or -ENOMEM.
 */
int policy_compile(const struct config *config, const struct slots *previous, struct policy **ret,
		   struct errors *errs);

/*
 * The same for an edit of the running policy: known is the result of policy_keep for it, or NULL.
 * Large address tables are changed only where the edit changes them, and not rebuilt. The policy
 * is the same, but tables[].entries of these are unknown. It must be kept or freed before the
 * next one is compiled.
 */
int policy_compile_edit(const struct config *config, const struct slots *previous,
			struct known_addresses *known, struct policy **ret, struct errors *errs);

/*
 * The policy runs, as this generation. Returns the data for the next edit, to be released by
 * known_drop; NULL: none, the policy is small.
 */
struct known_addresses *policy_keep(struct policy *policy, uint32_t generation);

/* The generation of the tables. */
uint32_t policy_known_generation(const struct known_addresses *known);

/* The address tables, as the datapath walks them. */
const struct arena *policy_arena(const struct policy *policy);

/*
 * A row, with bits by rank: bit n is the n-th rule in the order of evaluation.
 * source: an enum fw_field, or FW_SOURCE_TABLES + an enum fw_table.
 */
void policy_row(const struct policy *policy, unsigned source, uint32_t number, struct row *ret);

/* The rule of a rank. */
const struct fw_rule *policy_rule(const struct policy *policy, unsigned rank);

/* The whole policy as text, for golden tests and `fwd --compile FILE`. */
void policy_dump(const struct policy *policy, FILE *out);

/* Free; NULL is allowed. Returns NULL. */
struct policy *policy_free(struct policy *policy);

#endif
