// SPDX-License-Identifier: MIT
/*
 * Feeds that cover addresses that the router needs: blocking by a list that others write can cut
 * it off.
 */
#include "common/policy/config/config_fields.h"

#include <stdio.h>

#include "common/base/memory.h"
#include "common/base/prefix/prefix_content.h"

static bool names(const struct address_match *match, size_t set)
{
	for (size_t i = 0; i < match->any_set_count; i++) {
		if (match->any_sets[i] == set)
			return true;
	}
	return false;
}

/* The first rule that drops packets from or to a set that is a feed; NULL: none. */
static const struct config_rule *dropped_by(const struct config *config, size_t set)
{
	if (config->sets[set].kind != SET_FILE || config->sets[set].needed == SET_NEEDED_ACCEPT)
		return NULL;
	for (size_t i = 0; i < config->rule_count; i++) {
		const struct config_rule *rule = &config->rules[i];

		if (!rule->disabled && rule->action == FW_ACTION_DROP &&
		    rule->limit == CONFIG_NO_LIMIT &&
		    (names(&rule->match.src, set) || names(&rule->match.dst, set)))
			return rule;
	}
	return NULL;
}

bool config_drops_feeds(const struct config *config)
{
	for (size_t i = 0; i < config->set_count; i++) {
		if (dropped_by(config, i))
			return true;
	}
	return false;
}

/* The findings of one set. */
struct finding {
	const struct prefix_list *list;
	struct prefix address, entry; /* the first */
	const char *what;
	size_t count;
};

static void look_for(struct finding *finding, const struct prefix *address, const char *what)
{
	const struct prefix *entry = prefix_list_covering(finding->list, address);

	if (!entry || finding->count++)
		return;
	finding->address = *address;
	finding->entry = *entry;
	finding->what = what;
}

static void look_for_list(struct finding *finding, const struct prefix_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		look_for(finding, &list->items[i], "a source of management.allow");
}

static void look_for_management(const struct config *config, struct finding *finding)
{
	for (size_t i = 0; i < config->management_count; i++) {
		const struct address_match *src = &config->management[i].match.src;

		look_for_list(finding, &src->any_prefixes);
		for (size_t n = 0; n < src->any_set_count; n++)
			look_for_list(finding, &config->sets[src->any_sets[n]].prefixes);
	}
}

static void report(const struct config_set *set, const struct config_rule *rule,
		   const struct finding *finding, struct errors *errs)
{
	char address[PREFIX_TEXT], entry[PREFIX_TEXT], more[48] = "";

	if (finding->count > 1)
		snprintf(more, sizeof(more), " and %zu others", finding->count - 1);
	errors_add(
		errs, SEVERITY_WARNING, ERROR_SET_NEEDED, &set->place,
		"set \"%s\", which rule \"%s\" drops, has what this router needs: %s (%s) by %s%s; "
		"\"needed\": \"accept\" allows that",
		set->name, rule->id, prefix_format(&finding->address, address), finding->what,
		prefix_format(&finding->entry, entry), more);
}

void config_check_needed(const struct config *config, const struct needed_list *needed,
			 struct errors *errs)
{
	for (size_t i = 0; i < config->set_count; i++) {
		const struct config_rule *rule = dropped_by(config, i);
		struct finding finding = {.list = &config->sets[i].prefixes};

		if (!rule)
			continue;
		for (size_t n = 0; n < needed->count; n++)
			look_for(&finding, &needed->items[n].prefix, needed->items[n].what);
		look_for_management(config, &finding);
		if (finding.count)
			report(&config->sets[i], rule, &finding, errs);
	}
}
