// SPDX-License-Identifier: MIT
#include "daemon/fwd/control/verbs/iface.h"

#include <errno.h>
#include <net/if.h>
#include <string.h>

#include "daemon/fwd/control/request.h"
#include "daemon/fwd/control/verbs/verbs.h"

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
	bool attached = attachment->state == ATTACH_DISPATCHER || attachment->state == ATTACH_ALONE;
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

cJSON *ctl_interfaces_json(const struct core *core)
{
	const struct config *config = model_config(core->model);
	const struct attachment *attachments;
	size_t count = datapath_attachments(core->dp, &attachments);
	cJSON *list = cJSON_CreateArray();

	for (size_t i = 0; i < count; i++)
		cJSON_AddItemToArray(list, interface_json(config, &attachments[i]));
	return list;
}

int ctl_iface_list(struct ctl_request *request)
{
	request->result = cJSON_CreateObject();
	cJSON_AddItemToObject(request->result, "items", ctl_interfaces_json(request->core));
	return 0;
}

/* The interface as it is after an edit, for the reply. */
static void add_interface(struct ctl_request *request, const char *name)
{
	const struct config *config = model_config(request->core->model);
	const struct attachment *attachments;
	size_t count = datapath_attachments(request->core->dp, &attachments);

	for (size_t i = 0; i < count; i++) {
		if (strcmp(attachments[i].name, name) == 0)
			cJSON_AddItemToObject(request->result, "interface",
					      interface_json(config, &attachments[i]));
	}
}

int ctl_iface_attach(struct ctl_request *request)
{
	const char *name = ctl_string(request, "name");
	unsigned unsaved = model_unsaved(request->core->model);
	struct errors errs = {0}, undo = {0};
	int r;

	if (if_nametoindex(name) == 0)
		return ctl_fail(request, WIRE_ERROR_NOT_FOUND,
				"there is no network interface \"%.64s\"", name);
	r = model_interface_add(request->core->model, &request->change, name,
				ctl_string(request, "zone"), ctl_string(request, "mode"), &errs);
	if (r < 0)
		return ctl_fail_edit(request, r, &errs, "interface", name);
	if (ctl_is_dry(request))
		return ctl_changed(request, &errs);
	r = transaction_sync_interfaces(request->core->transaction, &errs);
	if ((r < 0 || errors_failed(&errs)) && !request->change.changed)
		return ctl_fail_edit(request, r, &errs, "interface", name);
	if (r < 0 || errors_failed(&errs)) {
		/* It cannot be attached now: leave no trace of the attempt. */
		ctl_fail_edit(request, r, &errs, "interface", name);
		if (model_interface_delete(request->core->model, &request->change, name, &undo) ==
		    0)
			model_set_unsaved(request->core->model, unsaved);
		transaction_sync_interfaces(request->core->transaction, &undo);
		errors_clear(&undo);
		return -ECANCELED;
	}
	request->result = cJSON_CreateObject();
	add_interface(request, name);
	return ctl_changed(request, &errs);
}

int ctl_iface_detach(struct ctl_request *request)
{
	const char *name = ctl_string(request, "name");
	struct errors errs = {0};
	int r = model_interface_delete(request->core->model, &request->change, name, &errs);

	if (ctl_is_gone(request, r, &errs))
		return ctl_changed(request, &errs);
	if (r >= 0 && !ctl_is_dry(request)) {
		ctl_record(request);
		r = transaction_sync_interfaces(request->core->transaction, &errs);
	}
	if (r < 0 || errors_failed(&errs))
		return ctl_fail_edit(request, r, &errs, "interface", name);
	return ctl_recorded(request, &errs);
}

int ctl_iface_set(struct ctl_request *request)
{
	const char *name = ctl_string(request, "name");
	struct errors errs = {0};
	int r = model_interface_set(request->core->model, &request->change, name,
				    ctl_string(request, "fields"), &errs);

	if (r >= 0 && !ctl_is_dry(request)) {
		ctl_record(request);
		r = transaction_sync_interfaces(request->core->transaction, &errs);
	}
	if (r < 0 || errors_failed(&errs))
		return ctl_fail_edit(request, r, &errs, "interface", name);
	request->result = cJSON_CreateObject();
	add_interface(request, name);
	return ctl_recorded(request, &errs);
}
