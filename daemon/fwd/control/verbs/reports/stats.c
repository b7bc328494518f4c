// SPDX-License-Identifier: MIT
#include "daemon/fwd/control/verbs/reports/stats.h"

#include <string.h>

#include "common/base/clock.h"
#include "common/base/memory.h"
#include "daemon/fwd/control/request.h"
#include "daemon/fwd/control/verbs.h"
#include "daemon/fwd/control/verbs/rules/rules.h"
#include "daemon/fwd/datapath/buckets/limit_state.h"
#include "daemon/fwd/datapath/counters/counters.h"
#include "daemon/fwd/model/model.h"

/* A rule in a reply has at most so many bytes, without its id. */
#define RULE_BYTES 192

static const char *const reason_names[] = {FW_REASONS(FW_AS_NAME)};
static const char *const outcome_names[] = {FW_OUTCOMES(FW_AS_NAME)};
static const char *const event_names[] = {FW_EVENT_COUNTERS(FW_AS_NAME)};

/* Slot 0 counts packets of interfaces that are none of ours: a sign of trouble if not empty. */
static bool has_stats(const struct slots *slots, unsigned slot)
{
	return slot == 0 || slots_name(slots, FW_NAME_INTERFACE, slot);
}

static bool is_above(const struct fw_count *mark, const struct fw_count *count)
{
	return mark->packets > count->packets || mark->bytes > count->bytes;
}

/* What a counter was at the mark, if that holds, and it had counted anything by then. */
static cJSON *add_mark(cJSON *json, const struct fw_count *count, const struct fw_count *mark)
{
	cJSON *item;

	if (mark->packets == 0 || is_above(mark, count))
		return NULL;
	item = cJSON_AddObjectToObject(json, "mark");
	cJSON_AddNumberToObject(item, "packets", (double)mark->packets);
	cJSON_AddNumberToObject(item, "bytes", (double)mark->bytes);
	return item;
}

static void add_sum(struct fw_count *sum, const struct fw_count *count)
{
	sum->packets += count->packets;
	sum->bytes += count->bytes;
}

static const struct fw_count *reason_marks(const struct core *core, unsigned slot, unsigned reason)
{
	size_t first = ((size_t)slot * FW_REASON_MAX + reason) * FW_OUTCOME_MAX;

	return &datapath_marks(core->dp)->reasons[first];
}

cJSON *ctl_totals_json(const struct core *core, bool marked)
{
	static const char *const names[] = {
		[FW_OUTCOME_PASS] = "passed",		[FW_OUTCOME_DROP] = "dropped",
		[FW_OUTCOME_WOULD_DROP] = "would_drop", [FW_OUTCOME_TX] = "answered",
		[FW_OUTCOME_WOULD_TX] = "would_answer",
	};
	const struct slots *slots = model_slots(core->model);
	struct fw_count total[FW_OUTCOME_MAX] = {0}, mark[FW_OUTCOME_MAX] = {0};
	struct fw_count count[FW_OUTCOME_MAX];
	cJSON *json = cJSON_CreateObject();

	for (unsigned slot = 0; slot < FW_MAX_INTERFACES; slot++) {
		for (unsigned reason = 0; has_stats(slots, slot) && reason < FW_REASON_MAX;
		     reason++) {
			const struct fw_count *marks = reason_marks(core, slot, reason);

			if (datapath_reason_stats(core->dp, slot, reason, count) < 0)
				continue;
			for (unsigned i = 0; i < FW_OUTCOME_MAX; i++) {
				add_sum(&total[i], &count[i]);
				if (!is_above(&marks[i], &count[i]))
					add_sum(&mark[i], &marks[i]);
			}
		}
	}
	for (unsigned i = 0; i < FW_OUTCOME_MAX; i++) {
		cJSON *item = ctl_add_count(json, names[i], &total[i]);

		if (marked)
			add_mark(item, &total[i], &mark[i]);
	}
	return json;
}

cJSON *ctl_events_json(const struct core *core, bool marked)
{
	const struct fw_event_stats *mark = &datapath_marks(core->dp)->events;
	cJSON *json = cJSON_CreateObject(), *item;
	struct fw_event_stats stats;

	if (datapath_event_stats(core->dp, &stats) < 0)
		return json;
	for (size_t i = 0; i < array_size(event_names); i++)
		cJSON_AddNumberToObject(json, event_names[i], (double)stats.count[i]);
	item = marked && datapath_marks(core->dp)->time ? cJSON_AddObjectToObject(json, "mark")
							: NULL;
	for (size_t i = 0; item && i < array_size(event_names); i++)
		if (mark->count[i] <= stats.count[i])
			cJSON_AddNumberToObject(item, event_names[i], (double)mark->count[i]);
	return json;
}

static cJSON *reasons_json(const struct core *core, unsigned slot)
{
	struct fw_count count[FW_OUTCOME_MAX];
	cJSON *list = cJSON_CreateArray();

	for (unsigned reason = 0; reason < FW_REASON_MAX; reason++) {
		if (datapath_reason_stats(core->dp, slot, reason, count) < 0)
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
			add_mark(item, &count[outcome], &reason_marks(core, slot, reason)[outcome]);
		}
	}
	return list;
}

