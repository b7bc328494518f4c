// SPDX-License-Identifier: MIT
#include "common/policy/fields/fields.h"

#include <stdlib.h>
#include <string.h>

#include "common/abi/fw_abi.h"

enum {
#define AS_NEEDS(name, values, needs, member) NEEDS_##name = (needs),
	FW_FIELDS(AS_NEEDS)
#undef AS_NEEDS
};

/* The location of the value in a packet. */
enum {
#define AS_VALUE(name, values, needs, member)                             \
	VALUE_OF_##name = offsetof(struct fw_explanation, packet.member), \
	VALUE_SIZE_##name = sizeof(((struct fw_explanation *)NULL)->packet.member),
	FW_FIELDS(AS_VALUE)
#undef AS_VALUE
};

/* The row of common/abi/fw_lists.h for a field that is found by value. */
#define ARRAY(name)                                                             \
	.array = FW_FIELD_##name, .base = FW_BASE_##name,                       \
	.values = FW_ABSENT_##name - FW_BASE_##name, .high = FW_HIGHEST_##name, \
	.needs = NEEDS_##name, .value_offset = VALUE_OF_##name, .value_size = VALUE_SIZE_##name

#define IN(member)	.offset = offsetof(struct config_match, member)
#define RANGES_OF(name) ARRAY(name), IN(fields[FW_FIELD_##name])
#define PREFIXES_OF(field, member)                               \
	.array = MATCH_NO_ARRAY, IN(field),                      \
	.value_offset = offsetof(struct fw_explanation, member), \
	.value_size = sizeof(((struct fw_explanation *)NULL)->member)
#define ADDRESS_OF(side) PREFIXES_OF(side, packet.key.side), .needs = FW_IS_IP

const struct match_field match_fields[MATCH_FIELD_MAX] = {
	[MATCH_ZONE] = {"zone", FORM_ZONES, .array = MATCH_NO_ARRAY},
	[MATCH_INTERFACE] = {"interface", FORM_INTERFACES, ARRAY(INTERFACE), .addressing = true},
	[MATCH_FAMILY] = {"family", FORM_FAMILIES, ARRAY(KIND), IN(families),
			  .words = words_families},
	[MATCH_SRC] = {"src", FORM_ADDRESSES, ADDRESS_OF(src), .addressing = true},
	[MATCH_DST] = {"dst", FORM_ADDRESSES, ADDRESS_OF(dst), .addressing = true},
	[MATCH_PROTO] = {"proto", FORM_NUMBERS, RANGES_OF(PROTO), .words = words_protocols},
	[MATCH_SPORT] = {"sport", FORM_NUMBERS, RANGES_OF(SPORT), .addressing = true},
	[MATCH_DPORT] = {"dport", FORM_NUMBERS, RANGES_OF(DPORT), .addressing = true},
	[MATCH_ICMP_TYPE] = {"icmp_type", FORM_NUMBERS, RANGES_OF(ICMP_TYPE), .addressing = true},
	[MATCH_ICMP_CODE] = {"icmp_code", FORM_NUMBERS, RANGES_OF(ICMP_CODE), .addressing = true},
	[MATCH_TCP_FLAGS] = {"tcp_flags", FORM_FLAGS, ARRAY(TCP_FLAGS)},
	[MATCH_VLAN] = {"vlan", FORM_NUMBERS, RANGES_OF(VLAN), .words = words_vlan,
			.addressing = true},
	[MATCH_FRAGMENT] = {"fragment", FORM_FRAGMENTS, RANGES_OF(FRAGMENT),
			    .words = words_fragment},
	[MATCH_LENGTH] = {"length", FORM_NUMBERS, RANGES_OF(LENGTH)},
	[MATCH_DSCP] = {"dscp", FORM_NUMBERS, RANGES_OF(DSCP), .words = words_dscp},
	[MATCH_TTL] = {"ttl", FORM_NUMBERS, RANGES_OF(TTL)},
	[MATCH_FLOW_LABEL] = {"flow_label", FORM_WIDE, PREFIXES_OF(flow_label, frame.flow_label),
			      .bits = 20, .high = 0xfffff, .needs = FW_IS_IP6, .kinds = KINDS6},
	[MATCH_SRC_MAC] = {"src_mac", FORM_MACS, PREFIXES_OF(src_mac, frame.src_mac), .bits = 48,
			   .addressing = true},
	[MATCH_DST_MAC] = {"dst_mac", FORM_MACS, PREFIXES_OF(dst_mac, frame.dst_mac), .bits = 48,
			   .addressing = true},
};

