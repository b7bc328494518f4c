// SPDX-License-Identifier: MIT
/*
 * What this host cannot do without, and what a policy makes of it: the table of
 * daemon/fwd/lockout/needs.h.
 */
#include "daemon/fwd/control/request.h"
#include "daemon/fwd/control/server.h"
#include "daemon/fwd/control/verbs.h"

#include <errno.h>
#include <string.h>

#include "common/base/errors/errors_json.h"
#include "common/policy/config/config.h"
#include "daemon/fwd/lockout/guard.h"
#include "daemon/fwd/lockout/needs.h"
#include "daemon/fwd/lockout/probe.h"
#include "daemon/fwd/model/candidate.h"
#include "daemon/fwd/transaction/apply.h"

static void free_candidate(struct candidate **candidate)
{
	candidate_free(*candidate);
}

/* The packets of the row that is being filled. */
struct listing {
	cJSON *rows[64]; /* by row of the table */
	unsigned dropped;
};

static void add_answer(void *userdata, const struct probe *probe,
		       const struct fw_explanation *answer, const char *why)
{
	static const char *const outcomes[] = {FW_OUTCOMES(FW_AS_NAME)};
	struct listing *listing = userdata;
	cJSON *row = listing->rows[probe->need - needs], *json = cJSON_CreateObject();
	bool drops = answer->action == FW_ACTION_DROP;

	cJSON_ReplaceItemInObject(row, "applies", cJSON_CreateTrue());
	cJSON_AddStringToObject(json, "what", probe->what);
	cJSON_AddStringToObject(json, "interface", probe->packet.interface);
	cJSON_AddStringToObject(json, "verdict",
				answer->outcome < FW_OUTCOME_MAX ? outcomes[answer->outcome] : "?");
	if (drops)
		cJSON_AddStringToObject(json, "why", why);
	listing->dropped += drops;
	cJSON_AddItemToArray(cJSON_GetObjectItemCaseSensitive(row, "packets"), json);
}

static cJSON *begin_rows(struct listing *listing)
{
	cJSON *list = cJSON_CreateArray();

	for (size_t i = 0; i < need_count; i++) {
		cJSON *row = cJSON_CreateObject();

		cJSON_AddStringToObject(row, "id", needs[i].id);
		cJSON_AddStringToObject(row, "what", needs[i].what);
		cJSON_AddStringToObject(row, "when", needs[i].when);
		cJSON_AddStringToObject(row, "why", needs[i].why);
		cJSON_AddFalseToObject(row, "applies");
		cJSON_AddArrayToObject(row, "packets");
		cJSON_AddItemToArray(list, row);
		listing->rows[i] = row;
	}
	return list;
}

/* Set files are opened by fwd, and compiling takes its time: not for readers. */
static int take_policy(struct ctl_request *request, struct candidate **ret, struct errors *errs)
{
	struct document *document;
	struct policy_text text;
	int r;

	if (request->client->access < ACCESS_WRITE)
		return ctl_fail(request, WIRE_ERROR_PERMISSION,
				"checking another policy is for root and members of group "
				"fwd-admin");
	r = ctl_policy_text(request, &text);
	if (r < 0)
		return r;
	r = transaction_read(request->core->transaction, &text, &document, errs);
	if (r == 0)
		r = candidate_new(request->core->model, document, FW_IMAGE_CANDIDATE,
				  request->change.progress, ret, errs);
	buffer_clear(&request->client->upload);
	return r;
}

int ctl_lockout(struct ctl_request *request)
{
	const struct caller caller = {.pid = request->client->peer.pid,
				      .started = request->client->peer_started,
				      .claim = request->from};
	const struct guard guard = {.model = request->core->model, .caller = &caller};
	__attribute__((cleanup(free_candidate))) struct candidate *candidate = NULL;
	struct listing listing = {0};
	struct errors errs = {0};
	cJSON *rows = begin_rows(&listing), *warnings = cJSON_CreateArray();
	int r = ctl_bool(request, "candidate") ? take_policy(request, &candidate, &errs) : 0;

	if (r == 0)
		r = guard_show(&guard, candidate, add_answer, &listing, &errs);
	if (r < 0) {
		cJSON_Delete(rows);
		cJSON_Delete(warnings);
		if (request->message || errors_failed(&errs))
			return request->message ? r : ctl_fail_errors(request, &errs);
		errors_clear(&errs);
		return r;
	}
	request->result = cJSON_CreateObject();
	cJSON_AddStringToObject(request->result, "policy", candidate ? "candidate" : "running");
	cJSON_AddNumberToObject(request->result, "dropped", listing.dropped);
	cJSON_AddItemToObject(request->result, "needs", rows);
	errors_json(&errs, warnings);
	cJSON_AddItemToObject(request->result, "warnings", warnings);
	errors_clear(&errs);
	return 0;
}
