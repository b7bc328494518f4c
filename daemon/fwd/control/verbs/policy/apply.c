// SPDX-License-Identifier: MIT
#include "daemon/fwd/control/request.h"
#include "daemon/fwd/control/server.h"
#include "daemon/fwd/control/verbs.h"

#include <errno.h>
#include <string.h>

#include "common/base/memory.h"
#include "daemon/fwd/control/request_audit.h"
#include "daemon/fwd/history/history.h"
#include "daemon/fwd/model/model.h"
#include "daemon/fwd/transaction/apply.h"

#define MAX_MESSAGE 1000 /* bytes */

int ctl_fail_apply(struct ctl_request *request, int r, bool applied, struct errors *errs)
{
	if (applied)
		errors_add(errs, SEVERITY_WARNING, ERROR_SYSTEM, NULL,
			   "the policy is applied all the same, as revision %llu",
			   (unsigned long long)history_revision(request->core->history));
	if (!errors_failed(errs)) {
		errors_clear(errs);
		return ctl_fail(request, WIRE_ERROR_FAILED, "%s: %s", request->verb->op,
				strerror(-r));
	}
	ctl_fail_errors(request, errs);
	if (r == -EACCES)
		request->error = WIRE_ERROR_PERMISSION;
	return -ECANCELED;
}

int ctl_check_message(struct ctl_request *request)
{
	const char *message = ctl_string(request, "message");

	if (!message || strlen(message) <= MAX_MESSAGE)
		return 0;
	return ctl_fail(request, WIRE_ERROR_BAD_REQUEST, "a message has at most %d bytes",
			MAX_MESSAGE);
}

int ctl_apply(struct ctl_request *request)
{
	cleanup_free char *command = ctl_command(request);
	struct policy_text text;
	struct errors errs = {0};
	struct actor actor;
	const struct history_change record = {
		.cause = "apply",
		.command = command,
		.message = ctl_string(request, "message"),
		.actor = &actor,
	};
	bool applied;
	int r;

	if (ctl_check_message(request) < 0 || ctl_policy_text(request, &text) < 0)
		return -ECANCELED;
	ctl_actor(request, &actor);
	r = transaction_apply(request->core->transaction, &request->change, &text, &record,
			      &applied, &errs);
	buffer_clear(&request->client->upload);
	if (r < 0)
		return ctl_fail_apply(request, r, applied, &errs);
	request->result = cJSON_CreateObject();
	cJSON_AddNumberToObject(request->result, "rules",
				(double)model_config(request->core->model)->rule_count);
	return ctl_recorded(request, &errs);
}
