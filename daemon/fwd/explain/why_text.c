// SPDX-License-Identifier: MIT
/* The values of a rule and of a packet, in words. */
#include "daemon/fwd/explain/why.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/base/memory.h"

/* A list that ends in "..." when it is full. */
struct text {
	char *buffer;
	size_t used;
	bool full;
};

static void add(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(struct text *text, const char *format, ...)
{
	char item[WHY_TEXT];
	size_t length, room = WHY_TEXT - sizeof(", ...") - text->used;
	va_list args;

	va_start(args, format);
	vsnprintf(item, sizeof(item), format, args);
	va_end(args);
	length = strlen(item) + (text->used ? 2 : 0);
	if (text->full)
		return;
	if (length > room) {
		text->full = true;
		text->used +=
			(size_t)sprintf(text->buffer + text->used, "%s...", text->used ? ", " : "");
		return;
	}
	text->used +=
		(size_t)sprintf(text->buffer + text->used, "%s%s", text->used ? ", " : "", item);
}

/* As in the config: a word if the number has one. words may be NULL. */
static void add_number(struct text *text, const struct word *words, uint32_t number)
{
	const char *name = word_name(words, number);

	if (name)
		add(text, "%s", name);
	else
		add(text, "%u", number);
}

static void add_ranges(struct text *text, const struct word *words, const struct range_list *list)
{
	for (size_t i = 0; i < list->count && !text->full; i++) {
		const struct range *range = &list->items[i];

		if (range->low == range->high)
			add_number(text, words, range->low);
		else
			add(text, "%u-%u", range->low, range->high);
	}
}

static void add_wide(struct text *text, const struct match_field *field,
		     const struct prefix_list *list)
{
	struct range range;
	size_t next = 0;

	while (wide_next(field, list, &next, &range)) {
		if (range.low == range.high)
			add_number(text, field->words, range.low);
		else
			add(text, "%u-%u", range.low, range.high);
	}
}

static void add_macs(struct text *text, const struct address_match *match)
{
	char mac[PREFIX_TEXT];

	for (size_t i = 0; i < match->any_prefixes.count && !text->full; i++)
		add(text, "%s", mac_format(&match->any_prefixes.items[i], mac));
	for (size_t i = 0; i < match->not_prefixes.count && !text->full; i++)
		add(text, "!%s", mac_format(&match->not_prefixes.items[i], mac));
}

static void add_address(struct text *text, const struct why *why, const struct address_match *match)
{
	char prefix[PREFIX_TEXT];

	for (size_t i = 0; i < match->any_set_count && !text->full; i++)
		add(text, "@%s", why->config->sets[match->any_sets[i]].name);
	for (size_t i = 0; i < match->any_prefixes.count && !text->full; i++)
		add(text, "%s", prefix_format(&match->any_prefixes.items[i], prefix));
	for (size_t i = 0; i < match->not_set_count && !text->full; i++)
		add(text, "!@%s", why->config->sets[match->not_sets[i]].name);
	for (size_t i = 0; i < match->not_prefixes.count && !text->full; i++)
		add(text, "!%s", prefix_format(&match->not_prefixes.items[i], prefix));
}

static void add_words(struct text *text, const struct word *words, const struct range_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		for (uint32_t value = list->items[i].low;
		     value <= list->items[i].high && !text->full; value++)
			add_number(text, words, value);
}

static void add_flags(struct text *text, uint8_t flags)
{
	char item[TCP_FLAGS_TEXT];

	add(text, "%s", tcp_flags_format(flags, item));
}

/* As in the config: "syn", "syn/syn,ack". */
static void add_flag_test(struct text *text, const struct flag_test *test)
{
	char set[TCP_FLAGS_TEXT], mask[TCP_FLAGS_TEXT];

	tcp_flags_format(test->set, set);
	if (test->set && test->set == test->mask)
		add(text, "%s", set);
	else
		add(text, "%s/%s", set, tcp_flags_format(test->mask, mask));
}

static const char *const kinds[] = {FW_KINDS(FW_AS_NAME)};

static void add_families(struct text *text, uint32_t families)
{
	if (!families)
		add(text, "ipv4, ipv6");
	for (unsigned i = 0; i < FW_KIND_MAX; i++)
		if (families >> i & 1)
			add(text, "%s", kinds[i]);
}

static void add_interfaces(struct text *text, const struct config *config, uint64_t interfaces)
{
	for (size_t i = 0; i < config->interface_count && i < 64; i++)
		if (interfaces >> i & 1)
			add(text, "%s", config->interfaces[i].name);
}

static void add_wanted(struct text *text, const struct why *why, const struct match_field *field,
		       const struct config_match *match)
{
	switch (field->form) {
	case FORM_ZONES:
		break;
	case FORM_INTERFACES:
		add_interfaces(text, why->config, match->interfaces);
		break;
	case FORM_FAMILIES:
		add_families(text, match->families);
		break;
	case FORM_ADDRESSES:
		add_address(text, why, match_addresses(field, match));
		break;
	case FORM_NUMBERS:
		add_ranges(text, field->words, match_ranges(field, match));
		break;
	case FORM_FRAGMENTS:
		add_words(text, field->words, match_ranges(field, match));
		break;
	case FORM_FLAGS:
		for (size_t i = 0; i < match->tcp_flag_count && !text->full; i++)
			add_flag_test(text, &match->tcp_flags[i]);
		break;
	case FORM_WIDE:
		add_wide(text, field, &match_addresses(field, match)->any_prefixes);
		break;
	case FORM_MACS:
		add_macs(text, match_addresses(field, match));
		break;
	}
}

const char *why_wanted(const struct why *why, const struct config_rule *rule, unsigned field,
		       char buffer[WHY_TEXT])
{
	struct text text = {.buffer = buffer};

	buffer[0] = '\0';
	if (field == WHY_ENABLED)
		add(&text, "true");
	else
		add_wanted(&text, why, &match_fields[field], &rule->match);
	return buffer;
}

static void give_prefix(struct text *text, const struct match_field *field,
			const struct fw_explanation *packet)
{
	char buffer[PREFIX_TEXT];
	struct prefix host;

	if (!match_host(field, packet, &host))
		return;
	if (field->form == FORM_WIDE)
		add_wide(text, field, &(struct prefix_list){&host, 1});
	else
		add(text, "%s",
		    field->form == FORM_MACS ? mac_format(&host, buffer)
					     : prefix_format(&host, buffer));
}

static void give_number(struct text *text, const struct why *why, const struct match_field *field,
			uint32_t value)
{
	switch (field->form) {
	case FORM_ZONES:
	case FORM_ADDRESSES:
	case FORM_WIDE:
	case FORM_MACS:
		break;
	case FORM_INTERFACES:
		if (why->interface >= 0)
			add(text, "%s", why->config->interfaces[why->interface].name);
		break;
	case FORM_FAMILIES:
		add(text, "%s", kinds[value % FW_KIND_MAX]);
		break;
	case FORM_NUMBERS:
	case FORM_FRAGMENTS:
		add_number(text, field->words, value);
		break;
	case FORM_FLAGS:
		add_flags(text, (uint8_t)value);
		break;
	}
}

static void give_value(struct text *text, const struct why *why, const struct match_field *field)
{
	const struct fw_explanation *packet = why->packet;
	uint32_t value;

	if (field->form == FORM_ADDRESSES || field->bits)
		give_prefix(text, field, packet);
	else if (match_value(field, packet, &value))
		give_number(text, why, field, value);
}

const char *why_given(const struct why *why, unsigned field, char buffer[WHY_TEXT])
{
	struct text text = {.buffer = buffer};

	buffer[0] = '\0';
	if (field == WHY_ENABLED)
		add(&text, "false");
	else
		give_value(&text, why, &match_fields[field]);
	return buffer;
}
