// SPDX-License-Identifier: MIT
/* What a rule wants and what a packet has, in words. */
#include "daemon/fwd/explain/why.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/policy/config/config_fields.h"

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

/* As the config has it: a word, where there is one for the number. words may be NULL. */
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

static void add_names(struct text *text, const char *const *names, size_t count,
		      const struct range_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		for (uint32_t value = list->items[i].low;
		     value <= list->items[i].high && value < count && !text->full; value++)
			add(text, "%s", names[value]);
}

static void add_flags(struct text *text, uint8_t flags)
{
	char item[TCP_FLAGS_TEXT];

	add(text, "%s", tcp_flags_format(flags, item));
}

/* As the config has it: "syn", "syn/syn,ack". */
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
static const char *const fragments[] = {FW_FRAGMENTS(FW_AS_NAME)};

static void add_families(struct text *text, uint32_t families)
{
	if (!families)
		add(text, "ipv4, ipv6");
	for (unsigned i = 0; i < FW_KIND_MAX; i++)
		if (families >> i & 1)
			add(text, "%s", kinds[i]);
}

const char *why_wanted(const struct why *why, const struct config_rule *rule, enum why_field field,
		       char buffer[WHY_TEXT])
{
	const struct config_match *match = &rule->match;
	struct text text = {.buffer = buffer};

	buffer[0] = '\0';
	switch (field) {
	case WHY_ENABLED:
		add(&text, "true");
		break;
	case WHY_INTERFACE:
		for (size_t i = 0; i < why->config->interface_count && i < 64; i++)
			if (match->interfaces >> i & 1)
				add(&text, "%s", why->config->interfaces[i].name);
		break;
	case WHY_FAMILY:
		add_families(&text, match->families);
		break;
	case WHY_SRC:
		add_address(&text, why, &match->src);
		break;
	case WHY_DST:
		add_address(&text, why, &match->dst);
		break;
	case WHY_TCP_FLAGS:
		for (size_t i = 0; i < match->tcp_flag_count && !text.full; i++) {
			add_flag_test(&text, &match->tcp_flags[i]);
		}
		break;
	case WHY_FRAGMENT:
		add_names(&text, fragments, array_size(fragments),
			  &match->fields[FW_FIELD_FRAGMENT]);
		break;
	case WHY_VLAN:
		add_ranges(&text, words_vlan, &match->fields[FW_FIELD_VLAN]);
		break;
	case WHY_PROTO:
		add_ranges(&text, words_protocols, &match->fields[FW_FIELD_PROTO]);
		break;
	case WHY_SPORT:
		add_ranges(&text, NULL, &match->fields[FW_FIELD_SPORT]);
		break;
	case WHY_DPORT:
		add_ranges(&text, NULL, &match->fields[FW_FIELD_DPORT]);
		break;
	case WHY_ICMP_TYPE:
		add_ranges(&text, NULL, &match->fields[FW_FIELD_ICMP_TYPE]);
		break;
	case WHY_ICMP_CODE:
		add_ranges(&text, NULL, &match->fields[FW_FIELD_ICMP_CODE]);
		break;
	case WHY_LENGTH:
		add_ranges(&text, NULL, &match->fields[FW_FIELD_LENGTH]);
		break;
	case WHY_DSCP:
		add_ranges(&text, words_dscp, &match->fields[FW_FIELD_DSCP]);
		break;
	case WHY_TTL:
		add_ranges(&text, NULL, &match->fields[FW_FIELD_TTL]);
		break;
	case WHY_FIELD_MAX:
		break;
	}
	return buffer;
}

static void give_address(struct text *text, const struct fw_explanation *packet,
			 const uint32_t *address)
{
	struct prefix host = prefix_host(packet->flags & FW_IS_IP6 ? 6 : 4, address);
	char prefix[PREFIX_TEXT];

	if (packet->flags & FW_IS_IP)
		add(text, "%s", prefix_format(&host, prefix));
}

static void give_number(struct text *text, const struct word *words, bool there, uint32_t number)
{
	if (there)
		add_number(text, words, number);
}

const char *why_given(const struct why *why, enum why_field field, char buffer[WHY_TEXT])
{
	const struct fw_explanation *packet = why->packet;
	bool ip = packet->flags & FW_IS_IP, ports = packet->flags & FW_HAS_PORTS;
	bool icmp = packet->flags & FW_HAS_ICMP;
	struct text text = {.buffer = buffer};

	buffer[0] = '\0';
	switch (field) {
	case WHY_ENABLED:
		add(&text, "false");
		break;
	case WHY_INTERFACE:
		if (why->interface >= 0)
			add(&text, "%s", why->config->interfaces[why->interface].name);
		break;
	case WHY_FAMILY:
		add(&text, "%s", kinds[packet->kind % FW_KIND_MAX]);
		break;
	case WHY_SRC:
		give_address(&text, packet, packet->src);
		break;
	case WHY_DST:
		give_address(&text, packet, packet->dst);
		break;
	case WHY_TCP_FLAGS:
		if (packet->flags & FW_HAS_TCP)
			add_flags(&text, packet->tcp_flags);
		break;
	case WHY_FRAGMENT:
		if (ip)
			add(&text, "%s", fragments[packet->fragment % FW_FRAGMENT_MAX]);
		break;
	case WHY_VLAN:
		give_number(&text, words_vlan, true, packet->vlan);
		break;
	case WHY_PROTO:
		give_number(&text, words_protocols, ip, packet->proto);
		break;
	case WHY_SPORT:
		give_number(&text, NULL, ports, packet->sport);
		break;
	case WHY_DPORT:
		give_number(&text, NULL, ports, packet->dport);
		break;
	case WHY_ICMP_TYPE:
		give_number(&text, NULL, icmp, packet->icmp_type);
		break;
	case WHY_ICMP_CODE:
		give_number(&text, NULL, icmp, packet->icmp_code);
		break;
	case WHY_LENGTH:
		give_number(&text, NULL, ip, packet->ip_length);
		break;
	case WHY_DSCP:
		give_number(&text, words_dscp, ip, packet->dscp);
		break;
	case WHY_TTL:
		give_number(&text, NULL, ip, packet->ttl);
		break;
	case WHY_FIELD_MAX:
		break;
	}
	return buffer;
}
