// SPDX-License-Identifier: MIT
/*
 * Canaries that take tokens from real rules, as warnings. A canary's limit is charged for all that
 * the canary matches. A real rule with the same limit does not charge these packets again, but those
 * that it does not match are charged as well, to buckets that both share: the real rule's packets are
 * over the limit sooner than without the canary.
 *
 * Only what is certain is reported. The canary and the rule have packets with the same key; and the
 * canary has some with that key that the rule does not match, as they differ in a field that is not
 * in the key, and that no other real rule with this limit matches.
 */
#include "common/policy/compile/cover/cover.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#define MAX_CANARIES 16		/* warnings */
#define MAX_PAIRS    (1U << 20) /* that are compared, and looks into rows: less than a second */

struct canaries {
	struct compile *compile;
	uint64_t looks;
	unsigned pairs;
	unsigned warned;
};

/* Bit per field of the match that is in a key; addresses bring their family. */
static const uint32_t key_fields[FW_KEY_MAX] = {
	[FW_KEY_SRC] = 1u << MATCH_SRC,
	[FW_KEY_DST] = 1u << MATCH_DST,
	[FW_KEY_SRC_DPORT] = 1u << MATCH_SRC | 1u << MATCH_DPORT | 1u << MATCH_PROTO,
	[FW_KEY_SRC_DST] = 1u << MATCH_SRC | 1u << MATCH_DST,
	[FW_KEY_FLOW] = 1u << MATCH_SRC | 1u << MATCH_DST | 1u << MATCH_SPORT | 1u << MATCH_DPORT |
			1u << MATCH_PROTO,
	[FW_KEY_INTERFACE] = 1u << MATCH_INTERFACE,
	[FW_KEY_VLAN] = 1u << MATCH_VLAN,
};

static const struct fw_rule *rule_at(const struct canaries *canaries, unsigned number)
{
	return &canaries->compile->policy->image->rules[number];
}

/* A rule that decides by a limit, whether or not what is within it goes on. */
static bool is_real(const struct canaries *canaries, unsigned number)
{
	const struct fw_rule *rule = rule_at(canaries, number);

	return rule->limit != FW_NO_SLOT && !(rule->flags & FW_RULE_CANARY);
}

/* The kinds of packets with which both clauses can have the same key; 0: none. */
static uint32_t kinds_of_key(struct canaries *canaries, uint32_t key, unsigned a, unsigned b)
{
	const struct compile *compile = canaries->compile;
	const struct clause *x = &compile->clauses[a], *y = &compile->clauses[b];
	uint32_t kinds = x->kinds & y->kinds;

	for (unsigned i = 0; i < MATCH_FIELD_MAX; i++)
		if (key >> i & 1 &&
		    !match_overlaps(&match_fields[i], &x->rule->match, &y->rule->match))
			return 0;
	for (unsigned i = 0; i < FW_TABLE_MAX; i++)
		if (key >> match_tables[i].field & 1 && kinds & match_tables[i].kinds &&
		    !table_overlaps(compile, &canaries->looks, (enum fw_table)i, a, b))
			kinds &= ~match_tables[i].kinds;
	return kinds;
}

/* Does the canary have packets that the rule does not, whatever the fields of the key are? */
static bool has_more(struct canaries *canaries, uint32_t key, unsigned canary, unsigned rule,
		     uint32_t kinds)
{
	const struct compile *compile = canaries->compile;
	bool more = false;

	for (unsigned i = 0; i < MATCH_FIELD_MAX && !more; i++) {
		const struct match_field *field = &match_fields[i];
		const struct config_match *inner = &compile->clauses[canary].rule->match;
		const struct config_match *outer = &compile->clauses[rule].rule->match;

		if (key >> i & 1)
			continue;
		if (match_addresses(field, inner))
			more = !cover_prefixes(compile, &canaries->looks, (enum match_id)i, rule,
					       canary, kinds);
		else
			more = !match_covers(field, outer, inner);
	}
	/* A look that was not made finds nothing. */
	return more && canaries->looks;
}

