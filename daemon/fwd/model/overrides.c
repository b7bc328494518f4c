// SPDX-License-Identifier: MIT
/*
 * Edits of what an option of fwd (-i, --mode, --drop-packets) decides. An edit changes what runs, or
 * it is refused: it must not change the text of the policy alone.
 */
#include "daemon/fwd/model/model_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Index of a name among the -i interfaces, or -ENOENT. */
static int find_override(const struct config_overrides *overrides, const char *name)
{
	for (size_t i = 0; i < overrides->interface_count; i++) {
		if (strcmp(overrides->interfaces[i], name) == 0)
			return (int)i;
	}
	return -ENOENT;
}

bool model_is_override(const struct model *model, const char *name)
{
	return find_override(&model->overrides.view, name) >= 0;
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

int model_install_without(struct model *model, struct change *change, const char *name,
			  struct document *document, struct errors *errs)
{
	struct edit edit = {.change = change};
	int at = find_override(&model->overrides.view, name);
	char *taken = at >= 0 ? take_override(&model->overrides, at) : NULL;
	int r;

	edit.overridden = taken;
	r = model_install_beside(model, &edit, document, model->unsaved + 1, errs);
	/* A dry run has taken nothing away. */
	if (taken && (r < 0 || change->dry))
		put_back(&model->overrides, taken);
	else if (taken && model->held)
		model->held->override = taken;
	else
		free(taken);
	return r;
}

void model_return_override(struct model *model, char *name)
{
	if (name)
		put_back(&model->overrides, name);
}

static int refuse(struct errors *errs, const char *what, const char *option)
{
	errors_add(errs, SEVERITY_ERROR, ERROR_OVERRIDDEN, NULL,
		   "fwd runs with %s, which overrides %s: start fwd without it", option, what);
	return -EBADMSG;
}

int model_check_mode(const struct model *model, const char *mode, struct errors *errs)
{
	const struct config_overrides *view = &model->overrides.view;
	bool generic = view->mode == ATTACH_GENERIC;

	if (!view->has_mode || strcmp(mode, generic ? "generic" : "native") == 0)
		return 0;
	return refuse(errs, "the mode of all interfaces",
		      generic ? "--mode generic" : "--mode native");
}

int model_check_enforce(const struct model *model, bool enforce, struct errors *errs)
{
	if (enforce || !model->overrides.view.drop_packets)
		return 0;
	return refuse(errs, "the mode of the policy", "--drop-packets");
}
