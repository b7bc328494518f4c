// SPDX-License-Identifier: MIT
#include "daemon/fwd/interfaces/interfaces_internal.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/errors/errors_log.h"
#include "common/base/log.h"
#include "common/base/memory.h"
#include "common/records/types/interface.h"

static bool is_attached(const struct datapath *dp, const char *name)
{
	return attachment_is_attached(datapath_find_attachment(dp, name));
}

/* To the log; and, once the start is over, as an event. */
static void report(const struct interfaces *interfaces, enum log_level level, const char *name,
		   const char *text)
{
	log_message(level, "%s: %s", name, text);
	if (interfaces->is_running)
		hub_send(interfaces->needs.events, interface_changed, .interface = name,
			 .text = text);
}

static void describe(const struct interfaces *interfaces, const struct attachment *attachment)
{
	static const char *const states[] = {
		[ATTACH_MISSING] = "missing; attached when it appears",
		[ATTACH_DOWN] = "not attached",
		[ATTACH_DISPATCHER] = "attached through the dispatcher",
		[ATTACH_ALONE] = "attached alone",
	};
	bool attached = attachment_is_attached(attachment);
	const char *mode = attachment->mode == ATTACH_NATIVE ? ", native mode" : ", generic mode";
	const char *frags = attachment->frags ? ", multi-buffer frames" : "";
	char text[512];

	snprintf(text, sizeof(text), "%s%s%s%s%s", states[attachment->state], attached ? mode : "",
		 attached ? frags : "", attachment->note[0] ? ": " : "", attachment->note);
	report(interfaces, attached ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING, attachment->name, text);
}

static void add_warnings(struct errors *errs, const struct errors *own)
{
	for (size_t i = 0; i < own->count; i++)
		errors_add(errs, SEVERITY_WARNING, own->list[i].code, NULL, "%s",
			   own->list[i].message);
}

/* One interface; a missing one is only a warning: it is attached when it appears. */
static int attach_one(struct interfaces *interfaces, const struct config_interface *interface,
		      bool only_warn, struct errors *errs)
{
	int slot = slots_find(model_slots(interfaces->needs.model), FW_NAME_INTERFACE,
			      interface->name);
	struct errors local = {0};
	int ret;

	if (slot < 0)
		return errors_system(errs, slot, "%s has no slot", interface->name);
	ret = datapath_attach(interfaces->needs.dp, interface, (unsigned)slot, &local);
	for (size_t i = 0; i < local.count; i++)
		errors_add(errs,
			   ret == -ENODEV || only_warn ? SEVERITY_WARNING : local.list[i].severity,
			   local.list[i].code, NULL, "%s", local.list[i].message);
	errors_clear(&local);
	return ret == -ENODEV || only_warn ? 0 : ret;
}

/* Is an interface to be attached, by a config that may be NULL? */
static bool attaches(const struct config *config, const char *name)
{
	int at = config ? config_find_interface(config, name) : -ENOENT;

	return at >= 0 && !config->interfaces[at].detached;
}

