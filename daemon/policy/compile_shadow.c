// SPDX-License-Identifier: MIT
/*
 * Rules that can never match, as warnings.
 *
 * The rows know it: if every row of a field that has rule R also has rule E,
 * then every value of that field that suits R suits E. Where that holds for
 * all fields, every packet that R wants goes to E first. So for each clause the
 * rows that it is in are anded, field by field; what is left of the clauses
 * before it, if they decide, shadows it. A clause that is in no row of a field
 * can never match by itself.
 */
#include "compile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

#define KINDS4 (1u << FW_KIND_IP4)
#define KINDS6 (1u << FW_KIND_IP6 | 1u << FW_KIND_LINK6)

/* For each clause: which clauses are in all rows that it is in; and whether it is in any. */
struct cover {
	struct row with[FW_MAX_RULES];
	bool alive[FW_MAX_RULES];
};

struct shadow {
	struct compile *compile;
	uint8_t seen[FW_MAX_ROWS]; /* rows of the field at hand */
	struct row deciders;	   /* clauses after which nothing else is asked */
	struct cover field;	   /* of the field or table at hand */
	struct cover fields;	   /* of all fields */
	struct cover ip4;	   /* of both address tables */
	struct cover ip6;
};

static void cover_reset(struct cover *cover)
{
	memset(cover->with, 0xff, sizeof(cover->with));
	memset(cover->alive, false, sizeof(cover->alive));
}

static void row_and(struct row *row, const struct row *other, unsigned words)
{
	for (unsigned i = 0; i < words; i++)
		row->words[i] &= other->words[i];
}

/* And one row into all clauses that are in it. */
static void cover_row(struct shadow *shadow, const struct row *row)
{
	unsigned words = shadow->compile->policy->image->header.words;

	for (unsigned i = 0; i < words; i++) {
		for (uint64_t rest = row->words[i]; rest; rest &= rest - 1) {
			unsigned clause = i * 64 + (unsigned)__builtin_ctzll(rest);

			shadow->field.alive[clause] = true;
			row_and(&shadow->field.with[clause], row, words);
		}
	}
}

/* Take what one field or table says, from the rows that were marked as seen, into a sum. */
static void take_field(struct shadow *shadow, struct cover *sum)
{
	const struct fw_image *image = shadow->compile->policy->image;
	unsigned clauses = shadow->compile->clause_count;

	cover_reset(&shadow->field);
	for (uint32_t number = 0; number < rows_count(shadow->compile->rows); number++) {
		struct row row;

		if (!shadow->seen[number])
			continue;
		memcpy(row.words, image->rows[number], sizeof(row.words));
		cover_row(shadow, &row);
	}
	memset(shadow->seen, 0, sizeof(shadow->seen));
	for (unsigned i = 0; i < clauses; i++) {
		row_and(&sum->with[i], &shadow->field.with[i], image->header.words);
		sum->alive[i] &= shadow->field.alive[i];
	}
}

static void take_fields(struct shadow *shadow)
{
	static const struct {
		uint32_t base;
		uint32_t values;
	} fields[FW_FIELD_MAX] = {
#define AS_RANGE(name, count) [FW_FIELD_##name] = {FW_BASE_##name, (count)},
		FW_FIELDS(AS_RANGE)
#undef AS_RANGE
	};
	const struct fw_image *image = shadow->compile->policy->image;

	for (int field = 0; field < FW_FIELD_MAX; field++) {
		if (!(image->header.fields >> field & 1))
			continue;
		for (uint32_t value = 0; value <= fields[field].values; value++)
			shadow->seen[image->classes[fields[field].base + value]] = 1;
		take_field(shadow, &shadow->fields);
	}
}

static void take_table(struct shadow *shadow, enum fw_table number, struct cover *sum)
{
	const struct policy *policy = shadow->compile->policy;
	const struct policy_table *table = &policy->tables[number];

	shadow->seen[policy->image->header.table_miss[number]] = 1;
	for (size_t i = 0; i < table->count; i++)
		shadow->seen[table->entries[i].row] = 1;
	take_field(shadow, sum);
}

