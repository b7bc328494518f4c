// SPDX-License-Identifier: MIT
/* The fields of a match, except the addresses. */
#include "common/policy/config/config_fields.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/policy/fields/fields.h"

#define TEXT_SIZE 128

/* ---- zone and interface: bits of config.interfaces ---- */

static bool report_interface(struct reader *reader, const cJSON *node, bool zone)
{
	struct suggestion suggestion = {.written = node->valuestring};
	char text[SUGGESTION_TEXT];

	if (reader->guess)
		return false;
	for (size_t i = 0; i < reader->config->interface_count; i++) {
		const struct config_interface *interface = &reader->config->interfaces[i];

		suggestion_offer(&suggestion, zone ? interface->zone : interface->name, NULL);
	}
	/*
	 * The interface may have been removed in the belief that its rules would then match
	 * nothing.
	 */
	reader_error(reader, zone ? ERROR_NO_ZONE : ERROR_NO_INTERFACE, node,
		     zone ? "no interface is in zone \"%.63s\"%s (one that is not to be filtered "
			    "stays in its zone with \"attach\": false)"
			  : "\"%.63s\" is not among \"interfaces\"%s (one that is not to be "
			    "filtered stays there with \"attach\": false)",
		     node->valuestring, suggestion_text(&suggestion, text));
	return false;
}

static bool read_interface_bits(struct reader *reader, const cJSON *node, bool zone, uint64_t *bits)
{
	const char *name = read_text(reader, node,
				     zone ? "a zone or a list of zones"
					  : "an interface or a list of interfaces");
	const struct config *config = reader->config;
	uint64_t found = 0;

	if (!name)
		return false;
	if (*name == '!') {
		reader_error(reader, ERROR_NEGATION, node, "only src and dst can be negated");
		return false;
	}
	for (size_t i = 0; i < config->interface_count && *name; i++) {
		const struct config_interface *interface = &config->interfaces[i];

		if (!strcmp(zone ? interface->zone : interface->name, name))
			found |= UINT64_C(1) << i;
	}
	*bits |= found;
	return found || report_interface(reader, node, zone);
}

static bool read_zone_bits(struct reader *reader, const cJSON *node, void *target)
{
	return read_interface_bits(reader, node, true, target);
}

static bool read_name_bits(struct reader *reader, const cJSON *node, void *target)
{
	return read_interface_bits(reader, node, false, target);
}

/* Both keys in one match: the interfaces that are in both. */
static bool narrow(struct reader *reader, const cJSON *node, struct config_match *match,
		   uint64_t bits)
{
	match->interfaces = match->by_interface ? match->interfaces & bits : bits;
	match->by_interface = true;
	if (match->interfaces)
		return true;
	reader_error(reader, ERROR_NO_INTERFACE, node,
		     "none of these interfaces is in the zone of this match");
	return false;
}

static bool read_zones(struct reader *reader, const cJSON *node, void *target)
{
	uint64_t bits = 0;

	return read_one_or_more(reader, node, &bits, read_zone_bits) &&
	       narrow(reader, node, target, bits);
}

static bool read_interface_names(struct reader *reader, const cJSON *node, void *target)
{
	uint64_t bits = 0;

	return read_one_or_more(reader, node, &bits, read_name_bits) &&
	       narrow(reader, node, target, bits);
}

/* ---- words ---- */

static bool read_family(struct reader *reader, const cJSON *node, void *target)
{
	uint32_t *families = target;
	unsigned kind;

	if (!read_word(reader, node, words_families, &kind))
		return false;
	*families |= 1u << kind;
	return true;
}

static bool read_families(struct reader *reader, const cJSON *node, void *target)
{
	return read_one_or_more(reader, node, target, read_family);
}

static bool add_fragment(struct reader *reader, struct range_list *list, uint32_t low,
			 uint32_t high)
{
	struct range *range = array_grow(&list->items, list->count, sizeof(*range));

	if (!range)
		return reader_no_memory(reader);
	*range = (struct range){low, high};
	list->count++;
	return true;
}

/* true: any fragment; false: whole datagrams; or the kind of fragment. */
static bool read_fragments(struct reader *reader, const cJSON *node, void *target)
{
	const cJSON *item = cJSON_IsArray(node) ? node->child : node;
	bool wanted[FW_FRAGMENT_MAX] = {false}, good = true;
	struct range_list *list = target;
	unsigned place;

	if (cJSON_IsBool(node))
		return cJSON_IsTrue(node)
			       ? add_fragment(reader, list, FW_FRAGMENT_FIRST, FW_FRAGMENT_LATER)
			       : add_fragment(reader, list, FW_FRAGMENT_NONE, FW_FRAGMENT_NONE);
	if (!item) {
		reader_error(reader, ERROR_EMPTY, node,
			     "\"fragment\": an empty list matches nothing; leave the key out to "
			     "match all");
		return false;
	}
	for (; item; item = cJSON_IsArray(node) ? item->next : NULL) {
		if (read_word(reader, item, words_fragment, &place))
			wanted[place] = true;
		else
			good = false;
	}
	for (unsigned i = 0; i < FW_FRAGMENT_MAX && good; i++)
		good = !wanted[i] || add_fragment(reader, list, i, i);
	return good;
}

/* ---- TCP flags ---- */

