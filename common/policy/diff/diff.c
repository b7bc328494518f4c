// SPDX-License-Identifier: MIT
#include "common/policy/diff/diff.h"

#include <string.h>

#include "common/base/memory.h"
#include "common/policy/diff/diff_internal.h"

cJSON *diff_item(cJSON *items, const char *name, const char *change)
{
	cJSON *item = cJSON_CreateObject();

	cJSON_AddStringToObject(item, "name", name);
	cJSON_AddStringToObject(item, "change", change);
	cJSON_AddItemToArray(items, item);
	return item;
}

static const cJSON *get(const cJSON *object, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(object, name);
}

/* ---- sections of named things ---- */

/* An item that both have: compare its fields, and the elements of a set. */
static void diff_member(cJSON *items, const char *section, const cJSON *before, const cJSON *after)
{
	cJSON *elements = diff_elements(get(before, "elements"), get(after, "elements"));
	cJSON *fields = cJSON_CreateArray(), *item;

	diff_fields(fields, section, "", before, after, "elements");
	if (fields->child || elements) {
		item = diff_item(items, after->string, "changed");
		if (fields->child)
			cJSON_AddItemToObject(item, "fields", cJSON_Duplicate(fields, true));
		if (elements)
			cJSON_AddItemToObject(item, "elements", elements);
	}
	cJSON_Delete(fields);
}

static void diff_members(cJSON *items, const char *section, const cJSON *before, const cJSON *after)
{
	const cJSON *member, *other;

	cJSON_ArrayForEach (member, before) {
		if (!get(after, member->string) && strcmp(member->string, "comment") != 0)
			cJSON_AddItemToObject(diff_item(items, member->string, "removed"), "value",
					      cJSON_Duplicate(member, true));
	}
	cJSON_ArrayForEach (member, after) {
		other = get(before, member->string);
		if (strcmp(member->string, "comment") == 0)
			continue;
		if (other)
			diff_member(items, section, other, member);
		else
			cJSON_AddItemToObject(diff_item(items, member->string, "added"), "value",
					      cJSON_Duplicate(member, true));
	}
}

/* ---- other sections ---- */

static void diff_management(cJSON *items, const char *section, const cJSON *before,
			    const cJSON *after)
{
	(void)section;
	diff_unordered(items, get(before, "allow"), get(after, "allow"));
}

static void diff_policy_rules(cJSON *items, const char *section, const cJSON *before,
			      const cJSON *after)
{
	(void)section;
	diff_rules(items, before, after);
}

/* Empty differs from not given: with an empty list nothing is permitted. */
static void diff_permitted(cJSON *items, const char *section, const cJSON *before,
			   const cJSON *after)
{
	cJSON *elements = diff_elements(before, after), *item;

	(void)section;
	if (!elements && !before == !after)
		return;
	item = diff_item(items, "permitted_cidrs",
			 !before  ? "added"
			 : !after ? "removed"
				  : "changed");
	if (elements)
		cJSON_AddItemToObject(item, "elements", elements);
}

static const struct {
	const char *name;
	void (*diff)(cJSON *items, const char *section, const cJSON *before, const cJSON *after);
} sections[] = {
	{"interfaces", diff_members},
	{"management", diff_management},
	{"permitted_cidrs", diff_permitted},
	{"sets", diff_members},
	{"limits", diff_members},
	{"rules", diff_policy_rules},
};

static bool is_section(const char *name)
{
	for (size_t i = 0; i < array_size(sections); i++) {
		if (strcmp(sections[i].name, name) == 0)
			return true;
	}
	return false;
}

/* The other members at the top: enforce, defaults, events, comments. */
static cJSON *settings_of(const cJSON *root)
{
	cJSON *settings = cJSON_CreateObject();
	const cJSON *item;

	cJSON_ArrayForEach (item, root) {
		if (!is_section(item->string))
			cJSON_AddItemReferenceToObject(settings, item->string, (cJSON *)item);
	}
	return settings;
}

static void diff_settings(cJSON *items, const cJSON *before, const cJSON *after)
{
	cJSON *left = settings_of(before), *right = settings_of(after);
	cJSON *fields = cJSON_CreateArray();

	diff_fields(fields, "settings", "", left, right, NULL);
	while (fields->child) {
		cJSON *field = cJSON_DetachItemFromArray(fields, 0), *list;
		cJSON *item =
			diff_item(items, cJSON_GetStringValue(get(field, "field")), "changed");

		list = cJSON_AddArrayToObject(item, "fields");
		cJSON_AddItemToArray(list, field);
	}
	cJSON_Delete(fields);
	cJSON_Delete(left);
	cJSON_Delete(right);
}

/* ---- set files ---- */

static const cJSON *find_named(const cJSON *list, const char *name)
{
	const cJSON *item;

	cJSON_ArrayForEach (item, list) {
		const char *text = cJSON_GetStringValue(get(item, "name"));

		if (text && name && strcmp(text, name) == 0)
			return item;
	}
	return NULL;
}

/* Of set files only digests are known. A set with other changes already has its item. */
static void diff_contents(cJSON *items, const cJSON *before, const cJSON *after)
{
	const cJSON *set;

	cJSON_ArrayForEach (set, after) {
		const char *name = cJSON_GetStringValue(get(set, "name"));
		const cJSON *then = find_named(before, name);
		cJSON *item, *entries;

		if (!then || cJSON_Compare(get(then, "sha256"), get(set, "sha256"), true))
			continue;
		item = (cJSON *)find_named(items, name);
		if (!item)
			item = diff_item(items, name, "changed");
		entries = cJSON_AddObjectToObject(item, "file_entries");
		cJSON_AddItemToObject(entries, "before",
				      cJSON_Duplicate(get(then, "entries"), true));
		cJSON_AddItemToObject(entries, "after", cJSON_Duplicate(get(set, "entries"), true));
	}
}

/* Add a section if it has changes; takes items. Returns their number. */
static int add_section(cJSON *result, const char *name, cJSON *items)
{
	int count = cJSON_GetArraySize(items);

	if (count > 0)
		cJSON_AddItemToObject(result, name, items);
	else
		cJSON_Delete(items);
	return count;
}

cJSON *policy_diff(const struct diff_side *before, const struct diff_side *after)
{
	cJSON *result = cJSON_CreateObject(), *items;
	int changes = 0;

	if (!result)
		return NULL;
	cJSON_AddTrueToObject(result, "same");
	cJSON_AddNumberToObject(result, "changes", 0);
	items = cJSON_CreateArray();
	diff_settings(items, before->root, after->root);
	changes += add_section(result, "settings", items);
	for (size_t i = 0; i < array_size(sections); i++) {
		const char *name = sections[i].name;

		items = cJSON_CreateArray();
		sections[i].diff(items, name, get(before->root, name), get(after->root, name));
		if (strcmp(name, "sets") == 0 && before->sets && after->sets)
			diff_contents(items, before->sets, after->sets);
		changes += add_section(result, name, items);
	}
	cJSON_ReplaceItemInObject(result, "same", cJSON_CreateBool(changes == 0));
	cJSON_ReplaceItemInObject(result, "changes", cJSON_CreateNumber(changes));
	return result;
}
