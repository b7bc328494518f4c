// SPDX-License-Identifier: MIT
#include "daemon/fwd/control/verbs.h"

int ctl_version(struct ctl_request *request)
{
	request->result = cJSON_CreateObject();
	cJSON_AddStringToObject(request->result, "version", FWD_VERSION);
	cJSON_AddNumberToObject(request->result, "protocol", WIRE_VERSION);
	cJSON_AddNumberToObject(request->result, "abi", FW_ABI_VERSION);
	return 0;
}
