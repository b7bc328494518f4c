// SPDX-License-Identifier: MIT
#include "daemon/fwd/control/request.h"
#include "daemon/fwd/control/verbs.h"
#include "daemon/fwd/transaction/apply.h"
#include "daemon/fwd/transaction/saved/discard.h"

#include <string.h>

#include "daemon/fwd/control/request_audit.h"
#include "daemon/fwd/model/model.h"

int ctl_reload(struct ctl_request *request)
{
	bool discard = ctl_bool(request, "discard");
	/* Without it, a reload that would lose edits is refused. */
	size_t discarded =
		discard ? discard_count(request->core->model, request->core->history) : 0;
	struct errors errs = {0};
	int r;

	r = transaction_reload(request->core->transaction, &request->change, discard, &errs);
	if (errors_failed(&errs))
		return ctl_fail_errors(request, &errs);
	if (r < 0) {
		errors_clear(&errs);
		return ctl_fail(request, WIRE_ERROR_FAILED, "reload: %s", strerror(-r));
	}
	request->result = cJSON_CreateObject();
	cJSON_AddNumberToObject(request->result, "discarded", (double)discarded);
	cJSON_AddNumberToObject(request->result, "rules",
				(double)model_config(request->core->model)->rule_count);
	return ctl_recorded(request, &errs);
}
