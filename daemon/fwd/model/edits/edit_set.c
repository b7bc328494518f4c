// SPDX-License-Identifier: MIT
/* Edits of inline sets. */
#include "daemon/fwd/model/model_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"

#define cleanup_document cleanup(model_free_document)
#define cleanup_prefixes cleanup(prefix_list_clear)

/* A copy of the document, and the elements of an inline set in it. */
static int begin(struct model *model, const char *name, struct document **ret, cJSON **ret_elements)
{
	const cJSON *sets, *set;

	*ret = document_copy(model->document);
	if (!*ret)
		return -ENOMEM;
	sets = cJSON_GetObjectItemCaseSensitive(document_root(*ret), "sets");
	set = cJSON_GetObjectItemCaseSensitive(sets, name);
	if (!set)
		return -ENOENT;
	*ret_elements = cJSON_GetObjectItemCaseSensitive(set, "elements");
	return cJSON_IsArray(*ret_elements) ? 0 : -EINVAL;
}

static void sort(struct prefix_list *list)
{
	if (list->count > 0)
		qsort(list->items, list->count, sizeof(*list->items), prefix_compare);
}

static bool is_in(const struct prefix_list *sorted, const struct prefix *prefix)
{
	return sorted->count > 0 && bsearch(prefix, sorted->items, sorted->count,
					    sizeof(*sorted->items), prefix_compare);
}

static int copy_sorted(const struct prefix_list *list, struct prefix_list *ret)
{
	for (size_t i = 0; i < list->count; i++) {
		if (prefix_list_add(ret, &list->items[i]) < 0)
			return -ENOMEM;
	}
	sort(ret);
	return 0;
}

static bool read_element(const cJSON *element, struct prefix *ret)
{
	return cJSON_IsString(element) && prefix_parse(element->valuestring, ret) == 0;
}

static int read_elements(const cJSON *elements, struct prefix_list *ret)
{
	struct prefix prefix;
	const cJSON *element;

	cJSON_ArrayForEach (element, elements) {
		if (read_element(element, &prefix) && prefix_list_add(ret, &prefix) < 0)
			return -ENOMEM;
	}
	sort(ret);
	return 0;
}

/* Append what is not there yet; returns how many. wanted is sorted. */
static int append_new(cJSON *elements, const struct prefix_list *wanted)
{
	cleanup_prefixes struct prefix_list there = {0};
	char text[PREFIX_TEXT];
	int added = 0;

	if (read_elements(elements, &there) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < wanted->count; i++) {
		const struct prefix *prefix = &wanted->items[i];
		cJSON *element;

		if (is_in(&there, prefix) || (i > 0 && prefix_compare(prefix - 1, prefix) == 0))
			continue;
		element = cJSON_CreateString(prefix_format(prefix, text));
		if (!element)
			return -ENOMEM;
		cJSON_AddItemToArray(elements, element);
		added++;
	}
	return added;
}

int model_set_add(struct model *model, struct change *change, const char *name,
		  const struct prefix_list *prefixes, struct errors *errs)
{
	cleanup_document struct document *document = NULL;
	cleanup_prefixes struct prefix_list wanted = {0};
	cJSON *elements;
	int r, added;

	r = begin(model, name, &document, &elements);
	if (r < 0)
		return r;
	r = copy_sorted(prefixes, &wanted);
	if (r < 0)
		return r;
	added = append_new(elements, &wanted);
	if (added <= 0)
		return added;
	r = model_install_edit(model, change, steal(&document), errs);
	return r < 0 ? r : added;
}

int model_set_delete(struct model *model, struct change *change, const char *name,
		     const struct prefix_list *prefixes, struct errors *errs)
{
	cleanup_document struct document *document = NULL;
	cleanup_prefixes struct prefix_list unwanted = {0};
	cJSON *elements, *next;
	struct prefix prefix;
	int r, removed = 0;

	r = begin(model, name, &document, &elements);
	if (r < 0)
		return r;
	r = copy_sorted(prefixes, &unwanted);
	if (r < 0)
		return r;
	for (cJSON *element = elements->child; element; element = next) {
		next = element->next;
		if (!read_element(element, &prefix) || !is_in(&unwanted, &prefix))
			continue;
		cJSON_Delete(cJSON_DetachItemViaPointer(elements, element));
		removed++;
	}
	if (removed == 0)
		return 0;
	r = model_install_edit(model, change, steal(&document), errs);
	return r < 0 ? r : removed;
}

/* An inline set has at least one element: of an empty one, an address that no packet has. */
static cJSON *inline_set(const struct prefix_list *prefixes)
{
	cJSON *set = cJSON_CreateObject(), *elements = cJSON_AddArrayToObject(set, "elements");
	char text[PREFIX_TEXT];

	for (size_t i = 0; i < prefixes->count; i++)
		cJSON_AddItemToArray(elements,
				     cJSON_CreateString(prefix_format(&prefixes->items[i], text)));
	if (prefixes->count == 0)
		cJSON_AddItemToArray(elements, cJSON_CreateString("255.255.255.255"));
	return set;
}

int model_compile_set(struct model *model, const char *name, const struct prefix_list *prefixes,
		      struct config **ret_config, struct policy **ret_policy, struct errors *errs)
{
	cleanup_document struct document *document = document_copy(model->document);
	struct config_overrides reading = model->overrides.view;
	struct config *config = NULL;
	cJSON *sets;
	int r;

	if (!document)
		return -ENOMEM;
	sets = cJSON_GetObjectItemCaseSensitive(document_root(document), "sets");
	if (!name || !cJSON_GetObjectItemCaseSensitive(sets, name))
		return -ENOENT;
	cJSON_ReplaceItemInObjectCaseSensitive(sets, name, inline_set(prefixes));
	reading.last = model->config;
	reading.keep_files = true;
	r = config_parse(document, &reading, &config, errs);
	if (r == 0)
		r = policy_compile(config, model->slots, ret_policy, errs);
	if (r < 0)
		config_free(config);
	else
		*ret_config = config;
	return r;
}
