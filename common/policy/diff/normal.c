// SPDX-License-Identifier: MIT
#include "common/policy/diff/normal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/base/prefix/prefix.h"
#include "common/base/units.h"
#include "common/base/words.h"
#include "common/policy/diff/texts.h"
#include "common/policy/fields/fields.h"

/* ---- fields ---- */

enum kind {
	KIND_RANGES,	/* numbers, ranges and words: a set of numbers */
	KIND_FLAGS,	/* a set of flag tests */
	KIND_ADDRESSES, /* prefixes and sets, negated or not */
	KIND_MACS,	/* the same of MAC addresses */
	KIND_NAMES,	/* a set of names */
	KIND_TIME,
	KIND_RATE,  /* a list, one for each key of a limit, or one for all */
	KIND_BYTES, /* the same */
	KIND_KEYS,  /* a list, in order */
	KIND_TEXT,  /* as it is */
};

struct row {
	const char *name;
	enum kind kind;
	const struct word *words;
	uint32_t highest;
};

/* Fields outside of a match. */
static const struct row rows[] = {
	{"timeout", KIND_TIME, NULL, 0}, {"for", KIND_TIME, NULL, 0},
	{"max", KIND_TIME, NULL, 0},	 {"quiet", KIND_TIME, NULL, 0},
	{"rate", KIND_RATE, NULL, 0},	 {"burst", KIND_BYTES, NULL, 0},
	{"per", KIND_KEYS, NULL, 0},
};

static enum kind kind_of(enum match_form form)
{
	switch (form) {
	case FORM_ZONES:
	case FORM_INTERFACES:
	case FORM_FAMILIES:
		return KIND_NAMES;
	case FORM_ADDRESSES:
		return KIND_ADDRESSES;
	case FORM_NUMBERS:
	case FORM_FRAGMENTS:
		return KIND_RANGES;
	case FORM_WIDE:
		return KIND_RANGES;
	case FORM_FLAGS:
		return KIND_FLAGS;
	case FORM_MACS:
		return KIND_MACS;
	}
	return KIND_TEXT;
}

static struct row find_row(const char *name)
{
	for (size_t i = 0; i < MATCH_FIELD_MAX; i++) {
		const struct match_field *field = &match_fields[i];

		if (strcmp(field->name, name) == 0)
			return (struct row){name, kind_of(field->form), field->words, field->high};
	}
	for (size_t i = 0; i < array_size(rows); i++) {
		if (strcmp(rows[i].name, name) == 0)
			return rows[i];
	}
	return (struct row){.kind = KIND_TEXT};
}

/* The first of a list, or a value in place of a list of one; NULL: an empty list. */
static const cJSON *first_of(const cJSON *value)
{
	return cJSON_IsArray(value) ? value->child : value;
}

static const cJSON *next_of(const cJSON *value, const cJSON *item)
{
	return cJSON_IsArray(value) ? item->next : NULL;
}

/* ---- sets of numbers ---- */

struct numbers {
	uint8_t bits[(1 << 20) / 8];
};

static bool read_range(const struct row *row, const char *text, unsigned *low, unsigned *high)
{
	const struct word *word = word_find(row->words, text);
	char rest;

	if (word) {
		*low = *high = word->value;
		return true;
	}
	if (text[strspn(text, "0123456789-")])
		return false;
	if (sscanf(text, "%u-%u%c", low, high, &rest) == 2)
		return *low <= *high && *high <= row->highest;
	*high = 0;
	if (sscanf(text, "%u%c", low, &rest) != 1 || *low > row->highest)
		return false;
	*high = *low;
	return true;
}

