// SPDX-License-Identifier: MIT
/* A trial: begin, its result so far, end. */
#include "daemon/fwd/trial/trial.h"

#include <errno.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/errors/errors_json.h"
#include "common/base/memory.h"
#include "common/base/units.h"
#include "daemon/fwd/control/request.h"
#include "daemon/fwd/control/server.h"
#include "daemon/fwd/control/verbs.h"
#include "daemon/fwd/datapath/trial/trial.h"
#include "daemon/fwd/transaction/apply.h"

#define MAX_DIFFERENCES 100
#define USUAL_FLOWS	10
#define MAX_FLOWS	500
#define LONGEST_NS	(7 * 86400ULL * NS_PER_SECOND)

static const char *const states[] = {TRIALS(FW_AS_NAME)};
static const char *const reasons[] = {FW_REASONS(FW_AS_NAME)};
static const char *const outcomes[] = {FW_OUTCOMES(FW_AS_NAME)};

/* How a policy ended a packet: {"outcome", "reason", "rule"}. */
static void add_end(cJSON *item, const char *name, const struct slots *slots, unsigned outcome,
		    unsigned reason, unsigned rule)
{
	cJSON *end = cJSON_AddObjectToObject(item, name);
	const char *id = rule == FW_NO_SLOT ? NULL : slots_name(slots, FW_NAME_RULE, rule);

	cJSON_AddStringToObject(end, "outcome", outcome < FW_OUTCOME_MAX ? outcomes[outcome] : "");
	cJSON_AddStringToObject(end, "reason", reason < FW_REASON_MAX ? reasons[reason] : "");
	if (id)
		cJSON_AddStringToObject(end, "rule", id);
}

static void add_difference(cJSON *item, const struct trial *trial,
			   const struct fw_difference_key *key, const struct fw_difference *value)
{
	add_end(item, "running", trial->slots, key->outcome, key->reason, key->rule);
	add_end(item, "tried", candidate_slots(trial->candidate), key->tried_outcome,
		key->tried_reason, key->tried_rule);
	cJSON_AddNumberToObject(item, "packets", (double)value->count.packets);
	cJSON_AddNumberToObject(item, "bytes", (double)value->count.bytes);
	cJSON_AddNumberToObject(item, "last_s_ago", ctl_seconds_since(value->last));
}

static int add_differences(struct ctl_request *request, const struct trial *trial)
{
	cleanup_free struct try_difference *differences = NULL;
	int count = datapath_try_differences(request->core->dp, &differences);
	cJSON *list = cJSON_AddArrayToObject(request->result, "differences");

	if (count < 0)
		return count;
	cJSON_AddNumberToObject(request->result, "difference_count", count);
	for (int i = 0; i < count && i < MAX_DIFFERENCES; i++) {
		cJSON *item = cJSON_CreateObject();

		cJSON_AddItemToArray(list, item);
		add_difference(item, trial, &differences[i].key, &differences[i].value);
	}
	return 0;
}

/* A flow is shown as the packets of it are. */
static cJSON *flow_packet(const struct trial *trial, const struct fw_try_flow *flow)
{
	struct fw_event raw = {.packet = flow->packet, .rule = FW_NO_SLOT, .limit = FW_NO_SLOT};
	struct packet_event decoded;
	cJSON *packet;

	raw.packet.flags &= (uint8_t) ~(FW_HAS_TCP | FW_HAS_ICMP);
	packet_decode(&raw, trial->slots, &decoded);
	packet = event_packet_json(&decoded);
	cJSON_DeleteItemFromObjectCaseSensitive(packet, "length");
	if (decoded.interface[0])
		cJSON_AddStringToObject(packet, "interface", decoded.interface);
	return packet;
}

