// SPDX-License-Identifier: MIT
/*
 * Rules that can never match, as warnings.
 *
 * Rule E shadows a later rule R if it decides and, in every field, every value
 * that suits R suits E: then every packet that R wants goes to E first. (Several
 * rules that cover R only together are not found.)
 *
 * Comparing all pairs would take too long with thousands of rules. But if E
 * covers R it suits every packet of R, so one packet of R is made up, and the
 * rules that its rows have in common are the candidates: few, as a rule. Only
 * these are compared with R.
 *
 * A clause that no value of some field suits can never match by itself.
 */
#include "compile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

/* Looks into rows, of all comparisons together: what takes about a second. */
#define MAX_LOOKS (1U << 28)

struct shadow {
	struct compile *compile;
	struct row deciders; /* clauses after which nothing else is asked */
	uint64_t looks;	     /* left */
};

/* ---- one packet of a clause ---- */

static const struct {
	uint32_t base, absent;
} places[FW_FIELD_MAX] = {
#define AS_PLACE(name, values) [FW_FIELD_##name] = {FW_BASE_##name, FW_ABSENT_##name},
	FW_FIELDS(AS_PLACE)
#undef AS_PLACE
};

static uint32_t first_flags(const struct config_match *match)
{
	for (uint32_t flags = 0; flags < 256; flags++)
		if (flags_suit(match, flags))
			return places[FW_FIELD_TCP_FLAGS].base + flags;
	return places[FW_FIELD_TCP_FLAGS].absent;
}

static uint32_t first_interface(const struct compile *compile, const struct config_match *match)
{
	int slot = -ENOENT;

	if (match->interfaces)
		slot = slots_find(
			compile->policy->slots, FW_NAME_INTERFACE,
			compile->config->interfaces[__builtin_ctzll(match->interfaces)].name);
	return slot < 0 ? places[FW_FIELD_INTERFACE].absent
			: places[FW_FIELD_INTERFACE].base + (uint32_t)slot;
}

/* A value that suits the clause, as a place in policy.numbers; if there is none, any. */
static uint32_t value_of(const struct compile *compile, const struct clause *clause,
			 enum fw_field field)
{
	const struct config_match *match = &clause->rule->match;

	if (field == FW_FIELD_KIND)
		return places[field].base + (uint32_t)__builtin_ctz(clause->kinds);
	/* Nobody who asks for a value is suited by none: these are the fewest candidates. */
	if (!field_is_given(match, field))
		return places[field].absent;
	if (field == FW_FIELD_INTERFACE)
		return first_interface(compile, match);
	if (field == FW_FIELD_TCP_FLAGS)
		return first_flags(match);
	return places[field].base + match->fields[field].items[0].low;
}

/* And the rows of the made up packet. False: the clause is not in one of them. */
static bool and_fields(const struct compile *compile, unsigned number, struct row *row)
{
	const struct policy *policy = compile->policy;

	for (unsigned field = 0; field < FW_FIELD_MAX; field++) {
		uint32_t value;

		if (!(policy->image->header.fields >> field & 1))
			continue;
		value = value_of(compile, &compile->clauses[number], (enum fw_field)field);
		rows_and(policy->rows, field, policy->numbers[value], row);
	}
	return row_has(row, number);
}

static bool has_addresses(const struct compile *compile, unsigned number, enum fw_table src,
			  enum fw_table dst)
{
	return compile->table_rows[src][number] != NO_ROW &&
	       compile->table_rows[dst][number] != NO_ROW;
}

static void and_addresses(const struct compile *compile, unsigned number, enum fw_table src,
			  enum fw_table dst, struct row *row)
{
	rows_and(compile->policy->rows, FW_SOURCE_TABLES + src, compile->table_rows[src][number],
		 row);
	rows_and(compile->policy->rows, FW_SOURCE_TABLES + dst, compile->table_rows[dst][number],
		 row);
}

/*
 * True if the clause can match when alone; then *ret_families has the families of addresses
 * that it can have, *ret_row the candidates for covering it.
 */
static bool clause_lives(const struct compile *compile, unsigned number, uint32_t *ret_families,
			 struct row *ret_row)
{
	uint32_t kinds = compile->clauses[number].kinds, families = 0;

