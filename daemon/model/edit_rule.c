// SPDX-License-Identifier: MIT
/* Edits of rules and limits: what is named in the document. */
#include "model_internal.h"

#include <errno.h>
#include <string.h>

#include "memory.h"

#define cleanup_document cleanup(model_free_document)

/* Index of the rule with this id, or -ENOENT. */
static int find_rule(const cJSON *rules, const char *id)
{
	const cJSON *rule;
	int index = 0;

	cJSON_ArrayForEach (rule, rules) {
		const char *name =
			cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(rule, "id"));

		if (name && strcmp(name, id) == 0)
			return index;
		index++;
	}
	return -ENOENT;
}

/* A copy of the document, and its rules. */
static int begin(struct model *model, struct document **ret, cJSON **ret_rules)
{
	*ret = document_copy(model->document);
	if (!*ret)
		return -ENOMEM;
	*ret_rules = model_array(document_root(*ret), "rules");
	return *ret_rules ? 0 : -ENOMEM;
}

/*
 * Put a rule in front of the one at an index, by moving those from there on behind it:
 * cJSON_InsertItemInArray of Debian 12 (1.7.15-1+deb12u4) refuses all places but the end.
 */
static void insert_rule(cJSON *rules, int at, cJSON *rule)
{
	cJSON *item = cJSON_GetArrayItem(rules, at), *next;

	cJSON_AddItemToArray(rules, rule);
	for (; item != rule; item = next) {
		next = item->next;
		cJSON_AddItemToArray(rules, cJSON_DetachItemViaPointer(rules, item));
	}
}

int model_rule_add(struct model *model, const char *json, const char *before, struct errors *errs)
{
	cleanup_document struct document *document = NULL;
	cJSON *rules, *rule;
	const char *id;
	int at = -1;
	int r;

	r = begin(model, &document, &rules);
	if (r < 0)
		return r;
	if (before) {
		at = find_rule(rules, before);
		if (at < 0)
			return at;
	}
	r = document_add_text(document, "argument", json, strlen(json), &rule, errs);
	if (r < 0)
		return r;
	id = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(rule, "id"));
	if (id && find_rule(rules, id) >= 0) {
		cJSON_Delete(rule);
		return -EEXIST;
	}
	if (at >= 0)
		insert_rule(rules, at, rule);
	else
		cJSON_AddItemToArray(rules, rule);
	return model_install_edit(model, steal(&document), errs);
}

int model_rule_delete(struct model *model, const char *id, struct errors *errs)
{
	cleanup_document struct document *document = NULL;
	cJSON *rules;
	int r, at;

	r = begin(model, &document, &rules);
	if (r < 0)
		return r;
	at = find_rule(rules, id);
	if (at < 0)
		return at;
	cJSON_DeleteItemFromArray(rules, at);
	return model_install_edit(model, steal(&document), errs);
}

int model_rule_enable(struct model *model, const char *id, bool enable, struct errors *errs)
{
	cleanup_document struct document *document = NULL;
	cJSON *rules, *rule;
	int r, at;

	r = begin(model, &document, &rules);
	if (r < 0)
		return r;
	at = find_rule(rules, id);
	if (at < 0)
		return at;
	rule = cJSON_GetArrayItem(rules, at);
	if (enable == !cJSON_IsFalse(cJSON_GetObjectItemCaseSensitive(rule, "enabled")))
		return 0;
	cJSON_DeleteItemFromObjectCaseSensitive(rule, "enabled");
	if (!enable)
		cJSON_AddFalseToObject(rule, "enabled");
	r = model_install_edit(model, steal(&document), errs);
	return r < 0 ? r : 1;
}

int model_limit_add(struct model *model, const char *name, const char *json, struct errors *errs)
{
	cleanup_document struct document *document = document_copy(model->document);
	cJSON *limits, *limit;
	int r;

	limits = document ? model_object(document_root(document), "limits") : NULL;
	if (!limits)
		return -ENOMEM;
	if (cJSON_GetObjectItemCaseSensitive(limits, name))
		return -EEXIST;
	r = document_add_text(document, "argument", json, strlen(json), &limit, errs);
	if (r < 0)
		return r;
	cJSON_AddItemToObject(limits, name, limit);
	return model_install_edit(model, steal(&document), errs);
}

int model_limit_delete(struct model *model, const char *name, struct errors *errs)
{
	cleanup_document struct document *document = document_copy(model->document);
	cJSON *limits;

	limits = document ? model_object(document_root(document), "limits") : NULL;
	if (!limits)
		return -ENOMEM;
	if (!cJSON_GetObjectItemCaseSensitive(limits, name))
		return -ENOENT;
	cJSON_DeleteItemFromObjectCaseSensitive(limits, name);
	return model_install_edit(model, steal(&document), errs);
}
