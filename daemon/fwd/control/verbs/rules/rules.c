// SPDX-License-Identifier: MIT
#include "daemon/fwd/control/verbs/rules/rules.h"

#include "common/policy/config/config.h"
#include "daemon/fwd/datapath/counters/counters.h"
#include "daemon/fwd/model/model.h"

static const char *const action_names[] = {FW_ACTIONS(FW_AS_NAME)};

static const struct ctl_rule implicit[] = {
	{.id = "permitted", .origin = "implicit", .action = "pass"},
	{.id = "not-permitted", .origin = "implicit", .action = "drop"},
};

size_t ctl_rule_count(const struct config *config)
{
	return config->management_count + config->rule_count + (config->has_permitted ? 2 : 0);
}

struct ctl_rule ctl_rule_at(const struct config *config, size_t index)
{
	const struct config_rule *rule;
	bool management = index < config->management_count;

	if (!management && index - config->management_count >= config->rule_count)
		return implicit[index - config->management_count - config->rule_count];
	rule = management ? &config->management[index]
			  : &config->rules[index - config->management_count];
	return (struct ctl_rule){
		.id = rule->id,
		.origin = management ? "management" : "rule",
		.rule = rule,
		.action = rule->limit == CONFIG_NO_LIMIT ? action_names[rule->action] : NULL,
	};
}

struct fw_rule_stats ctl_rule_stats_of(const struct core *core, const char *id)
{
	int slot = slots_find(model_slots(core->model), FW_NAME_RULE, id);
	struct fw_rule_stats stats = {0};

	if (slot >= 0 && datapath_rule_stats(core->dp, (unsigned)slot, &stats) < 0)
		stats = (struct fw_rule_stats){0};
	return stats;
}
