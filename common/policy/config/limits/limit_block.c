// SPDX-License-Identifier: MIT
/* "over": "block": the duration of bans, and their set. */
#include "common/policy/config/config_fields.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/memory.h"

#define IN(member) offsetof(struct config_ban, member)

/* One error must not put half of all addresses into a set. */
#define LEAST_PREFIX4 8
#define LEAST_PREFIX6 16

const struct config_ban config_ban_default = {
	.first_ns = 60 * NS_PER_SECOND,
	.max_ns = 86400 * NS_PER_SECOND,
	.quiet_ns = 3600 * NS_PER_SECOND,
};

static bool read_set_name(struct reader *reader, const cJSON *node, void *target)
{
	const char *text = read_text(reader, node, "the name of a live set");
	const struct config *config = reader->config;
	int index = text ? config_find_set(config, text) : -1;

	if (!text)
		return false;
	if (index < 0 && reader->guess)
		return true;
	if (index < 0) {
		struct suggestion suggestion = {.written = text};
		char buffer[SUGGESTION_TEXT];

		for (size_t i = 0; i < config->set_count; i++)
			suggestion_offer(&suggestion, config->sets[i].name, NULL);
		reader_error(reader, ERROR_NO_SET, node, "there is no set \"%.60s\"%s", text,
			     suggestion_text(&suggestion, buffer));
		return false;
	}
	if (config->sets[index].kind != SET_LIVE) {
		reader_error(reader, ERROR_BAN, node,
			     "set \"%.60s\" is not live, so no address can be put into it", text);
		return false;
	}
	snprintf(target, FW_NAME_SIZE, "%.63s", text);
	return true;
}

static const struct field fields_block[] = {
	{"for", FIELD_READ, .offset = IN(first_ns), .read = read_duration},
	{"max", FIELD_READ, .offset = IN(max_ns), .read = read_duration},
	{"quiet", FIELD_READ, .offset = IN(quiet_ns), .read = read_duration},
	{"set", FIELD_READ, .offset = IN(set), .read = read_set_name},
	{"forgeable", FIELD_BOOL, .offset = IN(forgeable)},
};
const struct section section_block = {"block", fields_block, array_size(fields_block), NULL, 0};

bool read_ban(struct reader *reader, const cJSON *node, void *target)
{
	struct config_ban *ban = target;

	if (!read_section(reader, &section_block, node, ban))
		return false;
	if (ban->first_ns <= ban->max_ns)
		return true;
	/* Only "for" is given, and longer than the default of "max": then it never grows. */
	if (!cJSON_GetObjectItemCaseSensitive(node, "max")) {
		ban->max_ns = ban->first_ns;
		return true;
	}
	reader_error(reader, ERROR_RANGE, cJSON_GetObjectItemCaseSensitive(node, "max"),
		     "\"max\" is shorter than \"for\"%s",
		     cJSON_GetObjectItemCaseSensitive(node, "for") ? "" : ", which is 1m");
	return false;
}

/* ---- the requirements of "block" for its limit ---- */

static bool check_level(struct reader *reader, const cJSON *at, const struct config_limit *limit,
			const struct config_level *level)
{
	if (level->key == FW_KEY_DST && !limit->ban.set[0]) {
		reader_error(reader, ERROR_BAN, at,
			     "blocks are by source, and this key is a destination; give a \"set\" "
			     "in \"block\" that rules match as \"dst\"");
		return false;
	}
	if (level->prefix4 < LEAST_PREFIX4 || level->prefix6 < LEAST_PREFIX6) {
		reader_error(reader, ERROR_BAN, at,
			     "\"over\": \"block\" takes no networks larger than /%d (IPv4) and "
			     "/%d (IPv6)",
			     LEAST_PREFIX4, LEAST_PREFIX6);
		return false;
	}
	return true;
}

static bool check_key(struct reader *reader, const cJSON *node, const struct config_limit *limit)
{
	const cJSON *per = cJSON_GetObjectItemCaseSensitive(node, "per");
	const cJSON *at = per ? per : cJSON_GetObjectItemCaseSensitive(node, "over");
	bool addresses = false;

	if (limit->cookies.kind != FW_COOKIE_NONE) {
		reader_error(reader, ERROR_BAN, cJSON_GetObjectItemCaseSensitive(node, "over"),
			     "\"over\": \"block\" is not possible with \"syn_cookie\": the "
			     "source of a SYN can be forged");
		return false;
	}
	for (unsigned i = 0; i < limit->level_count; i++) {
		const struct config_level *level = &limit->levels[i];

		if (level->key != FW_KEY_SRC && level->key != FW_KEY_DST)
			continue;
		if (!check_level(reader, at, limit, level))
			return false;
		addresses = true;
	}
	if (!addresses)
		reader_error(reader, ERROR_BAN, at,
			     "\"over\": \"block\" needs a key with an address, such as "
			     "\"per\": \"src/32,64\"");
	return addresses;
}

bool check_ban(struct reader *reader, const cJSON *node, const struct config_limit *limit)
{
	const cJSON *block = cJSON_GetObjectItemCaseSensitive(node, "block");

	if (limit->over == LIMIT_BLOCKS)
		return check_key(reader, node, limit);
	if (!block)
		return true;
	reader_key_error(reader, ERROR_BAN, block, "\"block\" goes with \"over\": \"block\" only");
	return false;
}
