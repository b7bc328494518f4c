// SPDX-License-Identifier: MIT
#include "daemon/fwd/transaction/save.h"

#include <errno.h>
#include <string.h>

#include "daemon/fwd/control/request.h"
#include "daemon/fwd/control/verbs.h"

int ctl_save(struct ctl_request *request)
{
	const struct save_options options = {
		.progress = request->change.progress,
		.force = ctl_bool(request, "force"),
		.flatten = ctl_bool(request, "flatten"),
	};
	struct errors errs = {0};
	int r = transaction_save(request->core->transaction, &options, &errs);

	if (r < 0 && !errors_failed(&errs))
		return ctl_fail(request, WIRE_ERROR_FAILED, "save: %s", strerror(-r));
	if (r < 0) {
		ctl_fail(request, WIRE_ERROR_FAILED, "%s", errs.list[0].message);
		if (r == -ESTALE || r == -EXDEV)
			request->error = WIRE_ERROR_CONFLICT;
		errors_clear(&errs);
		return -ECANCELED;
	}
	return ctl_recorded(request, &errs);
}
