// SPDX-License-Identifier: MIT
/*
 * A policy that waits for its confirmation, and the one before it. Both are in the
 * datapath, and both are here: the one that waits as the running one, the other one held.
 * Slots of neither are given away, and live sets of both keep their entries.
 */
#include "daemon/fwd/model/model_internal.h"

#include <errno.h>
#include <stdlib.h>

#include "common/base/memory.h"
#include "daemon/fwd/datapath/attach/attachments.h"

void model_set_guard(struct model *model, model_guard guard, void *userdata)
{
	model->guard = guard;
	model->guard_userdata = userdata;
}

bool model_is_pending(const struct model *model)
{
	return model->held;
}

bool model_pending_ends_option(const struct model *model)
{
	return model->held && model->held->override;
}

const struct config *model_config_before(const struct model *model)
{
	return model->held ? model->held->config : NULL;
}

void model_hold(struct model *model, struct model_held *held)
{
	*held = (struct model_held){
		.document = model->document,
		.config = model->config,
		.slots = model->slots ? model->slots : held->slots,
		.warnings = model->warnings,
		.unsaved = model->unsaved,
	};
	model->warnings = (struct errors){0};
	model->held = held;
}

void model_free_held(struct model *model)
{
	struct model_held *held = model->held;

	if (!held)
		return;
	document_free(held->document);
	config_free(held->config);
	slots_free(held->slots);
	errors_clear(&held->warnings);
	free(held->override);
	free(held);
	model->held = NULL;
}

int model_confirm(struct model *model, struct errors *errs)
{
	int r;

	if (!model->held)
		return -ENOENT;
	r = datapath_confirm(model->dp);
	if (r < 0)
		return r;
	slots_release(model->slots);
	model_flush_gone(model, model->held->slots, model->slots);
	model_free_held(model);
	copies_write(model, errs);
	return 0;
}

int model_revert(struct model *model)
{
	struct model_held *held = model->held;
	int r;

	if (!held)
		return -ENOENT;
	r = datapath_revert(model->dp);
	if (r < 0)
		return r;
	model_flush_gone(model, model->slots, held->slots);
	document_free(model->document);
	config_free(model->config);
	slots_free(model->slots);
	errors_clear(&model->warnings);
	model->document = held->document;
	model->config = held->config;
	model->slots = held->slots;
	model->warnings = held->warnings;
	model->unsaved = held->unsaved;
	slots_release(model->slots);
	model_return_override(model, held->override);
	*held = (struct model_held){0};
	model_free_held(model);
	return 0;
}

int model_take_back(struct model *model, const struct change *change, struct document *before,
		    unsigned unsaved, struct errors *errs)
{
	struct change back = *change;
	int r;

	back.until = 0;
	/* It ran a moment ago: nothing is asked that could keep it from running again. */
	back.force = true;
	back.progress = NULL;
	if (model->held) {
		document_free(before);
		return model_revert(model);
	}
	r = model_install_edit(model, &back, before, errs);
	if (r == 0)
		model->unsaved = unsaved;
	return r;
}

/* ---- after a restart ---- */

/* A document that the datapath holds already, as the model holds it. */
static int read_back(struct model *model, enum change_copies copies, struct document *document,
		     struct model_held *ret, struct errors *errs)
{
	struct change change = {.copies = copies};
	const struct config_overrides reading =
		model_reading(model, &(struct edit){.change = &change});
	const struct slots *slots = datapath_slots(model->dp);
	struct policy *policy = NULL;
	struct config *config = NULL;
	struct slots *bound = NULL;
	int r;

	r = config_parse(document, &reading, &config, errs);
	if (r == 0)
		r = datapath_bind(model->dp, config, slots, &bound, errs);
	if (r == 0)
		r = policy_compile(config, bound ? bound : slots, &policy, errs);
	slots_free(bound);
	/* What has no slot yet cannot be what packets see. */
	if (r == 0 && (policy->fresh_rules.count || policy->fresh_limits.count ||
		       policy->fresh_live_sets.count || policy->fresh_interfaces.count))
		r = -ESTALE;
	if (r == 0) {
		ret->document = document;
		ret->config = config;
		ret->slots = steal(&policy->slots);
	} else {
		config_free(config);
	}
	policy_free(policy);
	return r;
}

int model_adopt_pending(struct model *model, struct document *document, struct document *before,
			unsigned unsaved, struct errors *errs)
{
	struct model_held *held = calloc(1, sizeof(*held)), running = {0};
	int r;

	/* Files may hold what waits. */
	r = held ? read_back(model, COPIES_FIRST, before, held, errs) : -ENOMEM;
	if (r == 0) {
		model->held = held;
		r = read_back(model, COPIES_IF_UNUSABLE, document, &running, errs);
	}
	if (r < 0) {
		/* The documents are ours only when all went well. */
		if (held)
			held->document = NULL;
		model->held = held;
		model_free_held(model);
		document_free(document);
		document_free(before);
		return r;
	}
	slots_hold(held->slots);
	slots_hold(running.slots);
	held->unsaved = 0;
	model->document = running.document;
	model->config = running.config;
	model->slots = running.slots;
	model->unsaved = unsaved;
	warnings_remember(&model->warnings, errs);
	return 0;
}
