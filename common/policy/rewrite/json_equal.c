// SPDX-License-Identifier: MIT
#include "common/policy/rewrite/json_equal.h"

#include <string.h>

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
