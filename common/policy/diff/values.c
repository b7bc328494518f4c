// SPDX-License-Identifier: MIT
/* Which fields of two objects differ. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/policy/diff/diff_internal.h"
#include "common/policy/diff/normal.h"

/* The objects that two values are in. */
struct diff_owners {
	const cJSON *before, *after;
};

/* Do two values mean the same? Their owners are the objects that they are in. */
static bool is_same(const char *field, const struct diff_owners *owners, const cJSON *before,
		    const cJSON *after)
{
	cleanup_free char *left = NULL, *right = NULL;

	if (!before || !after)
		return before == after;
	if (cJSON_IsObject(before) || cJSON_IsObject(after))
		return false;
	left = diff_normal(field, owners->before, before);
	right = diff_normal(field, owners->after, after);
	return left && right && strcmp(left, right) == 0;
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

/* A value that is not given, or an object of such members only, is the default. */
static bool is_default(const char *section, const char *path, const char *name, const cJSON *value)
{
	cJSON *fallback = diff_default(section, path), *fields = cJSON_CreateArray();
	bool same = false;

	value = diff_long_form(section, path, value);
	if (cJSON_IsObject(fallback) && cJSON_IsObject(value)) {
		diff_fields(fields, section, path, fallback, value, NULL);
		same = fields && !fields->child;
	} else if (fallback) {
		same = is_same(name, &(struct diff_owners){0}, fallback, value);
	}
	cJSON_Delete(fields);
	cJSON_Delete(fallback);
	return same;
}

static void diff_field(cJSON *fields, const char *section, const char *prefix, const char *name,
		       const struct diff_owners *owners)
{
	const cJSON *before = cJSON_GetObjectItemCaseSensitive(owners->before, name);
	const cJSON *after = cJSON_GetObjectItemCaseSensitive(owners->after, name);
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
	else if (!is_same(name, owners, before, after) &&
		 (before || !is_default(section, path, name, after)) &&
		 (after || !is_default(section, path, name, before)))
		add_field(fields, path, before, after);
}

void diff_fields(cJSON *fields, const char *section, const char *prefix, const cJSON *before,
		 const cJSON *after, const char *skip)
{
	const struct diff_owners owners = {before, after};
	const cJSON *item;

	cJSON_ArrayForEach (item, before) {
		if (!skip || strcmp(item->string, skip) != 0)
			diff_field(fields, section, prefix, item->string, &owners);
	}
	cJSON_ArrayForEach (item, after) {
		if ((!skip || strcmp(item->string, skip) != 0) &&
		    !cJSON_GetObjectItemCaseSensitive(before, item->string))
			diff_field(fields, section, prefix, item->string, &owners);
	}
}
