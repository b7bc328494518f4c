// SPDX-License-Identifier: MIT
/* Contradictions within one rule: conditions that no packet can meet together. */
#include "common/policy/config/config_fields.h"

#include <stdio.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/policy/fields/fields.h"

#define KIND_BIT(kind) (1u << FW_KIND_##kind)
#define KINDS_IP       (KIND_BIT(IP4) | KIND_BIT(IP6))
#define PROTO_ICMP     1
#define PROTO_TCP      6
#define PROTO_UDP      17
#define PROTO_ICMP6    58

struct check {
	const struct config *config;
	const struct config_rule *rule;
	const struct config_match *match;
	unsigned needs; /* of its fields */
	bool management;
	struct errors *errs;
};

static void report(const struct check *check, enum error_code code, const char *what)
{
	errors_add(check->errs, SEVERITY_ERROR, code, &check->rule->place, "%s \"%s\": %s",
		   check->management ? "management entry" : "rule", check->rule->id, what);
}

/* A field is given that only such packets have, and the rule excludes all of them. */
static bool excludes(const struct check *check, uint8_t needs)
{
	return check->needs & needs && !match_allows(check->match, needs);
}

static void check_protocols(const struct check *check)
{
	if (excludes(check, FW_HAS_PORTS))
		report(check, ERROR_PORTS, "only tcp, udp and sctp have ports, not this \"proto\"");
	if (excludes(check, FW_HAS_ICMP))
		report(check, ERROR_ICMP_MATCH,
		       "only icmp and icmpv6 have types and codes, not this \"proto\"");
	else if (check->needs & FW_HAS_ICMP && check->needs & (FW_HAS_PORTS | FW_HAS_TCP))
		report(check, ERROR_ICMP_MATCH,
		       "no packet has an ICMP type and ports or TCP flags as well");
	if (excludes(check, FW_HAS_TCP))
		report(check, ERROR_TCP_MATCH, "only tcp has \"tcp_flags\", not this \"proto\"");
}

/* SYNs over such a limit are answered, and all other packets of the rule pass it. */
static void check_cookie_match(const struct check *check)
{
	const struct range_list *list = &check->match->fields[FW_FIELD_PROTO];
	const struct config_limit *limit;
	char text[FW_NAME_SIZE + 80];

	if (check->rule->limit == CONFIG_NO_LIMIT)
		return;
	limit = &check->config->limits[check->rule->limit];
	if (limit->cookies.kind == FW_COOKIE_NONE ||
	    (list->count == 1 && list->items[0].low == PROTO_TCP &&
	     list->items[0].high == PROTO_TCP))
		return;
	snprintf(text, sizeof(text), "its limit \"%s\" answers SYNs, so \"proto\" must be tcp",
		 limit->name);
	report(check, ERROR_COOKIE_MATCH, text);
}

/* ---- families ---- */

/* The families that a side's addresses allow; live sets may have both. */
static uint32_t side_families(const struct check *check, const struct address_match *side)
{
	uint32_t families = 0;

	if (!side->any_prefixes.count && !side->any_set_count)
		return KINDS_IP;
	for (size_t i = 0; i < side->any_prefixes.count; i++)
		families |= side->any_prefixes.items[i].family == 4 ? KIND_BIT(IP4) : KIND_BIT(IP6);
	for (size_t i = 0; i < side->any_set_count; i++) {
		const struct config_set *set = &check->config->sets[side->any_sets[i]];

		/* An empty set is not a contradiction: it may be filled. */
		if (!set->content || !set->prefixes.count)
			return KINDS_IP;
		families |= (set->content->has4 ? KIND_BIT(IP4) : 0) |
			    (set->content->has6 ? KIND_BIT(IP6) : 0);
	}
	return families;
}

/* icmp is IPv4's, icmpv6 IPv6's; a rule that has only one of them means its family. */
static uint32_t proto_families(const struct check *check)
{
	const struct range_list *list = &check->match->fields[FW_FIELD_PROTO];
	bool one = list->count == 1 && list->items[0].low == list->items[0].high;

	if (one && list->items[0].low == PROTO_ICMP)
		return KIND_BIT(IP4);
	if (one && list->items[0].low == PROTO_ICMP6)
		return KIND_BIT(IP6);
	return KINDS_IP;
}

/* The families that have all fields of the rule. */
static uint32_t field_families(const struct check *check)
{
	uint32_t families = KINDS_IP;

	for (size_t i = 0; i < MATCH_FIELD_MAX; i++) {
		if (match_fields[i].kinds && match_is_given(&match_fields[i], check->match))
			families &= match_fields[i].kinds;
	}
	return families;
}