static void add_interfaces(cJSON *result, const struct core *core)
{
	const struct slots *slots = model_slots(core->model);
	cJSON *list = cJSON_AddArrayToObject(result, "interfaces");

	for (unsigned slot = 0; slot < FW_MAX_INTERFACES; slot++) {
		cJSON *item, *reasons;

		if (!has_stats(slots, slot))
			continue;
		reasons = reasons_json(core, slot);
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

static cJSON *rule_json(const struct core *core, const char *id)
{
	int slot = slots_find(model_slots(core->model), FW_NAME_RULE, id);
	struct fw_rule_stats stats = ctl_rule_stats_of(core, id);
	const struct fw_rule_mark *mark;
	cJSON *item = cJSON_CreateObject();
	char text[CLOCK_TEXT];

	cJSON_AddStringToObject(item, "id", id);
	cJSON_AddNumberToObject(item, "packets", (double)stats.matched.packets);
	cJSON_AddNumberToObject(item, "bytes", (double)stats.matched.bytes);
	if (slot < 0)
		return item;
	mark = &datapath_marks(core->dp)->rules[slot];
	add_mark(item, &stats.matched, &mark->matched);
	if (mark->time)
		cJSON_AddStringToObject(item, "since", clock_text(mark->time, text));
	return item;
}

/* As many rules as a reply has room for, from one on. */
static void add_rules(cJSON *result, const struct core *core, size_t offset)
{
	const struct config *config = model_config(core->model);
	cJSON *list = cJSON_AddArrayToObject(result, "rules");
	size_t count = ctl_rule_count(config), bytes = 0;

	for (size_t i = offset; i < count && bytes < PAGE_BYTES; i++) {
		struct ctl_rule rule = ctl_rule_at(config, i);

		cJSON_AddItemToArray(list, rule_json(core, rule.id));
		bytes += RULE_BYTES + strlen(rule.id);
	}
	cJSON_AddNumberToObject(result, "rules_total", (double)count);
}

/* Their four counters are marked together. */
static void add_limit_mark(cJSON *item, const struct fw_limit_stats *stats,
			   const struct fw_limit_stats *mark)
{
	cJSON *json;

	add_mark(cJSON_GetObjectItemCaseSensitive(item, "passed"), &stats->passed, &mark->passed);
	add_mark(cJSON_GetObjectItemCaseSensitive(item, "over"), &stats->over, &mark->over);
	if ((mark->full == 0 && mark->evicted == 0) || mark->full > stats->full ||
	    mark->evicted > stats->evicted)
		return;
	json = cJSON_AddObjectToObject(item, "mark");
	cJSON_AddNumberToObject(json, "full", (double)mark->full);
	cJSON_AddNumberToObject(json, "evicted", (double)mark->evicted);
}

static void add_limits(cJSON *result, const struct core *core)
{
	const struct slots *slots = model_slots(core->model);
	cJSON *list = cJSON_AddArrayToObject(result, "limits");
	uint32_t keys[FW_MAX_LIMITS] = {0};

	datapath_bucket_counts(core->dp, keys);
	for (unsigned slot = 0; slot < slots_capacity(FW_NAME_LIMIT); slot++) {
		struct fw_limit_stats stats;
		cJSON *item;

		if (!slots_used(slots, FW_NAME_LIMIT, slot) ||
		    datapath_limit_stats(core->dp, slot, &stats) < 0)
			continue;
		item = cJSON_CreateObject();
		cJSON_AddItemToArray(list, item);
		cJSON_AddStringToObject(item, "name", slots_name(slots, FW_NAME_LIMIT, slot));
		ctl_add_count(item, "passed", &stats.passed);
		ctl_add_count(item, "over", &stats.over);
		cJSON_AddNumberToObject(item, "full", (double)stats.full);
		cJSON_AddNumberToObject(item, "evicted", (double)stats.evicted);
		cJSON_AddNumberToObject(item, "keys", keys[slot]);
		add_limit_mark(item, &stats, &datapath_marks(core->dp)->limits[slot]);
	}
}

int ctl_stats(struct ctl_request *request)
{
	const struct core *core = request->core;
	uint64_t offset = ctl_count(request, "offset", 0), time = datapath_marks(core->dp)->time;
	char text[CLOCK_TEXT];

	request->result = cJSON_CreateObject();
	if (offset > 0) {
		add_rules(request->result, core, offset);
		return 0;
	}
	if (time)
		cJSON_AddStringToObject(request->result, "since", clock_text(time, text));
	cJSON_AddItemToObject(request->result, "totals", ctl_totals_json(core, true));
	add_interfaces(request->result, core);
	add_rules(request->result, core, 0);
	add_limits(request->result, core);
	cJSON_AddItemToObject(request->result, "events", ctl_events_json(core, true));
	return 0;
}
