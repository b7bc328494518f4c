// SPDX-License-Identifier: MIT
/* The keys of limits: "per". */
#include "common/policy/config/limits/limit_fields.h"

#include <string.h>

#include "common/base/memory.h"

static const char *const names[] = {FW_LIMIT_KEYS(FW_AS_NAME)};

/* "24": a length up to max, without leading zeros. NULL: it is invalid. */
static const char *take_length(const char *text, unsigned max, uint8_t *ret)
{
	unsigned value = 0;
	const char *p = text;

	for (; *p >= '0' && *p <= '9' && p - text < 3; p++)
		value = value * 10 + (unsigned)(*p - '0');
	if (p == text || value > max || (*text == '0' && p - text > 1))
		return NULL;
	*ret = (uint8_t)value;
	return p;
}

/* "/N" or "/N,M" after src or dst. */
static bool take_lengths(const char *text, struct config_level *level)
{
	uint8_t one;

	if (*text != '/')
		return false;
	text = take_length(text + 1, 128, &one);
	if (!text)
		return false;
	if (!*text) {
		/* One number for both families, if it is valid; 32 means "a host". */
		level->prefix4 = one < 32 ? one : 32;
		level->prefix6 = one == 32 ? 128 : one;
		return true;
	}
	level->prefix4 = one;
	if (*text != ',' || one > 32)
		return false;
	text = take_length(text + 1, 128, &level->prefix6);
	return text && !*text;
}

static bool has_addresses(enum fw_limit_key key)
{
	return key != FW_KEY_RULE && key != FW_KEY_INTERFACE && key != FW_KEY_VLAN;
}

/* src and dst can have lengths. */
static bool take_key(const char *text, struct config_level *level)
{
	for (size_t i = 0; i < array_size(names); i++) {
		if (strcmp(text, names[i]) != 0)
			continue;
		level->key = (enum fw_limit_key)i;
		level->prefix4 = has_addresses(level->key) ? 32 : 0;
		level->prefix6 = has_addresses(level->key) ? 128 : 0;
		return true;
	}
	if (strncmp(text, "src/", 4) != 0 && strncmp(text, "dst/", 4) != 0)
		return false;
	level->key = text[0] == 's' ? FW_KEY_SRC : FW_KEY_DST;
	return take_lengths(text + 3, level);
}

bool read_limit_key(struct reader *reader, const cJSON *node, struct config_level *level)
{
	const char *text = read_text(reader, node, "a key such as \"src/32\"");

	if (!text)
		return false;
	if (take_key(text, level))
		return true;
	reader_error(
		reader, ERROR_LIMIT_KEY, node,
		"\"%.60s\" is not a key; keys are \"rule\", \"src\", \"src/24\", \"src/24,56\" "
		"(IPv4, IPv6) and the same with dst, \"src+dport\", \"src+dst\", \"flow\", "
		"\"interface\" and \"vlan\"",
		text);
	return false;
}
