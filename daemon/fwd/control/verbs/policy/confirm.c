// SPDX-License-Identifier: MIT
/* Settling a policy that waits for its confirmation. */
#include "daemon/fwd/control/request.h"
#include "daemon/fwd/control/verbs.h"
#include "daemon/fwd/transaction/transaction.h"

#include <errno.h>

typedef int settle(struct transaction *transaction, const struct actor *actor, char *text,
		   size_t size, struct errors *errs);

static int settle_by(struct ctl_request *request, settle *settle_it)
{
	struct errors errs = {0};
	char text[400] = "";
	int r = settle_it(request->core->transaction, &request->actor, text, sizeof(text), &errs);

	/* It is settled, also if an interface is not as it should be: a failure would deny that. */
	if (r == 0) {
		errors_demote(&errs);
		return ctl_recorded(request, &errs);
	}
	errors_clear(&errs);
	return r == -ENOENT ? ctl_fail(request, WIRE_ERROR_CONFLICT, "%s", text) : r;
}

int ctl_confirm(struct ctl_request *request)
{
	return settle_by(request, transaction_confirm);
}

int ctl_abort(struct ctl_request *request)
{
	return settle_by(request, transaction_abort);
}
