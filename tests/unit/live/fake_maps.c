// SPDX-License-Identifier: MIT
#include "tests/unit/live/fake_maps.h"

#include <errno.h>
#include <stdlib.h>

#include "common/base/memory.h"

static struct fake_entry *find(const struct fake_maps *maps, unsigned set_id,
			       const struct prefix *prefix)
{
	for (size_t i = 0; i < maps->count; i++)
		if (maps->entries[i].set_id == set_id &&
		    prefix_compare(&maps->entries[i].prefix, prefix) == 0)
			return &maps->entries[i];
	return NULL;
}

const struct fake_entry *fake_find(const struct fake_maps *maps, unsigned set_id,
				   const struct prefix *prefix)
{
	return find(maps, set_id, prefix);
}

bool fake_has(const struct fake_maps *maps, unsigned set_id, const struct prefix *host)
{
	const struct fake_entry *best = NULL;

	for (size_t i = 0; i < maps->count; i++) {
		const struct fake_entry *entry = &maps->entries[i];

		if (entry->set_id == set_id && prefix_contains(&entry->prefix, host) &&
		    (!best || entry->prefix.length > best->prefix.length))
			best = entry;
	}
	return best && best->value.effective > maps->now;
}

void fake_clear(struct fake_maps *maps)
{
	free(maps->entries);
	*maps = (struct fake_maps){0};
}

static int fake_write(void *userdata, unsigned set_id, const struct prefix *prefix,
		      const struct fw_live_value *value)
{
	struct fake_maps *maps = userdata;
	struct fake_entry *entry;

	maps->writes++;
	if (maps->fail || maps->only_count)
		return maps->fail;
	entry = find(maps, set_id, prefix);
	if (!entry) {
		entry = array_grow(&maps->entries, maps->count, sizeof(*entry));
		if (!entry)
			return -ENOMEM;
		maps->count++;
	}
	*entry = (struct fake_entry){set_id, *prefix, *value};
	return 0;
}

static int fake_erase(void *userdata, unsigned set_id, const struct prefix *prefix)
{
	struct fake_maps *maps = userdata;
	struct fake_entry *entry = find(maps, set_id, prefix);

	if (entry)
		*entry = maps->entries[--maps->count];
	return 0;
}

static void fake_count_blocks(void *userdata, int family, uint32_t count)
{
	struct fake_maps *maps = userdata;

	*(family == 4 ? &maps->blocks4 : &maps->blocks6) = count;
}

static uint64_t fake_now(void *userdata)
{
	return ((struct fake_maps *)userdata)->now;
}

static void fake_close(void *userdata)
{
	(void)userdata;
}

const struct live_ops fake_ops = {fake_write, fake_erase, fake_count_blocks, fake_now, fake_close};
