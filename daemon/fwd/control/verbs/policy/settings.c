// SPDX-License-Identifier: MIT
/* What holds for the whole policy: "enforce", and "defaults". */
#include "daemon/fwd/control/request.h"
#include "daemon/fwd/control/verbs.h"
#include "daemon/fwd/model/model.h"

#include <errno.h>
#include <string.h>

int ctl_mode(struct ctl_request *request)
{
	const char *mode = ctl_string(request, "mode");
	bool enforce = strcmp(mode, "enforce") == 0;
	struct errors errs = {0};
	int r;

	if (!enforce && strcmp(mode, "monitor") != 0)
		return ctl_fail(request, WIRE_ERROR_BAD_REQUEST,
				"mode cannot be \"%.32s\"; it is one of: monitor, enforce", mode);
	r = model_enforce(request->core->model, &request->change, enforce, &errs);
	if (r < 0)
		return ctl_fail_edit(request, r, &errs, "mode", mode);
	return ctl_changed(request, &errs);
}

int ctl_defaults_set(struct ctl_request *request)
{
	struct errors errs = {0};
	int r = model_defaults_set(request->core->model, &request->change,
				   ctl_string(request, "fields"), &errs);

	if (r < 0)
		return ctl_fail_edit(request, r, &errs, "section", "defaults");
	return ctl_changed(request, &errs);
}
