// SPDX-License-Identifier: MIT
/*
 * Prefixes to rows. A longest prefix match finds one entry, so each entry's
 * row includes all prefixes that cover it: in sorted order, a prefix comes after
 * those that contain it, and a stack has the covering prefixes.
 *
 * Prefixes are in groups, those of a set or of a rule's own list: the rules of a
 * group are handled once, however many prefixes it has. The combined effect of
 * the covering prefixes is a *state*; a prefix of a group leads from one state to
 * another, and the row of a known state need not be computed again.
 */
#include "common/policy/compile/tables/table_build.h"

#include "common/base/memory.h"

int table_compare_items(const void *a, const void *b)
{
	const struct item *left = a, *right = b;

	return prefix_compare(&left->prefix, &right->prefix);
}

/* Collect which addresses the rules that use the groups of a level want. */
static void apply_level(const struct table_build *build, const struct level *level, bool inside,
			struct row *row)
{
	for (size_t i = level->first; i < level->end; i++) {
		const struct group *group = &build->groups[build->items[i].group];

		for (size_t j = 0; j < group->use_count; j++) {
			if (group->uses[j].inside != inside)
				continue;
			if (inside)
				row_set(row, group->uses[j].clause);
			else
				row_clear(row, group->uses[j].clause);
		}
	}
}

/* Record the places of a level's clauses. */
static void note_clauses(struct table_build *build, const struct level *level,
			 const struct row *row)
{
	uint32_t *found = build->compile->table_rows[build->table];

	for (size_t i = level->first; i < level->end; i++) {
		const struct group *group = &build->groups[build->items[i].group];

		for (size_t j = 0; j < group->use_count; j++)
			if (row_has(row, group->uses[j].clause))
				found[group->uses[j].clause] = level->row;
	}
}

/*
 * Row 0 is the set of all rules, also of future ones. A row that must keep its number when
 * rules are added must not be row 0.
 */
static int row_number(struct table_build *build, const struct row *row,
		      const struct config_rule *rule)
{
	unsigned source = FW_SOURCE_TABLES + build->table;
	int number = compile_row(build->compile, source, row, rule, table_text(build->table));

	if (number != 0 || !build->keep)
		return number;
	if (!build->all_number) {
		number = rows_append(build->compile->policy->rows, source, row);
		build->all_number = number < 0 ? 0 : (uint32_t)number;
	}
	return number < 0 ? number : (int)build->all_number;
}

/*
 * Number the row of the last level: rules that want one of the prefixes, or any, and refuse none.
 */
static int number_level(struct table_build *build, const struct config_rule *rule)
{
	struct level *level = &build->levels[build->depth];
	uint32_t *known = &build->states.list[level->state].row;
	struct row row = build->unaware;
	int number;

	if (*known != NO_ROW) {
		level->row = *known;
		return 0;
	}
	for (unsigned i = 1; i <= build->depth; i++)
		apply_level(build, &build->levels[i], true, &row);
	for (unsigned i = 1; i <= build->depth; i++)
		apply_level(build, &build->levels[i], false, &row);
	number = row_number(build, &row, rule);
	if (number < 0)
		return number;
	*known = level->row = (uint32_t)number;
	note_clauses(build, level, &row);
	return 0;
}

static int sweep_item(struct table_build *build, size_t *next)
{
	const struct prefix *prefix = &build->items[*next].prefix;
	const struct config_rule *rule = NULL;
	struct level *level;
	int state, err;

	while (build->depth > 0 && !prefix_contains(build->levels[build->depth].prefix, prefix))
		build->depth--;
	level = &build->levels[++build->depth];
	*level = level[-1];
	level->prefix = prefix;
	level->first = *next;
	for (; *next < build->item_count; (*next)++) {
		const struct item *item = &build->items[*next];

		if (prefix_compare(&item->prefix, prefix) != 0)
			break;
		rule = build->groups[item->group].rule;
		state = states_after(&build->states, level->state, item->group);
		if (state < 0)
			return state;
		level->state = (uint32_t)state;
	}
	level->end = *next;
	err = number_level(build, rule);
	/* A prefix with the same row as the one around it is left out. */
	if (err == 0 && level->row != level[-1].row)
		build->entries[build->entry_count++] = (struct policy_entry){*prefix, level->row};
	return err;
}

int table_begin(struct table_build *build)
{
	uint32_t *found = build->compile->table_rows[build->table];
	int err = build->states.count ? 0 : states_begin(&build->states);

	build->depth = 0;
	build->levels[0] = (struct level){0};
	if (err == 0)
		err = number_level(build, NULL);
	for (unsigned i = 0; i < build->compile->clause_count && err == 0; i++)
		found[i] = row_has(&build->unaware, i) ? build->levels[0].row : NO_ROW;
	return err;
}

int table_sweep(struct table_build *build)
{
	int err = 0;

	build->depth = 0;
	build->entry_count = 0;
	for (size_t next = 0; next < build->item_count && err == 0;)
		err = sweep_item(build, &next);
	return err;
}
