// SPDX-License-Identifier: MIT
/*
 * Lists of rules. Rules with the same id are the same rule. Of the rules in both lists, the longest
 * sequence in the same order has stayed (a longest increasing subsequence, found by patience
 * sorting: Fredman 1975); the others have moved.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/policy/diff/diff_internal.h"
#include "common/policy/diff/normal.h"

struct entry {
	char *key;  /* the id; without one, the normal form */
	char *name; /* the id; without one, the text */
	const cJSON *node;
	size_t position;
	struct entry *other; /* the same rule in the other list, or NULL */
	bool stays;
};

struct list {
	struct entry *entries; /* in order */
	struct entry **by_key; /* sorted */
	size_t count;
};

static int compare_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Fields in any order and any spelling. */
static char *normal_object(const cJSON *node)
{
	size_t count = (size_t)cJSON_GetArraySize(node), used = 0;
	cleanup_free char **lines = calloc(count + 1, sizeof(*lines));
	const cJSON *item;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	cJSON_ArrayForEach (item, node) {
		cleanup_free char *value = diff_normal(item->string, node, item);

		if (lines && value && asprintf(&lines[used], "%s %s", item->string, value) >= 0)
			used++;
	}
	if (used > 1)
		qsort(lines, used, sizeof(*lines), compare_lines);
	for (size_t i = 0; i < used; i++) {
		if (out)
			fputs(lines[i], out);
		free(lines[i]);
	}
	if (out)
		fclose(out);
	return text;
}

static char *name_of(const cJSON *node)
{
	const char *id = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(node, "id"));

	return id ? strdup(id) : cJSON_PrintUnformatted(node);
}

static char *key_of(const cJSON *node)
{
	const char *id = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(node, "id"));

	return id ? strdup(id) : normal_object(node);
}

static int by_key(const void *a, const void *b)
{
	struct entry *const *left = a, *const *right = b;
	int order = strcmp((*left)->key, (*right)->key);

	return order ? order : (*left)->position < (*right)->position ? -1 : 1;
}

static int key_only(const void *a, const void *b)
{
	struct entry *const *right = b;

	return strcmp(a, (*right)->key);
}

static void clear_list(struct list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free(list->entries[i].key);
		free(list->entries[i].name);
	}
	free(list->entries);
	free(list->by_key);
}

static void read_list(const cJSON *array, struct list *list)
{
	size_t count = (size_t)cJSON_GetArraySize(array);
	const cJSON *node;

	list->entries = calloc(count + 1, sizeof(*list->entries));
	list->by_key = calloc(count + 1, sizeof(struct entry *));
	if (!list->entries || !list->by_key)
		return;
	cJSON_ArrayForEach (node, array) {
		struct entry *entry = &list->entries[list->count];

		entry->key = key_of(node);
		entry->name = name_of(node);
		if (!entry->key || !entry->name) {
			free(entry->key);
			free(entry->name);
			return;
		}
		entry->node = node;
		entry->position = list->count;
		list->by_key[list->count++] = entry;
	}
	if (list->count > 0)
		qsort(list->by_key, list->count, sizeof(struct entry *), by_key);
}

/* The first entry with this key that has no partner yet. */
static struct entry *find(const struct list *list, const char *key)
{
	struct entry **found = list->count == 0 ? NULL
						: bsearch(key, list->by_key, list->count,
							  sizeof(struct entry *), key_only);

	while (found && found > list->by_key && strcmp(found[-1]->key, key) == 0)
		found--;
	for (; found && found < list->by_key + list->count; found++) {
		if (strcmp((*found)->key, key) != 0)
			break;
		if (!(*found)->other)
			return *found;
	}
	return NULL;
}

static void pair(struct list *before, struct list *after)
{
	for (size_t i = 0; i < after->count; i++) {
		struct entry *entry = &after->entries[i], *other = find(before, entry->key);

		if (other) {
			entry->other = other;
			other->other = entry;
		}
	}
}

/* The length of the piles whose top is below a position. */
static size_t pile_for(struct entry *const *tops, size_t count, size_t position)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (tops[middle]->other->position < position)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Mark the entries that stay; without memory, all of them. */
static void find_moved(struct list *after)
{
	struct entry **tops = calloc(after->count + 1, sizeof(struct entry *));
	struct entry **previous = calloc(after->count + 1, sizeof(struct entry *));
	size_t piles = 0;

	for (size_t i = 0; tops && previous && i < after->count; i++) {
		struct entry *entry = &after->entries[i];
		size_t pile;

		if (!entry->other)
			continue;
		pile = pile_for(tops, piles, entry->other->position);
		previous[i] = pile > 0 ? tops[pile - 1] : NULL;
		tops[pile] = entry;
		piles += pile == piles;
	}
	for (size_t i = 0; (!tops || !previous) && i < after->count; i++)
		after->entries[i].stays = true;
	for (struct entry *entry = piles > 0 ? tops[piles - 1] : NULL; entry;
	     entry = previous[entry->position])
		entry->stays = true;
	free(tops);
	free(previous);
}

/* ---- output ---- */

static void add_positions(cJSON *item, const struct entry *before, const struct entry *after)
{
	if (before)
		cJSON_AddNumberToObject(item, "was_position", (double)before->position + 1);
	if (after)
		cJSON_AddNumberToObject(item, "position", (double)after->position + 1);
}

static void add_removed(cJSON *items, const struct entry *entry, bool ordered)
{
	cJSON *item = diff_item(items, entry->name, "removed");

	if (ordered)
		add_positions(item, entry, NULL);
	cJSON_AddItemToObject(item, "value", cJSON_Duplicate(entry->node, true));
}

static void add_added(cJSON *items, const struct entry *entry, bool ordered)
{
	cJSON *item = diff_item(items, entry->name, "added");

	if (ordered)
		add_positions(item, NULL, entry);
	cJSON_AddItemToObject(item, "value", cJSON_Duplicate(entry->node, true));
}

static void add_kept(cJSON *items, const struct entry *entry, bool ordered)
{
	bool moved = ordered && !entry->stays;
	cJSON *fields = cJSON_CreateArray(), *item;

	diff_fields(fields, ordered ? "rules" : NULL, "", entry->other->node, entry->node, "id");
	if (!moved && !fields->child) {
		cJSON_Delete(fields);
		return;
	}
	item = diff_item(items, entry->name, fields->child ? "changed" : "moved");
	if (moved)
		add_positions(item, entry->other, entry);
	if (fields->child)
		cJSON_AddItemToObject(item, "fields", fields);
	else
		cJSON_Delete(fields);
}

static void diff_lists(cJSON *items, const cJSON *before, const cJSON *after, bool ordered)
{
	cleanup(clear_list) struct list left = {0};
	cleanup(clear_list) struct list right = {0};

	read_list(before, &left);
	read_list(after, &right);
	pair(&left, &right);
	if (ordered)
		find_moved(&right);
	for (size_t i = 0; i < left.count; i++) {
		if (!left.entries[i].other)
			add_removed(items, &left.entries[i], ordered);
	}
	for (size_t i = 0; i < right.count; i++) {
		if (right.entries[i].other)
			add_kept(items, &right.entries[i], ordered);
		else
			add_added(items, &right.entries[i], ordered);
	}
}

void diff_rules(cJSON *items, const cJSON *before, const cJSON *after)
{
	diff_lists(items, before, after, true);
}

void diff_unordered(cJSON *items, const cJSON *before, const cJSON *after)
{
	diff_lists(items, before, after, false);
}
