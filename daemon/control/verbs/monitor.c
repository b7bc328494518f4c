// SPDX-License-Identifier: MIT
#include "server.h"
#include "verbs.h"

int ctl_monitor(struct ctl_request *request)
{
	request->client->monitoring = true;
	return 0;
}
