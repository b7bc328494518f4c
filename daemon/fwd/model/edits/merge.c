// SPDX-License-Identifier: MIT
#include "daemon/fwd/model/edits/merge.h"

/* A new object is as if it were merged into an empty one: its nulls mean nothing. */
static void drop_nulls(cJSON *object)
{
	cJSON *next;

	for (cJSON *item = object->child; item; item = next) {
		next = item->next;
		if (cJSON_IsNull(item))
			cJSON_Delete(cJSON_DetachItemViaPointer(object, item));
		else if (cJSON_IsObject(item))
			drop_nulls(item);
	}
}

static void merge_member(cJSON *target, cJSON *item)
{
	cJSON *there = cJSON_GetObjectItemCaseSensitive(target, item->string);

	if (cJSON_IsNull(item)) {
		cJSON_Delete(item);
		if (there)
			cJSON_Delete(cJSON_DetachItemViaPointer(target, there));
		return;
	}
	if (cJSON_IsObject(item) && cJSON_IsObject(there)) {
		merge_patch(there, item);
		return;
	}
	if (cJSON_IsObject(item))
		drop_nulls(item);
	if (there)
		cJSON_ReplaceItemViaPointer(target, there, item);
	else
		cJSON_AddItemToArray(target, item); /* it has its name already */
}

void merge_patch(cJSON *target, cJSON *patch)
{
	cJSON *item;

	while ((item = patch->child))
		merge_member(target, cJSON_DetachItemViaPointer(patch, item));
	cJSON_Delete(patch);
}
