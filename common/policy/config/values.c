// SPDX-License-Identifier: MIT
/* Readers of single values: text, numbers, words, times, prefixes. */
#include "common/policy/config/config_fields.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/base/prefix/notation.h"

#define MAX_NOTATIONS 10 /* warnings of addresses in other notations: a list may be long */

const char *read_text(struct reader *reader, const cJSON *node, const char *wanted)
{
	if (!cJSON_IsString(node)) {
		reader_type_error(reader, node, wanted);
		return NULL;
	}
	return node->valuestring;
}

/* Words must be short: the buffer of a message is limited. */
#define SHOWN "%.60s"

bool read_number(struct reader *reader, const cJSON *node, int64_t low, int64_t high, int64_t *ret)
{
	double value = node->valuedouble;

	if (!cJSON_IsNumber(node)) {
		reader_type_error(reader, node, "a number");
		return false;
	}
	if (!(value >= (double)low && value <= (double)high)) {
		reader_error(reader, ERROR_RANGE, node, "%.15g is not in %" PRId64 " to %" PRId64,
			     value, low, high);
		return false;
	}
	if (value != floor(value)) {
		reader_error(reader, ERROR_RANGE, node, "%.15g is not a whole number", value);
		return false;
	}
	*ret = (int64_t)value;
	return true;
}

/* "pass, drop or log" */
static void list_words(const struct word *words, char *buffer, size_t size)
{
	size_t used = 0;

	buffer[0] = '\0';
	for (size_t i = 0; words[i].name && used < size; i++)
		used += (size_t)snprintf(buffer + used, size - used, "%s\"%s\"",
					 !i		     ? ""
					 : words[i + 1].name ? ", "
							     : " or ",
					 words[i].name);
}

static void offer_words(struct suggestion *suggestion, const struct word *words)
{
	for (; words && words->name; words++) {
		suggestion_offer(suggestion, words->name, NULL);
		if (words->also)
			suggestion_offer(suggestion, words->also, words->name);
	}
}

bool read_word(struct reader *reader, const cJSON *node, const struct word *words, unsigned *ret)
{
	const char *text;
	const struct word *word;
	char known[256], meant[SUGGESTION_TEXT];
	struct suggestion suggestion;

	list_words(words, known, sizeof(known));
	text = read_text(reader, node, known);
	if (!text)
		return false;
	word = word_find(words, text);
	if (word) {
		*ret = word->value;
		return true;
	}
	suggestion = (struct suggestion){.written = text};
	offer_words(&suggestion, words);
	reader_error(reader, ERROR_WORD, node, "\"" SHOWN "\" is not %s%s", text, known,
		     suggestion_text(&suggestion, meant));
	return false;
}

static bool add_range(struct reader *reader, struct range_list *list, uint32_t low, uint32_t high)
{
	struct range *range = array_grow(&list->items, list->count, sizeof(*range));

	if (!range)
		return reader_no_memory(reader);
	*range = (struct range){low, high};
	list->count++;
	return true;
}

/* A decimal number without sign or leading zeros, at most max. NULL: it is invalid. */
static const char *take_digits(const char *text, uint64_t *ret)
{
	uint64_t value = 0;

	if (!isdigit((unsigned char)*text) || (*text == '0' && isdigit((unsigned char)text[1])))
		return NULL;
	for (; isdigit((unsigned char)*text); text++) {
		if (value <= UINT32_MAX)
			value = value * 10 + (uint64_t)(*text - '0');
	}
	*ret = value;
	return text;
}

static bool report_range(struct reader *reader, const cJSON *node, const struct field *field)
{
	struct suggestion suggestion = {.written = node->valuestring};
	char meant[SUGGESTION_TEXT];

	if (node->valuestring[0] == '!') {
		reader_error(reader, ERROR_NEGATION, node,
			     "only src and dst can be negated; \"%s\" cannot", field->name);
		return false;
	}
	offer_words(&suggestion, field->words);
	reader_error(reader, ERROR_RANGES, node,
		     "\"" SHOWN "\" is not a number%s or a range such as \"%" PRId64 "-%" PRId64
		     "\"%s",
		     node->valuestring, field->words ? ", a known name" : "", field->low,
		     field->high, suggestion_text(&suggestion, meant));
	return false;
}

