// SPDX-License-Identifier: MIT
#include "model_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

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
