// SPDX-License-Identifier: MIT
#include "daemon/fwd/limits/limit_notices.h"

#include <stdlib.h>

#include "common/base/clock.h"
#include "common/base/memory.h"
#include "common/records/types/limit.h"
#include "daemon/fwd/datapath/counters/counters.h"
#include "daemon/fwd/limits/limit_watch.h"

#define LOOK_NS 1000000000ULL

struct limit_notices {
	struct limit_notices_needs needs;
	/* By slot. */
	struct limit_watch over[FW_MAX_LIMITS];
	struct limit_watch full[FW_MAX_LIMITS];
};

/* The rules that use a limit: returns their number, and the names of the first few in ret. */
static struct event_list find_rules(const struct config *config, size_t limit,
				    const char *ret[EVENT_LIST_MAX], bool *ret_enforced)
{
	size_t count = 0;

	*ret_enforced = false;
	for (size_t i = 0; i < config->rule_count; i++) {
		const struct config_rule *rule = &config->rules[i];

		if (rule->limit != limit || rule->disabled)
			continue;
		*ret_enforced |= !rule->canary;
		if (count < EVENT_LIST_MAX)
			ret[count] = rule->id;
		count++;
	}
	return (struct event_list){ret, count};
}

/* The outcome of packets over a limit. */
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
	const char *names[EVENT_LIST_MAX];
	bool enforced;
	struct event_list rules = find_rules(config, index, names, &enforced);
	enum fw_outcome outcome = outcome_of(limit, config->enforce && enforced);
	char rate[LIMIT_RATE_TEXT], key[LIMIT_KEY_TEXT];

	limit_rate_format(limit, rate);
	limit_key_format(limit, key);
	if (change == LIMIT_STARTED)
		hub_send(notices->needs.events, limit_started, .limit = limit->name,
			 .outcome = outcome, .rate = rate, .per = key, .rules = rules);
	else
		hub_send(notices->needs.events, limit_stopped, .limit = limit->name,
			 .outcome = outcome, .rate = rate, .per = key, .rules = rules,
			 .packets = episode->over.packets, .bytes = episode->over.bytes,
			 .duration_ns = episode->duration_ns + LOOK_NS);
}

static void report_full(const struct limit_notices *notices, size_t index)
{
	const struct config_limit *limit = &model_config(notices->needs.model)->limits[index];

	hub_send(notices->needs.events, limit_full, .limit = limit->name,
		 .keys = (uint64_t)limit->max, .when_full = limit->when_full);
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
	/* Earlier counts are not reported. */
	limit_notices_look(notices);
	return notices;
}

struct limit_notices *limit_notices_free(struct limit_notices *notices)
{
	free(notices);
	return NULL;
}
