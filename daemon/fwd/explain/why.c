// SPDX-License-Identifier: MIT
#include "daemon/fwd/explain/why.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"

const char *why_field_name(enum why_field field)
{
	static const char *const names[] = {WHY_FIELDS(FW_AS_NAME)};

	return names[field];
}

/* Fields that are numbers: where the config and the packet have them. */
static const struct number_field {
	enum why_field why;
	enum fw_field field;
} number_fields[] = {
	{WHY_VLAN, FW_FIELD_VLAN},	     {WHY_PROTO, FW_FIELD_PROTO},
	{WHY_SPORT, FW_FIELD_SPORT},	     {WHY_DPORT, FW_FIELD_DPORT},
	{WHY_ICMP_TYPE, FW_FIELD_ICMP_TYPE}, {WHY_ICMP_CODE, FW_FIELD_ICMP_CODE},
	{WHY_FRAGMENT, FW_FIELD_FRAGMENT},   {WHY_LENGTH, FW_FIELD_LENGTH},
	{WHY_DSCP, FW_FIELD_DSCP},	     {WHY_TTL, FW_FIELD_TTL},
};

/* False: the packet has no such field. */
static bool number_of(const struct fw_explanation *packet, enum fw_field field, uint32_t *ret)
{
	bool ip = packet->flags & FW_IS_IP, ports = packet->flags & FW_HAS_PORTS;
	bool icmp = packet->flags & FW_HAS_ICMP;
	const struct {
		bool there;
		uint32_t value;
	} fields[FW_FIELD_MAX] = {
		[FW_FIELD_VLAN] = {true, packet->vlan},
		[FW_FIELD_PROTO] = {ip, packet->proto},
		[FW_FIELD_SPORT] = {ports, packet->sport},
		[FW_FIELD_DPORT] = {ports, packet->dport},
		[FW_FIELD_ICMP_TYPE] = {icmp, packet->icmp_type},
		[FW_FIELD_ICMP_CODE] = {icmp, packet->icmp_code},
		[FW_FIELD_FRAGMENT] = {ip, packet->fragment},
		[FW_FIELD_LENGTH] = {ip, packet->ip_length},
		[FW_FIELD_DSCP] = {ip, packet->dscp},
		[FW_FIELD_TTL] = {ip, packet->ttl},
	};

	*ret = fields[field].value;
	return fields[field].there;
}

static bool in_ranges(const struct range_list *list, uint32_t value)
{
	for (size_t i = 0; i < list->count; i++)
		if (value >= list->items[i].low && value <= list->items[i].high)
			return true;
	return false;
}

static bool number_suits(const struct fw_explanation *packet, const struct config_match *match,
			 enum fw_field field)
{
	uint32_t value;

	return match->fields[field].count == 0 ||
	       (number_of(packet, field, &value) && in_ranges(&match->fields[field], value));
}

/* ---- addresses ---- */

static bool list_has(const struct prefix_list *list, const struct prefix *host)
{
	for (size_t i = 0; i < list->count; i++)
		if (prefix_contains(&list->items[i], host))
			return true;
	return false;
}

/* The host's prefix of a length. */
static struct prefix shorten(const struct prefix *host, unsigned length)
{
	struct prefix prefix = *host;

	prefix.length = (uint8_t)length;
	for (unsigned bit = length; bit < host->length; bit++)
		prefix.addr[bit / 8] &= (uint8_t) ~(0x80u >> bit % 8);
	return prefix;
}

/* The same in a set's list, which is sorted and may be long; prefixes may be in others. */
static bool set_list_has(const struct prefix_list *list, const struct prefix *host)
{
	for (unsigned length = 0; length <= host->length; length++) {
		struct prefix prefix = shorten(host, length);

		if (bsearch(&prefix, list->items, list->count, sizeof(prefix), prefix_compare))
			return true;
	}
	return false;
}

static bool set_has(const struct why *why, size_t index, const struct prefix *host)
{
	const struct config_set *set = &why->config->sets[index];
	int id;

	if (set->kind != SET_LIVE)
		return set->prefixes.count && set_list_has(&set->prefixes, host);
	id = why->live_slots ? slots_find(why->live_slots, FW_NAME_LIVE_SET, set->name) : -1;
	return id > 0 && live_find(why->live, (unsigned)id, host);
}