static bool report_flags(struct reader *reader, const cJSON *node)
{
	reader_error(
		reader, ERROR_TCP_FLAGS, node,
		"\"%.60s\" is not \"flags\" or \"set/mask\" such as \"syn\" or "
		"\"syn/syn,ack\"; flags are fin, syn, rst, psh, ack, urg, ece, cwr, or none, all",
		node->valuestring);
	return false;
}

static bool read_flag_test(struct reader *reader, const cJSON *node, void *target)
{
	const char *text = read_text(reader, node, "TCP flags such as \"syn/syn,ack\"");
	struct config_match *match = target;
	char set[TEXT_SIZE], *mask;
	struct flag_test test = {0}, *slot;
	unsigned bits, of = 0;

	if (!text)
		return false;
	if (strlen(text) >= sizeof(set))
		return report_flags(reader, node);
	strcpy(set, text);
	mask = strchr(set, '/');
	if (mask)
		*mask++ = '\0';
	if (tcp_flags_parse(set, &bits) < 0 || (mask && tcp_flags_parse(mask, &of) < 0))
		return report_flags(reader, node);
	test.set = (uint8_t)bits;
	test.mask = (uint8_t)of;
	/* Without a mask: these are set, the others are ignored; "none": all are clear. */
	if (!mask)
		test.mask = test.set ? test.set : 0xff;
	if (test.set & ~test.mask) {
		reader_error(
			reader, ERROR_TCP_FLAGS, node,
			"\"%.60s\" can never match: flags that must be set are not in the mask",
			text);
		return false;
	}
	slot = array_grow(&match->tcp_flags, match->tcp_flag_count, sizeof(*slot));
	if (!slot)
		return reader_no_memory(reader);
	*slot = test;
	match->tcp_flag_count++;
	return true;
}

static bool read_tcp_flags(struct reader *reader, const cJSON *node, void *target)
{
	return read_one_or_more(reader, node, target, read_flag_test);
}

/* ---- fields that are stored as prefixes ---- */

/* target: the match. */
static bool read_wide(struct reader *reader, const cJSON *node, const struct match_field *match,
		      void *target)
{
	const struct field numbers = {.name = match->name, .high = match->high};
	struct address_match *side = (void *)match_addresses(match, target);
	struct range_list list = {0};
	bool good = read_ranges(reader, node, &numbers, &list);

	for (size_t i = 0; i < list.count && good; i++)
		good = wide_add(match, &list.items[i], &side->any_prefixes) == 0 ||
		       reader_no_memory(reader);
	free(list.items);
	return good;
}

static bool read_flow_label(struct reader *reader, const cJSON *node, void *target)
{
	return read_wide(reader, node, &match_fields[MATCH_FLOW_LABEL], target);
}

static bool report_mac(struct reader *reader, const cJSON *node, int err,
		       const struct prefix *meant)
{
	char text[PREFIX_TEXT];

	if (err == -EDOM)
		reader_error(reader, ERROR_HOST_BITS, node,
			     "\"%.60s\" has bits set after its length; meant %s?",
			     node->valuestring, mac_format(meant, text));
	else if (err == -ERANGE)
		reader_error(reader, ERROR_PREFIX_LENGTH, node,
			     "\"%.60s\": the length of a MAC prefix is from 0 to 48",
			     node->valuestring);
	else
		reader_error(reader, ERROR_PREFIX, node,
			     "\"%.60s\" is not a MAC address such as \"02:00:5e:00:00:01\", or a "
			     "prefix such as \"02:00:5e:00:00:00/24\"",
			     node->valuestring);
	return false;
}

static bool read_mac(struct reader *reader, const cJSON *node, void *target)
{
	const char *text = read_text(reader, node, "a MAC address or a list of them");
	struct address_match *side = target;
	struct prefix prefix;
	bool negated;
	int err;

	if (!text)
		return false;
	negated = *text == '!';
	err = mac_parse(text + negated, &prefix);
	if (err < 0)
		return report_mac(reader, node, err, &prefix);
	return prefix_list_add(negated ? &side->not_prefixes : &side->any_prefixes, &prefix) == 0 ||
	       reader_no_memory(reader);
}

static bool read_macs(struct reader *reader, const cJSON *node, void *target)
{
	return read_one_or_more(reader, node, target, read_mac);
}

/* ---- the fields ---- */

/* In the order of common/policy/fields/fields.c. */
struct field section_match_field(size_t number)
{
	const struct match_field *match = &match_fields[number];
	struct field field = {match->name, FIELD_READ, .offset = match->offset,
			      .words = match->words};

	switch (match->form) {
	case FORM_ZONES:
		field.read = read_zones;
		break;
	case FORM_INTERFACES:
		field.read = read_interface_names;
		break;
	case FORM_FAMILIES:
		field.read = read_families;
		break;
	case FORM_ADDRESSES:
		field.read = read_addresses;
		break;
	case FORM_NUMBERS:
		field.type = FIELD_RANGES;
		field.high = match->high;
		break;
	case FORM_FRAGMENTS:
		field.read = read_fragments;
		break;
	case FORM_FLAGS:
		field.read = read_tcp_flags;
		break;
	case FORM_WIDE:
		field.offset = 0;
		field.high = match->high;
		field.read = read_flow_label;
		break;
	case FORM_MACS:
		field.read = read_macs;
		break;
	}
	return field;
}

const struct section section_match = {"match", NULL, MATCH_FIELD_MAX, NULL, 0};
