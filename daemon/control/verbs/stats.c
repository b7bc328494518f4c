// SPDX-License-Identifier: MIT
#include "stats.h"

#include <string.h>

#include "memory.h"
#include "request.h"
#include "rules.h"
#include "verbs.h"

static const char *const reason_names[] = {FW_REASONS(FW_AS_NAME)};
static const char *const outcome_names[] = {FW_OUTCOMES(FW_AS_NAME)};
static const char *const event_names[] = {FW_EVENT_COUNTERS(FW_AS_NAME)};

/* Slot 0 counts packets of interfaces that are none of ours: a sign of trouble if not empty. */
static bool has_stats(const struct slots *slots, unsigned slot)
{
	return slot == 0 || slots_name(slots, FW_NAME_INTERFACE, slot);
}

cJSON *ctl_totals_json(const struct app *app)
{
	static const char *const names[] = {
		[FW_OUTCOME_PASS] = "passed",		[FW_OUTCOME_DROP] = "dropped",
		[FW_OUTCOME_WOULD_DROP] = "would_drop", [FW_OUTCOME_TX] = "answered",
		[FW_OUTCOME_WOULD_TX] = "would_answer",
	};
	const struct slots *slots = model_slots(app->model);
	struct fw_count total[FW_OUTCOME_MAX] = {0}, count[FW_OUTCOME_MAX];
	cJSON *json = cJSON_CreateObject();

	for (unsigned slot = 0; slot < FW_MAX_INTERFACES; slot++) {
		for (unsigned reason = 0; has_stats(slots, slot) && reason < FW_REASON_MAX;
		     reason++) {
			if (datapath_reason_stats(app->dp, slot, reason, count) < 0)
				continue;
			for (unsigned i = 0; i < FW_OUTCOME_MAX; i++) {
				total[i].packets += count[i].packets;
				total[i].bytes += count[i].bytes;
			}
		}
	}
	for (unsigned i = 0; i < FW_OUTCOME_MAX; i++)
		ctl_add_count(json, names[i], &total[i]);
	return json;
}

cJSON *ctl_events_json(const struct app *app)
{
	cJSON *json = cJSON_CreateObject();
	struct fw_event_stats stats;

	if (datapath_event_stats(app->dp, &stats) < 0)
		return json;
	for (size_t i = 0; i < array_size(event_names); i++)
		cJSON_AddNumberToObject(json, event_names[i], (double)stats.count[i]);
	return json;
}

static cJSON *reasons_json(const struct app *app, unsigned slot)
{
	struct fw_count count[FW_OUTCOME_MAX];
	cJSON *list = cJSON_CreateArray();

	for (unsigned reason = 0; reason < FW_REASON_MAX; reason++) {
		if (datapath_reason_stats(app->dp, slot, reason, count) < 0)
			continue;
		for (unsigned outcome = 0; outcome < FW_OUTCOME_MAX; outcome++) {
			cJSON *item;

			if (count[outcome].packets == 0)
				continue;
			item = cJSON_CreateObject();
			cJSON_AddItemToArray(list, item);
			cJSON_AddStringToObject(item, "reason", reason_names[reason]);
			cJSON_AddStringToObject(item, "outcome", outcome_names[outcome]);
			cJSON_AddNumberToObject(item, "packets", (double)count[outcome].packets);
			cJSON_AddNumberToObject(item, "bytes", (double)count[outcome].bytes);
		}
	}
	return list;
}

static void add_interfaces(cJSON *result, const struct app *app)
{
	const struct slots *slots = model_slots(app->model);
	cJSON *list = cJSON_AddArrayToObject(result, "interfaces");

	for (unsigned slot = 0; slot < FW_MAX_INTERFACES; slot++) {
		cJSON *item, *reasons;

		if (!has_stats(slots, slot))
			continue;
		reasons = reasons_json(app, slot);
		if (!reasons->child && (slot == 0 || !slots_used(slots, FW_NAME_INTERFACE, slot))) {
			cJSON_Delete(reasons);
			continue;
		}
		item = cJSON_CreateObject();
		cJSON_AddItemToArray(list, item);
		cJSON_AddStringToObject(item, "name",
					slot ? slots_name(slots, FW_NAME_INTERFACE, slot) : "");
		cJSON_AddItemToObject(item, "reasons", reasons);
	}
}

static void add_rules(cJSON *result, const struct app *app)
{
	const struct config *config = model_config(app->model);
	cJSON *list = cJSON_AddArrayToObject(result, "rules");

	for (size_t i = 0; i < ctl_rule_count(config); i++) {
		struct ctl_rule rule = ctl_rule_at(config, i);
		struct fw_rule_stats stats = ctl_rule_stats_of(app, rule.id);
		cJSON *item = cJSON_CreateObject();

		cJSON_AddItemToArray(list, item);
		cJSON_AddStringToObject(item, "id", rule.id);
		cJSON_AddNumberToObject(item, "packets", (double)stats.matched.packets);
		cJSON_AddNumberToObject(item, "bytes", (double)stats.matched.bytes);
	}
}

static void add_limits(cJSON *result, const struct app *app)
{
	const struct slots *slots = model_slots(app->model);
	cJSON *list = cJSON_AddArrayToObject(result, "limits");
	uint32_t keys[FW_MAX_LIMITS] = {0};

	datapath_bucket_counts(app->dp, keys);
	for (unsigned slot = 0; slot < slots_capacity(FW_NAME_LIMIT); slot++) {
		struct fw_limit_stats stats;
		cJSON *item;

		if (!slots_used(slots, FW_NAME_LIMIT, slot) ||
		    datapath_limit_stats(app->dp, slot, &stats) < 0)
			continue;
		item = cJSON_CreateObject();
		cJSON_AddItemToArray(list, item);
		cJSON_AddStringToObject(item, "name", slots_name(slots, FW_NAME_LIMIT, slot));
		ctl_add_count(item, "passed", &stats.passed);
		ctl_add_count(item, "over", &stats.over);
		cJSON_AddNumberToObject(item, "full", (double)stats.full);
		cJSON_AddNumberToObject(item, "evicted", (double)stats.evicted);
		cJSON_AddNumberToObject(item, "keys", keys[slot]);
	}
}

int ctl_stats(struct ctl_request *request)
{
	request->result = cJSON_CreateObject();
	cJSON_AddItemToObject(request->result, "totals", ctl_totals_json(request->app));
	add_interfaces(request->result, request->app);
	add_rules(request->result, request->app);
	add_limits(request->result, request->app);
	cJSON_AddItemToObject(request->result, "events", ctl_events_json(request->app));
	return 0;
}
