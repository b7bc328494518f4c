// SPDX-License-Identifier: MIT
/* Edits of rules and limits: what is named in the document. */
#include "daemon/fwd/model/model_internal.h"

#include <errno.h>
#include <string.h>

#include "common/base/memory.h"

#define cleanup_document cleanup(model_free_document)

int model_find_rule(const cJSON *rules, const char *id)
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

/* The same, and where a rule is. -ENOENT. */
static int begin_at(struct model *model, const char *id, struct document **ret, cJSON **ret_rules)
{
	int r = begin(model, ret, ret_rules);

	return r < 0 ? r : model_find_rule(*ret_rules, id);
}

/* An object with an id that is there already: the very same is an edit that changes nothing. */
static bool is_same_rule(const cJSON *rules, int at, const cJSON *rule)
{
	return cJSON_Compare(cJSON_GetArrayItem(rules, at), rule, true);
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

int model_rule_add(struct model *model, struct change *change, const char *json, const char *before,
		   struct errors *errs)
{
	cleanup_document struct document *document = NULL;
	cJSON *rules, *rule;
	const char *id;
	int at = -1, there;
	bool same;
	int r;

	r = begin(model, &document, &rules);
	if (r < 0)
		return r;
	if (before) {
		at = model_find_rule(rules, before);
		if (at < 0)
			return at;
	}
	r = document_add_text(document, "argument", json, strlen(json), &rule, errs);
	if (r < 0)
		return r;
	id = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(rule, "id"));
	there = id ? model_find_rule(rules, id) : -ENOENT;
	if (there >= 0) {
		/* In front of `before`, it must stand there, too. */
		same = is_same_rule(rules, there, rule) && (at < 0 || there + 1 == at);
		cJSON_Delete(rule);
		return same ? model_install_edit(model, change, steal(&document), errs) : -EEXIST;
	}
	if (at >= 0)
		insert_rule(rules, at, rule);
	else
		cJSON_AddItemToArray(rules, rule);
	return model_install_edit(model, change, steal(&document), errs);
}

int model_rule_delete(struct model *model, struct change *change, const char *id,
		      struct errors *errs)
{
	cleanup_document struct document *document = NULL;
	cJSON *rules;
	int at = begin_at(model, id, &document, &rules);

	if (at < 0)
		return at;
	cJSON_DeleteItemFromArray(rules, at);
	return model_install_edit(model, change, steal(&document), errs);
}

int model_rule_enable(struct model *model, struct change *change, const char *id, bool enable,
		      struct errors *errs)
{
	cleanup_document struct document *document = NULL;
	cJSON *rules, *rule;
	int at = begin_at(model, id, &document, &rules), r;

	if (at < 0)
		return at;
	rule = cJSON_GetArrayItem(rules, at);
	if (enable == !cJSON_IsFalse(cJSON_GetObjectItemCaseSensitive(rule, "enabled")))
		return 0;
	cJSON_DeleteItemFromObjectCaseSensitive(rule, "enabled");
	if (!enable)
		cJSON_AddFalseToObject(rule, "enabled");
	r = model_install_edit(model, change, steal(&document), errs);
	return r < 0 ? r : 1;
}

/* Put the rule at an index in front of another, or behind it. */
static void move_rule(cJSON *rules, int from, int to, bool behind)
{
	cJSON *anchor = cJSON_GetArrayItem(rules, to);
	cJSON *rule = cJSON_DetachItemFromArray(rules, from);

	if (behind)
		anchor = anchor->next;
	if (!anchor) {
		cJSON_AddItemToArray(rules, rule);
		return;
	}
	to = 0;
	for (const cJSON *item = rules->child; item != anchor; item = item->next)
		to++;
	insert_rule(rules, to, rule);
}

int model_rule_move(struct model *model, struct change *change, const char *id, const char *anchor,
		    bool behind, const char **ret_unknown, struct errors *errs)
{
	cleanup_document struct document *document = NULL;
	cJSON *rules;
	int r, from, to;

	r = begin(model, &document, &rules);
	if (r < 0)
		return r;
	from = model_find_rule(rules, id);
	to = model_find_rule(rules, anchor);
	if (from < 0 || to < 0) {
		*ret_unknown = from < 0 ? id : anchor;
		return -ENOENT;
	}
	if (from != to)
		move_rule(rules, from, to, behind);
	return model_install_edit(model, change, steal(&document), errs);
}

int model_rule_rename(struct model *model, struct change *change, const char *id, const char *name,
		      struct errors *errs)
{
	cleanup_document struct document *document = NULL;
	cJSON *rules, *there;
	int at = begin_at(model, id, &document, &rules);
	const struct edit edit = {.change = change, .rename = {id, name}};

	if (at < 0)
		return at;
	if (strcmp(id, name) != 0 && model_find_rule(rules, name) >= 0)
		return -EEXIST;
	there = cJSON_GetObjectItemCaseSensitive(cJSON_GetArrayItem(rules, at), "id");
	if (!cJSON_SetValuestring(there, name))
		return -ENOMEM;
	return model_install_beside(model, &edit, steal(&document), model->unsaved + 1, errs);
}

int model_limit_add(struct model *model, struct change *change, const char *name, const char *json,
		    struct errors *errs)
{
	cleanup_document struct document *document = document_copy(model->document);
	cJSON *limits, *limit, *there;
	bool same;
	int r;

	limits = document ? model_object(document_root(document), "limits") : NULL;
	if (!limits)
		return -ENOMEM;
	r = document_add_text(document, "argument", json, strlen(json), &limit, errs);
	if (r < 0)
		return r;
	there = cJSON_GetObjectItemCaseSensitive(limits, name);
	same = there && cJSON_Compare(there, limit, true);
	if (there) {
		cJSON_Delete(limit);
		return same ? model_install_edit(model, change, steal(&document), errs) : -EEXIST;
	}
	cJSON_AddItemToObject(limits, name, limit);
	return model_install_edit(model, change, steal(&document), errs);
}

int model_limit_delete(struct model *model, struct change *change, const char *name,
		       struct errors *errs)
{
	cleanup_document struct document *document = document_copy(model->document);
	cJSON *limits;

	limits = document ? model_object(document_root(document), "limits") : NULL;
	if (!limits)
		return -ENOMEM;
	if (!cJSON_GetObjectItemCaseSensitive(limits, name))
		return -ENOENT;
	cJSON_DeleteItemFromObjectCaseSensitive(limits, name);
	return model_install_edit(model, change, steal(&document), errs);
}