/* "443", "8000-8099", or a word. */
static bool read_range_text(struct reader *reader, const cJSON *node, const struct field *field,
			    struct range_list *ret)
{
	const struct word *word = word_find(field->words, node->valuestring);
	uint64_t low, high;
	const char *rest;

	if (word)
		return add_range(reader, ret, word->value, word->value);
	rest = take_digits(node->valuestring, &low);
	high = low;
	if (rest && *rest == '-')
		rest = take_digits(rest + 1, &high);
	if (!rest || *rest)
		return report_range(reader, node, field);
	if (low > high) {
		reader_error(reader, ERROR_RANGES, node, "\"" SHOWN "\" ends before it starts",
			     node->valuestring);
		return false;
	}
	if (low < (uint64_t)field->low || high > (uint64_t)field->high) {
		reader_error(reader, ERROR_RANGE, node, SHOWN " is not in %" PRId64 " to %" PRId64,
			     node->valuestring, field->low, field->high);
		return false;
	}
	return add_range(reader, ret, (uint32_t)low, (uint32_t)high);
}

static bool read_range(struct reader *reader, const cJSON *node, const struct field *field,
		       struct range_list *ret)
{
	int64_t value;

	if (cJSON_IsString(node))
		return read_range_text(reader, node, field, ret);
	if (!cJSON_IsNumber(node)) {
		reader_type_error(reader, node, "a number, a range, or a list of them");
		return false;
	}
	if (!read_number(reader, node, field->low, field->high, &value))
		return false;
	return add_range(reader, ret, (uint32_t)value, (uint32_t)value);
}

static int compare_ranges(const void *a, const void *b)
{
	const struct range *left = a, *right = b;

	return (left->low > right->low) - (left->low < right->low);
}

/* Sort, and join overlapping or adjacent ranges. */
static void normalize_ranges(struct range_list *list)
{
	size_t kept = 0;

	if (!list->count)
		return;
	qsort(list->items, list->count, sizeof(*list->items), compare_ranges);
	for (size_t i = 1; i < list->count; i++) {
		struct range *last = &list->items[kept], *next = &list->items[i];

		if (next->low > last->high + 1)
			list->items[++kept] = *next;
		else if (next->high > last->high)
			last->high = next->high;
	}
	list->count = kept + 1;
}

bool read_ranges(struct reader *reader, const cJSON *node, const struct field *field,
		 struct range_list *ret)
{
	const cJSON *item;
	bool good = true;

	if (!cJSON_IsArray(node)) {
		good = read_range(reader, node, field, ret);
	} else if (!node->child) {
		reader_error(
			reader, ERROR_EMPTY, node,
			"\"%s\": an empty list matches nothing; leave the key out to match all",
			field->name);
		good = false;
	}
	if (cJSON_IsArray(node)) {
		cJSON_ArrayForEach (item, node)
			good &= read_range(reader, item, field, ret);
	}
	normalize_ranges(ret);
	return good;
}

bool read_duration(struct reader *reader, const cJSON *node, void *target)
{
	const char *text = read_text(reader, node, "a duration such as \"10m\"");
	int err = text ? duration_parse(text, target) : 0;

	if (err == -ERANGE)
		reader_error(reader, ERROR_DURATION, node, "duration \"" SHOWN "\" is %s", text,
			     strpbrk(text, "123456789") ? "too long"
							: "zero; leave the key out for no end");
	else if (err < 0)
		reader_error(reader, ERROR_DURATION, node,
			     "\"" SHOWN "\" is not a duration such as \"90s\", \"10m\" or "
			     "\"1h30m\"",
			     text);
	return text && err == 0;
}

