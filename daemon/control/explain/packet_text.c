// SPDX-License-Identifier: MIT
#include "packet_text.h"

#include <errno.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <netinet/in.h>
#include <string.h>

#include "memory.h"
#include "packet_words.h"

#define DATAGRAM_NUMBER 0x6677
#define TCP_SYN		0x02
#define HOPS_DISCOVERY	255 /* RFC 4861: neighbour discovery comes from the link */
#define HOPS_LISTENER	1   /* RFC 2710: and so does MLD */

static const struct proto {
	const char *name;
	uint8_t number;
} protos[] = {
	{"tcp", IPPROTO_TCP},	{"udp", IPPROTO_UDP},	    {"sctp", IPPROTO_SCTP},
	{"icmp", IPPROTO_ICMP}, {"icmpv6", IPPROTO_ICMPV6},
};

static const char *const flag_names[] = {"fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr"};

/* Options that are a number. */
enum option { OPTION_VLAN, OPTION_LEN, OPTION_TTL, OPTION_DSCP, OPTION_TYPE, OPTION_CODE };
static const struct {
	const char *name;
	const char *what;
	uint32_t high;
} options[] = {
	[OPTION_VLAN] = {"vlan", "a VLAN id", 4094},
	[OPTION_LEN] = {"len", "the length of a datagram", 65535},
	[OPTION_TTL] = {"ttl", "a TTL", 255},
	[OPTION_DSCP] = {"dscp", "a DSCP", 63},
	[OPTION_TYPE] = {"type", "an ICMP type", 255},
	[OPTION_CODE] = {"code", "an ICMP code", 255},
};

/* What was said, and where: what depends on each other is checked at the end. */
struct reading {
	struct words words;
	struct packet_text packet;
	struct word proto, src, dst, fragment, flags, state; /* column 0: not said */
	struct word option[array_size(options)];	     /* the last of its kind */
	uint32_t value[array_size(options)];
	bool proto_named;
	bool src_port, dst_port;
};

static bool has_ports(const struct packet_text *packet)
{
	return packet->proto == IPPROTO_TCP || packet->proto == IPPROTO_UDP ||
	       packet->proto == IPPROTO_SCTP;
}

