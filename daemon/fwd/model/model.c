// SPDX-License-Identifier: MIT
#include "daemon/fwd/model/model_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/base/progress.h"

void model_free_document(struct document **document)
{
	document_free(*document);
}

static int copy_overrides(const struct config_overrides *from, struct model_overrides *to)
{
	if (!from)
		return 0;
	to->view = *from;
	to->view.interface_count = 0;
	to->state_dir = from->state_dir ? strdup(from->state_dir) : NULL;
	to->view.state_dir = to->state_dir;
	if (from->state_dir && !to->state_dir)
		return -ENOMEM;
	to->names = calloc(from->interface_count + 1, sizeof(*to->names));
	if (!to->names)
		return -ENOMEM;
	to->view.interfaces = (const char *const *)to->names;
	for (size_t i = 0; i < from->interface_count; i++) {
		to->names[i] = strdup(from->interfaces[i]);
		if (!to->names[i])
			return -ENOMEM;
		to->view.interface_count++;
	}
	return 0;
}

int model_new(struct datapath *dp, struct live *live, const char *config_path,
	      const struct config_overrides *overrides, struct model **ret)
{
	struct model *model = calloc(1, sizeof(*model));

	if (!model)
		return -ENOMEM;
	model->dp = dp;
	model->live = live;
	model->config_path = strdup(config_path);
	if (!model->config_path || copy_overrides(overrides, &model->overrides) < 0) {
		model_free(model);
		return -ENOMEM;
	}
	*ret = model;
	return 0;
}

struct model *model_free(struct model *model)
{
	if (!model)
		return NULL;
	for (size_t i = 0; i < model->overrides.view.interface_count; i++)
		free(model->overrides.names[i]);
	free(model->overrides.names);
	free(model->overrides.state_dir);
	free(model->config_path);
	model_free_held(model);
	errors_clear(&model->warnings);
	document_free(model->document);
	config_free(model->config);
	slots_free(model->slots);
	known_drop(model->known);
	free(model);
	return NULL;
}

/* The names of the running policy; after adoption, those of the fwd before. */
const struct slots *model_running_slots(const struct model *model)
{
	return model->slots ? model->slots : datapath_slots(model->dp);
}

int model_reload(struct model *model, struct change *change, struct errors *errs)
{
	const struct edit edit = {.change = change};
	struct document *document;
	int r;

	progress_begin(change->progress, PROGRESS_CONFIG, NULL);
	r = document_read_file(model->config_path, &document, errs);
	return r < 0 ? r : model_install(model, &edit, document, 0, errs);
}

int model_apply(struct model *model, struct change *change, struct document *document,
		struct errors *errs)
{
	const struct edit edit = {.change = change};

	return model_install(model, &edit, document, model->unsaved + 1, errs);
}

cJSON *model_object(cJSON *root, const char *name)
{
	cJSON *item = cJSON_GetObjectItemCaseSensitive(root, name);

	if (!item)
		return cJSON_AddObjectToObject(root, name);
	return cJSON_IsObject(item) ? item : NULL;
}

cJSON *model_array(cJSON *root, const char *name)
{
	cJSON *item = cJSON_GetObjectItemCaseSensitive(root, name);

	if (!item)
		return cJSON_AddArrayToObject(root, name);
	return cJSON_IsArray(item) ? item : NULL;
}

const struct config *model_config(const struct model *model)
{
	return model->config;
}

const struct slots *model_slots(const struct model *model)
{
	return model->slots;
}

struct document *model_document(const struct model *model)
{
	return model->document;
}

struct datapath *model_datapath(const struct model *model)
{
	return model->dp;
}

struct live *model_live(const struct model *model)
{
	return model->live;
}

const char *model_config_path(const struct model *model)
{
	return model->config_path;
}

unsigned model_unsaved(const struct model *model)
{
	return model->unsaved;
}

void model_set_unsaved(struct model *model, unsigned unsaved)
{
	model->unsaved = unsaved;
}
