// SPDX-License-Identifier: MIT
/*
 * A hash table of bans, all in one pool. Whoever adds one looks at a few others, and
 * takes out those that are to be forgotten: so no call takes long.
 */
#include "ban_levels.h"

#include <stdlib.h>
#include <string.h>

#define HEADS	  16384 /* a power of two */
#define LOOKED_AT 8
#define MAX_LEVEL 1000

struct ban_level {
	struct prefix prefix;
	uint32_t limit;
	uint32_t level; /* 0: a free place */
	uint32_t next;	/* of the same head, or the next free one */
	uint64_t forget_at;
};

struct ban_levels {
	uint32_t heads[HEADS];	 /* places in items; 0: none */
	struct ban_level *items; /* [1 .. size] */
	size_t size;
	size_t count;
	uint32_t free_list;
	uint32_t looked_at; /* the last one */
};

struct ban_levels *ban_levels_new(size_t max)
{
	struct ban_levels *levels = calloc(1, sizeof(*levels));

	if (!levels)
		return NULL;
	levels->items = calloc(max + 1, sizeof(*levels->items));
	if (!levels->items)
		return ban_levels_free(levels);
	levels->size = max;
	for (size_t i = max; i > 0; i--) {
		levels->items[i].next = levels->free_list;
		levels->free_list = (uint32_t)i;
	}
	return levels;
}

struct ban_levels *ban_levels_free(struct ban_levels *levels)
{
	if (levels)
		free(levels->items);
	free(levels);
	return NULL;
}

/* FNV-1a (Fowler, Noll and Vo), over the address and the limit. */
static uint32_t head_of(uint32_t limit, const struct prefix *prefix)
{
	uint32_t hash = 2166136261u ^ limit;

	for (size_t i = 0; i < sizeof(prefix->addr); i++)
		hash = (hash ^ prefix->addr[i]) * 16777619u;
	hash = (hash ^ prefix->length) * 16777619u;
	return (hash ^ hash >> 15) & (HEADS - 1);
}

static uint32_t *find(struct ban_levels *levels, uint32_t limit, const struct prefix *prefix)
{
	uint32_t *at = &levels->heads[head_of(limit, prefix)];

	for (; *at; at = &levels->items[*at].next) {
		const struct ban_level *item = &levels->items[*at];

		if (item->limit == limit && prefix_compare(&item->prefix, prefix) == 0)
			break;
	}
	return at;
}

static void forget(struct ban_levels *levels, uint64_t now)
{
	for (unsigned i = 0; i < LOOKED_AT && levels->count; i++) {
		struct ban_level *item;
		uint32_t *at, place;

		levels->looked_at = levels->looked_at % (uint32_t)levels->size + 1;
		item = &levels->items[levels->looked_at];
		if (!item->level || item->forget_at > now)
			continue;
		at = find(levels, item->limit, &item->prefix);
		place = *at;
		*at = item->next;
		*item = (struct ban_level){.next = levels->free_list};
		levels->free_list = place;
		levels->count--;
	}
}

/* The item of a prefix, new (of level 0) if it is not there; NULL: there is no room. */
static struct ban_level *item_of(struct ban_levels *levels, uint32_t limit,
				 const struct prefix *prefix)
{
	uint32_t *at = find(levels, limit, prefix), place = levels->free_list;

	if (*at)
		return &levels->items[*at];
	if (!place)
		return NULL;
	levels->free_list = levels->items[place].next;
	levels->items[place] = (struct ban_level){.prefix = *prefix, .limit = limit};
	*at = place;
	levels->count++;
	return &levels->items[place];
}

static uint64_t duration_of(const struct config_ban *config, unsigned level)
{
	uint64_t duration = config->first_ns;

	for (; level > 1 && duration < config->max_ns; level--)
		duration = duration > config->max_ns / 2 ? config->max_ns : duration * 2;
	return duration < config->max_ns ? duration : config->max_ns;
}

unsigned ban_levels_next(struct ban_levels *levels, uint32_t limit, const struct prefix *prefix,
			 const struct config_ban *config, uint64_t now, uint64_t *ret_ns)
{
	struct ban_level *item;
	unsigned level = 1;

	forget(levels, now);
	item = item_of(levels, limit, prefix);
	if (item && item->level && now < item->forget_at)
		level = item->level < MAX_LEVEL ? item->level + 1 : MAX_LEVEL;
	*ret_ns = duration_of(config, level);
	if (item) {
		item->level = level;
		item->forget_at = now + *ret_ns + config->quiet_ns;
	}
	return level;
}

size_t ban_levels_count(const struct ban_levels *levels)
{
	return levels->count;
}
