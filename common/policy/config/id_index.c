// SPDX-License-Identifier: MIT
#include "common/policy/config/id_index.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* FNV-1a. */
static uint32_t hash_of(const char *id)
{
	uint32_t hash = 2166136261u;

	for (; *id; id++)
		hash = (hash ^ (unsigned char)*id) * 16777619u;
	return hash;
}

/* The place of an id, or the free place for it. */
static size_t place_of(const struct id_index *index, const struct config_rule *rules,
		       const char *id)
{
	size_t place = hash_of(id) & (index->size - 1);

	while (index->places[place] && strcmp(rules[index->places[place] - 1].id, id) != 0)
		place = (place + 1) & (index->size - 1);
	return place;
}

int id_index_find(const struct id_index *index, const struct config_rule *rules, const char *id)
{
	uint32_t found = index->size ? index->places[place_of(index, rules, id)] : 0;

	return found ? (int)found - 1 : -ENOENT;
}

static int grow(struct id_index *index, const struct config_rule *rules)
{
	struct id_index grown = {.size = index->size ? 2 * index->size : 64};

	grown.places = calloc(grown.size, sizeof(*grown.places));
	if (!grown.places)
		return -ENOMEM;
	for (size_t i = 0; i < index->size; i++)
		if (index->places[i])
			grown.places[place_of(&grown, rules, rules[index->places[i] - 1].id)] =
				index->places[i];
	free(index->places);
	index->places = grown.places;
	index->size = grown.size;
	return 0;
}

int id_index_add(struct id_index *index, const struct config_rule *rules, size_t number)
{
	if (2 * index->count >= index->size && grow(index, rules) < 0)
		return -ENOMEM;
	index->places[place_of(index, rules, rules[number].id)] = (uint32_t)number + 1;
	index->count++;
	return 0;
}

void id_index_clear(struct id_index *index)
{
	free(index->places);
	*index = (struct id_index){0};
}
