// SPDX-License-Identifier: MIT
/* What is printed of a packet is accepted where packets are described: rules and explain. */
#include <criterion/criterion.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/base/words.h"
#include "common/policy/config/config.h"
#include "common/policy/fields/fields.h"
#include "common/policy/document/document.h"
#include "common/policy/packet/packet_text.h"
#include "daemon/fwd/events/event.h"

/* The fields that have words or a range, and how explain's words have a value of them. */
static const struct {
	const char *field;
	const struct word *words;
	enum match_id number;
	const char *packet; /* or NULL: it is part of an address, or of a frame */
} fields[] = {
	{"proto", words_protocols, MATCH_PROTO, "%s 10.0.0.1 > 10.0.0.2 frag later"},
	{"sport", NULL, MATCH_SPORT, "tcp 10.0.0.1:%s > 10.0.0.2:2"},
	{"dport", NULL, MATCH_DPORT, "tcp 10.0.0.1 > 10.0.0.2:%s"},
	{"icmp_type", NULL, MATCH_ICMP_TYPE, "icmp 10.0.0.1 > 10.0.0.2 type %s"},
	{"icmp_code", NULL, MATCH_ICMP_CODE, "icmp 10.0.0.1 > 10.0.0.2 code %s"},
	{"vlan", words_vlan, MATCH_VLAN, "icmp 10.0.0.1 > 10.0.0.2 vlan %s"},
	{"fragment", words_fragment, MATCH_FRAGMENT, "icmp 10.0.0.1 > 10.0.0.2 frag %s"},
	/* No frame holds the longest datagram: see test_packet_text. */
	{"length", NULL, MATCH_LENGTH, NULL},
	{"dscp", words_dscp, MATCH_DSCP, "icmp 10.0.0.1 > 10.0.0.2 dscp %s"},
	{"ttl", NULL, MATCH_TTL, "icmp 10.0.0.1 > 10.0.0.2 ttl %s"},
	{"flow_label", NULL, MATCH_FLOW_LABEL, "icmpv6 ::1 > ::2 flow_label %s"},
};

/* The only range that a match asks for. */
static struct range range_of(const struct config_match *match, enum match_id number)
{
	const struct match_field *field = &match_fields[number];
	const struct range_list *list = match_ranges(field, match);
	struct range range = {0, 1};
	size_t next = 0;

	if (!list) {
		const struct prefix_list *prefixes = &match_addresses(field, match)->any_prefixes;

		cr_assert(wide_next(field, prefixes, &next, &range));
		cr_assert_eq(next, prefixes->count);
		return range;
	}
	cr_assert_eq(list->count, 1);
	return list->items[0];
}

/* One value of a field, read by the config; false: it is refused. */
static bool read_by_config(const char *field, const char *value, enum match_id number,
			   uint32_t *ret)
{
	struct document *document = NULL;
	struct config *config = NULL;
	struct errors errs = {0};
	char text[256];
	bool good;

	snprintf(
		text, sizeof(text),
		"{\"rules\": [{\"id\": \"r\", \"action\": \"drop\", \"match\": {\"%s\": %s%s%s}}]}",
		field, isdigit((unsigned char)*value) ? "" : "\"", value,
		isdigit((unsigned char)*value) ? "" : "\"");
	cr_assert_eq(document_read_text("test", text, strlen(text), &document, &errs), 0, "%s",
		     text);
	good = config_parse(document, NULL, &config, &errs) == 0;
	if (good) {
		const struct range range = range_of(&config->rules[0].match, number);

		cr_assert_eq(range.low, range.high, "%s", text);
		*ret = range.low;
	}
	config_free(config);
	document_free(document);
	errors_clear(&errs);
	return good;
}

static uint32_t value_of(const struct packet_text *packet, enum match_id number)
{
	switch ((int)number) {
	case MATCH_PROTO:
		return packet->proto;
	case MATCH_SPORT:
		return packet->sport;
	case MATCH_DPORT:
		return packet->dport;
	case MATCH_ICMP_TYPE:
		return packet->icmp_type;
	case MATCH_ICMP_CODE:
		return packet->icmp_code;
	case MATCH_VLAN:
		return packet->vlan_count ? packet->vlans[0] : 0;
	case MATCH_FRAGMENT:
		return packet->fragment;
	case MATCH_DSCP:
		return packet->dscp;
	case MATCH_TTL:
		return packet->ttl;
	case MATCH_FLOW_LABEL:
		return packet->flow_label;
	default:
		break;
	}
	cr_assert_fail("field %u", number);
	return 0;
}

