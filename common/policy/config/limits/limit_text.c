// SPDX-License-Identifier: MIT
#include "common/policy/config/config.h"

#include <stdio.h>

static const char *const names[] = {FW_LIMIT_KEYS(FW_AS_NAME)};

const char *level_key_format(const struct config_level *level, char buffer[LEVEL_KEY_TEXT])
{
	if (level->key == FW_KEY_SRC || level->key == FW_KEY_DST)
		snprintf(buffer, LEVEL_KEY_TEXT, "%s/%u,%u", names[level->key], level->prefix4,
			 level->prefix6);
	else
		snprintf(buffer, LEVEL_KEY_TEXT, "%s", names[level->key]);
	return buffer;
}

const char *limit_key_format(const struct config_limit *limit, char buffer[LIMIT_KEY_TEXT])
{
	char key[LEVEL_KEY_TEXT];
	size_t used = 0;

	buffer[0] = '\0';
	for (unsigned i = 0; i < limit->level_count; i++)
		used += (size_t)snprintf(buffer + used, LIMIT_KEY_TEXT - used, "%s%s",
					 i ? ", " : "", level_key_format(&limit->levels[i], key));
	return buffer;
}

static bool same_rates(const struct config_limit *limit)
{
	const struct rate *first = &limit->levels[0].rate;

	for (unsigned i = 1; i < limit->level_count; i++) {
		const struct rate *rate = &limit->levels[i].rate;

		if (rate->amount != first->amount || rate->period_ns != first->period_ns)
			return false;
	}
	return true;
}

const char *limit_rate_format(const struct config_limit *limit, char buffer[LIMIT_RATE_TEXT])
{
	unsigned count = same_rates(limit) ? 1 : limit->level_count;
	char rate[UNITS_TEXT];
	size_t used = 0;

	buffer[0] = '\0';
	for (unsigned i = 0; i < count; i++)
		used += (size_t)snprintf(buffer + used, LIMIT_RATE_TEXT - used, "%s%s",
					 i ? ", " : "", rate_format(&limit->levels[i].rate, rate));
	return buffer;
}

_Static_assert(FW_MAX_LEVELS *(LEVEL_KEY_TEXT + 2) <= LIMIT_KEY_TEXT, "all keys fit");