static bool read_numbers(const struct row *row, const cJSON *item, unsigned *low, unsigned *high)
{
	if (row->words == words_fragment && cJSON_IsBool(item)) {
		*low = cJSON_IsTrue(item) ? FW_FRAGMENT_FIRST : FW_FRAGMENT_NONE;
		*high = cJSON_IsTrue(item) ? FW_FRAGMENT_LATER : FW_FRAGMENT_NONE;
		return true;
	}
	if (cJSON_IsString(item))
		return read_range(row, item->valuestring, low, high);
	if (!cJSON_IsNumber(item) || item->valuedouble < 0 || item->valuedouble > row->highest ||
	    item->valuedouble != (double)(unsigned)item->valuedouble)
		return false;
	*low = *high = (unsigned)item->valuedouble;
	return true;
}

static bool normal_ranges(struct texts *texts, const struct row *row, const cJSON *value)
{
	cleanup_free struct numbers *numbers = calloc(1, sizeof(*numbers));
	unsigned low, high;

	if (!numbers) {
		texts->failed = true;
		return true;
	}
	for (const cJSON *item = first_of(value); item; item = next_of(value, item)) {
		if (!read_numbers(row, item, &low, &high))
			return false;
		for (unsigned number = low; number <= high; number++)
			numbers->bits[number / 8] |= (uint8_t)(1u << number % 8);
	}
	for (low = 0; low <= row->highest; low = high + 1) {
		high = low;
		if (!(numbers->bits[low / 8] >> low % 8 & 1))
			continue;
		while (high < row->highest && numbers->bits[(high + 1) / 8] >> (high + 1) % 8 & 1)
			high++;
		texts_add(texts, "%u-%u", low, high);
	}
	return true;
}

/* ---- other sets ---- */

static bool normal_flags(struct texts *texts, const cJSON *item)
{
	cleanup_free char *copy = cJSON_IsString(item) ? strdup(item->valuestring) : NULL;
	unsigned set, mask;
	char *slash;

	if (!copy)
		return false;
	slash = strchr(copy, '/');
	if (slash)
		*slash = '\0';
	if (tcp_flags_parse(copy, &set) < 0 || (slash && tcp_flags_parse(slash + 1, &mask) < 0))
		return false;
	if (!slash)
		mask = set ? set : FW_HIGHEST_TCP_FLAGS;
	texts_add(texts, "%u/%u", set, mask);
	return true;
}

/* Prefixes inside of others change nothing. */
static void add_prefixes(struct texts *texts, struct prefix_list *list, enum kind kind,
			 const char *sign)
{
	char buffer[PREFIX_TEXT];

	prefix_list_normalize(list);
	for (size_t i = 0; i < list->count; i++)
		texts_add(texts, "%s%s", sign,
			  kind == KIND_MACS ? mac_format(&list->items[i], buffer)
					    : prefix_format(&list->items[i], buffer));
}

static bool normal_addresses(struct texts *texts, enum kind kind, const cJSON *value)
{
	cleanup(prefix_list_clear) struct prefix_list any = {0}, none = {0};

	for (const cJSON *item = first_of(value); item; item = next_of(value, item)) {
		const char *text = cJSON_GetStringValue(item);
		bool negated = text && *text == '!';
		struct prefix prefix;

		if (!text)
			return false;
		if (kind == KIND_ADDRESSES && text[negated] == '@')
			texts_add(texts, "%s", text);
		else if ((kind == KIND_MACS ? mac_parse(text + negated, &prefix)
					    : prefix_parse(text + negated, &prefix)) < 0)
			return false;
		else if (prefix_list_add(negated ? &none : &any, &prefix) < 0)
			texts->failed = true;
	}
	add_prefixes(texts, &any, kind, "");
	add_prefixes(texts, &none, kind, "!");
	return true;
}

/* ---- values of limits ---- */

static bool has_windows(const cJSON *limit)
{
	const char *algorithm =
		cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(limit, "algorithm"));

	return algorithm &&
	       (strcmp(algorithm, "fixed_window") == 0 || strcmp(algorithm, "sliding_window") == 0);
}

