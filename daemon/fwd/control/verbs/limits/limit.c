// SPDX-License-Identifier: MIT
#include "daemon/fwd/control/request.h"
#include "daemon/fwd/control/verbs.h"
#include "daemon/fwd/control/verbs/limits/limit_top.h"
#include "daemon/fwd/limits/bans.h"

#include <errno.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/policy/config/config.h"
#include "daemon/fwd/datapath/buckets/limit_state.h"
#include "daemon/fwd/datapath/counters/counters.h"
#include "daemon/fwd/model/model.h"

static const char *const algorithms[] = {FW_ALGORITHMS(FW_AS_NAME)};
static const char *const when_full[] = {FW_WHEN_FULL(FW_AS_NAME)};

static void add_over(cJSON *json, const struct config_limit *limit)
{
	char text[UNITS_TEXT];
	cJSON *block;

	switch (limit->over) {
	case LIMIT_PASSES:
		cJSON_AddStringToObject(json, "over_action", "pass");
		return;
	case LIMIT_DROPS:
		cJSON_AddStringToObject(json, "over_action", "drop");
		return;
	case LIMIT_BLOCKS:
		cJSON_AddStringToObject(json, "over_action", "block");
		block = cJSON_AddObjectToObject(json, "block");
		cJSON_AddStringToObject(block, "for", duration_format(limit->ban.first_ns, text));
		cJSON_AddStringToObject(block, "max", duration_format(limit->ban.max_ns, text));
		cJSON_AddStringToObject(block, "quiet", duration_format(limit->ban.quiet_ns, text));
		cJSON_AddBoolToObject(block, "forgeable", limit->ban.forgeable);
		if (limit->ban.set[0])
			cJSON_AddStringToObject(block, "set", limit->ban.set);
		return;
	}
}

static void add_counters(cJSON *json, const struct core *core, const struct config_limit *limit,
			 const uint32_t *keys)
{
	int slot = slots_find(model_slots(core->model), FW_NAME_LIMIT, limit->name);
	struct fw_limit_stats stats = {0};
	struct ban_counts bans;

	if (slot >= 0 && datapath_limit_stats(core->dp, (unsigned)slot, &stats) < 0)
		stats = (struct fw_limit_stats){0};
	ctl_add_count(json, "passed", &stats.passed);
	ctl_add_count(json, "over", &stats.over);
	cJSON_AddNumberToObject(json, "full", (double)stats.full);
	cJSON_AddNumberToObject(json, "evicted", (double)stats.evicted);
	cJSON_AddNumberToObject(json, "keys", slot >= 0 ? keys[slot] : 0);
	if (limit->over != LIMIT_BLOCKS || slot < 0)
		return;
	bans = bans_count(core->bans, (unsigned)slot, limit->name);
	cJSON_AddNumberToObject(json, "bans", (double)bans.banned);
	cJSON_AddNumberToObject(json, "bans_missed", (double)bans.missed);
}

static void add_levels(cJSON *json, const struct config_limit *limit)
{
	cJSON *list = cJSON_AddArrayToObject(json, "levels");
	char rate[UNITS_TEXT], key[LEVEL_KEY_TEXT];

	for (unsigned i = 0; i < limit->level_count; i++) {
		const struct config_level *level = &limit->levels[i];
		cJSON *item = cJSON_CreateObject();

		cJSON_AddStringToObject(item, "per", level_key_format(level, key));
		cJSON_AddStringToObject(item, "rate", rate_format(&level->rate, rate));
		cJSON_AddNumberToObject(item, "burst", (double)level->burst);
		cJSON_AddItemToArray(list, item);
	}
}

static bool has_keys(const struct config_limit *limit)
{
	for (unsigned i = 0; i < limit->level_count; i++) {
		if (limit->levels[i].key != FW_KEY_RULE)
			return true;
	}
	return false;
}

