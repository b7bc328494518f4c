// SPDX-License-Identifier: MIT
#include "daemon/fwd/control/verbs/interfaces/iface.h"

#include <errno.h>
#include <net/if.h>
#include <string.h>

#include "common/base/log.h"
#include "common/base/memory.h"
#include "common/policy/config/config.h"
#include "daemon/fwd/control/request.h"
#include "daemon/fwd/control/verbs.h"
#include "daemon/fwd/datapath/attach/attachments.h"
#include "daemon/fwd/model/model.h"
#include "daemon/fwd/transaction/transaction.h"

static const char *state_name(enum attach_state state)
{
	switch (state) {
	case ATTACH_MISSING:
		return "missing";
	case ATTACH_DOWN:
		return "down";
	case ATTACH_DISPATCHER:
		return "dispatcher";
	case ATTACH_ALONE:
		return "alone";
	}
	return "?";
}

static const char *mode_name(enum attach_mode mode)
{
	return mode == ATTACH_NATIVE ? "native" : "generic";
}

static cJSON *interface_json(const struct config *config, const struct attachment *attachment)
{
	bool attached = attachment_is_attached(attachment);
	int index = config_find_interface(config, attachment->name);
	cJSON *json = cJSON_CreateObject();

	cJSON_AddStringToObject(json, "name", attachment->name);
	cJSON_AddStringToObject(json, "current_name", attachment->current_name);
	cJSON_AddStringToObject(json, "zone", index >= 0 ? config->interfaces[index].zone : "");
	cJSON_AddNumberToObject(json, "ifindex", attachment->ifindex);
	cJSON_AddNumberToObject(json, "mtu", attachment->mtu);
	cJSON_AddStringToObject(json, "state", state_name(attachment->state));
	cJSON_AddBoolToObject(json, "attached", attached);
	cJSON_AddStringToObject(json, "mode",
				mode_name(attached ? attachment->mode : attachment->wanted));
	cJSON_AddBoolToObject(json, "frags", attached && attachment->frags);
	cJSON_AddNumberToObject(json, "program", attachment->prog_id);
	cJSON_AddNumberToObject(json, "repairs", (double)attachment->repairs);
	cJSON_AddStringToObject(json, "note", attachment->note);
	return json;
}

/* One of the config that fwd is not attached to, as is wanted: nothing more is known of it. */
static cJSON *detached_json(const struct config_interface *interface)
{
	unsigned ifindex = if_nametoindex(interface->name);
	cJSON *json = cJSON_CreateObject();
	char current[IF_NAMESIZE] = "";

	if (ifindex && !if_indextoname(ifindex, current))
		current[0] = '\0';
	cJSON_AddStringToObject(json, "name", interface->name);
	cJSON_AddStringToObject(json, "current_name", current);
	cJSON_AddStringToObject(json, "zone", interface->zone);
	cJSON_AddNumberToObject(json, "ifindex", ifindex);
	cJSON_AddNumberToObject(json, "mtu", 0);
	cJSON_AddStringToObject(json, "state", "detached");
	cJSON_AddBoolToObject(json, "attached", false);
	cJSON_AddStringToObject(json, "mode", mode_name(interface->mode));
	cJSON_AddBoolToObject(json, "frags", false);
	cJSON_AddNumberToObject(json, "program", 0);
	cJSON_AddNumberToObject(json, "repairs", 0);
	cJSON_AddStringToObject(json, "note", "");
	return json;
}

cJSON *ctl_interfaces_json(const struct core *core)
{
	const struct config *config = model_config(core->model);
	const struct attachment *attachments;
	size_t count = datapath_attachments(core->dp, &attachments);
	cJSON *list = cJSON_CreateArray();

	for (size_t i = 0; i < count; i++)
		cJSON_AddItemToArray(list, interface_json(config, &attachments[i]));
	for (size_t i = 0; i < config->interface_count; i++)
		if (config->interfaces[i].detached &&
		    !datapath_find_attachment(core->dp, config->interfaces[i].name))
			cJSON_AddItemToArray(list, detached_json(&config->interfaces[i]));
	return list;
}

int ctl_iface_list(struct ctl_request *request)
{
	request->result = cJSON_CreateObject();
	cJSON_AddItemToObject(request->result, "items", ctl_interfaces_json(request->core));
	return 0;
}

/* The interface as it is after an edit, for the reply; nothing if there is none of this name. */
static void add_interface(struct ctl_request *request, const char *name)
{
	const struct config *config = model_config(request->core->model);
	const struct attachment *attachment = datapath_find_attachment(request->core->dp, name);
	int at = config_find_interface(config, name);
	cJSON *json = NULL;

	request->result = cJSON_CreateObject();
	if (attachment)
		json = interface_json(config, attachment);
	else if (at >= 0)
		json = detached_json(&config->interfaces[at]);
	if (json)
		cJSON_AddItemToObject(request->result, "interface", json);
}

