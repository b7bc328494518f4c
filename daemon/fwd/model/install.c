// SPDX-License-Identifier: MIT
/* How a document becomes the running policy: read, compared, compiled, applied, and taken in. */
#include "daemon/fwd/model/model_internal.h"

#include <errno.h>
#include <stdlib.h>

#include "common/base/memory.h"
#include "common/base/progress.h"
#include "daemon/fwd/datapath/attach/attachments.h"
#include "daemon/fwd/host/feed_host.h"
#include "daemon/fwd/host/vlan_host.h"

static void free_config(struct config **config)
{
	config_free(*config);
}

static void free_policy(struct policy **policy)
{
	policy_free(*policy);
}

static void free_slots(struct slots **slots)
{
	slots_free(*slots);
}

static void free_held(struct model_held **held)
{
	if (*held)
		slots_free((*held)->slots);
	free(*held);
}

/*
 * Live sets that the new policy does not have lose their entries, and a set that takes over
 * an id starts empty. It starts filtering empty, too: the flush comes before the switch.
 */
static void flush_fresh(struct model *model, const struct policy *policy)
{
	for (size_t i = 0; i < policy->fresh_live_sets.count; i++)
		live_flush(model->live, policy->fresh_live_sets.slots[i]);
}

void model_flush_gone(struct model *model, const struct slots *before, const struct slots *now)
{
	for (unsigned id = FW_LIVE_BLOCKS + 1; id < slots_capacity(FW_NAME_LIVE_SET); id++) {
		if (before && slots_name(before, FW_NAME_LIVE_SET, id) &&
		    !slots_used(now, FW_NAME_LIVE_SET, id))
			live_flush(model->live, id);
	}
}

static void swap_in(struct model *model, const struct change *change, struct document *document,
		    struct config *config, struct policy *policy)
{
	if (change->until == 0) {
		model_flush_gone(model, model_running_slots(model), policy->slots);
		document_free(model->document);
		config_free(model->config);
		slots_free(model->slots);
	}
	model->document = document;
	model->config = config;
	model->slots = steal(&policy->slots);
	known_drop(model->known);
	model->known = policy_keep(policy, datapath_generation(model->dp));
}

/*
 * The tables that an edit can be made of. None, if what runs is not what was kept: then a
 * policy was taken back, or another fwd has been here.
 */
static struct known_addresses *known_of_running(const struct model *model, const struct edit *edit)
{
	bool same = edit->keeps_files && model->known &&
		    policy_known_generation(model->known) == datapath_generation(model->dp);

	return same ? model->known : NULL;
}

/* A name that is none is refused by the config's check before this. */
static void rename_rule(struct slots *slots, const struct model_rename *rename)
{
	int slot = slots_find(slots, FW_NAME_RULE, rename->before);

	if (slot >= 0)
		slots_rename(slots, FW_NAME_RULE, (unsigned)slot, rename->now);
}

struct config_overrides model_reading(const struct model *model, const struct edit *edit)
{
	struct config_overrides reading = model->overrides.view;

	/* Sets with "on_error": "keep-last" take what runs now. */
	reading.last = model->config;
	reading.keep_files = edit->keeps_files;
	reading.read_again = edit->read_again;
	reading.read_again_count = edit->read_again ? edit->set_reload->count : 0;
	reading.use_copies = edit->change->copies != COPIES_NEVER;
	reading.copies_first = edit->change->copies == COPIES_FIRST;
	reading.progress = edit->change->progress;
	return reading;
}

static int read_config(struct model *model, const struct edit *edit,
		       const struct document *document, struct config **ret, struct errors *errs)
{
	const struct config_overrides reading = model_reading(model, edit);
	int r = config_parse(document, &reading, ret, errs);

	return r < 0 ? r : config_validate(*ret, errs);
}

/* Nothing has changed yet. */
static int make_policy(struct model *model, const struct edit *edit, const struct config *config,
		       struct policy **ret, struct errors *errs)
{
	cleanup(free_slots) struct slots *held = NULL, *bound = NULL;
	const struct slots *slots = model_running_slots(model);
	int r;

	if ((edit->change->until || edit->rename.before) && slots) {
		slots = held = slots_copy(slots);
		if (!held)
			return -ENOMEM;
	}
	if (edit->change->until && held)
		slots_hold(held);
	if (edit->rename.before && held)
		rename_rule(held, &edit->rename);
	r = datapath_bind(model->dp, config, slots, &bound, errs);
	if (r == 0)
		r = datapath_check_leave(model->dp, config, slots, errs);
	if (r < 0)
		return r;
	slots = bound ? bound : slots;
	progress_begin(edit->change->progress, PROGRESS_COMPILE, NULL);
	return policy_compile_edit(config, slots, known_of_running(model, edit), ret, errs);
}