static bool read_by_explain(const char *frame, const char *value, enum match_id number,
			    uint32_t *ret)
{
	struct packet_text packet;
	struct errors errs = {0};
	char text[256];
	bool good;

	/* The frame is one of the table's above. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(text, sizeof(text), frame, value);
#pragma GCC diagnostic pop
	good = packet_parse(text, &packet, &errs) == 0;
	if (good)
		*ret = value_of(&packet, number);
	errors_clear(&errs);
	return good;
}

/* Every value as it is printed, and every name that there is. */
static void check_words(size_t i, const char *text, uint32_t value)
{
	const char *packet = fields[i].packet;
	uint32_t got;

	cr_expect(read_by_config(fields[i].field, text, fields[i].number, &got) && got == value,
		  "a rule: %s %s", fields[i].field, text);
	/* icmp and icmpv6 by name say the family, too. */
	if (packet && !(strstr(text, "icmp") && value == 58))
		cr_expect(read_by_explain(packet, text, fields[i].number, &got) && got == value,
			  "explain: %s %s", fields[i].field, text);
}

Test(words, what_is_printed_is_accepted)
{
	for (size_t i = 0; i < array_size(fields); i++) {
		for (uint32_t value = 0;
		     value <= match_fields[fields[i].number].high && value < 4096; value++) {
			const char *name = word_name(fields[i].words, value);
			char number[16];

			snprintf(number, sizeof(number), "%u", value);
			if (name || fields[i].words != words_fragment)
				check_words(i, name ? name : number, value);
		}
		for (const struct word *word = fields[i].words; word && word->name; word++)
			check_words(i, word->name, word->value);
	}
}

/* The same range in a rule and in explain's words. */
Test(words, ranges_are_the_same)
{
	for (size_t i = 0; i < array_size(fields); i++) {
		for (uint32_t over = 0; over <= 1 && fields[i].packet; over++) {
			uint32_t value = match_fields[fields[i].number].high + over, got;
			char number[16];

			if (fields[i].words == words_fragment)
				continue;
			snprintf(number, sizeof(number), "%u", value);
			cr_expect_eq(
				read_by_config(fields[i].field, number, fields[i].number, &got),
				!over, "a rule: %s %s", fields[i].field, number);
			cr_expect_eq(
				read_by_explain(fields[i].packet, number, fields[i].number, &got),
				!over, "explain: %s %s", fields[i].field, number);
		}
	}
}

/* All fields of a match that have words or a range are in the table above. */
static void find_field(const struct config_field *field, void *userdata)
{
	unsigned *found = userdata;
	size_t i = 0;

	if (strcmp(field->section, "match") != 0 || (!field->ranged && !field->words) ||
	    !strcmp(field->name, "family"))
		return;
	while (i < array_size(fields) && strcmp(fields[i].field, field->name) != 0)
		i++;
	cr_expect_lt(i, array_size(fields), "the table lacks %s", field->name);
	++*found;
}

Test(words, table_is_whole)
{
	unsigned found = 0;

	config_each_field(find_field, &found);
	cr_expect_eq(found, array_size(fields));
}

Test(words, tcp_flags)
{
	for (unsigned flags = 0; flags <= FW_HIGHEST_TCP_FLAGS; flags++) {
		char text[TCP_FLAGS_TEXT], packet_text[128];
		struct packet_text packet;
		struct errors errs = {0};
		unsigned got;

		tcp_flags_format(flags, text);
		cr_expect(tcp_flags_parse(text, &got) == 0 && got == flags, "%s", text);
		snprintf(packet_text, sizeof(packet_text), "tcp 10.0.0.1:1 > 10.0.0.2:2 %s", text);
		cr_assert_eq(packet_parse(packet_text, &packet, &errs), 0, "%s", packet_text);
		cr_expect_eq(packet.tcp_flags, flags, "%s", packet_text);
	}
}

/* Kinds, but for that of packets that rules name by their protocol, are families of rules. */
Test(words, families)
{
	static const char *const kinds[] = {FW_KINDS(FW_AS_NAME)};
	static const char *const fragments[] = {FW_FRAGMENTS(FW_AS_NAME)};

	for (unsigned i = 0; i < FW_KIND_MAX; i++) {
		const struct word *word = word_find(words_families, kinds[i]);

		cr_expect_eq(word != NULL, i != FW_KIND_LINK6, "%s", kinds[i]);
		cr_expect(!word || word->value == i, "%s", kinds[i]);
	}
	for (unsigned i = 0; i < FW_FRAGMENT_MAX; i++)
		cr_expect_str_eq(word_name(words_fragment, i), fragments[i]);
}

Test(words, events_print_names_of_the_table)
{
	for (unsigned proto = 0; proto <= FW_HIGHEST_PROTO; proto++) {
		struct fw_event raw = {.packet = {.flags = FW_IS_IP, .key.proto = (__u8)proto}};
		const struct word *word;
		struct packet_event packet;
		char number[8];

		packet_decode(&raw, NULL, &packet);
		word = word_find(words_protocols, packet.proto);
		snprintf(number, sizeof(number), "%u", proto);
		cr_expect(word ? word->value == proto : !strcmp(packet.proto, number), "%s",
			  packet.proto);
	}
}

/* "ip" means any protocol elsewhere, and "ipip" is what Linux calls 4. */
static bool is_excepted(const char *name, unsigned number)
{
	return (!strcmp(name, "ip") && number == 0) || (!strcmp(name, "ipip") && number == 94);
}

Test(words, protocols_of_the_host)
{
	FILE *file = fopen("/etc/protocols", "re");
	unsigned compared = 0;
	char line[256];

	cr_assert_not_null(file, "package netbase has /etc/protocols");
	while (fgets(line, sizeof(line), file)) {
		char *rest, *name, *words[8];
		unsigned count = 0, number;

		line[strcspn(line, "#\n")] = '\0';
		for (name = strtok_r(line, " \t", &rest); name && count < array_size(words);
		     name = strtok_r(NULL, " \t", &rest))
			words[count++] = name;
		if (count < 2 || sscanf(words[1], "%u", &number) != 1 || number > 255)
			continue;
		/* "RSPF CPHB" is one name there. */
		words[1] = words[0];
		for (unsigned i = 1; i < count && number != 73; i++) {
			const struct word *word;

			for (char *c = words[i]; *c; c++)
				*c = (char)tolower((unsigned char)*c);
			word = word_find(words_protocols, words[i]);
			cr_expect(is_excepted(words[i], number) || (word && word->value == number),
				  "%s is %u", words[i], number);
			compared++;
		}
	}
	fclose(file);
	cr_expect_gt(compared, 90);
}