/* ---- edits ---- */

static void free_document(struct document **document)
{
	document_free(*document);
}

/* The policy before an edit, to return to. */
struct origin {
	struct document *document;
	unsigned unsaved;
	bool is_down; /* of an edit that does not ask to attach: it was not attached before */
};

static void free_origin(struct origin *origin)
{
	free_document(&origin->document);
}

/* One that is missing is no trouble: it is attached when it appears. */
static bool is_down(const struct core *core, const char *name)
{
	const struct attachment *attachment = datapath_find_attachment(core->dp, name);
	int at = config_find_interface(model_config(core->model), name);

	return at >= 0 && !model_config(core->model)->interfaces[at].detached && attachment &&
	       attachment->state == ATTACH_DOWN;
}

static int note_origin(const struct ctl_request *request, struct origin *ret)
{
	ret->unsaved = model_unsaved(request->core->model);
	ret->document = document_copy(model_document(request->core->model));
	return ret->document ? 0 : -ENOMEM;
}

/*
 * Attach and leave what an edit of an interface asks for. If the kernel refuses that, the edit is
 * taken back, and leaves no trace.
 */
static int follow_edit(struct ctl_request *request, const char *name, struct origin *origin,
		       struct errors *errs)
{
	const struct core *core = request->core;
	struct errors undo = {0};
	int r = transaction_sync_interface(core->transaction, name, errs);

	if (r == 0 && !errors_failed(errs))
		return 0;
	/* What keeps it from being attached did so before: the edit is not the reason. */
	if (origin->is_down) {
		errors_demote(errs);
		return 0;
	}
	ctl_fail_edit(request, r, errs, "interface", name);
	if (!request->change.changed)
		return -ECANCELED;
	r = model_take_back(core->model, &request->change, steal(&origin->document),
			    origin->unsaved, &undo);
	if (r == 0)
		transaction_sync_interfaces(core->transaction, &undo);
	else
		log_error("the edit of interface %s cannot be taken back: %s", name, strerror(-r));
	errors_clear(&undo);
	return -ECANCELED;
}

int ctl_iface_attach(struct ctl_request *request)
{
	cleanup(free_origin) struct origin origin = {0};
	const struct model *model = request->core->model;
	const char *name = ctl_string(request, "name");
	struct errors errs = {0};
	int r;

	/* One of the policy may be missing now: it is filtered when it comes. */
	if (config_find_interface(model_config(model), name) < 0 && if_nametoindex(name) == 0)
		return ctl_fail(request, WIRE_ERROR_NOT_FOUND,
				"there is no network interface \"%.64s\"", name);
	r = note_origin(request, &origin);
	if (r == 0)
		r = model_interface_add(request->core->model, &request->change, name,
					ctl_string(request, "zone"), ctl_string(request, "mode"),
					&errs);
	if (r < 0)
		return ctl_fail_edit(request, r, &errs, "interface", name);
	if (ctl_is_dry(request))
		return ctl_changed(request, &errs);
	r = follow_edit(request, name, &origin, &errs);
	if (r < 0)
		return r;
	add_interface(request, name);
	return ctl_changed(request, &errs);
}

int ctl_iface_detach(struct ctl_request *request)
{
	const char *name = ctl_string(request, "name");
	struct errors errs = {0};
	int r = model_interface_detach(request->core->model, &request->change, name,
				       if_nametoindex(name) != 0, &errs);

	if (ctl_is_gone(request, r, &errs))
		return ctl_changed(request, &errs);
	if (r < 0 || errors_failed(&errs))
		return ctl_fail_edit(request, r, &errs, "interface", name);
	if (ctl_is_dry(request))
		return ctl_changed(request, &errs);
	/* If it cannot be detached, that is a warning: the policy is active all the same. */
	ctl_record(request);
	r = transaction_sync_interface(request->core->transaction, name, &errs);
	if (r < 0 || errors_failed(&errs))
		return ctl_fail_edit(request, r, &errs, "interface", name);
	add_interface(request, name);
	return ctl_recorded(request, &errs);
}

int ctl_iface_set(struct ctl_request *request)
{
	cleanup(free_origin) struct origin origin = {0};
	const char *name = ctl_string(request, "name");
	struct errors errs = {0};
	int r = note_origin(request, &origin);

	origin.is_down = is_down(request->core, name);
	if (r == 0)
		r = model_interface_set(request->core->model, &request->change, name,
					ctl_string(request, "fields"), &errs);
	if (r < 0 || errors_failed(&errs))
		return ctl_fail_edit(request, r, &errs, "interface", name);
	if (!ctl_is_dry(request))
		r = follow_edit(request, name, &origin, &errs);
	if (r < 0)
		return r;
	add_interface(request, name);
	return ctl_changed(request, &errs);
}
