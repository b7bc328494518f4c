// SPDX-License-Identifier: MIT
/*
 * Prefixes to rows. A longest prefix match finds one entry, so each entry's
 * row stands for all prefixes that cover it: sorted, a prefix comes after what
 * contains it, and a stack of covering prefixes is carried along.
 *
 * Prefixes come in groups, those of a set or of one rule's own list: what a
 * group means to the rules is said once, however many prefixes it has. What the
 * covering prefixes say together is a *state*; a prefix of a group leads from
 * one state to another, and where it was gone before, the row is known.
 */
#include "compile.h"

#include <errno.h>
#include <stdlib.h>

#include "memory.h"

#define MAX_DEPTH 130 /* lengths 0 to 128, and the level below all */

/* A rule that wants the address in a group, or not in it. */
struct use {
	uint16_t clause;
	bool inside;
};

struct group {
	const struct prefix_list *list;
	struct use *uses;
	size_t use_count;
	const struct config_rule *rule; /* the last that uses it, for errors */
};

struct item {
	struct prefix prefix;
	uint32_t group;
};

/* Prefixes that are equal, and which state they lead to. The first level is below all. */
struct level {
	const struct prefix *prefix;
	size_t first, end; /* items */
	uint32_t state;
	uint32_t row;
};

struct table_build {
	struct compile *compile;
	enum fw_table table;
	struct group *groups;
	size_t group_count;
	struct row unaware; /* rules that want no particular prefix */
	struct item *items;
	size_t item_count;
	struct policy_entry *entries;
	size_t entry_count;
	struct states states;
	struct level levels[MAX_DEPTH];
	unsigned depth;
};

static int table_family(enum fw_table table)
{
	return table == FW_TABLE_SRC4 || table == FW_TABLE_DST4 ? 4 : 6;
}

static bool table_is_src(enum fw_table table)
{
	return table == FW_TABLE_SRC4 || table == FW_TABLE_SRC6;
}

static const char *table_text(enum fw_table table)
{
	static const char *const texts[FW_TABLE_MAX] = {
		[FW_TABLE_SRC4] = "an IPv4 source",
		[FW_TABLE_DST4] = "an IPv4 destination",
		[FW_TABLE_SRC6] = "an IPv6 source",
		[FW_TABLE_DST6] = "an IPv6 destination",
	};

	return texts[table];
}

/* ---- groups ---- */

/* The group of a list of a rule; sets have theirs at the front, by index. */
static struct group *group_of(struct table_build *build, const struct prefix_list *list)
{
	size_t first = build->compile->config->set_count;
	struct group *group;

	/* Clauses of one rule come one after the other, so it is among the last two. */
	for (size_t i = build->group_count; i > first && i + 2 > build->group_count; i--)
		if (build->groups[i - 1].list == list)
			return &build->groups[i - 1];
	group = &build->groups[build->group_count++];
	group->list = list;
	return group;
}

static int group_use(struct group *group, const struct clause *clause, unsigned number, bool inside)
{
	struct use *use = array_grow(&group->uses, group->use_count, sizeof(*use));

	if (!use)
		return -ENOMEM;
	*use = (struct use){(uint16_t)number, inside};
	group->use_count++;
	group->rule = clause->rule;
	return 0;
}

static int use_sets(struct table_build *build, const struct clause *clause, unsigned number,
		    const size_t *sets, size_t count, bool inside)
{
	int err = 0;

	for (size_t i = 0; i < count && err == 0; i++)
		if (build->compile->config->sets[sets[i]].kind != SET_LIVE)
			err = group_use(&build->groups[sets[i]], clause, number, inside);
	return err;
}

static int use_list(struct table_build *build, const struct clause *clause, unsigned number,
		    const struct prefix_list *list, bool inside)
{
	return list->count ? group_use(group_of(build, list), clause, number, inside) : 0;
}

static int use_clause(struct table_build *build, unsigned number)
{
	const struct clause *clause = &build->compile->clauses[number];
	bool src = table_is_src(build->table);
	const struct address_match *match =
		src ? &clause->rule->match.src : &clause->rule->match.dst;
	enum side_mode mode = src ? clause->src : clause->dst;
	bool inside = mode == SIDE_INSIDE;
	int err = 0;

	/* Its kinds tell such packets apart. */
	if (!(clause->kinds & (table_family(build->table) == 4 ? KINDS4 : KINDS6))) {
		row_set(&build->unaware, number);
		return 0;
	}
	if (!inside)
		row_set(&build->unaware, number);
	if (mode != SIDE_ALL) {
		err = use_list(build, clause, number, &match->any_prefixes, inside);
		if (err == 0)
			err = use_sets(build, clause, number, match->any_sets, match->any_set_count,
				       inside);
	}
	if (err == 0)
		err = use_list(build, clause, number, &match->not_prefixes, false);
	if (err == 0)
		err = use_sets(build, clause, number, match->not_sets, match->not_set_count, false);
	return err;
}

