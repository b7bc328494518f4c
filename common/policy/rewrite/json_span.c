// SPDX-License-Identifier: MIT
#include "common/policy/rewrite/json_span.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"

static const char *skip_space(const char *p)
{
	return p + strspn(p, " \t\r\n");
}

static const char *skip_string(const char *p)
{
	for (p++; *p && *p != '"'; p++) {
		if (*p == '\\' && p[1])
			p++;
	}
	return *p ? p + 1 : p;
}

/* The end of the value that begins at p. */
static const char *skip_value(const char *p)
{
	unsigned depth = 0;

	do {
		if (*p == '"') {
			p = skip_string(p);
			continue;
		}
		depth += *p == '{' || *p == '[';
		depth -= *p == '}' || *p == ']';
		p++;
		/* A number or a word ends where something else begins. */
		if (depth == 0 && !strchr("}]", p[-1]))
			return p + strcspn(p, " \t\r\n,]}");
	} while (*p && depth > 0);
	return p;
}

struct span span_of_text(const char *text, size_t length, const cJSON *tree)
{
	const char *start = skip_space(text);

	(void)length;
	return (struct span){tree, text, start, start, skip_value(start)};
}

static const char *read_item(const char *p, const cJSON *node, struct span *item)
{
	item->node = node;
	item->lead = p;
	item->start = item->value = skip_space(p);
	if (node->string) {
		p = skip_space(skip_string(item->start)); /* at the colon */
		item->value = skip_space(p + 1);
	}
	item->end = skip_value(item->value);
	return item->end;
}

int spans_of(const struct span *span, struct spans *ret)
{
	size_t count = (size_t)cJSON_GetArraySize(span->node);
	struct spans spans = {.list = calloc(count + 1, sizeof(*spans.list))};
	const char *p = span->value + 1;
	const cJSON *node;

	if (!spans.list)
		return -ENOMEM;
	cJSON_ArrayForEach (node, span->node) {
		if (spans.count > 0)
			p = skip_space(p) + 1; /* the comma */
		p = read_item(p, node, &spans.list[spans.count++]);
	}
	spans.tail = p;
	*ret = spans;
	return 0;
}

/* ---- equality ---- */

static bool equal_members(const cJSON *a, const cJSON *b)
{
	const cJSON *left, *right = b->child;

	/* Mostly in the same order; then there is nothing to search for. */
	cJSON_ArrayForEach (left, a) {
		const cJSON *found = right;

		if (!found || strcmp(found->string, left->string) != 0)
			found = cJSON_GetObjectItemCaseSensitive(b, left->string);
		if (!found || !json_equal(left, found))
			return false;
		right = right ? right->next : NULL;
	}
	return cJSON_GetArraySize(a) == cJSON_GetArraySize(b);
}

static bool equal_elements(const cJSON *a, const cJSON *b)
{
	const cJSON *left = a->child, *right = b->child;

	for (; left && right; left = left->next, right = right->next) {
		if (!json_equal(left, right))
			return false;
	}
	return !left && !right;
}

bool json_equal(const cJSON *a, const cJSON *b)
{
	if (!a || !b || (a->type & 0xff) != (b->type & 0xff))
		return false;
	if (cJSON_IsObject(a))
		return equal_members(a, b);
	if (cJSON_IsArray(a))
		return equal_elements(a, b);
	if (cJSON_IsString(a))
		return strcmp(a->valuestring, b->valuestring) == 0;
	return !cJSON_IsNumber(a) || a->valuedouble == b->valuedouble;
}

/* ---- elements by what they are ---- */

struct entry {
	char *key;
	const struct span *span;
	bool taken;
};

struct span_index {
	struct entry *entries; /* sorted; equal keys in the order of the text */
	size_t count;
};

/* "=id" or the value as text; malloced. */
static char *key_of(const cJSON *value)
{
	const char *id = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(value, "id"));
	char *key;

	if (!id)
		return cJSON_PrintUnformatted(value);
	key = malloc(strlen(id) + 2);
	if (key) {
		key[0] = '=';
		strcpy(key + 1, id);
	}
	return key;
}

static int compare_entries(const void *a, const void *b)
{
	const struct entry *left = a, *right = b;
	int order = strcmp(left->key, right->key);

	if (order != 0)
		return order;
	return left->span < right->span ? -1 : left->span > right->span;
}

struct span_index *span_index_new(const struct spans *items)
{
	struct span_index *index = calloc(1, sizeof(*index));

	if (index)
		index->entries = calloc(items->count + 1, sizeof(*index->entries));
	if (!index || !index->entries)
		return span_index_free(index);
	for (size_t i = 0; i < items->count; i++) {
		struct entry *entry = &index->entries[i];

		entry->key = key_of(items->list[i].node);
		entry->span = &items->list[i];
		if (!entry->key)
			return span_index_free(index);
		index->count++;
	}
	if (index->count > 0)
		qsort(index->entries, index->count, sizeof(*index->entries), compare_entries);
	return index;
}

struct span_index *span_index_free(struct span_index *index)
{
	if (!index)
		return NULL;
	for (size_t i = 0; i < index->count; i++)
		free(index->entries[i].key);
	free(index->entries);
	free(index);
	return NULL;
}

const struct span *span_index_take(struct span_index *index, const cJSON *value)
{
	cleanup_free char *key = key_of(value);
	size_t low = 0, high = index->count;

	while (key && low < high) {
		size_t middle = (low + high) / 2;

		if (strcmp(index->entries[middle].key, key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; key && low < index->count && strcmp(index->entries[low].key, key) == 0; low++) {
		if (!index->entries[low].taken) {
			index->entries[low].taken = true;
			return index->entries[low].span;
		}
	}
	return NULL;
}
