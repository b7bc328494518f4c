// SPDX-License-Identifier: MIT
/* Checks of several values: contradictions within rules, and lock-outs of the operator. */
#include "common/policy/config/config_fields.h"

#include <errno.h>
#include <stddef.h>

/* True if a packet that no rule matches is dropped. */
static bool drops_by_default(const struct config *config)
{
	return config->has_permitted || config->defaults.action == FW_ACTION_DROP;
}

static bool can_drop(const struct config *config)
{
	if (drops_by_default(config))
		return true;
	for (size_t i = 0; i < config->rule_count; i++) {
		const struct config_rule *rule = &config->rules[i];

		if (!rule->disabled && !rule->canary && rule->action == FW_ACTION_DROP)
			return true;
	}
	return false;
}

static void check_policy(const struct config *config, struct errors *errs)
{
	if (config->enforce && !config->management_count && can_drop(config))
		errors_add(errs, SEVERITY_WARNING, ERROR_LOCKOUT, NULL,
			   "this policy drops packets and has no \"management.allow\": "
			   "your own access is not protected");
	if (config->has_permitted && config->defaults.action == FW_ACTION_DROP)
		errors_add(errs, SEVERITY_WARNING, ERROR_DEFAULT_UNUSED, NULL,
			   "\"defaults.action\" is never reached: \"permitted_cidrs\" decides "
			   "on all that no rule matches");
}

int config_validate(const struct config *config, struct errors *errs)
{
	char *(*line_of)(void *, const char *, unsigned) = errs->line_of;
	void *userdata = errs->userdata;
	size_t failed = errs->failed;

	errs->line_of = config_line_of;
	errs->userdata = (void *)config;
	for (size_t i = 0; i < config->management_count; i++)
		validate_rule(config, &config->management[i], true, errs);
	for (size_t i = 0; i < config->rule_count; i++)
		validate_rule(config, &config->rules[i], false, errs);
	validate_sets(config, errs);
	if (!config->partial) {
		validate_detached(config, errs);
		check_policy(config, errs);
	}
	errs->line_of = line_of;
	errs->userdata = userdata;
	return errs->failed > failed ? -EBADMSG : 0;
}
