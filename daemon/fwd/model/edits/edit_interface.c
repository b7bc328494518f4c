// SPDX-License-Identifier: MIT
/* Edits of the interfaces: of the document, or of what -i added to it. */
#include "daemon/fwd/model/model_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"

#define cleanup_document cleanup(model_free_document)

/* Is the interface as asked for already? What is not asked for may be anything. */
static bool is_so(const struct model *model, const char *name, const char *zone, const char *mode)
{
	const struct config_interface *is =
		&model->config->interfaces[config_find_interface(model->config, name)];

	return (!zone || strcmp(is->zone, zone) == 0) &&
	       (!mode || (is->mode == ATTACH_GENERIC) == (strcmp(mode, "generic") == 0));
}

int model_interface_add(struct model *model, struct change *change, const char *name,
			const char *zone, const char *mode, struct errors *errs)
{
	cleanup_document struct document *document = document_copy(model->document);
	int at = model->config ? config_find_interface(model->config, name) : -ENOENT;
	cJSON *interfaces, *interface;

	interfaces = document ? model_object(document_root(document), "interfaces") : NULL;
	if (!interfaces)
		return -ENOMEM;
	if (mode && model_check_mode(model, mode, errs) < 0)
		return -EBADMSG;
	if (at >= 0 && !is_so(model, name, zone, mode))
		return -EEXIST;
	interface = cJSON_GetObjectItemCaseSensitive(interfaces, name);
	if (at >= 0 && model->config->interfaces[at].detached)
		cJSON_DeleteItemFromObjectCaseSensitive(interface, "attach");
	if (at >= 0)
		return model_install_edit(model, change, steal(&document), errs);
	interface = cJSON_AddObjectToObject(interfaces, name);
	if (!interface)
		return -ENOMEM;
	if (zone)
		cJSON_AddStringToObject(interface, "zone", zone);
	if (mode)
		cJSON_AddStringToObject(interface, "mode", mode);
	return model_install_edit(model, change, steal(&document), errs);
}

int model_interface_delete(struct model *model, struct change *change, const char *name,
			   struct errors *errs)
{
	cleanup_document struct document *document = document_copy(model->document);
	cJSON *interfaces;

	interfaces = document ? model_object(document_root(document), "interfaces") : NULL;
	if (!interfaces)
		return -ENOMEM;
	if (!model_is_override(model, name) && !cJSON_GetObjectItemCaseSensitive(interfaces, name))
		return -ENOENT;
	cJSON_DeleteItemFromObjectCaseSensitive(interfaces, name);
	return model_install_without(model, change, name, steal(&document), errs);
}

/* ---- detached ---- */

/* Is a name the value of a field, or one of its list? */
static bool names(const cJSON *match, const char *field, const char *name)
{
	const cJSON *value = cJSON_GetObjectItemCaseSensitive(match, field), *item;
	const char *text = cJSON_GetStringValue(value);

	if (text && strcmp(text, name) == 0)
		return true;
	cJSON_ArrayForEach (item, value) {
		text = cJSON_GetStringValue(item);
		if (text && strcmp(text, name) == 0)
			return true;
	}
	return false;
}

/* Does a rule or a management entry of the document name it? */
static bool is_named(struct document *document, const char *field, const char *name)
{
	const cJSON *root = document_root(document), *item;
	const cJSON *management = cJSON_GetObjectItemCaseSensitive(root, "management");

	cJSON_ArrayForEach (item, cJSON_GetObjectItemCaseSensitive(root, "rules"))
		if (names(cJSON_GetObjectItemCaseSensitive(item, "match"), field, name))
			return true;
	cJSON_ArrayForEach (item, cJSON_GetObjectItemCaseSensitive(management, "allow"))
		if (names(item, field, name))
			return true;
	return false;
}

static bool is_alone_in_zone(const struct config *config, const struct config_interface *interface)
{
	for (size_t i = 0; i < config->interface_count; i++)
		if (&config->interfaces[i] != interface &&
		    strcmp(config->interfaces[i].zone, interface->zone) == 0)
			return false;
	return true;
}

/*
 * Does the policy need the entry? One whose device has another name by now, which is in the zone
 * as well, is what is left of a rename.
 */
static bool must_stay(const struct model *model, const struct config_interface *interface,
		      bool is_there)
{
	if (interface->detached || is_named(model->document, "interface", interface->name))
		return true;
	return *interface->zone && is_named(model->document, "zone", interface->zone) &&
	       (is_there || is_alone_in_zone(model->config, interface));
}

int model_interface_detach(struct model *model, struct change *change, const char *name,
			   bool is_there, struct errors *errs)
{
	cleanup_document struct document *document = NULL;
	int at = model->config ? config_find_interface(model->config, name) : -ENOENT;
	cJSON *interfaces, *interface;

	if (at < 0)
		return -ENOENT;
	if (!must_stay(model, &model->config->interfaces[at], is_there))
		return model_interface_delete(model, change, name, errs);
	document = document_copy(model->document);
	interfaces = document ? model_object(document_root(document), "interfaces") : NULL;
	interface = interfaces ? model_object(interfaces, name) : NULL;
	if (!interface)
		return -ENOMEM;
	cJSON_DeleteItemFromObjectCaseSensitive(interface, "attach");
	if (!cJSON_AddFalseToObject(interface, "attach"))
		return -ENOMEM;
	return model_install_without(model, change, name, steal(&document), errs);
}
