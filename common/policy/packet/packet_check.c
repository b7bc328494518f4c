// SPDX-License-Identifier: MIT
/* A packet in words: checks of its options together, and values that are not given. */
#include "common/policy/packet/packet_reading.h"

#include <errno.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <netinet/in.h>

#define DATAGRAM_NUMBER 0x6677
#define TCP_SYN		0x02
#define CLIENT_PORT	49152 /* the first of RFC 6335's dynamic ports */
#define HOPS_DISCOVERY	255   /* RFC 4861: neighbour discovery comes from the link */
#define HOPS_LISTENER	1     /* RFC 2710: and so does MLD */

static bool has_ports(const struct packet_text *packet)
{
	return packet->proto == IPPROTO_TCP || packet->proto == IPPROTO_UDP ||
	       packet->proto == IPPROTO_SCTP;
}

static bool is_icmp(const struct packet_text *packet)
{
	return packet->proto == (packet->src.family == 4 ? IPPROTO_ICMP : IPPROTO_ICMPV6);
}

static int check_ports(struct reading *reading)
{
	const struct packet_text *packet = &reading->packet;
	struct words *words = &reading->words;
	bool later = packet->fragment == FW_FRAGMENT_LATER;
	const struct packet_word *with = reading->src_port ? &reading->src : &reading->dst;

	if ((reading->src_port || reading->dst_port) && !has_ports(packet))
		return words_fail(words, with, ERROR_PORTS, "protocol %s has no ports",
				  reading->proto.text);
	if ((reading->src_port || reading->dst_port) && later)
		return words_fail(words, with, ERROR_PORTS, "a later fragment has no ports");
	if (has_ports(packet) && !later && !reading->dst_port)
		return words_fail(words, &reading->dst, ERROR_PORTS,
				  "the port of %s is missing: %s", reading->dst.text,
				  packet->src.family == 4 ? "ADDRESS:PORT" : "[ADDRESS]:PORT");
	return 0;
}

static int check_icmp(struct reading *reading)
{
	const struct packet_text *packet = &reading->packet;
	const struct packet_word *type = &reading->option[OPTION_TYPE];
	const struct packet_word *word = type->column ? type : &reading->option[OPTION_CODE];
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

static int check_label(struct reading *reading)
{
	const struct packet_word *word = &reading->option[OPTION_LABEL];

	if (!word->column || reading->packet.src.family == 6)
		return 0;
	return words_fail(&reading->words, word, ERROR_FAMILY, "only IPv6 has a flow label");
}

/* The datapath has state of fragments only: all other packets are judged alone. */
static int check_state(struct reading *reading)
{
	if (!reading->state.column || reading->packet.fragment == FW_FRAGMENT_LATER)
		return 0;
	return words_fail(&reading->words, &reading->state, ERROR_WORD,
			  "only later fragments have a state: add \"frag later\"");
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

/* ---- values that are not given ---- */

/* As a host would send it: neighbour discovery and MLD have a fixed hop limit. */
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
	packet->has_chosen_port =
		has_ports(packet) && packet->fragment != FW_FRAGMENT_LATER && !reading->src_port;
	if (packet->has_chosen_port)
		packet->sport = CLIENT_PORT;
	packet->dscp = (uint8_t)value[OPTION_DSCP];
	packet->flow_label = value[OPTION_LABEL];
	packet->has_flow_label = reading->option[OPTION_LABEL].column;
	packet->icmp_type = said_type ? (uint8_t)value[OPTION_TYPE] : echo;
	packet->icmp_code = (uint8_t)value[OPTION_CODE];
	packet->ttl =
		reading->option[OPTION_TTL].column ? (uint8_t)value[OPTION_TTL] : usual_ttl(packet);
	if (!reading->flags.column)
		packet->tcp_flags = TCP_SYN;
	packet->length = reading->option[OPTION_LEN].column ? value[OPTION_LEN]
							    : packet_usual_length(packet);
}

int packet_check(struct reading *reading)
{
	if (check_ports(reading) < 0 || check_icmp(reading) < 0 || check_flags(reading) < 0 ||
	    check_label(reading) < 0 || check_state(reading) < 0)
		return -EBADMSG;
	fill(reading);
	return check_length(reading);
}
