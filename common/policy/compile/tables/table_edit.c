// SPDX-License-Identifier: MIT
/*
 * An address table after an edit, made of the one before it.
 *
 * The compiled lines have numbers of rows. A number represents a state, or several with the
 * same row; a state represents the groups of prefixes that an address is in. When rules
 * change, the rows of all states are rebuilt under their old numbers, and the lines stay
 * unchanged. Only if states with the same number no longer have the same row, all lines would
 * have to be searched, and the table is rebuilt instead.
 *
 * When prefixes are added or removed, only addresses within these change. For each of them
 * the lines are found and rebuilt from the relevant prefixes, which are found by bisection of
 * the groups' sorted prefixes.
 */
#include "common/policy/compile/tables/table_edit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"

static void free_index(struct known_index **index)
{
	known_index_free(*index);
}

/* ---- what changed ---- */

static int add_changed(struct table_change *change, const struct prefix *prefix)
{
	if (prefix->family != table_family(change->build->table))
		return 0;
	if (change->changed.count == TABLE_MAX_CHANGED)
		return -EAGAIN;
	return prefix_list_add(&change->changed, prefix);
}

/* Note what only one of two sorted lists has. */
static int compare_lists(struct table_change *change, const struct prefix_list *before,
			 const struct prefix_list *now)
{
	size_t i = 0, j = 0;
	int err = 0;

	while ((i < before->count || j < now->count) && !err) {
		int order = i == before->count ? 1
			    : j == now->count  ? -1
					       : prefix_compare(&before->items[i], &now->items[j]);

		if (order < 0) {
			err = add_changed(change, &before->items[i]);
		} else if (order > 0) {
			err = add_changed(change, &now->items[j]);
			change->added++;
		}
		i += order <= 0;
		j += order >= 0;
	}
	return err;
}

/* NULL: nothing. Takes `now`, which becomes the table's. */
static int change_content(struct table_change *change, struct known_group *group,
			  struct prefix_content *now)
{
	static const struct prefix_list none;
	struct prefix_content *before = group->content;
	int err = 0;

	group->content = now;
	if (before != now)
		err = compare_lists(change, before ? &before->list : &none,
				    now ? &now->list : &none);
	prefix_content_drop(before);
	return err;
}

/* Find the groups of the build among the known ones, or add them. */
static int match_group(struct table_change *change, const struct known_index *index,
		       const struct group *group)
{
	int number = known_index_find(index, group->origin, group->negated, group->name);
	struct prefix_content *content;

	/* A set that no rule uses now may soon be used again. */
	if (!group->rule && (number < 0 || !change->now->groups[number].content))
		return 0;
	if (number < 0)
		number = known_group_add(change->now, group->origin, group->negated, group->name,
					 NULL);
	if (number < 0)
		return number;
	content = table_content(group);
	if (!content)
		return -ENOMEM;
	change->groups[number] = *group;
	return change_content(change, &change->now->groups[number], content);
}

static int match_groups(struct table_change *change)
{
	struct table_build *build = change->build;
	struct known_index *index cleanup(free_index) = known_index_new(change->before);
	size_t most = change->before->group_count + build->group_count;
	int err = 0;

	change->groups = calloc(most + 1, sizeof(*change->groups));
	if (!index || !change->groups)
		return -ENOMEM;
	for (size_t i = 0; i < build->group_count && !err; i++)
		err = match_group(change, index, &build->groups[i]);
	change->group_count = change->now->group_count;
	for (size_t i = 0; i < change->before->group_count && !err; i++)
		if (!change->groups[i].list)
			err = change_content(change, &change->now->groups[i], NULL);
	return err;
}

static int copy_known(const struct known_table *from, struct known_table *to)
{
	for (size_t i = 0; i < from->group_count; i++) {
		const struct known_group *group = &from->groups[i];

		if (known_group_add(to, group->origin, group->negated, group->name,
				    prefix_content_share(group->content)) < 0)
			return -ENOMEM;
	}
	to->items = from->items;
	to->entries = from->entries;
	to->root = from->root;
	return 0;
}

/* ---- rows under their old numbers ---- */

static void apply_group(const struct group *group, bool inside, struct row *row)
{
	for (size_t i = 0; i < group->use_count; i++) {
		if (group->uses[i].inside != inside)
			continue;
		if (inside)
			row_set(row, group->uses[i].clause);
		else
			row_clear(row, group->uses[i].clause);
	}
}

static void make_row(const struct table_change *change, uint32_t number, struct row *ret)
{
	const struct table_state *states = change->build->states.list;

	*ret = change->build->unaware;
	for (uint32_t i = number; i; i = states[i].from)
		apply_group(&change->groups[states[i].group], true, ret);
	for (uint32_t i = number; i; i = states[i].from)
		apply_group(&change->groups[states[i].group], false, ret);
}

/* Does every group of a state still have prefixes? Else nothing leads to it. */
static bool is_alive(const struct table_change *change, uint32_t state)
{
	const struct table_state *states = change->build->states.list;

	for (uint32_t i = state; i; i = states[i].from)
		if (!change->now->groups[states[i].group].content)
			return false;
	return true;
}

