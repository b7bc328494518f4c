// SPDX-License-Identifier: MIT
/* Edits of fields of what is there already: merged into the object (RFC 7396). */
#include "daemon/fwd/model/model_internal.h"

#include <errno.h>
#include <string.h>

#include "common/base/memory.h"
#include "daemon/fwd/model/edits/merge.h"

#define cleanup_document cleanup(model_free_document)

/* Read the fields to change, which are an object. */
static int read_fields(struct document *document, const char *json, cJSON **ret,
		       struct errors *errs)
{
	struct place place;
	cJSON *fields;
	int r = document_add_text(document, "argument", json, strlen(json), &fields, errs);

	if (r < 0)
		return r;
	if (cJSON_IsObject(fields)) {
		*ret = fields;
		return 0;
	}
	place = document_place(document, fields);
	errors_add(errs, SEVERITY_ERROR, ERROR_TYPE, &place, "the fields must be an object");
	cJSON_Delete(fields);
	return -EBADMSG;
}

static int merge_and_install(struct model *model, struct change *change, struct document *document,
			     cJSON *target, const char *json, struct errors *errs)
{
	cleanup_document struct document *candidate = document;
	cJSON *fields;
	int r = read_fields(candidate, json, &fields, errs);

	if (r < 0)
		return r;
	merge_patch(target, fields);
	return model_install_edit(model, change, steal(&candidate), errs);
}

/* A rule is known by its id: another id is another rule, with counters of its own. */
static int check_id(struct document *document, const char *id, const char *json,
		    struct errors *errs)
{
	struct place place;
	const cJSON *item;
	const char *text;
	cJSON *fields;
	int r = read_fields(document, json, &fields, errs);

	if (r < 0)
		return r;
	item = cJSON_GetObjectItemCaseSensitive(fields, "id");
	text = cJSON_GetStringValue(item);
	if (item && (!text || strcmp(text, id) != 0)) {
		place = document_place(document, item);
		errors_add(errs, SEVERITY_ERROR, ERROR_NAME, &place,
			   "this would give rule \"%.63s\" another id; use rule rename", id);
		r = -EBADMSG;
	}
	cJSON_Delete(fields);
	return r;
}

int model_rule_set(struct model *model, struct change *change, const char *id, const char *json,
		   struct errors *errs)
{
	cleanup_document struct document *document = document_copy(model->document);
	cJSON *rules, *rule;
	int at, r;

	rules = document ? model_array(document_root(document), "rules") : NULL;
	if (!rules)
		return -ENOMEM;
	at = model_find_rule(rules, id);
	if (at < 0)
		return at;
	rule = cJSON_GetArrayItem(rules, at);
	r = check_id(document, id, json, errs);
	return r < 0 ? r : merge_and_install(model, change, steal(&document), rule, json, errs);
}

/* The same of a member of a section at the top. */
static int set_member(struct model *model, struct change *change, const char *section,
		      const char *name, const char *json, struct errors *errs)
{
	cleanup_document struct document *document = document_copy(model->document);
	cJSON *members, *member;

	members = document ? model_object(document_root(document), section) : NULL;
	if (!members)
		return -ENOMEM;
	member = cJSON_GetObjectItemCaseSensitive(members, name);
	if (!member)
		return -ENOENT;
	if (!cJSON_IsObject(member))
		return -EINVAL;
	return merge_and_install(model, change, steal(&document), member, json, errs);
}

int model_limit_set(struct model *model, struct change *change, const char *name, const char *json,
		    struct errors *errs)
{
	return set_member(model, change, "limits", name, json, errs);
}

static int merge_interface(struct model *model, struct change *change, const char *name,
			   struct document **document, cJSON *interface, cJSON *fields,
			   struct errors *errs)
{
	bool detaches = cJSON_IsFalse(cJSON_GetObjectItemCaseSensitive(fields, "attach"));

	merge_patch(interface, fields);
	return detaches ? model_install_without(model, change, name, steal(document), errs)
			: model_install_edit(model, change, steal(document), errs);
}

int model_interface_set(struct model *model, struct change *change, const char *name,
			const char *json, struct errors *errs)
{
	cleanup_document struct document *document = document_copy(model->document);
	cJSON *interfaces, *interface, *fields;
	const char *mode;
	int r;

	/* One of -i is not in the document yet. */
	if (!model->config || config_find_interface(model->config, name) < 0)
		return -ENOENT;
	interfaces = document ? model_object(document_root(document), "interfaces") : NULL;
	interface = interfaces ? model_object(interfaces, name) : NULL;
	if (!interface)
		return -ENOMEM;
	r = read_fields(document, json, &fields, errs);
	if (r < 0)
		return r;
	mode = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(fields, "mode"));
	if (mode && model_check_mode(model, mode, errs) < 0) {
		cJSON_Delete(fields);
		return -EBADMSG;
	}
	return merge_interface(model, change, name, &document, interface, fields, errs);
}

int model_defaults_set(struct model *model, struct change *change, const char *json,
		       struct errors *errs)
{
	cleanup_document struct document *document = document_copy(model->document);
	cJSON *defaults = document ? model_object(document_root(document), "defaults") : NULL;

	return defaults ? merge_and_install(model, change, steal(&document), defaults, json, errs)
			: -ENOMEM;
}

int model_enforce(struct model *model, struct change *change, bool enforce, struct errors *errs)
{
	cleanup_document struct document *document = document_copy(model->document);
	cJSON *root = document ? document_root(document) : NULL, *there;

	if (!root)
		return -ENOMEM;
	if (model_check_enforce(model, enforce, errs) < 0)
		return -EBADMSG;
	there = cJSON_GetObjectItemCaseSensitive(root, "enforce");
	if (!there && enforce == model->config->enforce)
		return model_install_edit(model, change, steal(&document),
					  errs); /* so by default */
	if (there)
		cJSON_ReplaceItemInObjectCaseSensitive(root, "enforce", cJSON_CreateBool(enforce));
	else
		cJSON_AddBoolToObject(root, "enforce", enforce);
	return model_install_edit(model, change, steal(&document), errs);
}
