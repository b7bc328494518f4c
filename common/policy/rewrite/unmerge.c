// SPDX-License-Identifier: MIT
#include "common/policy/rewrite/unmerge.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/policy/rewrite/json_equal.h"

static void delete_tree(cJSON **tree)
{
	cJSON_Delete(*tree);
}

/* "comment" and "$schema" of an included file are not merged. */
static bool is_left_out(const cJSON *member)
{
	return strcmp(member->string, "comment") == 0 || strcmp(member->string, "$schema") == 0;
}

/* The name of a value that differs from its file. */
static int changed(const char *section, const cJSON *value, char **ret_what)
{
	const char *id = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(value, "id"));
	cleanup_free char *text = id || value->string ? NULL : cJSON_PrintUnformatted(value);
	const char *name = id ? id : value->string ? value->string : text;

	if (asprintf(ret_what, "%s: \"%.80s\"", section, name ? name : "?") < 0)
		*ret_what = NULL;
	return -EXDEV;
}

/* Remove the elements of one list from another. They are mostly adjacent, in the same order. */
static int take_elements(cJSON *from, const cJSON *list, const char *section, char **ret_what)
{
	cJSON *at = from ? from->child : NULL, *next;
	const cJSON *wanted;

	cJSON_ArrayForEach (wanted, list) {
		cJSON *begin = at;

		while (at && !json_equal(at, wanted))
			at = at->next;
		for (next = from ? from->child : NULL; !at && next && next != begin;
		     next = next->next) {
			if (json_equal(next, wanted))
				at = next;
		}
		if (!at)
			return changed(section, wanted, ret_what);
		next = at->next;
		cJSON_Delete(cJSON_DetachItemViaPointer(from, at));
		at = next;
	}
	return 0;
}

static int take_members(cJSON *from, const cJSON *object, const cJSON *main, char **ret_what)
{
	const char *section = object->string;
	const cJSON *wanted;
	int r = 0;

	cJSON_ArrayForEach (wanted, object) {
		cJSON *there = cJSON_GetObjectItemCaseSensitive(from, wanted->string);

		if (strcmp(wanted->string, "comment") == 0)
			continue;
		if (cJSON_IsArray(wanted))
			r = take_elements(there, wanted, section, ret_what);
		else if (!json_equal(there, wanted))
			r = changed(section, wanted, ret_what);
		if (r < 0)
			return r;
		if (!cJSON_IsArray(wanted) ||
		    (!there->child && !cJSON_GetObjectItemCaseSensitive(main, wanted->string)))
			cJSON_DeleteItemFromObjectCaseSensitive(from, wanted->string);
	}
	return 0;
}

static int take_file(cJSON *from, const cJSON *file, const cJSON *main, char **ret_what)
{
	const cJSON *section;
	int r;

	cJSON_ArrayForEach (section, file) {
		cJSON *there = cJSON_GetObjectItemCaseSensitive(from, section->string);
		const cJSON *ours = cJSON_GetObjectItemCaseSensitive(main, section->string);

		if (is_left_out(section))
			continue;
		if (cJSON_IsArray(section))
			r = take_elements(there, section, section->string, ret_what);
		else
			r = there ? take_members(there, section, ours, ret_what)
				  : changed("section", section, ret_what);
		if (r < 0)
			return r;
		if (there && !there->child && !ours)
			cJSON_DeleteItemFromObjectCaseSensitive(from, section->string);
	}
	return 0;
}

/* As "include" does: lists and sections are joined. */
static void merge(cJSON *into, const cJSON *from, unsigned depth)
{
	const cJSON *item;

	cJSON_ArrayForEach (item, from) {
		cJSON *there = item->string && depth < 3
				       ? cJSON_GetObjectItemCaseSensitive(into, item->string)
				       : NULL;

		if (depth == 0 && is_left_out(item))
			continue;
		if (there && (cJSON_IsArray(there) || cJSON_IsObject(there)))
			merge(there, item, depth + 1);
		else if (item->string && !there)
			cJSON_AddItemToObject(into, item->string, cJSON_Duplicate(item, true));
		else if (!item->string)
			cJSON_AddItemToArray(into, cJSON_Duplicate(item, true));
	}
}

/* Do these files give the policy? Only the order can still differ. */
static int check_merged(const cJSON *whole, const cJSON *main, cJSON *const *included, size_t count,
			char **ret_what)
{
	cleanup(delete_tree) cJSON *merged = cJSON_Duplicate(main, true);

	for (size_t i = 0; i < count; i++)
		merge(merged, included[i], 0);
	cJSON_DeleteItemFromObjectCaseSensitive(merged, "include");
	if (json_equal(merged, whole))
		return 0;
	*ret_what = strdup("the order of rules");
	return -EXDEV;
}

int unmerge_main(const cJSON *whole, const cJSON *main, cJSON *const *included, size_t count,
		 cJSON **ret, size_t *ret_file, char **ret_what)
{
	cleanup(delete_tree) cJSON *part = cJSON_Duplicate(whole, true);
	const cJSON *include = cJSON_GetObjectItemCaseSensitive(main, "include");
	int r;

	if (!part)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		r = take_file(part, included[i], main, ret_what);
		if (r < 0) {
			*ret_file = i;
			return r;
		}
	}
	if (include)
		cJSON_AddItemToObject(part, "include", cJSON_Duplicate(include, true));
	r = check_merged(whole, part, included, count, ret_what);
	if (r < 0) {
		*ret_file = 0;
		return r;
	}
	*ret = steal(&part);
	return 0;
}