/* A state for each number, a reachable one if possible; 0 for numbers without state. */
static int states_by_number(const struct table_change *change, uint32_t **ret, uint32_t *ret_count)
{
	const struct states *states = &change->build->states;
	uint32_t *list, count = 0;

	for (uint32_t i = 0; i < states->count; i++)
		if (states->list[i].row != NO_ROW && states->list[i].row >= count)
			count = states->list[i].row + 1;
	list = calloc(count + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	for (uint32_t i = states->count; i-- > 0;)
		if (states->list[i].row != NO_ROW && is_alive(change, i))
			list[states->list[i].row] = i;
	*ret = list;
	*ret_count = count;
	return 0;
}

static int append_rows(struct table_change *change, const uint32_t *states, uint32_t count)
{
	struct rows *rows = change->build->compile->policy->rows;
	unsigned source = FW_SOURCE_TABLES + change->build->table;
	struct row all, row;

	if (count + 2 * (uint32_t)change->changed.count > FW_MAX_ROWS / 4 * 3)
		return -EAGAIN;
	rows_get(rows, source, 0, &all);
	for (uint32_t i = 1; i < count; i++) {
		make_row(change, states[i], &row);
		if (memcmp(&row, &all, sizeof(row)) == 0)
			change->build->all_number = i;
		if (rows_append(rows, source, &row) != (int)i)
			return -EAGAIN;
	}
	return 0;
}

/* As note_clauses of the sweep: later states are more likely to be reached still. */
static void note_state(struct table_change *change, uint32_t state, const struct row *row)
{
	const struct table_state *states = change->build->states.list;
	uint32_t *found = change->build->compile->table_rows[change->build->table];

	for (uint32_t i = state; i; i = states[i].from) {
		const struct group *group = &change->groups[states[i].group];

		for (size_t j = 0; j < group->use_count; j++)
			if (row_has(row, group->uses[j].clause))
				found[group->uses[j].clause] = states[state].row;
	}
}

/* All states of a number must still have the same row. */
static int check_states(struct table_change *change)
{
	const struct states *states = &change->build->states;
	struct row row, meant;

	for (uint32_t i = 0; i < states->count; i++) {
		if (states->list[i].row == NO_ROW || !is_alive(change, i))
			continue;
		make_row(change, i, &row);
		rows_get(change->build->compile->policy->rows,
			 FW_SOURCE_TABLES + change->build->table, states->list[i].row, &meant);
		if (memcmp(&row, &meant, sizeof(row)) != 0)
			return -EAGAIN;
		note_state(change, i, &row);
	}
	return 0;
}

static int renew_rows(struct table_change *change)
{
	uint32_t *states cleanup_free = NULL, count = 0;
	int err = states_by_number(change, &states, &count);

	if (!err)
		err = append_rows(change, states, count);
	if (!err)
		err = table_begin(change->build);
	return err ? err : check_states(change);
}

/* ---- the table ---- */

static int patch_all(struct table_change *change)
{
	const struct address_source source = {table_range_read, change};
	struct policy *policy = change->build->compile->policy;
	const struct prefix *done = NULL;
	int err;

	if (!change->changed.count)
		return 0;
	err = table_range_prepare(change);
	qsort(change->changed.items, change->changed.count, sizeof(*change->changed.items),
	      prefix_compare);
	for (size_t i = 0; i < change->changed.count && !err; i++) {
		const struct prefix *prefix = &change->changed.items[i];

		/* Sorted, so what contains a prefix comes before it. */
		if (done && prefix_contains(done, prefix))
			continue;
		done = prefix;
		err = address_table_patch(&policy->known->arena, &source, prefix,
					  &change->now->root);
	}
	return err == -E2BIG ? -EAGAIN : err;
}

static int change_table(struct table_change *change)
{
	struct table_build *build = change->build;
	int err = copy_known(change->before, change->now);

	if (!err)
		err = states_copy(&change->before->states, &build->states);
	if (!err)
		err = match_groups(change);
	change->now->entries += change->added;
	change->now->items += change->added;
	if (!err && change->now->entries > FW_MAX_TABLE_PREFIXES)
		err = -EAGAIN;
	/* From here on, groups are known by their numbers. */
	build->groups = change->groups;
	build->group_count = change->group_count;
	if (!err)
		err = renew_rows(change);
	return err ? err : patch_all(change);
}

static void put_header(const struct table_change *change)
{
	struct fw_header *header = &change->build->compile->policy->image->header;
	enum fw_table table = change->build->table;

	header->table_miss[table] = change->build->levels[0].row;
	header->table_root[table] = change->now->root;
	/* A row may still be another one, for all addresses. */
	if (header->table_root[table] != header->table_miss[table])
		header->tables |= 1u << table;
	change->now->states = change->build->states;
	change->build->states = (struct states){0};
}

/* Undo all: the table will be rebuilt. */
static void forget(struct table_change *change)
{
	struct table_build *build = change->build;

	free(build->items);
	free(build->entries);
	build->items = NULL;
	build->entries = NULL;
	build->item_count = build->entry_count = 0;
	build->all_number = 0;
	states_clear(&build->states);
	known_table_clear(change->now);
}

int table_edit(struct table_build *build)
{
	struct known_addresses *known = build->compile->policy->known;
	struct table_change change = {.build = build,
				      .before = &known->tables[build->table],
				      .now = &known->edited[build->table]};
	struct group *groups = build->groups;
	size_t group_count = build->group_count;
	int err = change.before->states.count ? change_table(&change) : -EAGAIN;

	build->groups = groups;
	build->group_count = group_count;
	free(change.groups);
	free(change.few);
	prefix_list_clear(&change.changed);
	if (!err)
		put_header(&change);
	else
		forget(&change);
	return err == -EAGAIN ? 0 : err ? err : 1;
}