/* While a policy waits for its confirmation, what the one before it has stays, too. */
static bool is_wanted(const struct interfaces *interfaces, const char *name)
{
	return attaches(model_config(interfaces->needs.model), name) ||
	       attaches(model_config_before(interfaces->needs.model), name);
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

typedef bool detach_if(const struct interfaces *interfaces, const char *name, const void *userdata);

static int names_to_detach(const struct interfaces *interfaces, detach_if *which,
			   const void *userdata, struct name_list *ret)
{
	const struct attachment *attachments;
	size_t count = datapath_attachments(interfaces->needs.dp, &attachments), found = 0;
	cleanup_free const char **names = calloc(count + 1, sizeof(*names));
	cleanup_free size_t *order = calloc(count + 1, sizeof(*order));

	ret->names = calloc(count + 1, sizeof(*ret->names));
	if (!names || !order || !ret->names)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		if (which(interfaces, attachments[i].name, userdata))
			names[found++] = attachments[i].name;
	datapath_order_names(interfaces->needs.dp, names, found, true, order);
	for (size_t i = 0; i < found; i++)
		memcpy(ret->names[i], names[order[i]], sizeof(ret->names[i]));
	ret->count = found;
	return 0;
}

/* One that cannot be detached is still filtered, and does not prevent that others are. */
static int detach_matching(struct interfaces *interfaces, detach_if *which, const void *userdata,
			   struct errors *errs)
{
	cleanup(free_names) struct name_list list = {0};
	int ret = names_to_detach(interfaces, which, userdata, &list);

	for (size_t i = 0; i < list.count; i++) {
		int detached = datapath_detach(interfaces->needs.dp, list.names[i], errs);

		if (detached == 0)
			report(interfaces, LOG_LEVEL_INFO, list.names[i], "detached");
		else
			ret = ret ? ret : detached;
	}
	return ret;
}

static bool is_unwanted(const struct interfaces *interfaces, const char *name, const void *userdata)
{
	(void)userdata;
	return !is_wanted(interfaces, name);
}

static bool has_unwanted(const struct interfaces *interfaces)
{
	const struct attachment *attachments;
	size_t count = datapath_attachments(interfaces->needs.dp, &attachments);

	for (size_t i = 0; i < count; i++)
		if (is_unwanted(interfaces, attachments[i].name, NULL))
			return true;
	return false;
}

/* The policy is active all the same: what cannot be detached is a warning, and health has it. */
static void detach_unwanted(struct interfaces *interfaces, struct errors *errs)
{
	struct errors own = {0};

	detach_matching(interfaces, is_unwanted, NULL, &own);
	add_warnings(errs, &own);
	errors_clear(&own);
}

static bool can_be_detached(const struct interfaces *interfaces, const char *name,
			    const void *userdata)
{
	return is_unwanted(interfaces, name, userdata) &&
	       datapath_can_leave(interfaces->needs.dp, name);
}

void interfaces_look(struct interfaces *interfaces)
{
	const struct attachment *attachments;
	struct errors errs = {0};
	size_t before;

	if (!interfaces->has_leftover || !retry_is_due(&interfaces->leave))
		return;
	before = datapath_attachments(interfaces->needs.dp, &attachments);
	/* What fails all the same is tried less often: each attempt touches other programs, too. */
	if (detach_matching(interfaces, can_be_detached, NULL, &errs) < 0)
		retry_failed(&interfaces->leave);
	else
		interfaces->leave = (struct retry){0};
	interfaces->has_leftover = has_unwanted(interfaces);
	if (datapath_attachments(interfaces->needs.dp, &attachments) != before)
		interfaces_changed(interfaces);
	errors_log(&errs);
	errors_clear(&errs);
}

static void log_renamed(const char *before, const char *now)
{
	log_info("%s: called %s in the config now; it is filtered all the while", before, now);
}

static void follow(struct interfaces *interfaces)
{
	const struct model *model = interfaces->needs.model;

	datapath_follow(interfaces->needs.dp, model_config(model), model_slots(model), log_renamed);
}

/* The order in which the config's interfaces can be attached: those below others first. */
static void order_config(const struct interfaces *interfaces, const struct config *config,
			 size_t *ret)
{
	const char *names[FW_MAX_INTERFACES];

	for (size_t i = 0; i < config->interface_count; i++)
		names[i] = config->interfaces[i].name;
	datapath_order_names(interfaces->needs.dp, names, config->interface_count, false, ret);
}

/*
 * While a policy waits for its confirmation, what only the one before it attaches is kept like any
 * other: repaired, and of this fwd's code. One that started meanwhile has found it attached.
 */
static void keep_before(const struct interfaces *interfaces, struct errors *errs)
{
	const struct config *before = model_config_before(interfaces->needs.model);
	struct datapath *dp = interfaces->needs.dp;

	for (size_t i = 0; before && i < before->interface_count; i++) {
		const struct config_interface *interface = &before->interfaces[i];
		const struct attachment *attachment = datapath_find_attachment(dp, interface->name);
		struct errors own = {0};

		if (!attachment || !attaches(before, interface->name) ||
		    attaches(model_config(interfaces->needs.model), interface->name))
			continue;
		datapath_attach(dp, interface, attachment->slot, &own);
		add_warnings(errs, &own);
		errors_clear(&own);
	}
}

/* edited: the only one whose errors are more than warnings; NULL: those of all are. */
static int sync_with(struct interfaces *interfaces, const char *edited, struct errors *errs)
{
	const struct datapath *dp;
	const struct config *config;
	size_t order[FW_MAX_INTERFACES];
	int ret = 0;

	if (!interfaces)
		return 0;
	dp = interfaces->needs.dp;
	config = model_config(interfaces->needs.model);
	follow(interfaces);
	order_config(interfaces, config, order);
	for (size_t i = 0; i < config->interface_count; i++) {
		const struct config_interface *interface = &config->interfaces[order[i]];
		bool is_other = edited && strcmp(edited, interface->name) != 0;
		bool before = is_attached(dp, interface->name);
		int attached =
			interface->detached ? 0 : attach_one(interfaces, interface, is_other, errs);

		if (attached < 0)
			ret = attached;
		if (interfaces->is_running && before != is_attached(dp, interface->name))
			describe(interfaces, datapath_find_attachment(dp, interface->name));
	}
	keep_before(interfaces, errs);
	/* At the start a failure is undone: nothing that an earlier fwd left is touched. */
	if (ret == 0 || interfaces->is_running)
		detach_unwanted(interfaces, errs);
	interfaces->leave = (struct retry){0};
	interfaces->has_leftover = has_unwanted(interfaces);
	interfaces_changed(interfaces);
	return ret;
}

int interfaces_sync(struct interfaces *interfaces, struct errors *errs)
{
	return sync_with(interfaces, NULL, errs);
}

int interfaces_sync_one(struct interfaces *interfaces, const char *name, struct errors *errs)
{
	return sync_with(interfaces, name, errs);
}

static bool is_new(const struct interfaces *interfaces, const char *name, const void *userdata)
{
	int at = config_find_interface(model_config(interfaces->needs.model), name);
	const bool *before = userdata;

	return at >= 0 && !before[at];
}

int interfaces_attach(struct interfaces *interfaces, struct errors *errs)
{
	const struct config *config = model_config(interfaces->needs.model);
	cleanup_free bool *before = calloc(config->interface_count + 1, sizeof(*before));
	int ret = 0;

	if (!before)
		return -ENOMEM;
	follow(interfaces);
	for (size_t i = 0; i < config->interface_count; i++)
		before[i] = is_attached(interfaces->needs.dp, config->interfaces[i].name);
	ret = interfaces_sync(interfaces, errs);
	/* What this start attached is detached again; what an earlier fwd left stays. */
	if (ret < 0)
		detach_matching(interfaces, is_new, before, errs);
	return ret;
}

void interfaces_ready(struct interfaces *interfaces)
{
	const struct config *config = model_config(interfaces->needs.model);
	const struct attachment *attachments;
	size_t count = datapath_attachments(interfaces->needs.dp, &attachments);

	for (size_t i = 0; i < count; i++)
		describe(interfaces, &attachments[i]);
	for (size_t i = 0; i < config->interface_count; i++)
		if (config->interfaces[i].detached)
			log_warning("%s: detached, as the config has \"attach\": false: nothing is "
				    "filtered there",
				    config->interfaces[i].name);
	if (count == 0 && config->interface_count == 0)
		log_warning("there are no interfaces: nothing is filtered until one is given by "
			    "-i, the config, or fwctl iface attach");
	interfaces->is_running = true;
}

static bool is_any(const struct interfaces *interfaces, const char *name, const void *userdata)
{
	(void)interfaces, (void)name, (void)userdata;
	return true;
}

int interfaces_detach(struct interfaces *interfaces, struct errors *errs)
{
	return detach_matching(interfaces, is_any, NULL, errs);
}

struct interfaces *interfaces_new(const struct interfaces_needs *needs)
{
	struct interfaces *interfaces = calloc(1, sizeof(*interfaces));

	if (interfaces)
		interfaces->needs = *needs;
	return interfaces;
}

struct interfaces *interfaces_free(struct interfaces *interfaces)
{
	if (interfaces)
		interfaces_unwatch(interfaces);
	free(interfaces);
	return NULL;
}