static void cover_start(struct cover *cover)
{
	cover_reset(cover);
	memset(cover->alive, true, sizeof(cover->alive));
}

static void find_deciders(struct shadow *shadow)
{
	const struct compile *compile = shadow->compile;

	for (unsigned i = 0; i < compile->clause_count; i++) {
		const struct fw_rule *rule = &compile->policy->image->rules[i];

		if (rule->action != FW_ACTION_LOG && !(rule->flags & FW_RULE_CANARY) &&
		    rule->live[0].set_id == 0)
			row_set(&shadow->deciders, i);
	}
}

/* True if the clause can match when alone; *ret_with: the clauses that suit all that it suits. */
static bool clause_lives(const struct shadow *shadow, unsigned number, struct row *ret_with)
{
	uint32_t kinds = shadow->compile->clauses[number].kinds;
	bool alive4 = (kinds & KINDS4) && shadow->ip4.alive[number];
	bool alive6 = (kinds & KINDS6) && shadow->ip6.alive[number];
	struct row with = shadow->fields.with[number];

	if (!shadow->fields.alive[number] ||
	    ((kinds & (KINDS4 | KINDS6)) == kinds && !alive4 && !alive6))
		return false;
	if (alive4)
		row_and(&with, &shadow->ip4.with[number], FW_RULE_WORDS);
	if (alive6)
		row_and(&with, &shadow->ip6.with[number], FW_RULE_WORDS);
	*ret_with = with;
	return true;
}

/* The first clause that decides all that this one could, or NULL. */
static const struct clause *shadow_of(const struct shadow *shadow, unsigned number,
				      const struct row *with)
{
	const struct clause *clauses = shadow->compile->clauses;

	for (unsigned i = 0; i < number; i++)
		if (row_has(with, i) && row_has(&shadow->deciders, i) &&
		    clauses[i].rule != clauses[number].rule)
			return &clauses[i];
	return NULL;
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

/* Judge the clauses [first, end) of one rule: all must be dead or shadowed. */
static void judge(const struct shadow *shadow, unsigned first, unsigned end)
{
	const struct config_rule *rule = shadow->compile->clauses[first].rule;
	const struct config_rule *by = NULL;

	/* permitted_cidrs behind a rule for everything is no mistake worth a word. */
	if (rule == &shadow->compile->permitted || rule == &shadow->compile->not_permitted)
		return;
	for (unsigned i = first; i < end; i++) {
		const struct clause *clause;
		struct row with;

		if (!clause_lives(shadow, i, &with))
			continue;
		clause = shadow_of(shadow, i, &with);
		if (!clause)
			return;
		if (!by)
			by = clause->rule;
	}
	warn(shadow, rule, by);
}

int compile_shadow(struct compile *compile)
{
	struct shadow *shadow cleanup_free = calloc(1, sizeof(*shadow));
	unsigned first = 0;

	if (!shadow)
		return -ENOMEM;
	shadow->compile = compile;
	cover_start(&shadow->fields);
	cover_start(&shadow->ip4);
	cover_start(&shadow->ip6);
	find_deciders(shadow);
	take_fields(shadow);
	take_table(shadow, FW_TABLE_SRC4, &shadow->ip4);
	take_table(shadow, FW_TABLE_DST4, &shadow->ip4);
	take_table(shadow, FW_TABLE_SRC6, &shadow->ip6);
	take_table(shadow, FW_TABLE_DST6, &shadow->ip6);
	for (unsigned i = 1; i <= compile->clause_count; i++) {
		if (i < compile->clause_count &&
		    compile->clauses[i].rule == compile->clauses[first].rule)
			continue;
		judge(shadow, first, i);
		first = i;
	}
	return 0;
}