	memset(ret_row, 0xff, sizeof(*ret_row));
	if (!and_fields(compile, number, ret_row))
		return false;
	if (kinds & KINDS4 && has_addresses(compile, number, FW_TABLE_SRC4, FW_TABLE_DST4)) {
		and_addresses(compile, number, FW_TABLE_SRC4, FW_TABLE_DST4, ret_row);
		families |= KINDS4;
	}
	if (kinds & KINDS6 && has_addresses(compile, number, FW_TABLE_SRC6, FW_TABLE_DST6)) {
		and_addresses(compile, number, FW_TABLE_SRC6, FW_TABLE_DST6, ret_row);
		families |= KINDS6;
	}
	*ret_families = families;
	return families || (kinds & ~(KINDS4 | KINDS6));
}

/* ---- does one clause cover another ---- */

static bool ranges_cover(const struct range_list *outer, const struct range_list *inner)
{
	size_t j = 0;

	for (size_t i = 0; i < inner->count; i++) {
		while (j < outer->count && outer->items[j].high < inner->items[i].low)
			j++;
		if (j == outer->count || outer->items[j].low > inner->items[i].low ||
		    outer->items[j].high < inner->items[i].high)
			return false;
	}
	return true;
}

static bool flags_cover(const struct config_match *outer, const struct config_match *inner)
{
	for (uint32_t flags = 0; flags < 256; flags++)
		if (flags_suit(inner, flags) && !flags_suit(outer, flags))
			return false;
	return true;
}

bool cover_field(const struct config_match *outer, const struct config_match *inner,
		 enum fw_field field)
{
	if (field == FW_FIELD_KIND || !field_is_given(outer, field))
		return true;
	if (!field_is_given(inner, field))
		return false;
	if (field == FW_FIELD_INTERFACE)
		return !(inner->interfaces & ~outer->interfaces);
	if (field == FW_FIELD_TCP_FLAGS)
		return flags_cover(outer, inner);
	return ranges_cover(&outer->fields[field], &inner->fields[field]);
}

static bool fields_cover(const struct config_match *outer, const struct config_match *inner)
{
	unsigned field = 0;

	while (field < FW_FIELD_MAX && cover_field(outer, inner, (enum fw_field)field))
		field++;
	return field == FW_FIELD_MAX;
}

/* Is every prefix of one list in one of the other? For short lists. */
static bool prefixes_cover(const struct prefix_list *outer, const struct prefix_list *inner)
{
	for (size_t i = 0; i < inner->count; i++) {
		size_t j = 0;

		while (j < outer->count && !prefix_contains(&outer->items[j], &inner->items[i]))
			j++;
		if (j == outer->count)
			return false;
	}
	return true;
}

static bool is_plain(const struct address_match *match, enum side_mode mode)
{
	return mode == SIDE_INSIDE && match->any_prefixes.count <= 8 && !match->any_set_count &&
	       !match->not_set_count && !match->not_prefixes.count;
}

/* Is one clause in every row of a table that has the other? */
static bool table_covers(const struct compile *compile, uint64_t *looks, enum fw_table table,
			 unsigned outer, unsigned inner)
{
	const struct rows *rows = compile->policy->rows;
	unsigned source = FW_SOURCE_TABLES + table;
	uint32_t count = rows_count(rows, source);
	/* Row 0 is there from the start; it has everybody. */
	uint32_t row = 1;

	if (*looks < count)
		return false;
	*looks -= count;
	while (row < count &&
	       (!rows_have(rows, source, row, inner) || rows_have(rows, source, row, outer)))
		row++;
	return row == count;
}

bool cover_side(const struct compile *compile, uint64_t *looks, bool src, unsigned outer,
		unsigned inner, uint32_t families)
{
	const struct clause *a = &compile->clauses[outer];
	const struct clause *b = &compile->clauses[inner];
	const struct address_match *x = src ? &a->rule->match.src : &a->rule->match.dst;
	const struct address_match *y = src ? &b->rule->match.src : &b->rule->match.dst;
	enum side_mode mode = src ? a->src : a->dst;

	if (mode == SIDE_ALL && !x->not_prefixes.count && !x->not_set_count)
		return true;
	if (is_plain(x, mode) && is_plain(y, src ? b->src : b->dst))
		return prefixes_cover(&x->any_prefixes, &y->any_prefixes);
	if (families & KINDS4 &&
	    !table_covers(compile, looks, src ? FW_TABLE_SRC4 : FW_TABLE_DST4, outer, inner))
		return false;
	return !(families & KINDS6) ||
	       table_covers(compile, looks, src ? FW_TABLE_SRC6 : FW_TABLE_DST6, outer, inner);
}

