// SPDX-License-Identifier: MIT
/*
 * Counts the limits with "within": "continue" that one packet can meet. The datapath follows
 * FW_LIMITS_ON_WAY; a policy with more is refused, so that none is left out at run time.
 *
 * Each field of a packet selects a row, so the rules that a packet meets are the AND of one row of
 * each source. All such ANDs are tried, field by field, with rows of only these rules; as soon as
 * an AND has few enough, all further ANDs have, too. Live sets count as containing everything.
 */
#include "common/policy/compile/compile.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/base/memory.h"

#define MAX_MASKS \
	256 /* of a source; with more it is left out, which can find too many, not too few */
#define MAX_STEPS (1U << 18) /* of the search; what takes longer is refused */

/* The rows of one source with more than FW_LIMITS_ON_WAY rules of that kind. */
struct source {
	struct row *masks;
	unsigned count;
	bool left_out;
};

struct way {
	struct compile *compile;
	struct row goers; /* clauses with such a limit */
	unsigned words;
	struct source sources[FW_SOURCE_MAX];
	unsigned used[FW_SOURCE_MAX]; /* of the current family */
	unsigned used_count;
	unsigned steps; /* left */
	struct row found;
};

/* How many rules of a set of clauses there are, and their names if ret is not NULL. */
static unsigned count_rules(const struct way *way, const struct row *row, char *ret, size_t size)
{
	const struct compile *compile = way->compile;
	const struct config_rule *last = NULL;
	unsigned count = 0;
	size_t at = 0;

	for (unsigned rank = 0; rank < compile->clause_count; rank++) {
		unsigned number = compile->by_rank[rank];
		const struct config_rule *rule = compile->clauses[number].rule;

		if (!row_has(row, number) || rule == last)
			continue;
		last = rule;
		if (ret && count <= FW_LIMITS_ON_WAY && at < size)
			at += (size_t)snprintf(ret + at, size - at, "%s\"%s\"", count ? ", " : "",
					       rule->id);
		count++;
	}
	return count;
}

static bool is_many(const struct way *way, const struct row *row)
{
	unsigned bits = 0;

	for (unsigned i = 0; i < way->words; i++)
		bits += (unsigned)__builtin_popcountll(row->words[i]);
	return bits > FW_LIMITS_ON_WAY && count_rules(way, row, NULL, 0) > FW_LIMITS_ON_WAY;
}

static int add_mask(struct way *way, unsigned number, uint32_t row_number)
{
	struct source *source = &way->sources[number];
	struct row row = way->goers;

	if (source->left_out)
		return 0;
	rows_and(way->compile->policy->rows, number, row_number, &row);
	if (!is_many(way, &row))
		return 0;
	for (unsigned i = 0; i < source->count; i++)
		if (!memcmp(&source->masks[i], &row, sizeof(row)))
			return 0;
	if (source->count == MAX_MASKS) {
		source->left_out = true;
		return 0;
	}
	if (!source->masks)
		source->masks = calloc(MAX_MASKS, sizeof(*source->masks));
	if (!source->masks)
		return -ENOMEM;
	source->masks[source->count++] = row;
	return 0;
}

static int add_field(struct way *way, const struct match_field *field)
{
	const uint16_t *numbers = way->compile->policy->numbers + field->base;
	int err = 0;

	/* Equal neighbours are most of them. The last one is a packet's without the field. */
	for (uint32_t value = 0; value <= field->values && err == 0; value++)
		if (!value || numbers[value] != numbers[value - 1])
			err = add_mask(way, field->array, numbers[value]);
	return err;
}

/* Row 0, of all rules, exists even if no address has it. */
static bool is_used(const struct compile *compile, enum fw_table table)
{
	for (unsigned i = 0; i < compile->clause_count; i++)
		if (compile->table_rows[table][i] == 0)
			return true;
	return compile->policy->image->header.table_miss[table] == 0;
}

static int add_table(struct way *way, enum fw_table table)
{
	const struct rows *rows = way->compile->policy->rows;
	unsigned source = FW_SOURCE_TABLES + table;
	uint32_t count = rows_count(rows, source);
	int err = 0;

	for (uint32_t row = !is_used(way->compile, table); row < count && err == 0; row++)
		err = add_mask(way, source, row);
	return err;
}