/* As ebpf/parse/parse_l4.h reads them. */
const struct match_carrier match_carriers[MATCH_CARRIERS] = {
	{FW_HAS_TCP, ~0u, {6}},
	{FW_HAS_PORTS, ~0u, {6, 17, 132}},
	{FW_HAS_ICMP, 1u << FW_KIND_IP4, {1}},
	{FW_HAS_ICMP, 1u << FW_KIND_IP6 | 1u << FW_KIND_LINK6, {58}},
};

const struct match_table match_tables[FW_TABLE_MAX] = {
	[FW_TABLE_SRC4] = {MATCH_SRC, 4, KINDS4, "an IPv4 source"},
	[FW_TABLE_DST4] = {MATCH_DST, 4, KINDS4, "an IPv4 destination"},
	[FW_TABLE_SRC6] = {MATCH_SRC, 6, KINDS6, "an IPv6 source"},
	[FW_TABLE_DST6] = {MATCH_DST, 6, KINDS6, "an IPv6 destination"},
	[FW_TABLE_FLOW_LABEL] = {MATCH_FLOW_LABEL, 6, KINDS6, "a flow label"},
	[FW_TABLE_SRC_MAC] = {MATCH_SRC_MAC, 6, ~0u, "a source MAC address"},
	[FW_TABLE_DST_MAC] = {MATCH_DST_MAC, 6, ~0u, "a destination MAC address"},
};

const struct match_field *match_field_of(enum fw_field array)
{
	const struct match_field *field = match_fields;

	while (field->array != array)
		field++;
	return field;
}

bool match_allows(const struct config_match *match, uint8_t needs)
{
	const struct range_list *list = &match->fields[FW_FIELD_PROTO];

	if (!list->count)
		return true;
	for (size_t i = 0; i < MATCH_CARRIERS; i++)
		for (const uint8_t *proto = match_carriers[i].protocols;
		     match_carriers[i].needs == needs && *proto; proto++)
			if (ranges_have(list, *proto))
				return true;
	return false;
}

const struct range_list *match_ranges(const struct match_field *field,
				      const struct config_match *match)
{
	if (field->form != FORM_NUMBERS && field->form != FORM_FRAGMENTS)
		return NULL;
	return (const void *)((const char *)match + field->offset);
}

const struct address_match *match_addresses(const struct match_field *field,
					    const struct config_match *match)
{
	if (field->form != FORM_ADDRESSES && !field->bits)
		return NULL;
	return (const void *)((const char *)match + field->offset);
}

bool match_is_given(const struct match_field *field, const struct config_match *match)
{
	switch (field->form) {
	case FORM_ZONES:
		return false;
	case FORM_INTERFACES:
		return match->by_interface;
	case FORM_FAMILIES:
		return match->families;
	case FORM_ADDRESSES:
	case FORM_WIDE:
	case FORM_MACS:
		return address_is_given(match_addresses(field, match));
	case FORM_NUMBERS:
	case FORM_FRAGMENTS:
		return match_ranges(field, match)->count > 0;
	case FORM_FLAGS:
		return match->tcp_flag_count > 0;
	}
	return false;
}

unsigned match_needs(const struct config_match *match)
{
	unsigned needs = 0;

	for (size_t i = 0; i < MATCH_FIELD_MAX; i++)
		if (match_fields[i].needs && match_is_given(&match_fields[i], match))
			needs |= match_fields[i].needs;
	return needs;
}