static int make_groups(struct table_build *build)
{
	const struct config *config = build->compile->config;
	size_t most = config->set_count + 2 * (size_t)build->compile->clause_count;
	int err = 0;

	build->groups = calloc(most + 1, sizeof(*build->groups));
	if (!build->groups)
		return -ENOMEM;
	build->group_count = config->set_count;
	for (size_t i = 0; i < config->set_count; i++)
		build->groups[i].list = &config->sets[i].prefixes;
	for (unsigned i = 0; i < build->compile->clause_count && err == 0; i++)
		err = use_clause(build, build->compile->by_rank[i]);
	return err;
}

/* ---- items ---- */

static int compare_items(const void *a, const void *b)
{
	const struct item *left = a, *right = b;

	return prefix_compare(&left->prefix, &right->prefix);
}

static void add_items(struct table_build *build, uint32_t number)
{
	const struct group *group = &build->groups[number];
	int family = table_family(build->table);

	for (size_t i = 0; group->rule && i < group->list->count; i++)
		if (group->list->items[i].family == family)
			build->items[build->item_count++] =
				(struct item){group->list->items[i], number};
}

static int make_items(struct table_build *build)
{
	size_t most = 0;
	bool sorted = true;

	for (size_t i = 0; i < build->group_count; i++)
		most += build->groups[i].rule ? build->groups[i].list->count : 0;
	build->items = calloc(most + 1, sizeof(*build->items));
	build->entries = calloc(most + 1, sizeof(*build->entries));
	if (!build->items || !build->entries)
		return -ENOMEM;
	for (size_t i = 0; i < build->group_count; i++)
		add_items(build, (uint32_t)i);
	/* Large sets come sorted from their files, and often alone. */
	for (size_t i = 1; i < build->item_count && sorted; i++)
		sorted = compare_items(&build->items[i - 1], &build->items[i]) <= 0;
	if (!sorted)
		qsort(build->items, build->item_count, sizeof(*build->items), compare_items);
	return 0;
}

/* ---- the sweep ---- */

/* Let all rules that use the groups of a level say where they want the address. */
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

/* Note where the clauses that a level is about are found. */
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

/* Number the row of the last level: who wants one of the prefixes, or any, and refuses none. */
static int number_level(struct table_build *build, const struct config_rule *rule)
{
	struct level *level = &build->levels[build->depth];
	uint32_t *known = &build->states.rows[level->state];
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
	number = compile_row(build->compile, FW_SOURCE_TABLES + build->table, &row, rule,
			     table_text(build->table));
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
	/* What says the same as the prefix around it need not be found. */
	if (err == 0 && level->row != level[-1].row)
		build->entries[build->entry_count++] = (struct policy_entry){*prefix, level->row};
	return err;
}

static int sweep(struct table_build *build)
{
	uint32_t *found = build->compile->table_rows[build->table];
	int err = states_add(&build->states);

	if (err == 0)
		err = number_level(build, NULL);
	for (unsigned i = 0; i < build->compile->clause_count && err == 0; i++)
		found[i] = row_has(&build->unaware, i) ? build->levels[0].row : NO_ROW;
	for (size_t next = 0; next < build->item_count && err == 0;)
		err = sweep_item(build, &next);
	return err;
}

/* ---- the table ---- */

static int check_size(const struct table_build *build)
{
	const struct group *largest = NULL;

	if (build->entry_count <= FW_MAX_PREFIXES)
		return 0;
	for (size_t i = 0; i < build->group_count; i++) {
		const struct group *group = &build->groups[i];

		if (group->rule && (!largest || group->list->count > largest->list->count))
			largest = group;
	}
	errors_add(build->compile->errs, SEVERITY_ERROR, ERROR_ENTRIES, &largest->rule->place,
		   "%zu prefixes of %s do not fit, there can be %u; most come with rule \"%s\"",
		   build->entry_count, table_text(build->table), FW_MAX_PREFIXES,
		   largest->rule->id);
	return -EBADMSG;
}

static void finish(struct table_build *build)
{
	struct policy *policy = build->compile->policy;
	struct policy_table *table = &policy->tables[build->table];

	policy->image->header.table_miss[build->table] = build->levels[0].row;
	if (build->entry_count == 0)
		return;
	policy->image->header.tables |= 1u << build->table;
	table->count = build->entry_count;
	table->entries = steal(&build->entries);
}

static int compile_table(struct compile *compile, enum fw_table table)
{
	struct table_build *build cleanup_free = calloc(1, sizeof(*build));
	int err;

	if (!build)
		return -ENOMEM;
	build->compile = compile;
	build->table = table;
	err = make_groups(build);
	if (err == 0)
		err = make_items(build);
	if (err == 0)
		err = sweep(build);
	if (err == 0)
		err = check_size(build);
	if (err == 0)
		finish(build);
	for (size_t i = 0; build->groups && i < build->group_count; i++)
		free(build->groups[i].uses);
	free(build->groups);
	states_clear(&build->states);
	free(build->items);
	free(build->entries);
	return err;
}

int compile_tables(struct compile *compile)
{
	for (int table = 0; table < FW_TABLE_MAX; table++) {
		int err = compile_table(compile, (enum fw_table)table);

		if (err < 0)
			return err;
	}
	return 0;
}