/* By one level of the limit at least. */
static bool takes_from(struct canaries *canaries, unsigned canary, unsigned rule)
{
	const struct fw_image *image = canaries->compile->policy->image;
	const struct fw_limit *limit = &image->limits[image->rules[canary].limit];

	for (unsigned i = 0; i < limit->level_count; i++) {
		uint32_t key = key_fields[limit->levels[i].key];
		uint32_t kinds = key ? kinds_of_key(canaries, key, canary, rule) : 0;

		if (kinds && has_more(canaries, key, canary, rule, kinds))
			return true;
	}
	return false;
}

/* Do real rules with the limit charge all that suits the canary: one of them, or all together? */
static int is_charged_anyway(struct canaries *canaries, unsigned canary, bool *ret)
{
	const struct compile *compile = canaries->compile;
	unsigned limit = rule_at(canaries, canary)->limit;
	uint32_t kinds = compile->clauses[canary].kinds;
	struct cover *cover = cover_new(canaries->compile);
	int err = cover ? 0 : -ENOMEM;
	struct row takers = {0};

	*ret = false;
	for (unsigned i = 0; i < compile->clause_count && err == 0 && !*ret; i++) {
		if (!is_real(canaries, i) || rule_at(canaries, i)->limit != limit)
			continue;
		*ret = !rule_at(canaries, i)->live[0].set_id &&
		       cover_clause(compile, &canaries->looks, i, canary,
				    kinds & (KINDS4 | KINDS6));
		err = cover_add(cover, i);
	}
	for (; kinds && err == 0 && !*ret; kinds &= kinds - 1)
		if (cover_kind(cover, canary, (enum fw_kind)__builtin_ctz(kinds), &takers) ==
		    COVER_OPEN)
			break;
	*ret |= !kinds;
	cover_free(cover);
	return err;
}

static void warn(struct canaries *canaries, const struct config_rule *canary,
		 const struct config_rule *rule)
{
	const struct compile *compile = canaries->compile;
	char place[PATH_MAX + 32] = "";

	/* Rules of edits may have none. */
	if (rule->place.line)
		snprintf(place, sizeof(place), " (%s:%u:%u)", rule->place.file, rule->place.line,
			 rule->place.column);
	canaries->warned++;
	errors_add(compile->errs, SEVERITY_WARNING, ERROR_CANARY_LIMIT, &canary->place,
		   "canary \"%s\" takes tokens from rule \"%s\"%s: it charges their limit \"%s\" "
		   "for packets that the rule does not match, too; give it a limit of its own",
		   canary->id, rule->id, place, compile->config->limits[canary->limit].name);
}

/* The first real rule that a canary takes from, in *ret; NULL: none. */
static int find_rule(struct canaries *canaries, unsigned canary, const struct config_rule **ret)
{
	const struct compile *compile = canaries->compile;
	unsigned limit = rule_at(canaries, canary)->limit;
	bool is_charged;
	int err;

	*ret = NULL;
	for (unsigned i = 0; i < compile->clause_count && canaries->pairs; i++) {
		unsigned number = compile->by_rank[i];

		canaries->pairs--;
		if (!is_real(canaries, number) || rule_at(canaries, number)->limit != limit ||
		    !takes_from(canaries, canary, number))
			continue;
		err = is_charged_anyway(canaries, canary, &is_charged);
		if (err == 0 && !is_charged)
			*ret = compile->clauses[number].rule;
		return err;
	}
	return 0;
}

int compile_canary(struct compile *compile)
{
	struct canaries canaries = {.compile = compile, .looks = MAX_PAIRS, .pairs = MAX_PAIRS};
	const struct config_rule *last = NULL;

	for (unsigned rank = 0; rank < compile->clause_count; rank++) {
		unsigned number = compile->by_rank[rank];
		const struct config_rule *canary = compile->clauses[number].rule, *rule;
		int err;

		if (canary == last || rule_at(&canaries, number)->limit == FW_NO_SLOT ||
		    !(rule_at(&canaries, number)->flags & FW_RULE_CANARY))
			continue;
		err = find_rule(&canaries, number, &rule);
		if (err < 0)
			return err;
		if (!rule)
			continue;
		last = canary;
		warn(&canaries, canary, rule);
		if (canaries.warned == MAX_CANARIES)
			break;
	}
	return 0;
}
