// SPDX-License-Identifier: MIT
/*
 * Sets as rules use them. A list with private or link-local addresses is right in a rule that
 * passes, but can cut off the own network in a rule that drops: feeds of bogons have all of them.
 */
#include "common/policy/config/config_fields.h"

#include <stdio.h>
#include <string.h>

#include "common/base/memory.h"

/* The first rule that drops packets from a set; NULL: none. */
static const struct config_rule *find_dropping(const struct config *config, size_t set)
{
	for (size_t i = 0; i < config->rule_count; i++) {
		const struct config_rule *rule = &config->rules[i];
		const struct address_match *src = &rule->match.src;

		if (rule->disabled || rule->action != FW_ACTION_DROP ||
		    rule->limit != CONFIG_NO_LIMIT)
			continue;
		for (size_t n = 0; n < src->any_set_count; n++) {
			if (src->any_sets[n] == set)
				return rule;
		}
	}
	return NULL;
}

static char *reserved_problem(const struct config *config, size_t index)
{
	const struct config_set *set = &config->sets[index];
	const struct config_rule *rule = set->reserved_count ? find_dropping(config, index) : NULL;
	char first[PREFIX_TEXT], *text;

	if (!rule)
		return NULL;
	if (asprintf(&text,
		     "set \"%s\", which rule \"%s\" drops, has private, loopback or link-local "
		     "addresses: %s%s; \"reserved\" can be \"skip\" or \"accept\"",
		     set->name, rule->id, prefix_format(&set->reserved_first, first),
		     set->reserved_count > 1 ? " and others" : "") < 0)
		return NULL;
	return text;
}

void validate_sets(const struct config *config, struct errors *errs)
{
	for (size_t i = 0; i < config->set_count; i++) {
		cleanup_free char *text = reserved_problem(config, i);

		if (text)
			errors_add(errs, SEVERITY_WARNING, ERROR_SET_RESERVED,
				   &config->sets[i].place, "%s", text);
	}
}

char *config_set_problem(const struct config *config, size_t set)
{
	const char *problem = config->sets[set].problem;

	return problem ? strdup(problem) : reserved_problem(config, set);
}
