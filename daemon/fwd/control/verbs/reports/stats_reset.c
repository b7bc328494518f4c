// SPDX-License-Identifier: MIT
/* The mark that stats counts from. The counters go on: a client that keeps them sees no jump. */
#include "daemon/fwd/control/request.h"
#include "daemon/fwd/control/verbs.h"

#include <errno.h>
#include <stdlib.h>

#include "common/base/clock.h"
#include "common/base/memory.h"
#include "daemon/fwd/datapath/counters/counters.h"
#include "daemon/fwd/model/model.h"

/* The slots of the rules that are named: all of them, or a refusal. */
static int find_rules(struct ctl_request *request, const cJSON *ids, unsigned *slots)
{
	const struct slots *known = model_slots(request->core->model);
	const cJSON *id;
	size_t i = 0;

	cJSON_ArrayForEach (id, ids) {
		int slot = slots_find(known, FW_NAME_RULE, id->valuestring);

		if (slot < 0)
			return ctl_no_such(request, "rule", id->valuestring);
		slots[i++] = (unsigned)slot;
	}
	return 0;
}

static int mark(struct ctl_request *request, const unsigned *slots, size_t count)
{
	uint64_t now = clock_realtime_ns();
	char text[CLOCK_TEXT];
	int r = 0;

	if (!ctl_is_dry(request))
		r = count ? datapath_mark_rules(request->core->dp, slots, count, now)
			  : datapath_mark(request->core->dp, now);
	if (r < 0)
		return r;
	request->result = cJSON_CreateObject();
	ctl_add_change(request, true);
	cJSON_AddStringToObject(request->result, "since", clock_text(now, text));
	return 0;
}

int ctl_stats_reset(struct ctl_request *request)
{
	const cJSON *ids = cJSON_GetObjectItemCaseSensitive(request->args, "rules");
	size_t count = (size_t)cJSON_GetArraySize(ids);
	cleanup_free unsigned *slots = calloc(count + 1, sizeof(*slots));
	int r;

	if (!slots)
		return -ENOMEM;
	if (ids && count == 0)
		return ctl_fail(request, WIRE_ERROR_BAD_REQUEST, "stats.reset: no rule is named");
	r = find_rules(request, ids, slots);
	return r < 0 ? r : mark(request, slots, count);
}