static bool asks_for_address(const struct address_match *match)
{
	return match->any_prefixes.count || match->any_set_count || match->not_prefixes.count ||
	       match->not_set_count;
}

static bool address_suits(const struct why *why, const struct address_match *match,
			  const struct prefix *host)
{
	bool any = !match->any_prefixes.count && !match->any_set_count;

	any = any || list_has(&match->any_prefixes, host);
	for (size_t i = 0; i < match->any_set_count && !any; i++)
		any = set_has(why, match->any_sets[i], host);
	if (!any || list_has(&match->not_prefixes, host))
		return false;
	for (size_t i = 0; i < match->not_set_count; i++)
		if (set_has(why, match->not_sets[i], host))
			return false;
	return true;
}

static bool side_suits(const struct why *why, const struct address_match *match,
		       const uint32_t *address)
{
	const struct fw_explanation *packet = why->packet;
	struct prefix host;

	if (!asks_for_address(match))
		return true;
	if (!(packet->flags & FW_IS_IP))
		return false;
	host = prefix_host(packet->flags & FW_IS_IP6 ? 6 : 4, address);
	return address_suits(why, match, &host);
}

/* ---- the rest ---- */

/* A rule without families means IP. What a link needs must be named by its protocol or type. */
static bool family_suits(const struct config_match *match, const struct fw_explanation *packet)
{
	uint32_t families = match->families;

	if (!families)
		families = 1u << FW_KIND_IP4 | 1u << FW_KIND_IP6;
	if (packet->kind == FW_KIND_LINK6)
		return families >> FW_KIND_IP6 & 1 && (match->fields[FW_FIELD_PROTO].count ||
						       match->fields[FW_FIELD_ICMP_TYPE].count);
	return families >> packet->kind & 1;
}

static bool flags_suit(const struct config_match *match, const struct fw_explanation *packet)
{
	bool suit = match->tcp_flag_count == 0;

	for (size_t i = 0; packet->flags & FW_HAS_TCP && i < match->tcp_flag_count; i++)
		suit |= (packet->tcp_flags & match->tcp_flags[i].mask) == match->tcp_flags[i].set;
	return suit;
}

static bool interface_suits(const struct why *why, const struct config_match *match)
{
	return !match->by_interface ||
	       (why->interface >= 0 && match->interfaces >> why->interface & 1);
}

uint32_t why_fails(const struct why *why, const struct config_rule *rule)
{
	const struct config_match *match = &rule->match;
	const struct fw_explanation *packet = why->packet;
	uint32_t fails = 0;

	if (rule->disabled)
		fails |= 1u << WHY_ENABLED;
	if (!interface_suits(why, match))
		fails |= 1u << WHY_INTERFACE;
	if (!family_suits(match, packet))
		fails |= 1u << WHY_FAMILY;
	if (!flags_suit(match, packet))
		fails |= 1u << WHY_TCP_FLAGS;
	for (size_t i = 0; i < array_size(number_fields); i++)
		if (!number_suits(packet, match, number_fields[i].field))
			fails |= 1u << number_fields[i].why;
	/* The dear ones only if it can still be near. */
	if (fails & (fails - 1))
		return fails;
	if (!side_suits(why, &match->src, packet->src))
		fails |= 1u << WHY_SRC;
	if (!(fails & (fails - 1)) && !side_suits(why, &match->dst, packet->dst))
		fails |= 1u << WHY_DST;
	return fails;
}

uint32_t why_asks(const struct config_rule *rule)
{
	const struct config_match *match = &rule->match;
	uint32_t asks = 0;

	asks |= match->by_interface ? 1u << WHY_INTERFACE : 0;
	asks |= match->families ? 1u << WHY_FAMILY : 0;
	asks |= match->tcp_flag_count ? 1u << WHY_TCP_FLAGS : 0;
	asks |= asks_for_address(&match->src) ? 1u << WHY_SRC : 0;
	asks |= asks_for_address(&match->dst) ? 1u << WHY_DST : 0;
	for (size_t i = 0; i < array_size(number_fields); i++)
		if (match->fields[number_fields[i].field].count)
			asks |= 1u << number_fields[i].why;
	return asks;
}
