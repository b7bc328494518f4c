// SPDX-License-Identifier: MIT
#include "tests/bpf/random/reference.h"

#include <string.h>

#include "tests/bpf/random/reference_parse.h"

static bool in_ranges(const struct range_list *list, uint32_t value)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i].low <= value && value <= list->items[i].high)
			return true;
	return false;
}

static bool in_prefixes(const struct prefix_list *list, const struct prefix *address)
{
	for (size_t i = 0; i < list->count; i++)
		if (prefix_contains(&list->items[i], address))
			return true;
	return false;
}

static bool in_live(const struct reference_world *world, size_t set, const struct prefix *address)
{
	for (size_t i = 0; i < world->live_count; i++)
		if (world->live[i].set == set && prefix_contains(&world->live[i].prefix, address))
			return true;
	return false;
}

/* The answer for one address and set is worked out once: thousands of rules may ask. */
static bool in_set(const struct reference_world *world, size_t set, const struct prefix *address,
		   struct membership *membership)
{
	const struct config_set *config = &world->config->sets[set];
	uint64_t bit = 1ULL << set;

	if (!(membership->known & bit)) {
		membership->known |= bit;
		if (config->kind == SET_LIVE ? in_live(world, set, address)
					     : in_prefixes(&config->prefixes, address))
			membership->in |= bit;
	}
	return membership->in & bit;
}

static bool address_suits(const struct reference_world *world, const struct address_match *match,
			  const struct prefix *address, struct membership *membership)
{
	bool any = !match->any_prefixes.count && !match->any_set_count;

	if (in_prefixes(&match->any_prefixes, address))
		any = true;
	for (size_t i = 0; i < match->any_set_count; i++)
		if (in_set(world, match->any_sets[i], address, membership))
			any = true;
	if (in_prefixes(&match->not_prefixes, address))
		return false;
	for (size_t i = 0; i < match->not_set_count; i++)
		if (in_set(world, match->not_sets[i], address, membership))
			return false;
	return any;
}

static bool asks_for_address(const struct address_match *match)
{
	return match->any_prefixes.count || match->any_set_count || match->not_prefixes.count ||
	       match->not_set_count;
}

static bool addresses_suit(const struct reference_world *world, const struct config_match *match,
			   struct seen *seen)
{
	if (!asks_for_address(&match->src) && !asks_for_address(&match->dst))
		return true;
	return seen->ip && address_suits(world, &match->src, &seen->src, &seen->in_src) &&
	       address_suits(world, &match->dst, &seen->dst, &seen->in_dst);
}

/* A rule without families means IP. What a link needs must be named by its protocol or type. */
static bool kind_suits(const struct config_match *match, const struct seen *seen)
{
	uint32_t families = match->families;

	if (!families)
		families = 1u << FW_KIND_IP4 | 1u << FW_KIND_IP6;
	if (seen->kind == FW_KIND_LINK6)
		return families >> FW_KIND_IP6 & 1 &&
		       (in_ranges(&match->fields[FW_FIELD_PROTO], 58) ||
			match->fields[FW_FIELD_ICMP_TYPE].count);
	return families >> seen->kind & 1;
}

static bool tcp_flags_suit(const struct config_match *match, const struct seen *seen)
{
	if (!match->tcp_flag_count)
		return true;
	for (size_t i = 0; seen->tcp && i < match->tcp_flag_count; i++)
		if ((seen->tcp_flags & match->tcp_flags[i].mask) == match->tcp_flags[i].set)
			return true;
	return false;
}

/* A field that is asked for must be there, and be one of the values. */
static bool field_suits(const struct config_match *match, enum fw_field field, bool there,
			uint32_t value)
{
	const struct range_list *list = &match->fields[field];

	return !list->count || (there && in_ranges(list, value));
}

static bool fields_suit(const struct config_match *match, const struct seen *seen)
{
	return field_suits(match, FW_FIELD_VLAN, true, seen->vlan) &&
	       field_suits(match, FW_FIELD_PROTO, seen->ip, seen->proto) &&
	       field_suits(match, FW_FIELD_FRAGMENT, seen->ip, seen->fragment) &&
	       field_suits(match, FW_FIELD_TTL, seen->ip, seen->ttl) &&
	       field_suits(match, FW_FIELD_DSCP, seen->ip, seen->dscp) &&
	       field_suits(match, FW_FIELD_LENGTH, seen->ip, seen->ip_length) &&
	       field_suits(match, FW_FIELD_SPORT, seen->ports, seen->sport) &&
	       field_suits(match, FW_FIELD_DPORT, seen->ports, seen->dport) &&
	       field_suits(match, FW_FIELD_ICMP_TYPE, seen->icmp, seen->icmp_type) &&
	       field_suits(match, FW_FIELD_ICMP_CODE, seen->icmp, seen->icmp_code);
}

