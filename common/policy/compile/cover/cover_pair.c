// SPDX-License-Identifier: MIT
/* Does one clause match all packets of another? Field by field, then the addresses of each side. */
#include "common/policy/compile/cover/cover.h"

static bool fields_cover(const struct config_match *outer, const struct config_match *inner)
{
	for (size_t i = 0; i < MATCH_FIELD_MAX; i++)
		if (!match_covers(&match_fields[i], outer, inner))
			return false;
	return true;
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
	/* Row 0 always exists; it has all rules. */
	uint32_t row = 1;

	if (*looks < count)
		return false;
	*looks -= count;
	while (row < count &&
	       (!rows_have(rows, source, row, inner) || rows_have(rows, source, row, outer)))
		row++;
	return row == count;
}

bool cover_prefixes(const struct compile *compile, uint64_t *looks, enum match_id field,
		    unsigned outer, unsigned inner, uint32_t kinds)
{
	const struct clause *a = &compile->clauses[outer];
	const struct clause *b = &compile->clauses[inner];
	const struct address_match *x = match_addresses(&match_fields[field], &a->rule->match);
	const struct address_match *y = match_addresses(&match_fields[field], &b->rule->match);
	enum side_mode mode = clause_mode(a, field);

	if (mode == SIDE_ALL && !x->not_prefixes.count && !x->not_set_count)
		return true;
	if (is_plain(x, mode) && is_plain(y, clause_mode(b, field)))
		return prefixes_cover(&x->any_prefixes, &y->any_prefixes);
	for (unsigned i = 0; i < FW_TABLE_MAX; i++)
		if (match_tables[i].field == field && match_tables[i].kinds & kinds &&
		    !table_covers(compile, looks, (enum fw_table)i, outer, inner))
			return false;
	return true;
}

/* By all fields that are stored as prefixes. */
static bool all_prefixes_cover(const struct compile *compile, uint64_t *looks, unsigned outer,
			       unsigned inner, uint32_t kinds)
{
	for (unsigned i = 0; i < MATCH_FIELD_MAX; i++)
		if (match_addresses(&match_fields[i], &compile->clauses[outer].rule->match) &&
		    !cover_prefixes(compile, looks, (enum match_id)i, outer, inner, kinds))
			return false;
	return true;
}

bool cover_clause(const struct compile *compile, uint64_t *looks, unsigned outer, unsigned inner,
		  uint32_t families)
{
	const struct clause *a = &compile->clauses[outer];
	const struct clause *b = &compile->clauses[inner];

	/* Kinds without addresses do not count: the inner clause does not have them. */
	if (b->kinds & (families | ~(KINDS4 | KINDS6)) & ~a->kinds)
		return false;
	return a->rule != b->rule && fields_cover(&a->rule->match, &b->rule->match) &&
	       all_prefixes_cover(compile, looks, outer, inner,
				  families | (b->kinds & ~(KINDS4 | KINDS6)));
}

bool cover_pair(struct cover *cover, unsigned outer, unsigned inner, enum fw_kind kind)
{
	const struct compile *compile = cover->compile;

	return fields_cover(&compile->clauses[outer].rule->match,
			    &compile->clauses[inner].rule->match) &&
	       all_prefixes_cover(compile, &cover->pair_looks, outer, inner, 1u << kind);
}
