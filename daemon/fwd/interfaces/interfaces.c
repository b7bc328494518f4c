// SPDX-License-Identifier: MIT
/* Attachments follow the config: which interfaces are ours, and how they are attached. */
#include "daemon/fwd/parts.h"

#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/errors/errors_log.h"
#include "common/base/log.h"
#include "common/base/memory.h"

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
		return errors_system(errs, slot, "%s has no slot", interface->name);
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

/* Names of attachments, uppers first; the caller frees it. */
struct name_list {
	char (*names)[sizeof(((struct attachment *)0)->name)];
	size_t count;
};

static void free_names(struct name_list *list)
{
	free(list->names);
}

typedef bool leave_if(const struct app *app, const char *name, const void *userdata);

static int names_to_leave(const struct app *app, leave_if *which, const void *userdata,
			  struct name_list *ret)
{
	const struct attachment *attachments;
	size_t count = datapath_attachments(app->dp, &attachments), found = 0;
	cleanup_free const char **names = calloc(count + 1, sizeof(*names));
	cleanup_free size_t *order = calloc(count + 1, sizeof(*order));

	ret->names = calloc(count + 1, sizeof(*ret->names));
	if (!names || !order || !ret->names)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		if (which(app, attachments[i].name, userdata))
			names[found++] = attachments[i].name;
	datapath_order_names(app->dp, names, found, true, order);
	for (size_t i = 0; i < found; i++)
		memcpy(ret->names[i], names[order[i]], sizeof(ret->names[i]));
	ret->count = found;
	return 0;
}

/* One that cannot be left is still filtered, and does not prevent that others are left. */
static int leave_all(struct app *app, leave_if *which, const void *userdata, struct errors *errs)
{
	cleanup(free_names) struct name_list list = {0};
	int ret = names_to_leave(app, which, userdata, &list);

	for (size_t i = 0; i < list.count; i++) {
		int detached = datapath_detach(app->dp, list.names[i], errs);

		if (detached == 0)
			log_info("%s: detached", list.names[i]);
		else
			ret = ret ? ret : detached;
	}
	return ret;
}

static bool is_unwanted(const struct app *app, const char *name, const void *userdata)
{
	(void)userdata;
	return !is_wanted(app, name);
}

/* The policy is in force all the same: what cannot be left is a warning, and health has it. */
static void leave_unwanted(struct app *app, struct errors *errs)
{
	struct errors own = {0};

	leave_all(app, is_unwanted, NULL, &own);
	for (size_t i = 0; i < own.count; i++)
		errors_add(errs, SEVERITY_WARNING, own.list[i].code, NULL, "%s",
			   own.list[i].message);
	errors_clear(&own);
}

static void log_renamed(const char *before, const char *now)
{
	log_info("%s: called %s in the config now; it is filtered all the while", before, now);
}

/* The order in which the config's interfaces can be attached: those below others first. */
static void order_config(const struct app *app, const struct config *config, size_t *ret)
{
	const char *names[FW_MAX_INTERFACES];

	for (size_t i = 0; i < config->interface_count; i++)
		names[i] = config->interfaces[i].name;
	datapath_order_names(app->dp, names, config->interface_count, false, ret);
}

int app_sync_interfaces(struct app *app, struct errors *errs)
{
	const struct config *config = model_config(app->model);
	size_t order[FW_MAX_INTERFACES];
	int ret = 0;

	datapath_follow(app->dp, config, model_slots(app->model), log_renamed);
	order_config(app, config, order);
	for (size_t i = 0; i < config->interface_count; i++) {
		const struct config_interface *interface = &config->interfaces[order[i]];
		const char *name = interface->name;
		bool before = is_attached(app->dp, name);
		int attached = attach_one(app, interface, errs);

		if (attached < 0)
			ret = attached;
		if (app->running && before != is_attached(app->dp, name))
			interface_describe(find_attachment(app->dp, name));
	}
	/* At the start a failure is undone: nothing that an earlier fwd left is touched. */
	if (ret == 0 || app->running)
		leave_unwanted(app, errs);
	app_tell_status(app);
	return ret;
}

static bool is_new(const struct app *app, const char *name, const void *userdata)
{
	int at = config_find_interface(model_config(app->model), name);
	const bool *before = userdata;

	return at >= 0 && !before[at];
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
	/* What this start attached is taken back; what an earlier fwd left stays. */
	if (ret < 0)
		leave_all(app, is_new, before, errs);
	return ret;
}

static bool is_any(const struct app *app, const char *name, const void *userdata)
{
	(void)app, (void)name, (void)userdata;
	return true;
}

void interfaces_stop(struct app *app)
{
	struct errors errs = {0};

	if (!app->detach)
		return;
	if (leave_all(app, is_any, NULL, &errs) < 0) {
		/* It needs the maps, and the stages in them. */
		app->detach = false;
		app->exit_code = app->exit_code ? app->exit_code : APP_EXIT_FAILED;
		errors_add(&errs, SEVERITY_WARNING, ERROR_SYSTEM, NULL,
			   "the datapath stays for what could not be detached; the next start or "
			   "stop of fwd tries it again");
	}
	errors_log(&errs);
	errors_clear(&errs);
}
