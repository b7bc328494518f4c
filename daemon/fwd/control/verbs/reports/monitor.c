// SPDX-License-Identifier: MIT
#include "daemon/fwd/control/server.h"
#include "daemon/fwd/control/verbs.h"

int ctl_monitor(struct ctl_request *request)
{
	request->client->monitoring = true;
	return 0;
}
