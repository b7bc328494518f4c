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
	cJSON *interfaces, *interface;

	if (model->config && config_find_interface(model->config, name) >= 0)
		return is_so(model, name, zone, mode)
			       ? model_install_edit(model, change, steal(&document), errs)
			       : -EEXIST;
	interfaces = document ? model_object(document_root(document), "interfaces") : NULL;
	interface = interfaces ? cJSON_AddObjectToObject(interfaces, name) : NULL;
	if (!interface)
		return -ENOMEM;
	if (zone)
		cJSON_AddStringToObject(interface, "zone", zone);
	if (mode)
		cJSON_AddStringToObject(interface, "mode", mode);
	return model_install_edit(model, change, steal(&document), errs);
}

/* Index of a name among the -i interfaces, or -ENOENT. */
static int find_override(const struct config_overrides *overrides, const char *name)
{
	for (size_t i = 0; i < overrides->interface_count; i++) {
		if (strcmp(overrides->interfaces[i], name) == 0)
			return (int)i;
	}
	return -ENOENT;
}

/* Take one -i away by moving the last into its place; put_back undoes it. */
static char *take_override(struct model_overrides *overrides, int at)
{
	char *name = overrides->names[at];
	size_t last = --overrides->view.interface_count;

	overrides->names[at] = overrides->names[last];
	overrides->names[last] = NULL;
	return name;
}

static void put_back(struct model_overrides *overrides, char *name)
{
	overrides->names[overrides->view.interface_count++] = name;
}

int model_interface_delete(struct model *model, struct change *change, const char *name,
			   struct errors *errs)
{
	cleanup_document struct document *document = document_copy(model->document);
	int at = find_override(&model->overrides.view, name);
	cJSON *interfaces;
	struct edit edit = {.change = change};
	char *taken = NULL;
	int r;

	interfaces = document ? model_object(document_root(document), "interfaces") : NULL;
	if (!interfaces)
		return -ENOMEM;
	if (at < 0 && !cJSON_GetObjectItemCaseSensitive(interfaces, name))
		return -ENOENT;
	cJSON_DeleteItemFromObjectCaseSensitive(interfaces, name);
	if (at >= 0)
		taken = take_override(&model->overrides, at);
	edit.overridden = taken;
	r = model_install_beside(model, &edit, steal(&document), model->unsaved + 1, errs);
	/* A dry run has taken nothing away. */
	if (taken && (r < 0 || change->dry))
		put_back(&model->overrides, taken);
	else
		free(taken);
	return r;
}
