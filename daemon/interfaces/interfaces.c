// SPDX-License-Identifier: MIT
/* Attachments follow the config: which interfaces are ours, and how they are attached. */
#include "parts.h"

#include <errno.h>
#include <net/if.h>
#include <string.h>

#include "log.h"
#include "memory.h"

static const struct attachment *find_attachment(const struct datapath *dp, const char *name)
{
	const struct attachment *attachments;
	size_t count = datapath_attachments(dp, &attachments);

	for (size_t i = 0; i < count; i++) {
		if (strcmp(attachments[i].name, name) == 0)
			return &attachments[i];
	}
	return NULL;
}

static bool is_attached(const struct datapath *dp, const char *name)
{
	const struct attachment *attachment = find_attachment(dp, name);

	return attachment &&
	       (attachment->state == ATTACH_DISPATCHER || attachment->state == ATTACH_ALONE);
}

void interface_describe(const struct attachment *attachment)
{
	static const char *const states[] = {
		[ATTACH_MISSING] = "missing; attached when it appears",
		[ATTACH_DOWN] = "not attached",
		[ATTACH_DISPATCHER] = "attached through the dispatcher",
		[ATTACH_ALONE] = "attached alone",
	};
	bool attached = attachment->state == ATTACH_DISPATCHER || attachment->state == ATTACH_ALONE;
	const char *mode = attachment->mode == ATTACH_NATIVE ? ", native mode" : ", generic mode";
	const char *frags = attachment->frags ? ", multi-buffer frames" : "";

	log_message(attached ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING, "%s: %s%s%s%s%s",
		    attachment->name, states[attachment->state], attached ? mode : "",
		    attached ? frags : "", attachment->note[0] ? ": " : "", attachment->note);
}

/* One interface; a missing one is only a warning: it is attached when it appears. */
static int attach_one(struct app *app, const struct config_interface *interface,
		      struct errors *errs)
{
	int slot = slots_find(model_slots(app->model), FW_NAME_INTERFACE, interface->name);
	struct errors local = {0};
	int ret;

	if (slot < 0)
		return app_fail(errs, slot, "%s has no slot", interface->name);
	ret = datapath_attach(app->dp, interface, (unsigned)slot, &local);
	for (size_t i = 0; i < local.count; i++)
		errors_add(errs, ret == -ENODEV ? SEVERITY_WARNING : local.list[i].severity,
			   local.list[i].code, NULL, "%s", local.list[i].message);
	errors_clear(&local);
	return ret == -ENODEV ? 0 : ret;
}

/* While a policy waits for its confirmation, what the one before it has stays, too. */
static bool is_wanted(const struct app *app, const char *name)
{
	const struct config *before = model_config_before(app->model);

	return config_find_interface(model_config(app->model), name) >= 0 ||
	       (before && config_find_interface(before, name) >= 0);
}

/* Detach what the config no longer names. */
static int detach_others(struct app *app, struct errors *errs)
{
	int ret = 0;

	for (;;) {
		const struct attachment *attachments;
		size_t i, count = datapath_attachments(app->dp, &attachments);
		char name[sizeof(attachments->name)];

		for (i = 0; i < count; i++) {
			if (!is_wanted(app, attachments[i].name))
				break;
		}
		if (i == count || ret < 0)
			return ret;
		memcpy(name, attachments[i].name, sizeof(name));
		ret = datapath_detach(app->dp, name, errs);
		if (ret == 0)
			log_info("%s: detached", name);
	}
}

static void log_renamed(const char *before, const char *now)
{
	log_info("%s: called %s in the config now; it is filtered all the while", before, now);
}

int app_sync_interfaces(struct app *app, struct errors *errs)
{
	const struct config *config = model_config(app->model);
	int ret = 0;

	datapath_follow(app->dp, config, model_slots(app->model), log_renamed);
	for (size_t i = 0; i < config->interface_count; i++) {
		const char *name = config->interfaces[i].name;
		bool before = is_attached(app->dp, name);
		int attached = attach_one(app, &config->interfaces[i], errs);

		if (attached < 0)
			ret = attached;
		if (app->running && before != is_attached(app->dp, name))
			interface_describe(find_attachment(app->dp, name));
	}
	/* At the start a failure is undone: nothing that an earlier fwd left is touched. */
	if (ret == 0 || app->running) {
		int detached = detach_others(app, errs);

		ret = ret < 0 ? ret : detached;
	}
	app_tell_status(app);
	return ret;
}

/* Take back what this start attached; what an earlier fwd left attached stays. */
static void undo(struct app *app, const bool *before)
{
	const struct config *config = model_config(app->model);
	struct errors ignored = {0};

	for (size_t i = 0; i < config->interface_count; i++) {
		if (!before[i])
			datapath_detach(app->dp, config->interfaces[i].name, &ignored);
	}
	errors_clear(&ignored);
}

int interfaces_start(struct app *app, struct errors *errs)
{
	const struct config *config = model_config(app->model);
	cleanup_free bool *before = calloc(config->interface_count + 1, sizeof(*before));
	int ret = 0;

	if (!before)
		return -ENOMEM;
	datapath_follow(app->dp, config, model_slots(app->model), log_renamed);
	for (size_t i = 0; i < config->interface_count; i++)
		before[i] = is_attached(app->dp, config->interfaces[i].name);
	ret = app_sync_interfaces(app, errs);
	if (ret < 0)
		undo(app, before);
	return ret;
}

void interfaces_stop(struct app *app)
{
	const struct attachment *attachments;
	struct errors errs = {0};

	if (!app->detach)
		return;
	while (datapath_attachments(app->dp, &attachments) > 0) {
		char name[sizeof(attachments->name)];

		memcpy(name, attachments[0].name, sizeof(name));
		if (datapath_detach(app->dp, name, &errs) < 0)
			break;
		log_info("%s: detached", name);
	}
	report_errors(&errs);
	errors_clear(&errs);
}
