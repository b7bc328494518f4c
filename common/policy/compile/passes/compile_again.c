// SPDX-License-Identifier: MIT
/*
 * Finds the limits that a packet can meet again, by another rule, at a bucket that it has paid.
 * Only for these the datapath keeps the result of the packet (ebpf/limit/paid.h), as that has a
 * cost.
 *
 * The first rule is one after which the search continues: a canary, or one with a limit with
 * "within": "continue". After such a limit the datapath skips the limit, unless a level has the key
 * "rule": then the other levels are met again. Two rules that no packet can match do not count;
 * addresses are not compared.
 */
#include "common/policy/compile/compile.h"

#include <errno.h>
#include <stdlib.h>

#include "common/base/memory.h"

#define MAX_PAIRS (1U << 18) /* comparisons; beyond them, a limit counts as met again */

struct again {
	struct compile *compile;
	unsigned pairs; /* left */
	/* By rank: the next clause with the same limit, or FW_MAX_RULES. */
	unsigned next[FW_MAX_RULES];
};

struct level_keys {
	bool rule;   /* some level is the rule's own */
	bool shared; /* some level is that of all rules */
};

static struct level_keys keys_of(const struct fw_limit *limit)
{
	struct level_keys keys = {0};

	for (unsigned i = 0; i < limit->level_count; i++)
		*(limit->levels[i].key == FW_KEY_RULE ? &keys.rule : &keys.shared) = true;
	return keys;
}

/* Can a packet that this rule charges be charged by a later rule for the same bucket? */
static bool leaves_more(const struct fw_rule *rule, const struct fw_limit *limit)
{
	struct level_keys keys = keys_of(limit);

	if (!keys.shared)
		return false;
	return rule->flags & FW_RULE_CANARY || (rule->flags & FW_RULE_GOES_ON && keys.rule);
}

static void link_clauses(struct again *again)
{
	const struct compile *compile = again->compile;
	unsigned first[FW_MAX_LIMITS];

	for (unsigned i = 0; i < FW_MAX_LIMITS; i++)
		first[i] = FW_MAX_RULES;
	for (unsigned rank = compile->clause_count; rank-- > 0;) {
		unsigned limit = compile->policy->image->rules[compile->by_rank[rank]].limit;

		if (limit == FW_NO_SLOT)
			continue;
		again->next[rank] = first[limit];
		first[limit] = rank;
	}
}

/* Is there a later rule that the same packet can match? */
static bool is_met_again(struct again *again, unsigned rank)
{
	const struct compile *compile = again->compile;
	const struct fw_rule *rules = compile->policy->image->rules;
	unsigned first = compile->by_rank[rank];

	for (unsigned i = again->next[rank]; i < FW_MAX_RULES; i = again->next[i]) {
		unsigned second = compile->by_rank[i];

		if (rules[first].slot == rules[second].slot)
			continue;
		if (again->pairs == 0)
			return true;
		again->pairs--;
		if (!clauses_exclude(compile, first, second))
			return true;
	}
	return false;
}

int compile_again(struct compile *compile)
{
	cleanup_free struct again *again = malloc(sizeof(*again));
	struct fw_image *image = compile->policy->image;

	if (!again)
		return -ENOMEM;
	again->compile = compile;
	again->pairs = MAX_PAIRS;
	link_clauses(again);
	for (unsigned rank = 0; rank < compile->clause_count; rank++) {
		const struct fw_rule *rule = &image->rules[compile->by_rank[rank]];
		struct fw_limit *limit;

		if (rule->limit == FW_NO_SLOT)
			continue;
		limit = &image->limits[rule->limit];
		if (!limit->again && leaves_more(rule, limit))
			limit->again = is_met_again(again, rank);
	}
	return 0;
}
