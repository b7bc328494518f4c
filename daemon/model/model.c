// SPDX-License-Identifier: MIT
#include "model_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "progress.h"
#include "vlan_host.h"

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

static void swap_in(struct model *model, struct document *document, struct config *config,
		    struct policy *policy)
{
	if (model->until == 0) {
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
static struct known_addresses *known_of_running(const struct model *model)
{
	bool same = model->overrides.view.keep_files && model->known &&
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

/* Text to policy: nothing has changed yet. */
static int make_policy(struct model *model, const struct document *document,
		       struct config **ret_config, struct policy **ret_policy, struct errors *errs)
{
	cleanup(free_slots) struct slots *held = NULL, *bound = NULL;
	const struct slots *slots = model_running_slots(model);
	int r;

	/* Sets with "on_error": "keep-last" take what runs now. */
	model->overrides.view.last = model->config;
	r = config_parse(document, &model->overrides.view, ret_config, errs);
	if (r < 0)
		return r;
	r = config_validate(*ret_config, errs);
	if (r < 0)
		return r;
	if ((model->until || model->rename.before) && slots) {
		slots = held = slots_copy(slots);
		if (!held)
			return -ENOMEM;
	}
	if (model->until && held)
		slots_hold(held);
	if (model->rename.before && held)
		rename_rule(held, &model->rename);
	r = datapath_bind(model->dp, *ret_config, slots, &bound, errs);
	if (r < 0)
		return r;
	slots = bound ? bound : slots;
	progress_begin(model->overrides.view.progress, PROGRESS_COMPILE, NULL);
	return policy_compile_edit(*ret_config, slots, known_of_running(model), ret_policy, errs);
}

static int apply(struct model *model, const struct document *document, const struct config *config,
		 const struct policy *policy, struct errors *errs)
{
	const struct model_change change = {
		.document = document,
		.config = config,
		.policy = policy,
		.until = model->dry ? 0 : model->until,
	};
	int r = 0;

	if (model->guard && model->config)
		r = model->guard(model->guard_userdata, &change, errs);
	if (r < 0 || model->dry)
		return r;
	r = model_prepare_cookies(model, config, errs);
	if (r < 0)
		return r;
	vlan_host_check(vlan_host_read(config), config, errs);
	flush_fresh(model, policy);
	progress_begin(model->overrides.view.progress, PROGRESS_APPLY, NULL);
	return model->until ? policy_apply_until(model->dp, policy, model->until, errs)
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

int model_install(struct model *model, struct document *document, unsigned unsaved,
		  struct errors *errs)
{
	cleanup(model_free_document) struct document *candidate = document;
	cleanup(free_held) struct model_held *held = NULL;
	cleanup(free_config) struct config *config = NULL;
	cleanup(free_policy) struct policy *policy = NULL;
	bool changed;
	int r;

	if (model->held) {
		errors_add(errs, SEVERITY_ERROR, ERROR_PENDING, NULL,
			   "a policy waits for its confirmation: fwctl confirm keeps it, fwctl "
			   "abort takes it back; nothing else is changed before");
		return -EBUSY;
	}
	r = make_policy(model, candidate, &config, &policy, errs);
	if (r < 0)
		return r;
	if (model->until) {
		held = new_held(model);
		if (!held)
			return -ENOMEM;
	}
	changed = model->overridden || !model_is_same(model, candidate, config);
	r = apply(model, candidate, config, policy, errs);
	if (r < 0)
		return r;
	model->changed = changed;
	if (model->dry)
		return 0;
	if (held)
		model_hold(model, steal(&held));
	swap_in(model, steal(&candidate), steal(&config), policy);
	copies_write(model, errs);
	warnings_remember(&model->warnings, errs);
	model->unsaved = unsaved;
	return 0;
}

int model_install_edit(struct model *model, struct document *document, struct errors *errs)
{
	struct errors before = model->warnings;
	int r;

	if (!model->held && !model->overridden && model_is_same(model, document, NULL)) {
		document_free(document);
		model->changed = false;
		return 0;
	}
	model->warnings = (struct errors){0};
	model->overrides.view.keep_files = true;
	r = model_install(model, document, model->unsaved + 1, errs);
	model->overrides.view.keep_files = false;
	if (r < 0) {
		model->warnings = before;
		return r;
	}
	warnings_forget(errs, &before);
	if (model->dry) {
		model->warnings = before;
		return 0;
	}
	if (model->held)
		model->held->warnings = before;
	else
		errors_clear(&before);
	return 0;
}

void model_set_dry(struct model *model, bool dry)
{
	model->dry = dry;
	model->changed = false;
}

bool model_is_dry(const struct model *model)
{
	return model && model->dry;
}

bool model_changed(const struct model *model)
{
	return model->changed;
}

void model_set_progress(struct model *model, struct progress *progress)
{
	model->overrides.view.progress = progress;
}

struct progress *model_progress(const struct model *model)
{
	return model->overrides.view.progress;
}

void model_use_copies(struct model *model, bool use)
{
	model->overrides.view.use_copies = use;
}

int model_reload(struct model *model, struct errors *errs)
{
	struct document *document;
	int r;

	progress_begin(model->overrides.view.progress, PROGRESS_CONFIG, NULL);
	r = document_read_file(model->config_path, &document, errs);
	return r < 0 ? r : model_install(model, document, 0, errs);
}

int model_apply(struct model *model, struct document *document, struct errors *errs)
{
	return model_install(model, document, model->unsaved + 1, errs);
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
