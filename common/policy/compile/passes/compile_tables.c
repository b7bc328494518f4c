// SPDX-License-Identifier: MIT
/*
 * The address tables of a policy: each is an edit of an earlier table if possible, else it is built
 * from all its prefixes.
 */
#include "common/policy/compile/tables/table_build.h"

#include <errno.h>
#include <stdlib.h>

#include "common/base/memory.h"

#define MIN_KEPT    16384 /* prefixes: fewer are compiled in some milliseconds */
#define MAX_REMADE  16384 /* of a table that an edit rebuilds */
#define SPARE_LINES 8192

/* ---- items ---- */

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
		sorted = table_compare_items(&build->items[i - 1], &build->items[i]) <= 0;
	if (!sorted)
		qsort(build->items, build->item_count, sizeof(*build->items), table_compare_items);
	return 0;
}

/* ---- the table ---- */

static int check_size(const struct table_build *build)
{
	const struct group *largest = NULL;

	if (build->entry_count <= FW_MAX_TABLE_PREFIXES)
		return 0;
	for (size_t i = 0; i < build->group_count; i++) {
		const struct group *group = &build->groups[i];

		if (group->rule && (!largest || group->list->count > largest->list->count))
			largest = group;
	}
	errors_add(build->compile->errs, SEVERITY_ERROR, ERROR_ENTRIES, &largest->rule->place,
		   "%zu prefixes of %s do not fit, there can be %u; most come with rule \"%s\"",
		   build->entry_count, table_text(build->table), FW_MAX_TABLE_PREFIXES,
		   largest->rule->id);
	return -EBADMSG;
}

/* For edits: record the groups, and the states they led to. */
static int remember(struct table_build *build)
{
	struct known_table *known = &build->compile->policy->known->edited[build->table];

	for (size_t i = 0; i < build->group_count; i++) {
		const struct group *group = &build->groups[i];
		struct prefix_content *content = NULL;

		if (group->rule) {
			content = table_content(group);
			if (!content)
				return -ENOMEM;
		}
		if (known_group_add(known, group->origin, group->negated, group->name, content) < 0)
			return -ENOMEM;
	}
	known->items = build->item_count;
	known->entries = build->entry_count;
	known->states = build->states;
	build->states = (struct states){0};
	return 0;
}

static int finish(struct table_build *build)
{
	struct policy *policy = build->compile->policy;
	struct policy_table *table = &policy->tables[build->table];

	policy->image->header.table_miss[build->table] = build->levels[0].row;
	if (build->keep && remember(build))
		return -ENOMEM;
	if (build->entry_count == 0)
		return 0;
	policy->image->header.tables |= 1u << build->table;
	table->count = build->entry_count;
	table->entries = steal(&build->entries);
	return 0;
}

/* From all its prefixes. */
static int make_table(struct table_build *build)
{
	int err = make_items(build);

	if (err == 0)
		err = table_begin(build);
	if (err == 0)
		err = table_sweep(build);
	if (err == 0)
		err = check_size(build);
	return err == 0 ? finish(build) : err;
}

static size_t count_items(const struct table_build *build)
{
	size_t count = 0;

	for (size_t i = 0; i < build->group_count; i++)
		count += build->groups[i].rule ? build->groups[i].list->count : 0;
	return count;
}

/* Edit the earlier table if there is one; else build it, during an edit only if it is small. */
static int edit_or_make(struct table_build *build)
{
	struct compile *compile = build->compile;
	int done = 0;

	if (compile->policy->known->editing) {
		done = table_edit(build);
		if (done == 1)
			compile->edited |= 1u << build->table;
		if (done == 0 && count_items(build) > MAX_REMADE)
			return -EAGAIN;
	}
	if (done != 0)
		return done < 0 ? done : 0;
	rows_forget(compile->policy->rows, FW_SOURCE_TABLES + build->table);
	return make_table(build);
}

static int compile_table(struct compile *compile, enum fw_table table)
{
	struct table_build *build cleanup_free = calloc(1, sizeof(*build));
	int err;

	if (!build)
		return -ENOMEM;
	build->compile = compile;
	build->table = table;
	build->keep = compile->policy->known->keeps;
	err = table_make_groups(build);
	if (err == 0)
		err = edit_or_make(build);
	for (size_t i = 0; build->groups && i < build->group_count; i++)
		free(build->groups[i].uses);
	free(build->groups);
	states_clear(&build->states);
	free(build->items);
	free(build->entries);
	return err;
}

static int compile_all(struct compile *compile)
{
	for (int table = 0; table < FW_TABLE_MAX; table++) {
		int err = compile_table(compile, (enum fw_table)table);

		if (err < 0)
			return err;
	}
	return 0;
}

/* Are there so many prefixes that edits of tables are faster than rebuilding them? */
static bool is_worth_keeping(const struct config *config)
{
	size_t count = config->permitted.count;

	for (size_t i = 0; i < config->set_count; i++)
		count += config->sets[i].prefixes.count;
	for (size_t i = 0; i < config->rule_count; i++)
		count += config->rules[i].match.src.any_prefixes.count +
			 config->rules[i].match.dst.any_prefixes.count;
	return count >= MIN_KEPT;
}

/* Not if its arena has become a quarter larger than necessary. */
static bool can_edit(const struct known_addresses *known)
{
	return known && known->keeps && !known->editing &&
	       known->arena.lines < known->fresh_lines + known->fresh_lines / 4 + SPARE_LINES &&
	       known->arena.lines < (size_t)FW_MAX_ARENA_BLOCKS * FW_BLOCK_LINES / 2;
}

/* -EAGAIN: an edit is not possible, and nothing was changed. */
static int edit_known(struct compile *compile)
{
	struct policy *policy = compile->policy;
	int err;

	if (!can_edit(compile->known))
		return -EAGAIN;
	policy->known = known_share(compile->known);
	known_edit(policy->known);
	err = compile_all(compile);
	if (err != -EAGAIN)
		return err;
	known_undo(policy->known);
	policy->known = known_drop(policy->known);
	compile->edited = 0;
	policy->image->header.tables = 0;
	for (int i = 0; i < FW_TABLE_MAX; i++) {
		free(policy->tables[i].entries);
		policy->tables[i] = (struct policy_table){0};
	}
	return -EAGAIN;
}

/* Does a rule use fields that packets are otherwise not parsed for? */
static bool asks_frame(const struct compile *compile)
{
	for (unsigned table = FW_FIRST_FRAME_TABLE; table < FW_TABLE_MAX; table++)
		for (unsigned i = 0; i < compile->clause_count; i++)
			if (match_is_given(&match_fields[match_tables[table].field],
					   &compile->clauses[i].rule->match))
				return true;
	return false;
}

int compile_tables(struct compile *compile)
{
	int err;

	compile->policy->image->header.frame = asks_frame(compile);
	err = edit_known(compile);
	if (err != -EAGAIN)
		return err;
	compile->policy->known = known_new();
	if (!compile->policy->known)
		return -ENOMEM;
	compile->policy->known->keeps = is_worth_keeping(compile->config);
	return compile_all(compile);
}
