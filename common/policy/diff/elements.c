// SPDX-License-Identifier: MIT
/* Lists of prefixes: added and removed ones. */
#include <stdlib.h>

#include "common/base/memory.h"
#include "common/base/prefix/prefix.h"
#include "common/policy/diff/diff_internal.h"

static void read_prefixes(const cJSON *list, struct prefix_list *ret)
{
	struct prefix prefix;
	const cJSON *item;

	cJSON_ArrayForEach (item, list) {
		if (cJSON_IsString(item) && prefix_parse(item->valuestring, &prefix) == 0)
			prefix_list_add(ret, &prefix);
	}
	if (ret->count > 0)
		qsort(ret->items, ret->count, sizeof(*ret->items), prefix_compare);
}

/* Count a prefix that only one side has; the first ones are listed. */
static void note(cJSON *names, double *count, const struct prefix *prefix)
{
	char text[PREFIX_TEXT];

	if (++*count <= DIFF_FIRST)
		cJSON_AddItemToArray(names, cJSON_CreateString(prefix_format(prefix, text)));
}

/* The index after all items equal to the one at an index. */
static size_t skip_equal(const struct prefix_list *list, size_t at)
{
	size_t next = at + 1;

	while (next < list->count && prefix_compare(&list->items[at], &list->items[next]) == 0)
		next++;
	return next;
}

cJSON *diff_elements(const cJSON *before, const cJSON *after)
{
	cleanup(prefix_list_clear) struct prefix_list left = {0};
	cleanup(prefix_list_clear) struct prefix_list right = {0};
	cJSON *added = cJSON_CreateArray(), *removed = cJSON_CreateArray(), *result;
	double added_count = 0, removed_count = 0;
	size_t i = 0, j = 0;

	read_prefixes(before, &left);
	read_prefixes(after, &right);
	while (i < left.count || j < right.count) {
		int order = i == left.count    ? 1
			    : j == right.count ? -1
					       : prefix_compare(&left.items[i], &right.items[j]);

		if (order < 0)
			note(removed, &removed_count, &left.items[i]);
		if (order > 0)
			note(added, &added_count, &right.items[j]);
		i = order <= 0 ? skip_equal(&left, i) : i;
		j = order >= 0 ? skip_equal(&right, j) : j;
	}
	if (added_count + removed_count == 0) {
		cJSON_Delete(added);
		cJSON_Delete(removed);
		return NULL;
	}
	result = cJSON_CreateObject();
	cJSON_AddNumberToObject(result, "added", added_count);
	cJSON_AddNumberToObject(result, "removed", removed_count);
	cJSON_AddItemToObject(result, "first_added", added);
	cJSON_AddItemToObject(result, "first_removed", removed);
	return result;
}
