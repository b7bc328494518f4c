// SPDX-License-Identifier: MIT
/*
 * Values of fields to rows. Ranges are swept from edge to edge, so that the
 * work grows with the number of ranges, not with the 65536 values of a port;
 * between two edges all values have one row.
 *
 * The place after a field's values is for packets without it (ABSENT): only
 * rules without the field are in that row.
 */
#include "common/policy/compile/compile.h"

#include <errno.h>
#include <stdlib.h>

#include "common/base/memory.h"

/* Where a clause's range begins or ends. */
struct edge {
	uint32_t at;
	uint16_t clause;
};

/* Every clause has kinds, given or not. */
static bool is_asked(const struct match_field *field, const struct config_match *match)
{
	return field->form == FORM_FAMILIES || match_is_given(field, match);
}

/* The rules without the field; *ret_last: the last one with it, or NULL. */
static struct row unaware(const struct compile *compile, const struct match_field *field,
			  const struct config_rule **ret_last)
{
	struct row row = {0};

	*ret_last = NULL;
	for (unsigned i = 0; i < compile->clause_count; i++) {
		if (is_asked(field, &compile->clauses[i].rule->match))
			*ret_last = compile->clauses[i].rule;
		else
			row_set(&row, i);
	}
	return row;
}

/* Give the values [from, to) a row. */
static int fill(struct compile *compile, const struct match_field *field, uint32_t from,
		uint32_t to, const struct row *row, const struct config_rule *rule)
{
	uint16_t *numbers = compile->policy->numbers + field->base;
	int number = compile_row(compile, field->array, row, rule, field->name);

	if (number < 0)
		return number;
	for (uint32_t value = from; value < to; value++)
		numbers[value] = (uint16_t)number;
	return 0;
}

static int compare_edges(const void *a, const void *b)
{
	const struct edge *left = a, *right = b;

	return (left->at > right->at) - (left->at < right->at);
}

static int add_edge(struct edge **edges, size_t *count, uint32_t at, unsigned clause)
{
	struct edge *edge = array_grow(edges, *count, sizeof(*edge));

	if (!edge)
		return -ENOMEM;
	*edge = (struct edge){at, (uint16_t)clause};
	(*count)++;
	return 0;
}

/* All edges of all clauses, sorted. The ranges of one clause do not overlap. */
static int collect_edges(const struct compile *compile, const struct match_field *field,
			 struct edge **edges, size_t *count)
{
	int err = 0;

	for (unsigned i = 0; i < compile->clause_count; i++) {
		const struct range_list *list =
			match_ranges(field, &compile->clauses[i].rule->match);

		for (size_t j = 0; j < list->count && err == 0; j++) {
			err = add_edge(edges, count, list->items[j].low, i);
			if (err == 0)
				err = add_edge(edges, count, list->items[j].high + 1, i);
		}
	}
	if (err == 0 && *count)
		qsort(*edges, *count, sizeof(**edges), compare_edges);
	return err;
}

static int fill_ranges(struct compile *compile, const struct match_field *field, struct row row,
		       const struct config_rule *last)
{
	struct edge *edges cleanup_free = NULL;
	size_t count = 0, next = 0;
	uint32_t from = 0;
	int err;

	err = collect_edges(compile, field, &edges, &count);
	while (err == 0 && from < field->values) {
		uint32_t to;

		while (next < count && edges[next].at <= from)
			row_flip(&row, edges[next++].clause);
		to = next < count && edges[next].at < field->values ? edges[next].at
								    : field->values;
		err = fill(compile, field, from, to, &row, last);
		from = to;
	}
	return err;
}

static int fill_kinds(struct compile *compile, const struct match_field *field,
		      const struct config_rule *last)
{
	int err = 0;

	for (uint32_t kind = 0; kind < field->values && err == 0; kind++) {
		struct row row = {0};

		for (unsigned i = 0; i < compile->clause_count; i++)
			if (compile->clauses[i].kinds >> kind & 1)
				row_set(&row, i);
		err = fill(compile, field, kind, kind + 1, &row, last);
	}
	return err;
}

static int fill_interfaces(struct compile *compile, const struct match_field *field,
			   const struct row *others, const struct config_rule *last)
{
	const struct config *config = compile->config;
	int err = fill(compile, field, 0, field->values, others, last);

	for (size_t i = 0; i < config->interface_count && err == 0; i++) {
		int slot = slots_find(compile->policy->slots, FW_NAME_INTERFACE,
				      config->interfaces[i].name);
		struct row row = *others;

		for (unsigned j = 0; j < compile->clause_count; j++) {
			const struct config_match *match = &compile->clauses[j].rule->match;

			if (match->by_interface && (match->interfaces >> i & 1))
				row_set(&row, j);
		}
		err = fill(compile, field, (uint32_t)slot, (uint32_t)slot + 1, &row, last);
	}
	return err;
}

static int fill_tcp_flags(struct compile *compile, const struct match_field *field,
			  const struct row *others, const struct config_rule *last)
{
	int err = 0;

	for (uint32_t flags = 0; flags < field->values && err == 0; flags++) {
		struct row row = *others;

		for (unsigned i = 0; i < compile->clause_count; i++)
			if (flags_suit(&compile->clauses[i].rule->match, flags))
				row_set(&row, i);
		err = fill(compile, field, flags, flags + 1, &row, last);
	}
	return err;
}

static int fill_field(struct compile *compile, const struct match_field *field)
{
	const struct config_rule *last;
	struct row others = unaware(compile, field, &last);
	int err;

	/*
	 * No rule has the field: numbers stay 0, the row of all rules, and packets skip the field.
	 */
	if (!last)
		return 0;
	compile->policy->image->header.fields |= 1u << field->array;
	err = fill(compile, field, field->values, field->values + 1, &others, last);
	if (err < 0)
		return err;
	switch (field->form) {
	case FORM_FAMILIES:
		return fill_kinds(compile, field, last);
	case FORM_INTERFACES:
		return fill_interfaces(compile, field, &others, last);
	case FORM_FLAGS:
		return fill_tcp_flags(compile, field, &others, last);
	case FORM_NUMBERS:
	case FORM_FRAGMENTS:
		return fill_ranges(compile, field, others, last);
	case FORM_ZONES:
	case FORM_ADDRESSES:
	case FORM_WIDE:
	case FORM_MACS:
		break;
	}
	return 0;
}

int compile_fields(struct compile *compile)
{
	for (unsigned i = 0; i < FW_FIELD_MAX; i++) {
		int err = fill_field(compile, match_field_of((enum fw_field)i));

		if (err < 0)
			return err;
	}
	return 0;
}
