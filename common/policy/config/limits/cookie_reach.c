// SPDX-License-Identifier: MIT
/*
 * Rules with a limit that sends cookies for sockets of this host, but which also cover other hosts.
 */
#include "common/policy/config/config.h"

struct reach {
	const struct config *config;
	const struct cookie_reach *host;
	struct errors *errs;
};

static void warn(const struct reach *reach, const struct config_rule *rule, const char *what)
{
	const struct config_limit *limit = &reach->config->limits[rule->limit];

	errors_add(reach->errs, SEVERITY_WARNING, ERROR_COOKIE_REACH, &rule->place,
		   "rule \"%s\" covers hosts behind this router as well (%s): limit \"%s\" answers "
		   "SYNs for sockets of this host only, and those over it to others are %s; name "
		   "this host's addresses in \"dst\", or use \"cookies\": {\"for\": \"synproxy\"}",
		   rule->id, what, limit->name, limit->over == LIMIT_PASSES ? "passed" : "dropped");
}

/* False for packets that this host does not forward. */
static bool is_forwarded(const struct reach *reach, int family)
{
	return !reach->host || (family == 4 ? reach->host->forwards4 : reach->host->forwards6);
}

static bool is_own(const struct reach *reach, const struct prefix *prefix)
{
	if (!reach->host)
		return true; /* assume so */
	for (size_t i = 0; i < reach->host->own.count; i++) {
		if (prefix_contains(&reach->host->own.items[i], prefix))
			return true;
	}
	return false;
}

/* The first prefix that is another host's, or NULL. */
static const struct prefix *find_other(const struct reach *reach, const struct prefix_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		if (is_forwarded(reach, list->items[i].family) && !is_own(reach, &list->items[i]))
			return &list->items[i];
	}
	return NULL;
}

static bool forwards_any(const struct reach *reach, const struct config_match *match)
{
	uint32_t families = match->families ? match->families : ~0U;

	return (families & 1U << FW_KIND_IP4 && is_forwarded(reach, 4)) ||
	       (families & 1U << FW_KIND_IP6 && is_forwarded(reach, 6));
}

static void check_rule(const struct reach *reach, const struct config_rule *rule)
{
	const struct address_match *dst = &rule->match.dst;
	const struct prefix *other = find_other(reach, &dst->any_prefixes);
	char text[PREFIX_TEXT];

	if (!dst->any_prefixes.count && !dst->any_set_count) {
		if (forwards_any(reach, &rule->match))
			warn(reach, rule, "it has no \"dst\"");
		return;
	}
	/* The entries of live sets are unknown. */
	for (size_t i = 0; i < dst->any_set_count && !other; i++)
		other = find_other(reach, &reach->config->sets[dst->any_sets[i]].prefixes);
	if (other)
		warn(reach, rule, prefix_format(other, text));
}

void config_check_cookie_reach(const struct config *config, const struct cookie_reach *host,
			       struct errors *errs)
{
	const struct reach reach = {config, host, errs};

	for (size_t i = 0; i < config->rule_count; i++) {
		const struct config_rule *rule = &config->rules[i];

		if (rule->limit != CONFIG_NO_LIMIT && !rule->disabled && !rule->match.partial &&
		    config->limits[rule->limit].cookies.kind == FW_COOKIE_LOCAL)
			check_rule(&reach, rule);
	}
}