static uint64_t common_divisor(uint64_t a, uint64_t b)
{
	while (b) {
		uint64_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

/* 60 a minute equal 1 a second, except for windows, whose length is the rate's period. */
static bool normal_rate(struct texts *texts, const cJSON *owner, const cJSON *item)
{
	uint64_t divisor = 1;
	struct rate rate;

	if (!cJSON_IsString(item) || rate_parse(item->valuestring, &rate) < 0)
		return false;
	if (!has_windows(owner))
		divisor = common_divisor(rate.amount, rate.period_ns);
	texts_add(texts, "%" PRIu64 "/%" PRIu64 " %d", rate.amount / divisor,
		  rate.period_ns / divisor, rate.unit);
	return true;
}

static bool normal_bytes(struct texts *texts, const cJSON *item)
{
	uint64_t bytes;

	if (cJSON_IsNumber(item))
		texts_add(texts, "%.17g", item->valuedouble);
	else if (cJSON_IsString(item) && bytes_parse(item->valuestring, &bytes) == 0)
		texts_add(texts, "%" PRIu64, bytes);
	else
		return false;
	return true;
}

/* "src" is each source host, as "src/32" and "src/32,128" are; "src/24" is "src/24,24". */
static bool normal_key(struct texts *texts, const cJSON *item)
{
	const char *text = cJSON_GetStringValue(item);
	unsigned four = 32, six = 128;
	char rest;

	if (!text)
		return false;
	if (strncmp(text, "src", 3) != 0 && strncmp(text, "dst", 3) != 0) {
		texts_add(texts, "%s", text);
		return true;
	}
	if (text[3] && sscanf(text + 3, "/%u,%u%c", &four, &six, &rest) != 2) {
		if (sscanf(text + 3, "/%u%c", &four, &rest) != 1) {
			texts_add(texts, "%s", text); /* "src+dport" */
			return true;
		}
		six = four == 32 ? 128 : four;
		four = four < 32 ? four : 32;
	}
	texts_add(texts, "%.3s/%u,%u", text, four, six);
	return true;
}

static bool normal_time(struct texts *texts, const cJSON *item)
{
	uint64_t ns;

	if (!cJSON_IsString(item) || duration_parse(item->valuestring, &ns) < 0)
		return false;
	texts_add(texts, "%" PRIu64 " ns", ns);
	return true;
}

/* ---- all of them ---- */

static bool normal_item(struct texts *texts, const struct row *row, const cJSON *owner,
			const cJSON *item)
{
	switch (row->kind) {
	case KIND_FLAGS:
		return normal_flags(texts, item);
	case KIND_TIME:
		return normal_time(texts, item);
	case KIND_RATE:
		return normal_rate(texts, owner, item);
	case KIND_BYTES:
		return normal_bytes(texts, item);
	case KIND_KEYS:
		return normal_key(texts, item);
	case KIND_NAMES:
		if (cJSON_IsString(item))
			texts_add(texts, "%s", item->valuestring);
		return cJSON_IsString(item);
	case KIND_RANGES:
	case KIND_ADDRESSES:
	case KIND_MACS:
	case KIND_TEXT:
		break;
	}
	return false;
}

static bool normal_list(struct texts *texts, const struct row *row, const cJSON *owner,
			const cJSON *value)
{
	if (row->kind == KIND_RANGES)
		return normal_ranges(texts, row, value);
	if (row->kind == KIND_ADDRESSES || row->kind == KIND_MACS)
		return normal_addresses(texts, row->kind, value);
	for (const cJSON *item = first_of(value); item; item = next_of(value, item)) {
		if (!normal_item(texts, row, owner, item))
			return false;
	}
	return true;
}

char *diff_normal(const char *name, const cJSON *owner, const cJSON *value)
{
	cleanup(texts_clear) struct texts texts = {0};
	const struct row row = find_row(name);

	if (!first_of(value) || !normal_list(&texts, &row, owner, value))
		return cJSON_PrintUnformatted(value);
	if (row.kind == KIND_RATE || row.kind == KIND_BYTES)
		texts_make_one(&texts);
	else if (row.kind != KIND_KEYS && row.kind != KIND_RANGES)
		texts_make_set(&texts);
	return texts_join(&texts);
}