/* Bit by bit: prefixes of values that are kept as bytes, the highest first. */
static bool starts_with(const uint8_t *bytes, const struct prefix *prefix)
{
	for (unsigned bit = 0; bit < prefix->length; bit++)
		if ((bytes[bit / 8] ^ prefix->addr[bit / 8]) & 0x80 >> bit % 8)
			return false;
	return true;
}

static bool bytes_suit(const struct address_match *match, bool there, const uint8_t *bytes)
{
	bool any = !match->any_prefixes.count;

	for (size_t i = 0; i < match->any_prefixes.count; i++)
		any |= there && starts_with(bytes, &match->any_prefixes.items[i]);
	for (size_t i = 0; i < match->not_prefixes.count; i++)
		if (starts_with(bytes, &match->not_prefixes.items[i]))
			return false;
	return any;
}

static bool frame_suits(const struct config_match *match, const struct seen *seen)
{
	const uint8_t label[3] = {(uint8_t)(seen->flow_label >> 12),
				  (uint8_t)(seen->flow_label >> 4),
				  (uint8_t)(seen->flow_label << 4)};

	return bytes_suit(&match->src_mac, true, seen->src_mac) &&
	       bytes_suit(&match->dst_mac, true, seen->dst_mac) &&
	       bytes_suit(&match->flow_label, seen->ip && seen->src.family == 6, label);
}

static bool rule_suits(const struct reference_world *world, const struct config_rule *rule,
		       struct seen *seen)
{
	const struct config_match *match = &rule->match;

	if (rule->disabled || !kind_suits(match, seen))
		return false;
	if (match->by_interface &&
	    (world->interface < 0 || !(match->interfaces >> world->interface & 1)))
		return false;
	return fields_suit(match, seen) && tcp_flags_suit(match, seen) &&
	       frame_suits(match, seen) && addresses_suit(world, match, seen);
}

/* Its limit leaves what is within to the rules behind it. */
static bool limit_goes_on(const struct reference_world *world, const struct config_rule *rule)
{
	return rule->limit != CONFIG_NO_LIMIT &&
	       world->config->limits[rule->limit].within == WITHIN_GOES_ON;
}

/* A frame on its way through the rules. */
struct course {
	const struct reference_world *world;
	struct seen seen;
	bool charge;
	bool canary; /* one with a limit was met since the last limit that was met */
	struct reference_paid paid;
	struct reference_verdict way;
};

/* A limit is charged once, or once for each rule if a key of it is the rule. */
static bool has_paid(const struct course *course, const struct config_rule *rule)
{
	const struct config_limit *limit = &course->world->config->limits[rule->limit];

	for (unsigned i = 0; i < limit->level_count; i++)
		if (limit->levels[i].key == FW_KEY_RULE)
			return false;
	for (size_t i = 0; i < course->way.way_count; i++)
		if (strcmp(course->way.way[i], limit->name) == 0)
			return true;
	return false;
}

/* Its limit is asked, and charged. */
static bool is_within(struct course *course, const struct config_rule *rule)
{
	return reference_within(course->world->limits, course->world->config, rule, &course->seen,
				&course->paid, course->charge);
}

/* Of several canaries with limits, the first one is followed. It decides nothing. */
static void meet_canary(struct course *course, const struct config_rule *rule)
{
	if (rule->limit == CONFIG_NO_LIMIT || course->canary)
		return;
	course->canary = true;
	if (!has_paid(course, rule))
		is_within(course, rule);
}

static struct reference_verdict verdict(const struct reference_world *world, enum fw_action action,
					enum fw_reason reason, const char *rule)
{
	struct reference_verdict verdict = {
		.outcome = FW_OUTCOME_PASS, .reason = reason, .rule = rule};

	if (action == FW_ACTION_DROP)
		verdict.outcome = world->config->enforce ? FW_OUTCOME_DROP : FW_OUTCOME_WOULD_DROP;
	return verdict;
}

