// SPDX-License-Identifier: MIT
#include "common/policy/compile/known.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"

struct known_addresses *known_new(void)
{
	struct known_addresses *known = calloc(1, sizeof(*known));

	if (known)
		known->references = 1;
	return known;
}

struct known_addresses *known_share(struct known_addresses *known)
{
	known->references++;
	return known;
}

void known_table_clear(struct known_table *table)
{
	for (size_t i = 0; i < table->group_count; i++)
		prefix_content_drop(table->groups[i].content);
	free(table->groups);
	states_clear(&table->states);
	*table = (struct known_table){0};
}

struct known_addresses *known_drop(struct known_addresses *known)
{
	if (!known || --known->references > 0)
		return NULL;
	for (int i = 0; i < FW_TABLE_MAX; i++) {
		known_table_clear(&known->tables[i]);
		known_table_clear(&known->edited[i]);
	}
	arena_clear(&known->arena);
	free(known);
	return NULL;
}

void known_edit(struct known_addresses *known)
{
	known->editing = true;
	arena_edit(&known->arena);
}

void known_undo(struct known_addresses *known)
{
	for (int i = 0; i < FW_TABLE_MAX; i++)
		known_table_clear(&known->edited[i]);
	arena_undo(&known->arena);
	known->editing = false;
}

void known_keep(struct known_addresses *known, uint32_t generation)
{
	for (int i = 0; i < FW_TABLE_MAX; i++) {
		known_table_clear(&known->tables[i]);
		known->tables[i] = known->edited[i];
		known->edited[i] = (struct known_table){0};
	}
	arena_keep(&known->arena, generation);
	known->editing = false;
}

int known_group_add(struct known_table *table, enum group_origin origin, bool negated,
		    const char *name, struct prefix_content *content)
{
	struct known_group *group = array_grow(&table->groups, table->group_count, sizeof(*group));

	if (!group) {
		prefix_content_drop(content);
		return -ENOMEM;
	}
	group->origin = origin;
	group->negated = negated;
	group->content = content;
	snprintf(group->name, sizeof(group->name), "%s", name);
	return (int)table->group_count++;
}

/* ---- by name ---- */

struct known_index {
	const struct known_table *table;
	size_t size;	   /* a power of two */
	uint32_t places[]; /* number + 1; 0: free. Never more than half full. */
};

static size_t first_place(const struct known_index *index, enum group_origin origin, bool negated,
			  const char *name)
{
	uint64_t hash = 0xcbf29ce484222325ULL ^ (unsigned)origin ^ (unsigned)negated << 8;

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 0x100000001b3ULL; /* FNV-1a */
	return (size_t)(hash ^ hash >> 32) & (index->size - 1);
}

/* The place of a group, or the free place for it. */
static size_t place_of(const struct known_index *index, enum group_origin origin, bool negated,
		       const char *name)
{
	size_t place = first_place(index, origin, negated, name);

	for (; index->places[place]; place = (place + 1) & (index->size - 1)) {
		const struct known_group *group = &index->table->groups[index->places[place] - 1];

		if (group->origin == origin && group->negated == negated &&
		    strcmp(group->name, name) == 0)
			break;
	}
	return place;
}

struct known_index *known_index_new(const struct known_table *table)
{
	struct known_index *index;
	size_t size = 16;

	while (size < 2 * table->group_count)
		size *= 2;
	index = calloc(1, sizeof(*index) + size * sizeof(index->places[0]));
	if (!index)
		return NULL;
	index->table = table;
	index->size = size;
	for (size_t i = 0; i < table->group_count; i++) {
		const struct known_group *group = &table->groups[i];

		index->places[place_of(index, group->origin, group->negated, group->name)] =
			(uint32_t)i + 1;
	}
	return index;
}

struct known_index *known_index_free(struct known_index *index)
{
	free(index);
	return NULL;
}

int known_index_find(const struct known_index *index, enum group_origin origin, bool negated,
		     const char *name)
{
	uint32_t number = index->places[place_of(index, origin, negated, name)];

	return number ? (int)number - 1 : -ENOENT;
}
