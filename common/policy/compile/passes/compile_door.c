// SPDX-License-Identifier: MIT
/*
 * Limits that open a door, as warnings: a rule whose limit passes packets within it is before a
 * rule that drops some of the same packets, so these are dropped only when they are over the limit.
 *
 * A limit whose addresses, ports and ICMP types are a proper subset of the dropping rule's is
 * treated as an exception to it ("this service, at this rate; nothing else"), without a warning.
 * Only certain overlaps are reported. (A rule between the two that takes all common packets is
 * found; several rules that do so together are not.)
 */
#include "common/policy/compile/compile.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"

#define MAX_DOORS 16	     /* warnings */
#define MAX_PAIRS (1U << 22) /* comparisons, and reads of rows: less than a second */

struct doors {
	struct compile *compile;
	uint64_t looks;
	unsigned pairs;
	unsigned warned;
};

/* ---- overlaps ---- */

static bool fields_overlap(const struct config_match *a, const struct config_match *b)
{
	for (size_t i = 0; i < MATCH_FIELD_MAX; i++)
		if (!match_overlaps(&match_fields[i], a, b))
			return false;
	return true;
}

/* Impossible combinations; the config refuses them in one rule, but two rules may have them. */
static bool exclude_each_other(const struct config_match *a, const struct config_match *b)
{
	unsigned needs = match_needs(a), others = match_needs(b);

	return needs & (FW_HAS_PORTS | FW_HAS_TCP) &&
	       (others & FW_HAS_ICMP || !match_allows(b, FW_HAS_PORTS));
}

bool table_overlaps(const struct compile *compile, uint64_t *looks, enum fw_table table, unsigned a,
		    unsigned b)
{
	const struct rows *rows = compile->policy->rows;
	const uint32_t *found = compile->table_rows[table];
	unsigned source = FW_SOURCE_TABLES + table;
	uint32_t count = rows_count(rows, source);

	if (found[a] == NO_ROW || found[b] == NO_ROW)
		return false;
	if (rows_have(rows, source, found[a], b) || rows_have(rows, source, found[b], a))
		return true;
	if (*looks < count)
		return false;
	*looks -= count;
	for (uint32_t row = 1; row < count; row++)
		if (rows_have(rows, source, row, a) && rows_have(rows, source, row, b))
			return true;
	return false;
}

/* Live sets may hold anything, but one and the same cannot both have and not have an address. */
static bool live_exclude(const struct fw_rule *a, const struct fw_rule *b)
{
	for (int i = 0; i < FW_LIVE_PER_RULE && a->live[i].set_id; i++)
		for (int j = 0; j < FW_LIVE_PER_RULE && b->live[j].set_id; j++)
			if (a->live[i].set_id == b->live[j].set_id &&
			    (a->live[i].flags ^ b->live[j].flags) == FW_LIVE_NEGATE)
				return true;
	return false;
}

bool clauses_exclude(const struct compile *compile, unsigned a, unsigned b)
{
	const struct clause *x = &compile->clauses[a], *y = &compile->clauses[b];
	const struct fw_rule *rules = compile->policy->image->rules;

	return !(x->kinds & y->kinds) || !fields_overlap(&x->rule->match, &y->rule->match) ||
	       exclude_each_other(&x->rule->match, &y->rule->match) ||
	       exclude_each_other(&y->rule->match, &x->rule->match) ||
	       live_exclude(&rules[a], &rules[b]);
}

/* The kinds of packets that match both clauses; 0: none. */
static uint32_t kinds_of_both(struct doors *doors, unsigned a, unsigned b)
{
	const struct compile *compile = doors->compile;
	uint32_t kinds = compile->clauses[a].kinds & compile->clauses[b].kinds;

	if (clauses_exclude(compile, a, b))
		return 0;
	for (unsigned i = 0; i < FW_TABLE_MAX; i++)
		if (kinds & match_tables[i].kinds &&
		    !table_overlaps(compile, &doors->looks, (enum fw_table)i, a, b))
			kinds &= ~match_tables[i].kinds;
	return kinds;
}

/* ---- exceptions ---- */

