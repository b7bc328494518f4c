// SPDX-License-Identifier: MIT
#include "common/policy/rewrite/json_span.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"

int span_of(const struct span_text *text, const cJSON *node, struct span *ret)
{
	struct extent extent;

	if (!sources_extent(text->sources, node, &extent) || extent.source != text->source)
		return -EINVAL;
	ret->node = node;
	ret->start = text->start + extent.key;
	ret->value = text->start + extent.value;
	ret->end = text->start + extent.end;
	return 0;
}

int spans_of(const struct span_text *text, const struct span *span, struct spans *ret)
{
	size_t count = (size_t)cJSON_GetArraySize(span->node);
	cleanup_free struct span *list = calloc(count + 1, sizeof(*list));
	const char *end = span->value + 1; /* of the bracket, then of the item before */
	const cJSON *node;
	size_t i = 0;

	if (!list)
		return -ENOMEM;
	cJSON_ArrayForEach (node, span->node) {
		struct span *item = &list[i];

		if (span_of(text, node, item) < 0)
			return -EINVAL;
		/* Between two items there is white space and one comma. */
		item->lead = i++ ? (char *)memchr(end, ',', (size_t)(item->start - end)) + 1 : end;
		end = item->end;
	}
	*ret = (struct spans){.list = steal(&list), .count = i, .tail = end};
	return 0;
}

/* ---- elements by id or value ---- */

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