static cJSON *limit_json(const struct core *core, size_t index, const uint32_t *keys)
{
	const struct config *config = model_config(core->model);
	const struct config_limit *limit = &config->limits[index];
	cJSON *json = cJSON_CreateObject(), *rules;
	char rate[LIMIT_RATE_TEXT], key[LIMIT_KEY_TEXT];

	cJSON_AddStringToObject(json, "name", limit->name);
	cJSON_AddStringToObject(json, "rate", limit_rate_format(limit, rate));
	cJSON_AddNumberToObject(json, "burst", (double)limit->levels[0].burst);
	cJSON_AddStringToObject(json, "unit",
				limit->levels[0].rate.unit == RATE_BYTES ? "bytes" : "packets");
	cJSON_AddStringToObject(json, "per", limit_key_format(limit, key));
	add_levels(json, limit);
	cJSON_AddStringToObject(json, "algorithm", algorithms[limit->algorithm]);
	if (has_keys(limit))
		cJSON_AddNumberToObject(json, "max", (double)limit->max);
	add_over(json, limit);
	cJSON_AddStringToObject(json, "within",
				limit->within == WITHIN_GOES_ON ? "continue" : "pass");
	cJSON_AddStringToObject(json, "when_full", when_full[limit->when_full]);
	rules = cJSON_AddArrayToObject(json, "rules");
	for (size_t i = 0; i < config->rule_count; i++) {
		if (config->rules[i].limit == index)
			cJSON_AddItemToArray(rules, cJSON_CreateString(config->rules[i].id));
	}
	add_counters(json, core, limit, keys);
	return json;
}

int ctl_limit_list(struct ctl_request *request)
{
	const struct config *config = model_config(request->core->model);
	uint32_t keys[FW_MAX_LIMITS] = {0};
	struct ctl_page page;

	datapath_bucket_counts(request->core->dp, keys);
	ctl_page_begin(request, config->limit_count, &page);
	for (size_t i = page.offset; i < page.end; i++) {
		if (!ctl_page_add(&page, limit_json(request->core, i, keys)))
			break;
	}
	return 0;
}

int ctl_limit_show(struct ctl_request *request)
{
	const char *name = ctl_string(request, "name");
	int index = config_find_limit(model_config(request->core->model), name);
	uint64_t top = ctl_count(request, "top", 0);
	uint32_t keys[FW_MAX_LIMITS] = {0};

	if (index < 0)
		return ctl_no_such(request, "limit", name);
	if (top > LIMIT_TOP_MAX)
		return ctl_fail(request, WIRE_ERROR_BAD_REQUEST,
				"limit.show: at most the top %d keys are shown, not %llu",
				LIMIT_TOP_MAX, (unsigned long long)top);
	datapath_bucket_counts(request->core->dp, keys);
	request->result = limit_json(request->core, (size_t)index, keys);
	if (top > 0)
		cJSON_AddItemToObject(request->result, "top",
				      ctl_limit_top(request->core, (size_t)index, top));
	return 0;
}

int ctl_limit_add(struct ctl_request *request)
{
	const char *name = ctl_string(request, "name");
	struct errors errs = {0};
	int r = model_limit_add(request->core->model, &request->change, name,
				ctl_string(request, "limit"), &errs);

	if (r < 0)
		return ctl_fail_edit(request, r, &errs, "limit", name);
	return ctl_changed(request, &errs);
}

int ctl_limit_delete(struct ctl_request *request)
{
	const struct config *config = model_config(request->core->model);
	const char *name = ctl_string(request, "name");
	int index = config_find_limit(config, name);
	struct errors errs = {0};
	int r;

	for (size_t i = 0; index >= 0 && i < config->rule_count; i++) {
		if (config->rules[i].limit == (size_t)index)
			return ctl_fail(request, WIRE_ERROR_CONFLICT,
					"limit \"%.64s\" is used by rule \"%s\"", name,
					config->rules[i].id);
	}
	r = model_limit_delete(request->core->model, &request->change, name, &errs);
	if (r < 0 && !ctl_is_gone(request, r, &errs))
		return ctl_fail_edit(request, r, &errs, "limit", name);
	return ctl_changed(request, &errs);
}

int ctl_limit_set(struct ctl_request *request)
{
	const char *name = ctl_string(request, "name");
	struct errors errs = {0};
	int r = model_limit_set(request->core->model, &request->change, name,
				ctl_string(request, "fields"), &errs);

	if (r < 0)
		return ctl_fail_edit(request, r, &errs, "limit", name);
	return ctl_changed(request, &errs);
}