static bool is_icmp(const struct packet_text *packet)
{
	return packet->proto == (packet->src.family == 4 ? IPPROTO_ICMP : IPPROTO_ICMPV6);
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
	uint32_t number;
	int r;

	reading->proto = words->word;
	if (!text[0])
		return words_fail(
			words, &words->word, ERROR_MISSING_KEY,
			"the protocol is missing: tcp, udp, sctp, icmp, icmpv6 or a number");
	for (size_t i = 0; i < array_size(protos); i++) {
		if (words_take(words, protos[i].name)) {
			reading->packet.proto = protos[i].number;
			reading->proto_named = true;
			return 0;
		}
	}
	if (strspn(text, "0123456789") == 0)
		return words_fail(
			words, &words->word, ERROR_WORD,
			"\"%s\" is not a protocol: tcp, udp, sctp, icmp, icmpv6 or a number", text);
	r = words_number(words, "a protocol", 0, 255, &number);
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
	struct word copy = words->word;
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

static int read_option(struct reading *reading, size_t row)
{
	struct packet_text *packet = &reading->packet;
	struct words *words = &reading->words;
	struct word word = words->word;
	size_t most = row == OPTION_VLAN ? FW_MAX_VLANS : 1;
	size_t before = row == OPTION_VLAN ? packet->vlan_count : reading->option[row].column > 0;

	if (before >= most)
		return words_fail(words, &word, ERROR_DUPLICATE_KEY, "\"%s\" is said too often",
				  word.text);
	reading->option[row] = word;
	words_next(words);
	if (words_number(words, options[row].what, 0, options[row].high, &reading->value[row]) < 0)
		return -EBADMSG;
	if (row == OPTION_VLAN)
		packet->vlans[packet->vlan_count++] = (uint16_t)reading->value[row];
	return 0;
}

static int read_fragment(struct reading *reading)
{
	struct words *words = &reading->words;

	if (reading->fragment.column)
		return words_fail(words, &words->word, ERROR_DUPLICATE_KEY,
				  "\"frag\" is said too often");
	reading->fragment = words->word;
	words_next(words);
	if (words_take(words, "first"))
		reading->packet.fragment = FW_FRAGMENT_FIRST;
	else if (words_take(words, "later"))
		reading->packet.fragment = FW_FRAGMENT_LATER;
	else
		return words_fail(words, &words->word, ERROR_WORD,
				  "behind \"frag\" comes \"first\" or \"later\"");
	return 0;
}

static int read_state(struct reading *reading)
{
	struct words *words = &reading->words;

	if (reading->state.column)
		return words_fail(words, &words->word, ERROR_DUPLICATE_KEY,
				  "\"from\" is said too often");
	reading->state = words->word;
	words_next(words);
	if (!words_take(words, "state"))
		return words_fail(words, &words->word, ERROR_WORD,
				  "behind \"from\" comes \"state\"");
	reading->packet.from_state = true;
	return 0;
}

/* "syn", "syn,ack" or "none"; anything else is no option at all. */
static int read_flags(struct reading *reading)
{
	struct words *words = &reading->words;
	struct word word = words->word;
	char *rest = strcmp(word.text, "none") == 0 ? NULL : word.text, *name;

	while ((name = strsep(&rest, ","))) {
		size_t i = 0;

		while (i < array_size(flag_names) && strcmp(name, flag_names[i]) != 0)
			i++;
		if (i == array_size(flag_names))
			return words_fail(
				words, &words->word, ERROR_WORD,
				"\"%s\" is neither an option (vlan, frag, from, len, ttl, dscp, "
				"type, code) nor TCP flags",
				words->word.text);
		reading->packet.tcp_flags |= (uint8_t)(1u << i);
	}
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
		else
			r = read_flags(reading);
	}
	return r;
}

/* ---- what goes with what ---- */

static int check_ports(struct reading *reading)
{
	const struct packet_text *packet = &reading->packet;
	struct words *words = &reading->words;
	bool later = packet->fragment == FW_FRAGMENT_LATER;
	const struct word *with = reading->src_port ? &reading->src : &reading->dst;
	const struct word *without = reading->src_port ? &reading->dst : &reading->src;

	if ((reading->src_port || reading->dst_port) && !has_ports(packet))
		return words_fail(words, with, ERROR_PORTS, "protocol %s has no ports",
				  reading->proto.text);
	if ((reading->src_port || reading->dst_port) && later)
		return words_fail(words, with, ERROR_PORTS, "a later fragment has no ports");
	if (has_ports(packet) && !later && !(reading->src_port && reading->dst_port))
		return words_fail(words, without, ERROR_PORTS, "the port of %s is missing: %s",
				  without->text,
				  packet->src.family == 4 ? "ADDRESS:PORT" : "[ADDRESS]:PORT");
	return 0;
}

static int check_icmp(struct reading *reading)
{
	const struct packet_text *packet = &reading->packet;
	const struct word *type = &reading->option[OPTION_TYPE];
	const struct word *word = type->column ? type : &reading->option[OPTION_CODE];
	struct words *words = &reading->words;
	bool named = reading->proto_named;

	if (named && packet->proto == IPPROTO_ICMP && packet->src.family == 6)
		return words_fail(words, &reading->proto, ERROR_FAMILY,
				  "icmp has IPv4 addresses; meant icmpv6?");
	if (named && packet->proto == IPPROTO_ICMPV6 && packet->src.family == 4)
		return words_fail(words, &reading->proto, ERROR_FAMILY,
				  "icmpv6 has IPv6 addresses; meant icmp?");
	if (word->column && !is_icmp(packet))
		return words_fail(words, word, ERROR_ICMP_MATCH, "protocol %s has no %s",
				  reading->proto.text, word->text);
	if (word->column && packet->fragment == FW_FRAGMENT_LATER)
		return words_fail(words, word, ERROR_ICMP_MATCH, "a later fragment has no %s",
				  word->text);
	return 0;
}

