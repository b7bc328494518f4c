// SPDX-License-Identifier: MIT
/*
 * Each record of a ban also checks a few others, and removes expired ones, so no
 * call takes long.
 */
#include "daemon/fwd/limits/ban_levels.h"

#include <stdlib.h>
#include <string.h>

#define LOOKED_AT 8
#define MAX_LEVEL 1000

struct ban_levels {
	struct ban_store store;
	struct fw_ban_level_key looked_at; /* the last one */
	bool looking;			   /* there is a last one */
};

struct ban_levels *ban_levels_new(const struct ban_store *store)
{
	struct ban_levels *levels = calloc(1, sizeof(*levels));

	if (levels)
		levels->store = *store;
	return levels;
}

struct ban_levels *ban_levels_free(struct ban_levels *levels)
{
	free(levels);
	return NULL;
}

static struct fw_ban_level_key key_of(uint32_t limit, const struct prefix *prefix)
{
	struct fw_ban_level_key key = {
		.limit = limit, .family = prefix->family, .prefix_len = prefix->length};

	memcpy(key.addr, prefix->addr, sizeof(key.addr));
	return key;
}

/* Each check continues where the last one ended, and wraps at the end. */
static void forget(struct ban_levels *levels, uint64_t now)
{
	const struct ban_store *store = &levels->store;

	for (unsigned i = 0; i < LOOKED_AT; i++) {
		struct fw_ban_level_key key;
		struct fw_ban_level level;

		if (store->next(store->userdata, levels->looking ? &levels->looked_at : NULL,
				&key) < 0) {
			levels->looking = false;
			return;
		}
		if (store->get(store->userdata, &key, &level) == 0 && level.forget_at <= now &&
		    store->remove(store->userdata, &key) == 0)
			continue;
		levels->looked_at = key;
		levels->looking = true;
	}
}

static uint64_t duration_of(const struct config_ban *config, unsigned level)
{
	uint64_t duration = config->first_ns;

	for (; level > 1 && duration < config->max_ns; level--)
		duration = duration > config->max_ns / 2 ? config->max_ns : duration * 2;
	return duration < config->max_ns ? duration : config->max_ns;
}

struct ban_step ban_levels_next(const struct ban_levels *levels, uint32_t limit,
				const struct prefix *prefix, const struct config_ban *config,
				uint64_t now)
{
	const struct fw_ban_level_key key = key_of(limit, prefix);
	struct ban_step step = {.level = 1};
	struct fw_ban_level last;

	if (levels->store.get(levels->store.userdata, &key, &last) == 0 && now < last.forget_at)
		step.level = last.level < MAX_LEVEL ? last.level + 1 : MAX_LEVEL;
	step.duration_ns = duration_of(config, step.level);
	return step;
}

static uint64_t later(uint64_t time, uint64_t by)
{
	return time > UINT64_MAX - by ? UINT64_MAX : time + by;
}

void ban_levels_note(struct ban_levels *levels, uint32_t limit, const struct prefix *prefix,
		     const struct config_ban *config, uint64_t now, struct ban_step step)
{
	const struct fw_ban_level_key key = key_of(limit, prefix);
	const struct fw_ban_level level = {
		.forget_at = later(later(now, step.duration_ns), config->quiet_ns),
		.level = step.level,
	};

	forget(levels, now);
	levels->store.put(levels->store.userdata, &key, &level);
}
