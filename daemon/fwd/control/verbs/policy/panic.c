// SPDX-License-Identifier: MIT
/* The panic switch: all open, or all closed but management, until it ends by itself. */
#include "daemon/fwd/panic/panic.h"

#include "common/base/clock.h"
#include "common/base/units.h"
#include "daemon/fwd/control/request.h"
#include "daemon/fwd/control/verbs.h"
#include "daemon/fwd/datapath/attach/attachments.h"
#include "daemon/fwd/model/model.h"

static int read_time(struct ctl_request *request, uint64_t *ret)
{
	const char *text = ctl_string(request, "for"), *problem;

	*ret = PANIC_DEFAULT_NS;
	if (!text)
		return 0;
	problem = duration_problem(text, ret);
	if (!problem && (*ret < PANIC_MIN_NS || *ret > PANIC_MAX_NS))
		problem = "is no time for a panic: from 1s to 24h, as 5m";
	return problem ? ctl_fail(request, WIRE_ERROR_BAD_REQUEST, "\"%.64s\" %s", text, problem)
		       : 0;
}

static int set(struct ctl_request *request, enum fw_panic mode)
{
	uint64_t duration;
	int r = read_time(request, &duration);

	if (r < 0)
		return r;
	panic_set(request->core->panic, mode, duration, request->actor.user);
	request->result = ctl_panic_json(request->core);
	return 0;
}

int ctl_panic_open(struct ctl_request *request)
{
	return set(request, FW_PANIC_OPEN);
}

/* The switch is in the programs, and there is none on these. */
static void add_detached(cJSON *result, const struct core *core)
{
	const struct config *config = model_config(core->model);
	cJSON *list = cJSON_AddArrayToObject(result, "detached");

	for (size_t i = 0; i < config->interface_count; i++)
		/* One that is not left yet has its program. */
		if (config->interfaces[i].detached &&
		    !attachment_is_attached(
			    datapath_find_attachment(core->dp, config->interfaces[i].name)))
			cJSON_AddItemToArray(list, cJSON_CreateString(config->interfaces[i].name));
}

/* Without management entries nobody gets in, not even to end it. */
int ctl_panic_close(struct ctl_request *request)
{
	int r;

	if (model_config(request->core->model)->management_count == 0 && !request->change.force)
		return ctl_fail(request, WIRE_ERROR_FAILED,
				"management.allow is empty, so nobody could reach this host while "
				"it is closed; --force closes it all the same");
	r = set(request, FW_PANIC_CLOSE);
	if (r == 0)
		add_detached(request->result, request->core);
	return r;
}

int ctl_panic_end(struct ctl_request *request)
{
	bool ended = panic_end(request->core->panic, request->actor.user);

	request->result = cJSON_CreateObject();
	cJSON_AddBoolToObject(request->result, "changed", ended);
	return 0;
}