static int add_flows(struct ctl_request *request, const struct trial *trial)
{
	uint64_t most = ctl_count(request, "flows", USUAL_FLOWS);
	cleanup_free struct try_flow *flows = NULL;
	int count = datapath_try_flows(request->core->dp, &flows);
	cJSON *list = cJSON_AddArrayToObject(request->result, "flows");

	if (count < 0)
		return count;
	if (most > MAX_FLOWS)
		most = MAX_FLOWS;
	cJSON_AddNumberToObject(request->result, "flow_count", count);
	for (int i = 0; i < count && (uint64_t)i < most; i++) {
		cJSON *item = cJSON_CreateObject();

		cJSON_AddItemToArray(list, item);
		cJSON_AddItemToObject(item, "flow", flow_packet(trial, &flows[i].key));
		add_difference(item, trial, &flows[i].key.difference, &flows[i].value);
	}
	return 0;
}

static int report(struct ctl_request *request)
{
	const struct trial *trial;
	struct fw_try_stats stats;
	int r;

	trial = trials_look(request->core->trials);
	request->result = cJSON_CreateObject();
	cJSON_AddStringToObject(request->result, "state", trial ? states[trial->state] : "none");
	if (!trial)
		return 0;
	cJSON_AddStringToObject(request->result, "name", trial->name);
	cJSON_AddNumberToObject(request->result, "started_s_ago",
				ctl_seconds_since(trial->started));
	if (trial->state == TRIAL_RUNNING)
		cJSON_AddNumberToObject(request->result, "ends_in_s",
					-ctl_seconds_since(trial->until));
	r = datapath_try_stats(request->core->dp, &stats);
	if (r < 0)
		return r;
	ctl_add_count(request->result, "compared", &stats.compared);
	ctl_add_count(request->result, "different", &stats.different);
	ctl_add_count(request->result, "elsewhere", &stats.elsewhere);
	cJSON_AddNumberToObject(request->result, "left_out", (double)stats.left_out);
	cJSON_AddNumberToObject(request->result, "untold", (double)stats.untold);
	r = add_differences(request, trial);
	return r < 0 ? r : add_flows(request, trial);
}

int ctl_try_status(struct ctl_request *request)
{
	return report(request);
}

int ctl_try_stop(struct ctl_request *request)
{
	if (trials_stop(request->core->trials) < 0)
		return ctl_fail(request, WIRE_ERROR_CONFLICT, "no trial is running");
	return report(request);
}

static int read_duration(struct ctl_request *request, uint64_t *ret)
{
	const char *text = ctl_string(request, "for"), *problem;

	*ret = 600ULL * NS_PER_SECOND;
	if (!text)
		return 0;
	problem = duration_problem(text, ret);
	if (problem)
		return ctl_fail(request, WIRE_ERROR_BAD_REQUEST, "\"%.64s\" %s", text, problem);
	if (*ret > LONGEST_NS)
		return ctl_fail(request, WIRE_ERROR_BAD_REQUEST, "a trial takes 7 days at most");
	return 0;
}

static int fail(struct ctl_request *request, int r, struct errors *errs)
{
	if (!errors_failed(errs)) {
		errors_clear(errs);
		return ctl_fail(request, WIRE_ERROR_FAILED, "try: %s", strerror(-r));
	}
	ctl_fail_errors(request, errs);
	if (r == -EBUSY)
		request->error = WIRE_ERROR_CONFLICT;
	if (r == -EACCES)
		request->error = WIRE_ERROR_PERMISSION;
	return -ECANCELED;
}

int ctl_try_start(struct ctl_request *request)
{
	struct errors errs = {0};
	struct document *document;
	struct policy_text text;
	uint64_t duration;
	int r;

	if (read_duration(request, &duration) < 0 || ctl_policy_text(request, &text) < 0)
		return -ECANCELED;
	r = transaction_read(request->core->transaction, &text, &document, &errs);
	if (r == 0)
		r = trials_start(request->core->trials, document, text.name, duration,
				 request->change.progress, &errs);
	buffer_clear(&request->client->upload);
	if (r < 0)
		return fail(request, r, &errs);
	r = report(request);
	if (errs.count > 0)
		errors_json(&errs, cJSON_AddArrayToObject(request->result, "warnings"));
	errors_clear(&errs);
	return r;
}