static int apply(struct model *model, const struct change *change, const struct document *document,
		 const struct config *config, const struct policy *policy, struct errors *errs)
{
	const struct model_change next = {
		.change = change,
		.document = document,
		.config = config,
		.policy = policy,
		.until = change->dry ? 0 : change->until,
	};
	int r = 0;

	if (model->guard && model->config)
		r = model->guard(model->guard_userdata, &next, errs);
	if (r < 0 || change->dry)
		return r;
	r = model_prepare_cookies(model, config, errs);
	if (r < 0)
		return r;
	vlan_host_check(vlan_host_read(config), config, errs);
	feed_host_check(config, errs);
	flush_fresh(model, policy);
	progress_begin(change->progress, PROGRESS_APPLY, NULL);
	return change->until ? policy_apply_until(model->dp, policy, change->until, errs)
			     : policy_apply(model->dp, policy, errs);
}

/* At the start, all that is known of the policy before are its names: the datapath has them. */
static struct model_held *new_held(const struct model *model)
{
	cleanup(free_held) struct model_held *held = calloc(1, sizeof(*held));
	const struct slots *names = model->slots ? NULL : datapath_slots(model->dp);

	if (!held)
		return NULL;
	if (names)
		held->slots = slots_copy(names);
	return names && !held->slots ? NULL : steal(&held);
}

/* A policy that was read: compile it, and make it the running one. Takes what it is made of. */
static int install(struct model *model, const struct edit *edit, struct document **document,
		   struct config **config, unsigned unsaved, struct errors *errs)
{
	cleanup(free_held) struct model_held *held = NULL;
	cleanup(free_policy) struct policy *policy = NULL;
	const struct change *change = edit->change;
	int r = make_policy(model, edit, *config, &policy, errs);

	if (r < 0)
		return r;
	if (change->until) {
		held = new_held(model);
		if (!held)
			return -ENOMEM;
	}
	r = apply(model, change, *document, *config, policy, errs);
	if (r < 0 || change->dry)
		return r;
	if (held)
		model_hold(model, steal(&held));
	swap_in(model, change, steal(document), steal(config), policy);
	copies_write(model, errs);
	warnings_remember(&model->warnings, errs);
	model->unsaved = unsaved;
	return 0;
}

int model_install(struct model *model, const struct edit *edit, struct document *document,
		  unsigned unsaved, struct errors *errs)
{
	cleanup(model_free_document) struct document *candidate = document;
	cleanup(free_config) struct config *config = NULL;
	bool changed;
	int r;

	if (model->held) {
		errors_add(errs, SEVERITY_ERROR, ERROR_PENDING, NULL,
			   "a policy waits for its confirmation: fwctl confirm keeps it, fwctl "
			   "abort takes it back; nothing else is changed before");
		return -EBUSY;
	}
	r = read_config(model, edit, candidate, &config, errs);
	if (r < 0)
		return r;
	changed = edit->overridden || !model_is_same(model, candidate, config);
	if (edit->set_reload)
		set_reload_compare(edit->set_reload, model->config, config);
	if (edit->set_reload && !changed)
		set_reload_keep(model, edit, config, errs);
	else
		r = install(model, edit, &candidate, &config, unsaved, errs);
	if (r == 0)
		edit->change->changed = changed;
	return r;
}

/* The rest of the policy is what runs: warnings that it had before are not of this change. */
static int keep_rest(struct model *model, const struct edit *kind, struct document *document,
		     unsigned unsaved, struct errors *errs)
{
	struct errors before = model->warnings;
	struct edit edit = *kind;
	int r;

	edit.keeps_files = true;
	model->warnings = (struct errors){0};
	r = model_install(model, &edit, document, unsaved, errs);
	if (r < 0) {
		model->warnings = before;
		return r;
	}
	warnings_forget(errs, &before);
	if (edit.change->dry || !edit.change->changed) {
		model->warnings = before;
		return 0;
	}
	if (model->held)
		model->held->warnings = before;
	else
		errors_clear(&before);
	return 0;
}

int model_install_beside(struct model *model, const struct edit *edit, struct document *document,
			 unsigned unsaved, struct errors *errs)
{
	if (!model->held && !edit->overridden && model_is_same(model, document, NULL)) {
		document_free(document);
		edit->change->changed = false;
		return 0;
	}
	return keep_rest(model, edit, document, unsaved, errs);
}

int model_install_edit(struct model *model, struct change *change, struct document *document,
		       struct errors *errs)
{
	const struct edit edit = {.change = change};

	return model_install_beside(model, &edit, document, model->unsaved + 1, errs);
}

int model_install_sets(struct model *model, const struct edit *edit, struct errors *errs)
{
	struct document *document = document_copy(model->document);

	return document ? keep_rest(model, edit, document, model->unsaved, errs) : -ENOMEM;
}
