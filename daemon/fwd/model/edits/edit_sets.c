// SPDX-License-Identifier: MIT
/* Edits of sets as a whole: a new one, and one that nothing uses any more. */
#include "daemon/fwd/model/model_internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/base/memory.h"

#define cleanup_document cleanup(model_free_document)

int model_set_create(struct model *model, struct change *change, const char *name, const char *json,
		     struct errors *errs)
{
	cleanup_document struct document *document = document_copy(model->document);
	cJSON *sets, *set, *there;
	bool same;
	int r;

	sets = document ? model_object(document_root(document), "sets") : NULL;
	if (!sets)
		return -ENOMEM;
	r = document_add_text(document, "argument", json, strlen(json), &set, errs);
	if (r < 0)
		return r;
	there = cJSON_GetObjectItemCaseSensitive(sets, name);
	same = there && cJSON_Compare(there, set, true);
	if (there) {
		cJSON_Delete(set);
		return same ? model_install_edit(model, change, steal(&document), errs) : -EEXIST;
	}
	cJSON_AddItemToObject(sets, name, set);
	return model_install_edit(model, change, steal(&document), errs);
}

int model_set_remove(struct model *model, struct change *change, const char *name,
		     struct errors *errs)
{
	cleanup_document struct document *document = document_copy(model->document);
	cJSON *sets;

	sets = document ? model_object(document_root(document), "sets") : NULL;
	if (!sets)
		return -ENOMEM;
	if (!cJSON_GetObjectItemCaseSensitive(sets, name))
		return -ENOENT;
	cJSON_DeleteItemFromObjectCaseSensitive(sets, name);
	return model_install_edit(model, change, steal(&document), errs);
}

/* ---- who uses a set ---- */

/* Is "@name" or "!@name" anywhere in a value? */
static bool refers_to(const cJSON *value, const char *name)
{
	const char *text = cJSON_GetStringValue(value);
	const cJSON *item;

	if (text) {
		text += *text == '!';
		return *text == '@' && strcmp(text + 1, name) == 0;
	}
	cJSON_ArrayForEach (item, value) {
		if (refers_to(item, name))
			return true;
	}
	return false;
}

static void add_user(FILE *out, unsigned *count, const char *kind, const char *name)
{
	fprintf(out, "%s%s%s%.63s%s", (*count)++ ? ", " : "", kind, name ? " \"" : "",
		name ? name : "", name ? "\"" : "");
}

static void add_rules(FILE *out, unsigned *count, const cJSON *rules, const char *kind,
		      const char *set)
{
	const cJSON *rule;

	cJSON_ArrayForEach (rule, rules) {
		if (refers_to(rule, set))
			add_user(
				out, count, kind,
				cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(rule, "id")));
	}
}

char *model_set_users(const struct model *model, const char *name)
{
	const cJSON *root = document_root(model->document);
	const cJSON *management = cJSON_GetObjectItemCaseSensitive(root, "management");
	unsigned count = 0;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	add_rules(out, &count, cJSON_GetObjectItemCaseSensitive(root, "rules"), "rule", name);
	add_rules(out, &count, cJSON_GetObjectItemCaseSensitive(management, "allow"),
		  "management.allow", name);
	if (refers_to(cJSON_GetObjectItemCaseSensitive(root, "permitted_cidrs"), name))
		add_user(out, &count, "permitted_cidrs", NULL);
	for (size_t i = 0; i < model->config->limit_count; i++) {
		const struct config_limit *limit = &model->config->limits[i];

		if (strcmp(limit->ban.set, name) == 0)
			add_user(out, &count, "limit", limit->name);
	}
	fclose(out);
	if (count == 0 || !text) {
		free(text);
		return NULL;
	}
	return text;
}
