// SPDX-License-Identifier: MIT
/* When two ways to write a value mean the same. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diff_internal.h"
#include "memory.h"
#include "prefix.h"
#include "units.h"

/* A text as its field means it: rates, times and prefixes can be written in several ways. */
static char *normal_text(const char *field, const char *text)
{
	char buffer[PREFIX_TEXT], *copy;
	const char *bare = *text == '!' ? text + 1 : text;
	struct prefix prefix;
	struct rate rate;
	uint64_t ns;

	if (strcmp(field, "rate") == 0 && rate_parse(text, &rate) == 0)
		return asprintf(&copy, "%.17g/s %d",
				(double)rate.amount / (double)rate.period_ns * 1e9, rate.unit) < 0
			       ? NULL
			       : copy;
	if (strcmp(field, "timeout") == 0 && duration_parse(text, &ns) == 0)
		return asprintf(&copy, "%llu ns", (unsigned long long)ns) < 0 ? NULL : copy;
	if (prefix_parse(bare, &prefix) == 0)
		return asprintf(&copy, "%s%s", bare == text ? "" : "!",
				prefix_format(&prefix, buffer)) < 0
			       ? NULL
			       : copy;
	return strdup(text);
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

/* The elements of a list, or the one value that it might as well be, sorted. */
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
	if (texts.count > 0)
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

bool diff_same(const char *field, const cJSON *before, const cJSON *after)
{
	cleanup(clear_texts) struct texts left = {0};
	cleanup(clear_texts) struct texts right = {0};

	if (!before || !after)
		return before == after;
	if (cJSON_IsObject(before) || cJSON_IsObject(after))
		return cJSON_Compare(before, after, true);
	left = texts_of(field, before);
	right = texts_of(field, after);
	return same_texts(&left, &right);
}

static bool is_default(const struct diff_default *defaults, const char *field, const cJSON *value)
{
	for (; defaults && defaults->field; defaults++) {
		if (strcmp(defaults->field, field) == 0)
			return defaults->is_true ? cJSON_IsTrue(value) : cJSON_IsFalse(value);
	}
	return false;
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

static void diff_field(cJSON *fields, const char *prefix, const char *name, const cJSON *before,
		       const cJSON *after, const struct diff_default *defaults)
{
	cleanup_free char *path = NULL;

	if (asprintf(&path, "%s%s%s", prefix, *prefix ? "." : "", name) < 0) {
		path = NULL;
		return;
	}
	if (cJSON_IsObject(before) && cJSON_IsObject(after)) {
		diff_fields(fields, path, before, after, NULL, NULL);
		return;
	}
	if (diff_same(name, before, after) || (!before && is_default(defaults, name, after)) ||
	    (!after && is_default(defaults, name, before)))
		return;
	add_field(fields, path, before, after);
}

void diff_fields(cJSON *fields, const char *prefix, const cJSON *before, const cJSON *after,
		 const char *skip, const struct diff_default *defaults)
{
	const cJSON *item;

	cJSON_ArrayForEach (item, before) {
		if (!skip || strcmp(item->string, skip) != 0)
			diff_field(fields, prefix, item->string, item,
				   cJSON_GetObjectItemCaseSensitive(after, item->string), defaults);
	}
	cJSON_ArrayForEach (item, after) {
		if ((!skip || strcmp(item->string, skip) != 0) &&
		    !cJSON_GetObjectItemCaseSensitive(before, item->string))
			diff_field(fields, prefix, item->string, NULL, item, defaults);
	}
}
