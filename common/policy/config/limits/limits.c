// SPDX-License-Identifier: MIT
#include "common/policy/config/limits/limit_fields.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "common/base/memory.h"

#define IN(member) offsetof(struct config_limit, member)

static const struct word words_when_full[] = {{"evict", FW_FULL_EVICT, "lru"},
					      {"drop", FW_FULL_DROP, "deny"},
					      {"pass", FW_FULL_PASS, "accept"},
					      {0}};

static const struct word words_over[] = {{"pass", LIMIT_PASSES, "accept"},
					 {"drop", LIMIT_DROPS, "deny"},
					 {"block", LIMIT_BLOCKS, "ban"},
					 {0}};

static const struct word words_within[] = {
	{"pass", WITHIN_PASSES, "accept"}, {"continue", WITHIN_GOES_ON, "next"}, {0}};

#define AS_WORD(name, text) {text, FW_ALGORITHM_##name, NULL},
static const struct word words_algorithms[] = {FW_ALGORITHMS(AS_WORD){0}};

/* ---- values that may be lists: one for each key ---- */

typedef bool read_level(struct reader *reader, const cJSON *node, struct config_level *level);

/* Returns the number of values; 0: errors were added. */
static unsigned read_list(struct reader *reader, const cJSON *node, struct config_limit *limit,
			  read_level *read)
{
	bool good = true;
	unsigned count = 0;
	const cJSON *item;

	if (!cJSON_IsArray(node))
		return read(reader, node, &limit->levels[0]);
	if (!node->child) {
		reader_error(reader, ERROR_EMPTY, node, "\"%s\" is an empty list", node->string);
		return 0;
	}
	cJSON_ArrayForEach (item, node) {
		if (count == FW_MAX_LEVELS) {
			reader_error(reader, ERROR_TOO_MANY, item, "a limit has at most %d keys",
				     FW_MAX_LEVELS);
			return 0;
		}
		good &= read(reader, item, &limit->levels[count++]);
	}
	return good ? count : 0;
}

static bool read_per(struct reader *reader, const cJSON *node, void *target)
{
	struct config_limit *limit = target;
	unsigned count = read_list(reader, node, limit, read_limit_key);

	limit->level_count = count ? count : 1;
	return count;
}

static bool read_level_rate(struct reader *reader, const cJSON *node, struct config_level *level)
{
	return read_rate(reader, node, &level->rate);
}

static bool read_rates(struct reader *reader, const cJSON *node, void *target)
{
	struct config_limit *limit = target;

	limit->rate_count = read_list(reader, node, limit, read_level_rate);
	return limit->rate_count;
}

/* A number; or bytes with a unit. */
static bool read_burst(struct reader *reader, const cJSON *node, struct config_level *level)
{
	int64_t number;

	if (!cJSON_IsString(node)) {
		if (!read_number(reader, node, 1, INT64_C(1) << 40, &number))
			return false;
		level->burst = (uint64_t)number;
		return true;
	}
	if (bytes_parse(node->valuestring, &level->burst) == 0 && level->burst >= 1 &&
	    level->burst <= 1ULL << 40)
		return true;
	reader_error(reader, ERROR_RANGE, node,
		     "burst \"%.60s\" is not a size such as 400, \"64kB\" or \"1MiB\"",
		     node->valuestring);
	return false;
}

static bool read_bursts(struct reader *reader, const cJSON *node, void *target)
{
	struct config_limit *limit = target;

	limit->burst_count = read_list(reader, node, limit, read_burst);
	return limit->burst_count;
}

static const struct field fields_limit[] = {
	{"per", FIELD_READ, .read = read_per},
	{"rate", FIELD_READ, .required = true, .read = read_rates},
	{"burst", FIELD_READ, .read = read_bursts},
	{"algorithm", FIELD_WORD, .offset = IN(algorithm), .words = words_algorithms},
	{"max", FIELD_NUMBER, .offset = IN(max), .low = 1, .high = FW_MAX_KEYS},
	{"over", FIELD_WORD, .offset = IN(over), .words = words_over},
	{"block", FIELD_READ, .offset = IN(ban), .read = read_ban},
	{"cookies", FIELD_OBJECT, .offset = IN(cookies), .section = &section_cookies},
	{"within", FIELD_WORD, .offset = IN(within), .words = words_within},
	{"when_full", FIELD_WORD, .offset = IN(when_full), .words = words_when_full},
};
const struct section section_limit = {"limit", fields_limit, array_size(fields_limit), NULL, 0};

static bool read_limit(struct reader *reader, const cJSON *node)
{
	struct config *config = reader->config;
	struct config_limit *limit;
	bool good;

	if (config->limit_count == FW_MAX_LIMITS) {
		reader_key_error(reader, ERROR_TOO_MANY, node, "more than %d limits",
				 FW_MAX_LIMITS);
		return false;
	}
	if (config_find_limit(config, node->string) >= 0) {
		reader_key_error(reader, ERROR_DUPLICATE_ID, node, "limit \"%s\" is given twice",
				 node->string);
		return false;
	}
	limit = array_grow(&config->limits, config->limit_count, sizeof(*limit));
	if (!limit)
		return reader_no_memory(reader);
	config->limit_count++;
	limit->place = sources_key_place(reader->sources, node);
	limit->levels[0].key = FW_KEY_RULE;
	limit->level_count = 1;
	limit->max = FW_DEFAULT_KEYS;
	limit->over = LIMIT_DROPS;
	limit->ban = config_ban_default;
	limit->when_full = FW_FULL_EVICT;
	cookies_default(&limit->cookies);
	good = read_name(reader, node, true, limit->name);
	return read_section(reader, &section_limit, node, limit) &&
	       check_limit(reader, node, limit) && check_cookies(reader, node, limit) &&
	       check_ban(reader, node, limit) && good;
}

bool read_limits(struct reader *reader, const cJSON *node, void *target)
{
	const cJSON *item;
	bool good = true;

	(void)target;
	if (!cJSON_IsObject(node)) {
		reader_type_error(reader, node, "an object of limits by name");
		return false;
	}
	cJSON_ArrayForEach (item, node) {
		char subject[FW_NAME_SIZE + 8];

		snprintf(subject, sizeof(subject), "limit \"%.60s\"", item->string);
		reader->subject = subject;
		good &= is_comment(item) ? read_comment(reader, item) : read_limit(reader, item);
		reader->subject = NULL;
	}
	return good;
}