static int add_sources(struct way *way)
{
	const struct fw_header *header = &way->compile->policy->image->header;
	int err = 0;

	for (unsigned i = 0; i < FW_FIELD_MAX && !err; i++)
		if (header->fields >> i & 1)
			err = add_field(way, match_field_of((enum fw_field)i));
	for (unsigned table = 0; table < FW_TABLE_MAX && !err; table++)
		err = add_table(way, (enum fw_table)table);
	return err;
}

/* True if sources from here on leave too many of the row, or the search takes too long. */
static bool search(struct way *way, unsigned depth, const struct row *row)
{
	const struct source *source;

	if (!is_many(way, row))
		return false;
	if (depth == way->used_count || !way->steps) {
		way->found = *row;
		return true;
	}
	source = &way->sources[way->used[depth]];
	if (source->left_out)
		return search(way, depth + 1, row);
	for (unsigned i = 0; i < source->count; i++) {
		struct row both = *row;

		if (way->steps)
			way->steps--;
		for (unsigned word = 0; word < way->words; word++)
			both.words[word] &= source->masks[i].words[word];
		if (search(way, depth + 1, &both))
			return true;
	}
	return false;
}

/* Packets of these kinds, which have the same tables. */
static bool search_family(struct way *way, uint32_t kinds)
{
	const struct compile *compile = way->compile;
	struct row row = {0};

	way->used_count = 0;
	for (unsigned i = 0; i < FW_FIELD_MAX; i++)
		if (compile->policy->image->header.fields >> i & 1 && i != FW_FIELD_KIND)
			way->used[way->used_count++] = i;
	for (unsigned i = 0; i < FW_TABLE_MAX; i++)
		if (match_tables[i].kinds & kinds)
			way->used[way->used_count++] = FW_SOURCE_TABLES + i;
	for (unsigned i = 0; i < compile->clause_count; i++)
		if (row_has(&way->goers, i) && compile->clauses[i].kinds & kinds)
			row_set(&row, i);
	return search(way, 0, &row);
}

static int report(const struct way *way)
{
	const struct compile *compile = way->compile;
	char names[5 * (FW_NAME_SIZE + 4)];
	unsigned last = 0, seen = 0;
	const struct config_rule *rule = NULL;

	count_rules(way, &way->found, names, sizeof(names));
	/* The place is that of the first one too many. */
	for (unsigned rank = 0; rank < compile->clause_count && seen <= FW_LIMITS_ON_WAY; rank++) {
		last = compile->by_rank[rank];
		if (!row_has(&way->found, last) || compile->clauses[last].rule == rule)
			continue;
		rule = compile->clauses[last].rule;
		seen++;
	}
	errors_add(compile->errs, SEVERITY_ERROR, ERROR_WAY, &rule->place,
		   "a packet may meet more than %u limits with \"within\": \"continue\": rules %s",
		   FW_LIMITS_ON_WAY, names);
	return -EBADMSG;
}

static void find_goers(struct way *way)
{
	const struct compile *compile = way->compile;

	for (unsigned i = 0; i < compile->clause_count; i++)
		if (compile->policy->image->rules[i].flags & FW_RULE_GOES_ON)
			row_set(&way->goers, i);
}

int compile_way(struct compile *compile)
{
	cleanup_free struct way *way = calloc(1, sizeof(*way));
	int err;

	if (!way)
		return -ENOMEM;
	way->compile = compile;
	way->words = compile->policy->image->header.words;
	way->steps = MAX_STEPS;
	find_goers(way);
	if (!is_many(way, &way->goers))
		return 0;
	err = add_sources(way);
	if (!err && (search_family(way, KINDS4) || search_family(way, KINDS6) ||
		     search_family(way, ~(KINDS4 | KINDS6))))
		err = report(way);
	for (unsigned i = 0; i < FW_SOURCE_MAX; i++)
		free(way->sources[i].masks);
	return err;
}
