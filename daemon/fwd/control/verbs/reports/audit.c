// SPDX-License-Identifier: MIT
#include "daemon/fwd/history/audit.h"

#include <string.h>

#include "daemon/fwd/control/request.h"
#include "daemon/fwd/control/request_audit.h"
#include "daemon/fwd/control/verbs.h"
#include "daemon/fwd/history/history.h"

#define MAX_ENTRIES   1000
#define SHOWN_ENTRIES 50
#define LOG_BYTES     (512 * 1024) /* a reply holds them */

int ctl_audit(struct ctl_request *request)
{
	uint64_t limit = ctl_count(request, "limit", SHOWN_ENTRIES);

	request->result = cJSON_CreateObject();
	audit_read(history_folder(request->core->history),
		   limit < MAX_ENTRIES ? limit : MAX_ENTRIES, LOG_BYTES,
		   cJSON_AddArrayToObject(request->result, "items"));
	if (ctl_audit_error(request))
		cJSON_AddStringToObject(request->result, "trouble",
					strerror(ctl_audit_error(request)));
	return 0;
}