static bool report_prefix(struct reader *reader, const cJSON *node, const char *text, int err,
			  const struct prefix *meant)
{
	char buffer[PREFIX_TEXT];

	if (err == -EDOM)
		reader_error(reader, ERROR_HOST_BITS, node,
			     "prefix " SHOWN " has host bits set; meant %s?", text,
			     prefix_format(meant, buffer));
	else if (err == -ERANGE)
		reader_error(reader, ERROR_PREFIX_LENGTH, node,
			     "prefix " SHOWN " is longer than an address: at most /%d", text,
			     strchr(text, ':') ? 128 : 32);
	else
		reader_error(reader, ERROR_PREFIX, node,
			     "\"" SHOWN "\" is not an address or prefix%s", text,
			     strchr(text, '@') || *text == '!' ? " (no sets and no \"!\" here)"
							       : "");
	return false;
}

static void warn_notation(struct reader *reader, const cJSON *node, const struct prefix *prefix)
{
	char text[NOTATION_TEXT];

	if (reader->notations < MAX_NOTATIONS && notation_warning(prefix, text)) {
		reader->notations++;
		reader_warning(reader, ERROR_NOTATION, node, "%s", text);
	}
}

bool read_prefix_text(struct reader *reader, const cJSON *node, const char *text,
		      struct prefix *ret)
{
	int err = prefix_parse(text, ret);

	if (err < 0)
		return report_prefix(reader, node, text, err, ret);
	warn_notation(reader, node, ret);
	return true;
}

bool read_name(struct reader *reader, const cJSON *node, bool key, char ret[FW_NAME_SIZE])
{
	const char *name = key ? node->string : node->valuestring;
	size_t good = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789._:/-");
	const char *why = !*name			 ? "is empty"
			  : name[good]			 ? "may have letters, digits and ._:/- only"
			  : strlen(name) >= FW_NAME_SIZE ? "is longer than 63 characters"
			  : strchr(".:/-", *name)	 ? "must start with a letter, digit or _"
							 : NULL;

	if (why && key)
		reader_key_error(reader, ERROR_NAME, node, "name \"%.70s\" %s", name, why);
	else if (why)
		reader_error(reader, ERROR_NAME, node, "name \"%.70s\" %s", name, why);
	else
		strcpy(ret, name);
	return !why;
}
_Static_assert(FW_NAME_SIZE == 64, "the message says so");

bool read_rate(struct reader *reader, const cJSON *node, void *target)
{
	const char *text = read_text(reader, node, "a rate such as \"1000/s\" or \"50MB/s\"");
	int err = text ? rate_parse(text, target) : 0;

	if (err == -ERANGE)
		reader_error(reader, ERROR_RATE, node, "rate \"" SHOWN "\" is %s", text,
			     strpbrk(text, "123456789") ? "too high" : "zero");
	else if (err < 0)
		reader_error(reader, ERROR_RATE, node,
			     "\"" SHOWN "\" is not a rate such as \"1000/s\", \"600/min\", "
			     "\"50MB/s\" or \"10Mbit/s\"",
			     text);
	return text && err == 0;
}

bool read_event_rate(struct reader *reader, const cJSON *node, void *target)
{
	struct rate *rate = target, given = {0};

	if (cJSON_IsString(node) && !strcmp(node->valuestring, "unlimited")) {
		*rate = (struct rate){.period_ns = 1000000000};
		return true;
	}
	if (!read_rate(reader, node, &given))
		return false;
	if (given.unit != RATE_PACKETS) {
		reader_error(reader, ERROR_RATE, node, "events are counted, not measured in bytes");
		return false;
	}
	*rate = given;
	return true;
}

bool read_sample(struct reader *reader, const cJSON *node, void *target)
{
	const char *text = read_text(reader, node, "a sample such as \"1/100\"");

	if (!text)
		return false;
	if (sample_parse(text, target) == 0)
		return true;
	reader_error(reader, ERROR_SAMPLE, node,
		     "\"" SHOWN "\" is not a sample \"1/N\" with N in 1 to 2147483648", text);
	return false;
}