static int check_flags(struct reading *reading)
{
	if (!reading->flags.column)
		return 0;
	if (reading->packet.proto != IPPROTO_TCP)
		return words_fail(&reading->words, &reading->flags, ERROR_TCP_MATCH,
				  "protocol %s has no TCP flags", reading->proto.text);
	if (reading->packet.fragment == FW_FRAGMENT_LATER)
		return words_fail(&reading->words, &reading->flags, ERROR_TCP_MATCH,
				  "a later fragment has no TCP flags");
	return 0;
}

/* Only fragments are remembered: everything else is judged by itself. */
static int check_state(struct reading *reading)
{
	if (!reading->state.column || reading->packet.fragment == FW_FRAGMENT_LATER)
		return 0;
	return words_fail(&reading->words, &reading->state, ERROR_WORD,
			  "only later fragments have a state: say \"frag later\", too");
}

static int check_length(struct reading *reading)
{
	const struct packet_text *packet = &reading->packet;
	uint32_t least = packet_headers(packet);
	uint32_t most = PACKET_MAX_FRAME - packet_link_header(packet);

	if (packet->length >= least && packet->length <= most)
		return 0;
	return words_fail(&reading->words, &reading->option[OPTION_LEN], ERROR_RANGE,
			  "len of this packet is from %u (its headers) to %u", least, most);
}

/* ---- what was not said ---- */

/* As a host would send it: what a link needs to live is known by its hop limit. */
static uint8_t usual_ttl(const struct packet_text *packet)
{
	if (packet->proto != IPPROTO_ICMPV6 || packet->src.family != 6)
		return 64;
	if (packet->icmp_type >= 133 && packet->icmp_type <= 137)
		return HOPS_DISCOVERY;
	if ((packet->icmp_type >= 130 && packet->icmp_type <= 132) || packet->icmp_type == 143)
		return HOPS_LISTENER;
	return 64;
}

static void fill(struct reading *reading)
{
	struct packet_text *packet = &reading->packet;
	const uint32_t *value = reading->value;
	bool said_type = reading->option[OPTION_TYPE].column;
	uint8_t echo = packet->src.family == 4 ? ICMP_ECHO : ICMPV6_ECHO_REQUEST;

	packet->number = packet->src.family == 4 ? htons(DATAGRAM_NUMBER) : htonl(DATAGRAM_NUMBER);
	packet->dscp = (uint8_t)value[OPTION_DSCP];
	packet->icmp_type = said_type ? (uint8_t)value[OPTION_TYPE] : echo;
	packet->icmp_code = (uint8_t)value[OPTION_CODE];
	packet->ttl =
		reading->option[OPTION_TTL].column ? (uint8_t)value[OPTION_TTL] : usual_ttl(packet);
	if (!reading->flags.column)
		packet->tcp_flags = TCP_SYN;
	packet->length = reading->option[OPTION_LEN].column ? value[OPTION_LEN]
							    : packet_usual_length(packet);
}

int packet_parse(const char *text, struct packet_text *ret, struct errors *errs)
{
	struct reading reading = {0};

	words_begin(&reading.words, text, errs);
	if (read_interface(&reading) < 0 || read_proto(&reading) < 0 ||
	    read_endpoints(&reading) < 0 || read_options(&reading) < 0)
		return -EBADMSG;
	if (check_ports(&reading) < 0 || check_icmp(&reading) < 0 || check_flags(&reading) < 0 ||
	    check_state(&reading) < 0)
		return -EBADMSG;
	fill(&reading);
	if (check_length(&reading) < 0)
		return -EBADMSG;
	*ret = reading.packet;
	return 0;
}