static bool flags_cover(const struct config_match *outer, const struct config_match *inner)
{
	for (uint32_t flags = 0; flags <= FW_HIGHEST_TCP_FLAGS; flags++)
		if (flags_suit(inner, flags) && !flags_suit(outer, flags))
			return false;
	return true;
}

static bool flags_overlap(const struct config_match *a, const struct config_match *b)
{
	for (uint32_t flags = 0; flags <= FW_HIGHEST_TCP_FLAGS; flags++)
		if (flags_suit(a, flags) && flags_suit(b, flags))
			return true;
	return false;
}

bool match_covers(const struct match_field *field, const struct config_match *outer,
		  const struct config_match *inner)
{
	switch (field->form) {
	case FORM_ZONES:
	case FORM_FAMILIES:
	case FORM_ADDRESSES:
	case FORM_WIDE:
	case FORM_MACS:
		return true;
	case FORM_INTERFACES:
	case FORM_NUMBERS:
	case FORM_FRAGMENTS:
	case FORM_FLAGS:
		break;
	}
	if (!match_is_given(field, outer))
		return true;
	if (!match_is_given(field, inner))
		return false;
	if (field->form == FORM_INTERFACES)
		return !(inner->interfaces & ~outer->interfaces);
	if (field->form == FORM_FLAGS)
		return flags_cover(outer, inner);
	return ranges_cover(match_ranges(field, outer), match_ranges(field, inner));
}

bool match_overlaps(const struct match_field *field, const struct config_match *a,
		    const struct config_match *b)
{
	if (!match_is_given(field, a) || !match_is_given(field, b))
		return true;
	switch (field->form) {
	case FORM_ZONES:
	case FORM_FAMILIES:
	case FORM_ADDRESSES:
	case FORM_WIDE:
	case FORM_MACS:
		break;
	case FORM_INTERFACES:
		return a->interfaces & b->interfaces;
	case FORM_NUMBERS:
	case FORM_FRAGMENTS:
		return ranges_overlap(match_ranges(field, a), match_ranges(field, b));
	case FORM_FLAGS:
		return flags_overlap(a, b);
	}
	return true;
}

bool match_value(const struct match_field *field, const struct fw_explanation *answer,
		 uint32_t *ret)
{
	const char *at = (const char *)answer + field->value_offset;
	uint16_t two;

	if (field->needs && !(answer->packet.flags & field->needs))
		return false;
	switch (field->value_size) {
	case 1:
		*ret = *(const uint8_t *)at;
		return true;
	case sizeof(two):
		memcpy(&two, at, sizeof(two));
		*ret = two;
		return true;
	case sizeof(*ret):
		memcpy(ret, at, sizeof(*ret));
		return true;
	}
	return false;
}

bool match_host(const struct match_field *field, const struct fw_explanation *answer,
		struct prefix *ret)
{
	const char *at = (const char *)answer + field->value_offset;
	uint32_t value;

	if (field->needs && !(answer->packet.flags & field->needs))
		return false;
	if (field->form == FORM_ADDRESSES) {
		*ret = prefix_host(answer->packet.flags & FW_IS_IP6 ? 6 : 4, at);
	} else if (field->form == FORM_WIDE) {
		memcpy(&value, at, sizeof(value));
		*ret = wide_host(field, value);
	} else {
		*ret = (struct prefix){.family = 6, .length = field->bits};
		memcpy(ret->addr, at, field->bits / 8);
	}
	return true;
}

static void clear_addresses(struct address_match *match)
{
	prefix_list_clear(&match->any_prefixes);
	prefix_list_clear(&match->not_prefixes);
	free(match->any_sets);
	free(match->not_sets);
}

void config_match_clear(struct config_match *match)
{
	for (size_t i = 0; i < MATCH_FIELD_MAX; i++) {
		const struct range_list *list = match_ranges(&match_fields[i], match);
		struct address_match *side =
			(struct address_match *)match_addresses(&match_fields[i], match);

		if (list)
			free(list->items);
		if (side)
			clear_addresses(side);
	}
	free(match->tcp_flags);
}
