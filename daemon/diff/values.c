// SPDX-License-Identifier: MIT
/* When two ways to write a value mean the same. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diff_internal.h"
#include "memory.h"
#include "prefix.h"
#include "units.h"

/* "src" is each source host, as "src/32" and "src/32,128" are. */
static char *normal_key(const char *text)
{
	bool hosts = strncmp(text, "src", 3) == 0 || strncmp(text, "dst", 3) == 0;
	char *copy;

	if (!hosts || (text[3] && strcmp(text + 3, "/32") != 0 && strcmp(text + 3, "/32,128") != 0))
		return strdup(text);
	return asprintf(&copy, "%.3s/32", text) < 0 ? NULL : copy;
}

static char *normal_prefix(const char *text)
{
	const char *bare = *text == '!' ? text + 1 : text;
	char buffer[PREFIX_TEXT], *copy;
	struct prefix prefix;

	if (prefix_parse(bare, &prefix) < 0)
		return strdup(text);
	return asprintf(&copy, "%s%s", bare == text ? "" : "!", prefix_format(&prefix, buffer)) < 0
		       ? NULL
		       : copy;
}

static bool is_one_of(const char *field, const char *const *names)
{
	while (*names && strcmp(*names, field) != 0)
		names++;
	return *names;
}

/* A text as its field means it: rates, times, sizes and prefixes can be written in several ways. */
static char *normal_text(const char *field, const char *text)
{
	static const char *const times[] = {"timeout", "for", "max", "quiet", NULL};
	struct rate rate;
	uint64_t number;
	char *copy;

	if (strcmp(field, "per") == 0)
		return normal_key(text);
	if (strcmp(field, "rate") == 0 && rate_parse(text, &rate) == 0)
		return asprintf(&copy, "%.17g/s %d",
				(double)rate.amount / (double)rate.period_ns * 1e9, rate.unit) < 0
			       ? NULL
			       : copy;
	if (is_one_of(field, times) && duration_parse(text, &number) == 0)
		return asprintf(&copy, "%llu ns", (unsigned long long)number) < 0 ? NULL : copy;
	if (strcmp(field, "burst") == 0 && bytes_parse(text, &number) == 0)
		return asprintf(&copy, "%llu", (unsigned long long)number) < 0 ? NULL : copy;
	return normal_prefix(text);
}

static char *normal_scalar(const char *field, const cJSON *value)
{
	if (cJSON_IsString(value))
		return normal_text(field, value->valuestring);
	return cJSON_PrintUnformatted(value);
}

static int compare_texts(const void *a, const void *b)
{
	const char *const *left = a, *const *right = b;

	return strcmp(*left ? *left : "", *right ? *right : "");
}

/* Values of a limit belong together by their places, and lines of a comment read on. */
static const char *const ordered[] = {"per", "rate", "burst", "comment", NULL};

/* The elements of a list, or the one value that it might as well be, sorted if order is nothing. */
struct texts {
	char **list;
	size_t count;
};

static void clear_texts(struct texts *texts)
{
	for (size_t i = 0; i < texts->count; i++)
		free(texts->list[i]);
	free(texts->list);
}

static struct texts texts_of(const char *field, const cJSON *value)
{
	size_t count = cJSON_IsArray(value) ? (size_t)cJSON_GetArraySize(value) : 1;
	struct texts texts = {.list = calloc(count + 1, sizeof(char *))};
	const cJSON *item = cJSON_IsArray(value) ? value->child : value;

	for (; texts.list && texts.count < count; item = item->next)
		texts.list[texts.count++] = normal_scalar(field, item);
	if (texts.count > 0 && !is_one_of(field, ordered))
		qsort(texts.list, texts.count, sizeof(char *), compare_texts);
	return texts;
}

static bool same_texts(const struct texts *a, const struct texts *b)
{
	for (size_t i = 0; i < a->count && i < b->count; i++) {
		if (compare_texts(&a->list[i], &b->list[i]) != 0)
			return false;
	}
	return a->count == b->count;
}

/* Do two values say the same? Neither is an object, or both are lists that hold some. */
static bool is_same(const char *field, const cJSON *before, const cJSON *after)
{
	cleanup(clear_texts) struct texts left = {0};
	cleanup(clear_texts) struct texts right = {0};

	if (!before || !after)
		return before == after;
	if (cJSON_IsObject(before) || cJSON_IsObject(after))
		return false;
	left = texts_of(field, before);
	right = texts_of(field, after);
	return same_texts(&left, &right);
}

static void add_field(cJSON *fields, const char *name, const cJSON *before, const cJSON *after)
{
	cJSON *field = cJSON_CreateObject();

	cJSON_AddStringToObject(field, "field", name);
	if (before)
		cJSON_AddItemToObject(field, "before", cJSON_Duplicate(before, true));
	if (after)
		cJSON_AddItemToObject(field, "after", cJSON_Duplicate(after, true));
	cJSON_AddItemToArray(fields, field);
}

/* One that is not given, or is an object of such members only, is its default. */
static bool is_default(const char *section, const char *path, const char *name, const cJSON *value)
{
	cJSON *fallback = diff_default(section, path), *fields = cJSON_CreateArray();
	bool same = false;

	value = diff_long_form(section, path, value);
	if (cJSON_IsObject(fallback) && cJSON_IsObject(value)) {
		diff_fields(fields, section, path, fallback, value, NULL);
		same = fields && !fields->child;
	} else if (fallback) {
		same = is_same(name, fallback, value);
	}
	cJSON_Delete(fields);
	cJSON_Delete(fallback);
	return same;
}

static void diff_field(cJSON *fields, const char *section, const char *prefix, const char *name,
		       const cJSON *before, const cJSON *after)
{
	cleanup_free char *path = NULL;
	const cJSON *left, *right;

	if (asprintf(&path, "%s%s%s", prefix, *prefix ? "." : "", name) < 0) {
		path = NULL;
		return;
	}
	left = diff_long_form(section, path, before);
	right = diff_long_form(section, path, after);
	if (cJSON_IsObject(left) && cJSON_IsObject(right))
		diff_fields(fields, section, path, left, right, NULL);
	else if (!is_same(name, before, after) &&
		 (before || !is_default(section, path, name, after)) &&
		 (after || !is_default(section, path, name, before)))
		add_field(fields, path, before, after);
}

void diff_fields(cJSON *fields, const char *section, const char *prefix, const cJSON *before,
		 const cJSON *after, const char *skip)
{
	const cJSON *item;

	cJSON_ArrayForEach (item, before) {
		if (!skip || strcmp(item->string, skip) != 0)
			diff_field(fields, section, prefix, item->string, item,
				   cJSON_GetObjectItemCaseSensitive(after, item->string));
	}
	cJSON_ArrayForEach (item, after) {
		if ((!skip || strcmp(item->string, skip) != 0) &&
		    !cJSON_GetObjectItemCaseSensitive(before, item->string))
			diff_field(fields, section, prefix, item->string, NULL, item);
	}
}