static struct reference_verdict by_limit(struct course *course, const struct config_rule *rule)
{
	const struct config_limit *limit = &course->world->config->limits[rule->limit];
	bool within = is_within(course, rule);
	struct reference_verdict result =
		verdict(course->world,
			within || limit->over == LIMIT_PASSES ? FW_ACTION_PASS : FW_ACTION_DROP,
			within ? FW_REASON_WITHIN_LIMIT : FW_REASON_OVER_LIMIT, rule->id);

	result.limit = limit->name;
	return result;
}

/* Does a rule that suits decide? Else the search goes on behind it. */
static bool decides(struct course *course, const struct config_rule *rule,
		    struct reference_verdict *ret)
{
	struct reference_verdict *way = &course->way;

	if (rule->limit == CONFIG_NO_LIMIT) {
		*ret = verdict(course->world, rule->action, FW_REASON_RULE, rule->id);
		return true;
	}
	course->canary = false;
	if (!limit_goes_on(course->world, rule)) {
		*ret = by_limit(course, rule);
		return true;
	}
	if (has_paid(course, rule))
		return false;
	*ret = by_limit(course, rule);
	if (ret->outcome != FW_OUTCOME_PASS)
		return true;
	if (way->way_count < FW_LIMITS_ON_WAY) {
		way->way[way->way_count] = ret->limit;
		way->way_reasons[way->way_count++] = ret->reason;
	}
	return false;
}

/* Does one of the rules decide? */
static bool by_rules(struct course *course, struct reference_verdict *ret)
{
	const struct config *config = course->world->config;

	for (size_t i = 0; i < config->rule_count; i++) {
		const struct config_rule *rule = &config->rules[i];

		if (rule->action == FW_ACTION_LOG ||
		    !rule_suits(course->world, rule, &course->seen))
			continue;
		if (rule->canary)
			meet_canary(course, rule);
		else if (decides(course, rule, ret))
			return true;
	}
	return false;
}

static const struct config_rule *by_management(struct course *course)
{
	const struct config *config = course->world->config;

	for (size_t i = 0; i < config->management_count; i++)
		if (rule_suits(course->world, &config->management[i], &course->seen))
			return &config->management[i];
	return NULL;
}

static struct reference_verdict by_default(const struct reference_world *world,
					   const struct seen *seen)
{
	const struct config *config = world->config;

	if (seen->kind == FW_KIND_ARP || seen->kind == FW_KIND_LINK6)
		return verdict(world, FW_ACTION_PASS, FW_REASON_LINK, NULL);
	if (seen->kind == FW_KIND_OTHER)
		return verdict(world, config->defaults.non_ip, FW_REASON_NON_IP, NULL);
	if (!config->has_permitted)
		return verdict(world, config->defaults.action, FW_REASON_DEFAULT, NULL);
	if (in_prefixes(&config->permitted, &seen->src))
		return verdict(world, FW_ACTION_PASS, FW_REASON_PERMITTED, "permitted");
	return verdict(world, FW_ACTION_DROP, FW_REASON_NOT_PERMITTED, "not-permitted");
}

struct reference_verdict reference_judge(const struct reference_world *world, const uint8_t *frame,
					 size_t length, bool charge)
{
	struct course course = {.world = world, .charge = charge};
	struct reference_verdict result;
	const struct config_rule *rule;
	struct seen *seen = &course.seen;
	enum fw_reason reason = reference_parse(frame, length, seen);

	if (reason != FW_REASON_MAX)
		return verdict(world, world->config->defaults.malformed, reason, NULL);
	rule = by_management(&course);
	if (rule)
		return verdict(world, FW_ACTION_PASS, FW_REASON_MANAGEMENT, rule->id);
	if ((seen->kind == FW_KIND_IP4 || seen->kind == FW_KIND_IP6) &&
	    in_live(world, REFERENCE_BLOCKS, &seen->src))
		return verdict(world, FW_ACTION_DROP, FW_REASON_BLOCKED, NULL);
	if (!by_rules(&course, &result))
		result = by_default(world, seen);
	memcpy(result.way, course.way.way, sizeof(result.way));
	memcpy(result.way_reasons, course.way.way_reasons, sizeof(result.way_reasons));
	result.way_count = course.way.way_count;
	return result;
}
