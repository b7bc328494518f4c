// SPDX-License-Identifier: MIT
/* Does one clause suit all that suits another? Field by field, then the addresses of each side. */
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

bool cover_pair(struct cover *cover, unsigned outer, unsigned inner, enum fw_kind kind)
{
	const struct compile *compile = cover->compile;
	uint32_t families = 1u << kind & (KINDS4 | KINDS6);

	return fields_cover(&compile->clauses[outer].rule->match,
			    &compile->clauses[inner].rule->match) &&
	       cover_side(compile, &cover->pair_looks, true, outer, inner, families) &&
	       cover_side(compile, &cover->pair_looks, false, outer, inner, families);
}