bool cover_clause(const struct compile *compile, uint64_t *looks, unsigned outer, unsigned inner,
		  uint32_t families)
{
	const struct clause *a = &compile->clauses[outer];
	const struct clause *b = &compile->clauses[inner];

	/* Kinds without addresses that it could have had are none of the inner one's. */
	if (b->kinds & (families | ~(KINDS4 | KINDS6)) & ~a->kinds)
		return false;
	return a->rule != b->rule && fields_cover(&a->rule->match, &b->rule->match) &&
	       cover_side(compile, looks, true, outer, inner, families) &&
	       cover_side(compile, looks, false, outer, inner, families);
}

/* ---- all of them ---- */

static void find_deciders(struct shadow *shadow)
{
	const struct compile *compile = shadow->compile;

	for (unsigned i = 0; i < compile->clause_count; i++)
		if (!rule_goes_on(&compile->policy->image->rules[i]))
			row_set(&shadow->deciders, i);
}

/* The first clause that decides all that this one could, or NULL. */
static const struct clause *shadow_of(struct shadow *shadow, unsigned number, uint32_t families,
				      const struct row *candidates)
{
	const struct clause *clauses = shadow->compile->clauses, *first = NULL;
	unsigned words = shadow->compile->policy->image->header.words;

	for (unsigned i = 0; i < words; i++) {
		uint64_t rest = candidates->words[i] & shadow->deciders.words[i];

		for (; rest; rest &= rest - 1) {
			unsigned other = i * 64 + (unsigned)__builtin_ctzll(rest);
			uint16_t rank = clauses[other].rank;

			if (rank >= clauses[number].rank || (first && rank >= first->rank))
				continue;
			if (cover_clause(shadow->compile, &shadow->looks, other, number, families))
				first = &clauses[other];
		}
	}
	return first;
}

static void warn(const struct shadow *shadow, const struct config_rule *rule,
		 const struct config_rule *by)
{
	struct errors *errs = shadow->compile->errs;

	if (!by)
		errors_add(errs, SEVERITY_WARNING, ERROR_SHADOWED, &rule->place,
			   "rule \"%s\" can never match: its conditions exclude each other",
			   rule->id);
	else if (by->place.line)
		errors_add(errs, SEVERITY_WARNING, ERROR_SHADOWED, &rule->place,
			   "rule \"%s\" can never match: \"%s\" (%s:%u:%u) comes first and takes "
			   "all of it",
			   rule->id, by->id, by->place.file, by->place.line, by->place.column);
	else
		errors_add(errs, SEVERITY_WARNING, ERROR_SHADOWED, &rule->place,
			   "rule \"%s\" can never match: \"%s\" comes first and takes all of it",
			   rule->id, by->id);
}

/* Judge the clauses of rank [first, end), of one rule: all must be dead or shadowed. */
static void judge(struct shadow *shadow, unsigned first, unsigned end)
{
	const struct compile *compile = shadow->compile;
	const struct config_rule *rule = compile->clauses[compile->by_rank[first]].rule;
	const struct config_rule *by = NULL;

	/* permitted_cidrs behind a rule for everything is no mistake worth a word. */
	if (rule == &compile->permitted || rule == &compile->not_permitted)
		return;
	for (unsigned i = first; i < end; i++) {
		unsigned number = compile->by_rank[i];
		const struct clause *clause;
		struct row candidates;
		uint32_t families;

		if (!clause_lives(compile, number, &families, &candidates))
			continue;
		clause = shadow_of(shadow, number, families, &candidates);
		if (!clause)
			return;
		if (!by)
			by = clause->rule;
	}
	warn(shadow, rule, by);
}

static const struct config_rule *rule_of_rank(const struct compile *compile, unsigned rank)
{
	return compile->clauses[compile->by_rank[rank]].rule;
}

int compile_shadow(struct compile *compile)
{
	struct shadow shadow = {.compile = compile, .looks = MAX_LOOKS};
	unsigned first = 0;

	find_deciders(&shadow);
	for (unsigned i = 1; i <= compile->clause_count; i++) {
		if (i < compile->clause_count &&
		    rule_of_rank(compile, i) == rule_of_rank(compile, first))
			continue;
		judge(&shadow, first, i);
		first = i;
	}
	return 0;
}
