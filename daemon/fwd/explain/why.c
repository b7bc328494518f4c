// SPDX-License-Identifier: MIT
#include "daemon/fwd/explain/why.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"

const char *why_field_name(unsigned field)
{
	return field == WHY_ENABLED ? "enabled" : match_fields[field].name;
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

static bool prefixes_suit(const struct why *why, const struct match_field *field,
			  const struct config_match *match)
{
	struct prefix host;

	return match_host(field, why->packet, &host) &&
	       address_suits(why, match_addresses(field, match), &host);
}

/* ---- other fields ---- */

/* A rule without families means IP. Packets that a link needs match only by protocol or type. */
static bool family_suits(const struct config_match *match, const struct fw_packet_info *packet)
{
	uint32_t families = match->families;

	if (!families)
		families = 1u << FW_KIND_IP4 | 1u << FW_KIND_IP6;
	if (packet->kind == FW_KIND_LINK6)
		return families >> FW_KIND_IP6 & 1 && (match->fields[FW_FIELD_PROTO].count ||
						       match->fields[FW_FIELD_ICMP_TYPE].count);
	return families >> packet->kind & 1;
}

static bool interface_suits(const struct why *why, const struct config_match *match)
{
	return !match->by_interface ||
	       (why->interface >= 0 && match->interfaces >> why->interface & 1);
}

/* A field of the rule that is cheap to check. */
static bool value_suits(const struct match_field *field, const struct config_match *match,
			const struct fw_explanation *packet)
{
	uint32_t value;

	if (!match_value(field, packet, &value))
		return false;
	return field->form == FORM_FLAGS ? flags_suit(match, value)
					 : ranges_have(match_ranges(field, match), value);
}

static bool field_suits(const struct why *why, const struct match_field *field,
			const struct config_match *match)
{
	const struct fw_explanation *packet = why->packet;

	if (field->form == FORM_FAMILIES)
		return family_suits(match, &packet->packet);
	if (!match_is_given(field, match))
		return true;
	switch (field->form) {
	case FORM_INTERFACES:
		return interface_suits(why, match);
	case FORM_ADDRESSES:
	case FORM_WIDE:
	case FORM_MACS:
		return prefixes_suit(why, field, match);
	case FORM_NUMBERS:
	case FORM_FRAGMENTS:
	case FORM_FLAGS:
		return value_suits(field, match, packet);
	case FORM_ZONES:
	case FORM_FAMILIES:
		break;
	}
	return true;
}

/* Add the fields of a form, or of all others, that do not match; stop if the rule is not near. */
static uint32_t fields_fail(const struct why *why, const struct config_match *match, bool addresses,
			    uint32_t fails)
{
	for (size_t i = 0; i < MATCH_FIELD_MAX && !(fails & (fails - 1)); i++)
		if ((match_fields[i].form == FORM_ADDRESSES) == addresses &&
		    !field_suits(why, &match_fields[i], match))
			fails |= 1u << i;
	return fails;
}

uint32_t why_fails(const struct why *why, const struct config_rule *rule)
{
	uint32_t fails = rule->disabled ? 1u << WHY_ENABLED : 0;

	/* Addresses last: sets may be large. */
	fails = fields_fail(why, &rule->match, false, fails);
	return fields_fail(why, &rule->match, true, fails);
}

uint32_t why_asks(const struct config_rule *rule)
{
	uint32_t asks = 0;

	for (size_t i = 0; i < MATCH_FIELD_MAX; i++)
		if (match_is_given(&match_fields[i], &rule->match))
			asks |= 1u << i;
	return asks;
}
