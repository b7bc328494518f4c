// SPDX-License-Identifier: MIT
/*
 * Which entries a range of addresses has, from the sorted prefixes of all groups: those that
 * contain the range, one bisection for each length, and those within it.
 */
#include "common/policy/compile/tables/table_edit.h"

#include <errno.h>
#include <stdlib.h>

#include "common/base/memory.h"

#define READ_WORK 64 /* prefixes of one range */
#define FEW	  64 /* prefixes of a group that are kept with those of others */

static bool is_few(const struct known_group *group)
{
	return group->content && group->content->list.count <= FEW;
}

int table_range_prepare(struct table_change *change)
{
	int family = table_family(change->build->table);
	size_t most = 0;

	for (size_t i = 0; i < change->now->group_count; i++)
		most += is_few(&change->now->groups[i]) ? change->now->groups[i].content->list.count
							: 0;
	change->few = malloc((most + 1) * sizeof(*change->few));
	if (!change->few)
		return -ENOMEM;
	for (size_t i = 0; i < change->now->group_count; i++) {
		const struct known_group *group = &change->now->groups[i];

		for (size_t j = 0; is_few(group) && j < group->content->list.count; j++)
			if (group->content->list.items[j].family == family)
				change->few[change->few_count++] =
					(struct item){group->content->list.items[j], (uint32_t)i};
	}
	qsort(change->few, change->few_count, sizeof(*change->few), table_compare_items);
	return 0;
}

static size_t few_place(const struct table_change *change, const struct prefix *prefix)
{
	size_t low = 0, high = change->few_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (prefix_compare(&change->few[middle].prefix, prefix) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int add_item(struct table_change *change, const struct prefix *prefix, size_t group)
{
	struct table_build *build = change->build;

	if (build->item_count == change->item_capacity) {
		size_t capacity = change->item_capacity ? 2 * change->item_capacity : 64;
		struct item *items = reallocarray(build->items, capacity, sizeof(*items));
		struct policy_entry *entries;

		if (items)
			build->items = items;
		entries = items ? reallocarray(build->entries, capacity, sizeof(*entries)) : NULL;
		if (!entries)
			return -ENOMEM;
		build->entries = entries;
		change->item_capacity = capacity;
	}
	build->items[build->item_count++] = (struct item){*prefix, (uint32_t)group};
	return 0;
}

/* Entries that contain or equal the range; those inside it follow. */
static int read_around(struct table_change *change, const struct prefix *range)
{
	int err = 0;

	for (unsigned length = 0; length < range->length && !err; length++) {
		struct prefix wanted = prefix_shorten(range, length);
		size_t at = few_place(change, &wanted);

		for (; at < change->few_count && !err &&
		       prefix_compare(&change->few[at].prefix, &wanted) == 0;
		     at++)
			err = add_item(change, &wanted, change->few[at].group);
		for (size_t i = 0; i < change->now->group_count && !err; i++) {
			const struct prefix_content *content = change->now->groups[i].content;

			if (!content || content->list.count <= FEW)
				continue;
			at = prefix_list_place(&content->list, &wanted);
			if (at < content->list.count &&
			    prefix_compare(&content->list.items[at], &wanted) == 0)
				err = add_item(change, &wanted, i);
		}
	}
	return err;
}

static int read_inside(struct table_change *change, const struct prefix *range)
{
	int err = 0;

	for (size_t at = few_place(change, range);
	     at < change->few_count && !err && prefix_contains(range, &change->few[at].prefix);
	     at++)
		err = add_item(change, &change->few[at].prefix, change->few[at].group);
	for (size_t i = 0; i < change->now->group_count && !err; i++) {
		const struct prefix_content *content = change->now->groups[i].content;

		if (!content || content->list.count <= FEW)
			continue;
		for (size_t at = prefix_list_place(&content->list, range);
		     at < content->list.count && !err &&
		     prefix_contains(range, &content->list.items[at]);
		     at++)
			err = add_item(change, &content->list.items[at], i);
	}
	return err;
}

int table_range_read(void *userdata, const struct prefix *range, struct address_part *ret)
{
	struct table_change *change = userdata;
	struct table_build *build = change->build;
	int err;

	build->item_count = 0;
	err = read_around(change, range);
	if (!err)
		err = read_inside(change, range);
	if (err)
		return err;
	change->work += build->item_count + READ_WORK;
	/* Then a rebuild is faster. */
	if (change->work > change->before->items / 2 + TABLE_MAX_CHANGED)
		return -EAGAIN;
	if (build->item_count)
		qsort(build->items, build->item_count, sizeof(*build->items), table_compare_items);
	err = table_sweep(build);
	*ret = (struct address_part){build->entries, build->entry_count, build->levels[0].row};
	return err;
}
