// SPDX-License-Identifier: MIT
/* Parses a packet in words. packet_check.c checks it and fills in values that are not given. */
#include "common/policy/packet/packet_text.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/policy/fields/fields.h"
#include "common/policy/packet/packet_reading.h"

/* Ranges and words are those of a rule's match. */
static const struct {
	const char *name;
	const char *what;
	enum match_id field;
} options[] = {
	[OPTION_VLAN] = {"vlan", "a VLAN id", MATCH_VLAN},
	[OPTION_LEN] = {"len", "the length of a datagram", MATCH_LENGTH},
	[OPTION_TTL] = {"ttl", "a TTL", MATCH_TTL},
	[OPTION_DSCP] = {"dscp", "a DSCP", MATCH_DSCP},
	[OPTION_TYPE] = {"type", "an ICMP type", MATCH_ICMP_TYPE},
	[OPTION_CODE] = {"code", "an ICMP code", MATCH_ICMP_CODE},
	[OPTION_LABEL] = {"flow_label", "a flow label", MATCH_FLOW_LABEL},
};

static const struct word *option_word(const struct words *words, size_t row)
{
	return word_find(match_fields[options[row].field].words, words->word.text);
}

static int read_interface(struct reading *reading)
{
	struct words *words = &reading->words;

	if (!words_take(words, "in"))
		return 0;
	if (!words->word.text[0])
		return words_fail(words, &words->word, ERROR_MISSING_KEY,
				  "the name of an interface is missing");
	if (strlen(words->word.text) >= IF_NAMESIZE)
		return words_fail(words, &words->word, ERROR_NAME,
				  "\"%s\" is too long for an interface", words->word.text);
	strcpy(reading->packet.interface, words->word.text);
	words_next(words);
	return 0;
}

static int read_proto(struct reading *reading)
{
	struct words *words = &reading->words;
	const char *text = words->word.text;
	const struct word *word = word_find(words_protocols, text);
	uint32_t number;
	int r;

	reading->proto = words->word;
	if (!text[0])
		return words_fail(words, &words->word, ERROR_MISSING_KEY,
				  "the protocol is missing: tcp, udp, sctp, icmp, icmpv6, another "
				  "name or a number");
	if (word) {
		reading->packet.proto = (uint8_t)word->value;
		reading->proto_named = true;
		words_next(words);
		return 0;
	}
	if (strspn(text, "0123456789") == 0)
		return words_fail(words, &words->word, ERROR_WORD,
				  "\"%s\" is not a protocol: tcp, udp, sctp, icmp, icmpv6, another "
				  "name or a number",
				  text);
	r = words_number(words, "a protocol", 0, FW_HIGHEST_PROTO, &number);
	reading->packet.proto = (uint8_t)number;
	return r;
}

/* Cut "address:port" or "[address]:port" in two; *ret_port stays NULL if there is no port. */
static char *split_endpoint(char *text, char **ret_port)
{
	char *colon = strchr(text, ':'), *end;

	if (text[0] == '[') {
		end = strchr(text, ']');
		if (!end || (end[1] && end[1] != ':'))
			return NULL;
		*end = '\0';
		if (end[1])
			*ret_port = end + 2;
		return text + 1;
	}
	if (colon && !strchr(colon + 1, ':')) {
		*colon = '\0';
		*ret_port = colon + 1;
	}
	return text;
}

static int read_port(struct words *words, const char *text, uint16_t *ret)
{
	unsigned long port = strspn(text, "0123456789") <= 5 ? strtoul(text, NULL, 10) : 65536;

	if (!*text || text[strspn(text, "0123456789")] || port > 65535)
		return words_fail(words, &words->word, ERROR_RANGE,
				  "\"%s\" is not a port: a number from 0 to 65535", text);
	*ret = (uint16_t)port;
	return 0;
}

/* what: "source" or "destination". */
static int read_endpoint(struct words *words, const char *what, struct prefix *ret, uint16_t *port,
			 bool *has_port)
{
	struct packet_word copy = words->word;
	char *port_text = NULL, *address = split_endpoint(copy.text, &port_text);

	if (!words->word.text[0] || words->word.text[0] == '>')
		return words_fail(words, &words->word, ERROR_MISSING_KEY,
				  "the %s is missing: ADDRESS or ADDRESS:PORT", what);
	if (!address || strchr(address, '/') || prefix_parse(address, ret) < 0)
		return words_fail(
			words, &words->word, ERROR_PREFIX,
			"\"%s\" is not an address: 192.0.2.1, 192.0.2.1:80, 2001:db8::1 or "
			"[2001:db8::1]:80",
			words->word.text);
	if (port_text && read_port(words, port_text, port) < 0)
		return -EBADMSG;
	*has_port = port_text != NULL;
	words_next(words);
	return 0;
}

static int read_endpoints(struct reading *reading)
{
	struct packet_text *packet = &reading->packet;
	struct words *words = &reading->words;

	reading->src = words->word;
	if (read_endpoint(words, "source", &packet->src, &packet->sport, &reading->src_port) < 0)
		return -EBADMSG;
	if (!words_take(words, ">"))
		return words_fail(words, &words->word, ERROR_WORD,
				  "\">\" and the destination are missing");
	reading->dst = words->word;
	if (read_endpoint(words, "destination", &packet->dst, &packet->dport, &reading->dst_port) <
	    0)
		return -EBADMSG;
	if (packet->src.family != packet->dst.family)
		return words_fail(words, &reading->dst, ERROR_FAMILY,
				  "source and destination are not of one family");
	return 0;
}