static bool is_exception(struct doors *doors, unsigned limit, unsigned drop, uint32_t kinds)
{
	const struct compile *compile = doors->compile;
	const struct config_match *a = &compile->clauses[limit].rule->match;
	const struct config_match *b = &compile->clauses[drop].rule->match;
	bool narrower = false;

	/* The contents of a live set are unknown. */
	if (compile->policy->image->rules[drop].live[0].set_id)
		return false;
	for (size_t i = 0; i < MATCH_FIELD_MAX; i++) {
		if (!match_fields[i].addressing)
			continue;
		if (!match_covers(&match_fields[i], b, a))
			return false;
		narrower |= !match_covers(&match_fields[i], a, b);
	}
	for (unsigned i = 0; i < MATCH_FIELD_MAX; i++) {
		if (!match_fields[i].addressing || !match_addresses(&match_fields[i], a))
			continue;
		if (!cover_prefixes(compile, &doors->looks, i, drop, limit, kinds))
			return false;
		narrower |= !cover_prefixes(compile, &doors->looks, i, limit, drop, kinds);
	}
	return narrower;
}

/* ---- the warnings ---- */

static void warn(struct doors *doors, const struct config_rule *rule,
		 const struct config_rule *drop)
{
	const struct compile *compile = doors->compile;

	char place[PATH_MAX + 32] = "";

	/* Rules of management.allow and of edits may have none. */
	if (drop->place.line)
		snprintf(place, sizeof(place), " (%s:%u:%u)", drop->place.file, drop->place.line,
			 drop->place.column);
	doors->warned++;
	errors_add(compile->errs, SEVERITY_WARNING, ERROR_DOOR, &rule->place,
		   "packets within limit \"%s\" pass by rule \"%s\", even if \"%s\"%s would drop "
		   "them; "
		   "with \"within\": \"continue\" they continue with the rules that follow",
		   compile->config->limits[rule->limit].name, rule->id, drop->id, place);
}

static bool is_door(const struct compile *compile, unsigned number)
{
	const struct fw_rule *rule = &compile->policy->image->rules[number];

	return rule->limit != FW_NO_SLOT && !(rule->flags & (FW_RULE_CANARY | FW_RULE_GOES_ON));
}

static bool drops(const struct compile *compile, unsigned number)
{
	const struct fw_rule *rule = &compile->policy->image->rules[number];

	return rule->action == FW_ACTION_DROP && rule->reason == FW_REASON_RULE &&
	       !(rule->flags & FW_RULE_CANARY);
}

/* Does a rule that decides take all of a clause? */
static bool takes(struct doors *doors, unsigned other, unsigned number)
{
	const struct compile *compile = doors->compile;

	return !rule_goes_on(&compile->policy->image->rules[other]) &&
	       cover_clause(compile, &doors->looks, other, number,
			    compile->clauses[number].kinds & (KINDS4 | KINDS6));
}

/* Does one of the rules of rank [first, end) take all of the clause before? */
static bool is_taken(struct doors *doors, unsigned first, unsigned end, unsigned number)
{
	unsigned rank = first;

	while (rank < end && !takes(doors, doors->compile->by_rank[rank], number))
		rank++;
	return rank < end;
}

/* The first later rule that would drop some of it, or NULL. */
static const struct config_rule *behind(struct doors *doors, unsigned rank)
{
	const struct compile *compile = doors->compile;
	unsigned number = compile->by_rank[rank];

	for (unsigned i = rank + 1; i < compile->clause_count && doors->pairs; i++) {
		unsigned other = compile->by_rank[i];
		uint32_t kinds;

		doors->pairs--;
		if (drops(compile, other)) {
			kinds = kinds_of_both(doors, number, other);
			if (kinds && !is_exception(doors, number, other, kinds) &&
			    !is_taken(doors, rank + 1, i, other))
				return compile->clauses[other].rule;
		}
		/* No packet of it would get further. */
		if (takes(doors, other, number))
			break;
	}
	return NULL;
}

int compile_door(struct compile *compile)
{
	struct doors doors = {.compile = compile, .looks = MAX_PAIRS, .pairs = MAX_PAIRS};
	const struct config_rule *last = NULL;

	for (unsigned rank = 0; rank < compile->clause_count; rank++) {
		unsigned number = compile->by_rank[rank];
		const struct config_rule *rule = compile->clauses[number].rule, *drop;

		if (rule == last || !is_door(compile, number))
			continue;
		drop = behind(&doors, rank);
		if (!drop)
			continue;
		last = rule;
		warn(&doors, rule, drop);
		if (doors.warned == MAX_DOORS)
			break;
	}
	return 0;
}
