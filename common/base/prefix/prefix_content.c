// SPDX-License-Identifier: MIT
#include "common/base/prefix/prefix_content.h"

#include <stdlib.h>

static bool is_sorted(const struct prefix_list *list)
{
	for (size_t i = 1; i < list->count; i++)
		if (prefix_compare(&list->items[i - 1], &list->items[i]) > 0)
			return false;
	return true;
}

struct prefix_content *prefix_content_new(struct prefix_list *list)
{
	struct prefix_content *content = calloc(1, sizeof(*content));

	if (!content) {
		prefix_list_clear(list);
		return NULL;
	}
	content->references = 1;
	content->list = *list;
	*list = (struct prefix_list){0};
	if (!is_sorted(&content->list))
		qsort(content->list.items, content->list.count, sizeof(*content->list.items),
		      prefix_compare);
	/* Sorted: families do not mix. */
	if (content->list.count) {
		content->has4 = content->list.items[0].family == 4;
		content->has6 = content->list.items[content->list.count - 1].family == 6;
	}
	return content;
}

struct prefix_content *prefix_content_share(struct prefix_content *content)
{
	if (content)
		content->references++;
	return content;
}

struct prefix_content *prefix_content_drop(struct prefix_content *content)
{
	if (content && --content->references == 0) {
		prefix_list_clear(&content->list);
		free(content);
	}
	return NULL;
}

size_t prefix_list_place(const struct prefix_list *sorted, const struct prefix *prefix)
{
	size_t low = 0, high = sorted->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (prefix_compare(&sorted->items[middle], prefix) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct prefix prefix_shorten(const struct prefix *prefix, unsigned length)
{
	struct prefix shorter = {.family = prefix->family, .length = (uint8_t)length};

	for (unsigned i = 0; i < (length + 7) / 8; i++)
		shorter.addr[i] = prefix->addr[i];
	if (length % 8)
		shorter.addr[length / 8] &= (uint8_t)(0xff00 >> length % 8);
	return shorter;
}

const struct prefix *prefix_list_covering(const struct prefix_list *sorted,
					  const struct prefix *prefix)
{
	for (unsigned length = prefix->length + 1u; length-- > 0;) {
		struct prefix wanted = prefix_shorten(prefix, length);
		size_t place = prefix_list_place(sorted, &wanted);

		if (place < sorted->count && prefix_compare(&sorted->items[place], &wanted) == 0)
			return &sorted->items[place];
	}
	return NULL;
}
