// SPDX-License-Identifier: MIT
#include "request.h"
#include "verbs.h"

#include <string.h>

#include "request_audit.h"

int ctl_reload(struct ctl_request *request)
{
	unsigned unsaved = model_unsaved(request->app->model);
	struct errors errs = {0};
	struct actor actor;
	int r;

	ctl_actor(request, &actor);
	r = app_reload(request->app, &actor, ctl_bool(request, "discard"), &errs);
	if (errors_failed(&errs))
		return ctl_fail_errors(request, &errs);
	if (r < 0) {
		errors_clear(&errs);
		return ctl_fail(request, WIRE_ERROR_FAILED, "reload: %s", strerror(-r));
	}
	request->result = cJSON_CreateObject();
	/* Live edits that the file did not have are gone now. */
	cJSON_AddNumberToObject(request->result, "discarded", unsaved);
	cJSON_AddNumberToObject(request->result, "rules",
				(double)model_config(request->app->model)->rule_count);
	return ctl_recorded(request, &errs);
}
