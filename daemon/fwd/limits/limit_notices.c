// SPDX-License-Identifier: MIT
#include "daemon/fwd/limits/limit_notices.h"

#include <stdlib.h>

#include "common/base/clock.h"
#include "common/base/memory.h"
#include "daemon/fwd/datapath/counters/counters.h"
#include "daemon/fwd/limits/limit_watch.h"

#define LOOK_NS 1000000000ULL

struct limit_notices {
	struct limit_notices_needs needs;
	/* By slot. */
	struct limit_watch over[FW_MAX_LIMITS];
	struct limit_watch full[FW_MAX_LIMITS];
};

/* The rules that use a limit: how many, and the names of the first few. */
static size_t find_rules(const struct config *config, size_t limit, const char *ret[NOTICE_RULES],
			 bool *ret_enforced)
{
	size_t count = 0;

	*ret_enforced = false;
	for (size_t i = 0; i < config->rule_count; i++) {
		const struct config_rule *rule = &config->rules[i];

		if (rule->limit != limit || rule->disabled)
			continue;
		*ret_enforced |= !rule->canary;
		if (count < NOTICE_RULES)
			ret[count] = rule->id;
		count++;
	}
	return count;
}

/* What becomes of packets over a limit. */
static enum fw_outcome outcome_of(const struct config_limit *limit, bool enforced)
{
	if (limit->cookies.kind != FW_COOKIE_NONE)
		return enforced ? FW_OUTCOME_TX : FW_OUTCOME_WOULD_TX;
	if (limit->over == LIMIT_PASSES)
		return FW_OUTCOME_PASS;
	return enforced ? FW_OUTCOME_DROP : FW_OUTCOME_WOULD_DROP;
}

static void report(const struct limit_notices *notices, size_t index, enum limit_change change,
		   const struct limit_episode *episode)
{
	const struct config *config = model_config(notices->needs.model);
	const struct config_limit *limit = &config->limits[index];
	const char *rules[NOTICE_RULES];
	char rate[LIMIT_RATE_TEXT], key[LIMIT_KEY_TEXT];
	bool enforced;
	struct notice notice = {
		.type = change == LIMIT_STARTED ? FW_EVENT_LIMIT_STARTED : FW_EVENT_LIMIT_STOPPED,
		.limit = limit->name,
		.rate = limit_rate_format(limit, rate),
		.per = limit_key_format(limit, key),
		.rules = rules,
		.rule_count = find_rules(config, index, rules, &enforced),
		.count = episode->over,
		.duration_ns = episode->duration_ns + LOOK_NS,
	};

	notice.outcome = outcome_of(limit, config->enforce && enforced);
	hub_notice(notices->needs.events, &notice);
}

static void report_full(const struct limit_notices *notices, size_t index)
{
	static const char *const when_full[] = {FW_WHEN_FULL(FW_AS_NAME)};
	const struct config_limit *limit = &model_config(notices->needs.model)->limits[index];
	const struct notice notice = {
		.type = FW_EVENT_LIMIT_FULL,
		.limit = limit->name,
		.keys = (uint64_t)limit->max,
		.why = when_full[limit->when_full],
	};

	hub_notice(notices->needs.events, &notice);
}

static void look_at(struct limit_notices *notices, size_t index, uint64_t now)
{
	const char *name = model_config(notices->needs.model)->limits[index].name;
	int slot = slots_find(model_slots(notices->needs.model), FW_NAME_LIMIT, name);
	struct limit_episode episode = {0};
	struct fw_count full = {0};
	struct fw_limit_stats stats;
	enum limit_change change;

	if (slot < 0 || datapath_limit_stats(notices->needs.dp, (unsigned)slot, &stats) < 0)
		return;
	change = limit_watch_note(&notices->over[slot], name, &stats.over, now, &episode);
	if (change != LIMIT_SAME)
		report(notices, index, change, &episode);
	full.packets = stats.full + stats.evicted;
	if (limit_watch_note(&notices->full[slot], name, &full, now, &episode) == LIMIT_STARTED)
		report_full(notices, index);
}

void limit_notices_look(struct limit_notices *notices)
{
	size_t count = model_config(notices->needs.model)->limit_count;
	uint64_t now = clock_ns();

	for (size_t i = 0; i < count; i++)
		look_at(notices, i, now);
}

struct limit_notices *limit_notices_new(const struct limit_notices_needs *needs)
{
	struct limit_notices *notices = calloc(1, sizeof(*notices));

	if (!notices)
		return NULL;
	notices->needs = *needs;
	/* What was counted before is no news. */
	limit_notices_look(notices);
	return notices;
}

struct limit_notices *limit_notices_free(struct limit_notices *notices)
{
	free(notices);
	return NULL;
}