static void check_families(const struct check *check)
{
	uint32_t families = check->match->families ? check->match->families : KINDS_IP;
	uint32_t src = side_families(check, &check->match->src);
	uint32_t dst = side_families(check, &check->match->dst);

	if (!(families & KINDS_IP)) {
		if (check->needs)
			report(check, ERROR_FAMILY,
			       "only ipv4 and ipv6 have the other fields of this rule");
	} else if (!(families & field_families(check))) {
		report(check, ERROR_FAMILY, "only ipv6 has a \"flow_label\"");
	} else if (!(src & dst)) {
		report(check, ERROR_FAMILY, "\"src\" and \"dst\" are of different families");
	} else if (!(families & src & dst & field_families(check))) {
		report(check, ERROR_FAMILY, "its addresses are not of its \"family\"");
	} else if (!(families & src & dst & field_families(check) & proto_families(check))) {
		report(check, ERROR_FAMILY,
		       "icmp goes with ipv4 and icmpv6 with ipv6, not the other way round");
	}
}

/* ---- bans ---- */

static bool may_be_tcp(const struct check *check)
{
	const struct range_list *list = &check->match->fields[FW_FIELD_PROTO];

	return list->count == 0 || ranges_have(list, PROTO_TCP);
}

static void check_bans(const struct check *check)
{
	const struct config_limit *limit = check->rule->limit != CONFIG_NO_LIMIT
						   ? &check->config->limits[check->rule->limit]
						   : NULL;

	if (!limit || limit->over != LIMIT_BLOCKS || limit->ban.forgeable || may_be_tcp(check))
		return;
	for (unsigned i = 0; i < limit->level_count; i++) {
		if (limit->levels[i].key == FW_KEY_DST)
			return;
	}
	errors_add(check->errs, SEVERITY_WARNING, ERROR_FORGEABLE, &check->rule->place,
		   "limit \"%s\" does not ban for packets of rule \"%s\": their source can be "
		   "forged, so an attacker could choose who is banned; "
		   "\"block\": {\"forgeable\": true} in the limit bans nevertheless",
		   limit->name, check->rule->id);
}

/* ---- the rest ---- */

static void check_fragments(const struct check *check)
{
	const struct range_list *fragment = &check->match->fields[FW_FIELD_FRAGMENT];

	if (!fragment->count || fragment->items[0].low != FW_FRAGMENT_LATER)
		return;
	if (check->needs & (FW_HAS_PORTS | FW_HAS_ICMP | FW_HAS_TCP))
		report(check, ERROR_FRAGMENT_MATCH,
		       "later fragments have no ports, ICMP types or TCP flags");
}

/* Sets that are empty, and stay so until the config is edited. */
static bool can_match(const struct check *check, const struct address_match *side)
{
	if (side->any_prefixes.count || !side->any_set_count)
		return true;
	for (size_t i = 0; i < side->any_set_count; i++) {
		const struct config_set *set = &check->config->sets[side->any_sets[i]];

		if (set->kind == SET_LIVE || set->prefixes.count)
			return true;
	}
	return false;
}

static bool asks_nothing(const struct check *check)
{
	for (size_t i = 0; i < MATCH_FIELD_MAX; i++) {
		if (match_is_given(&match_fields[i], check->match))
			return false;
	}
	return true;
}

/* An entry that passes nothing can lock its operator out. */
static void check_management(const struct check *check)
{
	if (!can_match(check, &check->match->src) || !can_match(check, &check->match->dst))
		report(check, ERROR_MANAGEMENT, "its set is empty, so it passes nothing");
	if (asks_nothing(check))
		errors_add(check->errs, SEVERITY_WARNING, ERROR_MANAGEMENT_ALL, &check->rule->place,
			   "management entry \"%s\" passes everything: no rule, limit or block "
			   "will ever apply",
			   check->rule->id);
}

void validate_rule(const struct config *config, const struct config_rule *rule, bool management,
		   struct errors *errs)
{
	struct check check = {config,	  rule, &rule->match, match_needs(&rule->match),
			      management, errs};

	/* The missing part may be in the part with errors. */
	if (rule->match.partial)
		return;
	check_protocols(&check);
	check_families(&check);
	check_fragments(&check);
	check_cookie_match(&check);
	check_bans(&check);
	if (management && !config->partial)
		check_management(&check);
}