/* ---- options ---- */

static int read_option_value(struct words *words, size_t row, uint32_t *ret)
{
	const struct word *word = option_word(words, row);

	if (!word)
		return words_number(words, options[row].what, 0,
				    match_fields[options[row].field].high, ret);
	*ret = word->value;
	words_next(words);
	return 0;
}

/* "vlan untagged" is a frame without a tag, "vlan 0" one with a priority tag. */
static int add_vlan(struct reading *reading, const struct packet_word *word, bool named)
{
	struct packet_text *packet = &reading->packet;

	if (reading->untagged || (named && packet->vlan_count))
		return words_fail(&reading->words, word, ERROR_DUPLICATE_KEY,
				  "a frame is untagged or has VLAN ids, not both");
	reading->untagged = named;
	if (!named)
		packet->vlans[packet->vlan_count++] = (uint16_t)reading->value[OPTION_VLAN];
	return 0;
}

static int read_option(struct reading *reading, size_t row)
{
	struct words *words = &reading->words;
	struct packet_word word = words->word;
	size_t most = row == OPTION_VLAN ? FW_MAX_VLANS : 1;
	size_t before =
		row == OPTION_VLAN ? reading->packet.vlan_count : reading->option[row].column > 0;
	bool named;

	if (before >= most)
		return words_fail(words, &word, ERROR_DUPLICATE_KEY, "\"%s\" is given too often",
				  word.text);
	reading->option[row] = word;
	words_next(words);
	named = option_word(words, row);
	if (read_option_value(words, row, &reading->value[row]) < 0)
		return -EBADMSG;
	return row == OPTION_VLAN ? add_vlan(reading, &word, named) : 0;
}

static int read_fragment(struct reading *reading)
{
	struct words *words = &reading->words;
	const struct word *place;

	if (reading->fragment.column)
		return words_fail(words, &words->word, ERROR_DUPLICATE_KEY,
				  "\"frag\" is given too often");
	reading->fragment = words->word;
	words_next(words);
	place = word_find(words_fragment, words->word.text);
	if (!place)
		return words_fail(words, &words->word, ERROR_WORD,
				  "after \"frag\" comes \"first\", \"later\" or \"none\"");
	reading->packet.fragment = place->value;
	words_next(words);
	return 0;
}

static int read_mac(struct words *words, struct packet_word *said, bool *has, uint8_t bytes[6])
{
	struct prefix mac;

	if (said->column)
		return words_fail(words, &words->word, ERROR_DUPLICATE_KEY,
				  "\"%s\" is given too often", words->word.text);
	*said = words->word;
	words_next(words);
	if (mac_parse(words->word.text, &mac) < 0 || mac.length != 48)
		return words_fail(words, &words->word, ERROR_WORD,
				  "after \"%s\" comes a MAC address such as 02:00:5e:00:00:01",
				  said->text);
	memcpy(bytes, mac.addr, 6);
	*has = true;
	words_next(words);
	return 0;
}

static int read_state(struct reading *reading)
{
	struct words *words = &reading->words;

	if (reading->state.column)
		return words_fail(words, &words->word, ERROR_DUPLICATE_KEY,
				  "\"from\" is given too often");
	reading->state = words->word;
	words_next(words);
	if (!words_take(words, "state"))
		return words_fail(words, &words->word, ERROR_WORD,
				  "after \"from\" comes \"state\"");
	reading->packet.from_state = true;
	return 0;
}

/* "syn", "syn,ack", "none" or "all"; any other word is not an option. */
static int read_flags(struct reading *reading)
{
	struct words *words = &reading->words;
	unsigned flags;

	if (tcp_flags_parse(words->word.text, &flags) < 0)
		return words_fail(words, &words->word, ERROR_WORD,
				  "\"%s\" is neither an option (vlan, frag, from, len, ttl, dscp, "
				  "type, code, flow_label, src_mac, dst_mac) nor TCP flags",
				  words->word.text);
	reading->packet.tcp_flags |= (uint8_t)flags;
	reading->flags = words->word;
	words_next(words);
	return 0;
}

static int read_options(struct reading *reading)
{
	struct words *words = &reading->words;
	int r = 0;

	while (r == 0 && words->word.text[0]) {
		size_t row = 0;

		while (row < array_size(options) &&
		       strcmp(words->word.text, options[row].name) != 0)
			row++;
		if (row < array_size(options))
			r = read_option(reading, row);
		else if (strcmp(words->word.text, "frag") == 0)
			r = read_fragment(reading);
		else if (strcmp(words->word.text, "from") == 0)
			r = read_state(reading);
		else if (strcmp(words->word.text, "src_mac") == 0)
			r = read_mac(words, &reading->src_mac, &reading->packet.has_src_mac,
				     reading->packet.src_mac);
		else if (strcmp(words->word.text, "dst_mac") == 0)
			r = read_mac(words, &reading->dst_mac, &reading->packet.has_dst_mac,
				     reading->packet.dst_mac);
		else
			r = read_flags(reading);
	}
	return r;
}

int packet_parse(const char *text, struct packet_text *ret, struct errors *errs)
{
	struct reading reading = {0};

	words_begin(&reading.words, text, errs);
	if (read_interface(&reading) < 0 || read_proto(&reading) < 0 ||
	    read_endpoints(&reading) < 0 || read_options(&reading) < 0)
		return -EBADMSG;
	if (packet_check(&reading) < 0)
		return -EBADMSG;
	*ret = reading.packet;
	return 0;
}
