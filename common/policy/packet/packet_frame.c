// SPDX-License-Identifier: MIT
/* Frames: of a packet in words, and of hex digits. Payloads are zeros. */
#include "common/policy/packet/packet_text.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/ip_icmp.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <string.h>

#include "common/policy/packet/packet_words.h"

#define VLAN_TAG      4
#define SCTP_HEADER   12
#define FRAGMENT_UNIT 8	  /* bytes that offsets and lengths of fragments count in */
#define LATER_OFFSET  185 /* units: the second fragment on a link with MTU 1500 */
#define LATER_PAYLOAD 8

static bool has_transport(const struct packet_text *packet)
{
	return packet->fragment != FW_FRAGMENT_LATER;
}

static uint32_t transport_header(const struct packet_text *packet)
{
	switch (packet->proto) {
	case IPPROTO_TCP:
		return sizeof(struct tcphdr);
	case IPPROTO_UDP:
		return sizeof(struct udphdr);
	case IPPROTO_SCTP:
		return SCTP_HEADER;
	case IPPROTO_ICMP:
		return packet->src.family == 4 ? ICMP_MINLEN : 0;
	case IPPROTO_ICMPV6:
		return packet->src.family == 6 ? sizeof(struct icmp6_hdr) : 0;
	}
	return 0;
}

static uint32_t network_headers(const struct packet_text *packet)
{
	if (packet->src.family == 4)
		return sizeof(struct iphdr);
	return sizeof(struct ip6_hdr) +
	       (packet->fragment != FW_FRAGMENT_NONE ? sizeof(struct ip6_frag) : 0);
}

uint32_t packet_link_header(const struct packet_text *packet)
{
	return ETH_HLEN + packet->vlan_count * VLAN_TAG;
}

uint32_t packet_headers(const struct packet_text *packet)
{
	return network_headers(packet) + (has_transport(packet) ? transport_header(packet) : 0);
}

uint32_t packet_usual_length(const struct packet_text *packet)
{
	uint32_t transport = transport_header(packet);

	switch (packet->fragment) {
	case FW_FRAGMENT_NONE:
		break;
	case FW_FRAGMENT_FIRST:
		transport = (transport / FRAGMENT_UNIT + 1) * FRAGMENT_UNIT;
		break;
	case FW_FRAGMENT_LATER:
		transport = LATER_PAYLOAD;
		break;
	case FW_FRAGMENT_MAX:
		break;
	}
	return network_headers(packet) + transport;
}

static void put16(uint8_t *at, unsigned value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

bool packet_group_mac(const struct prefix *dst, uint8_t ret[ETH_ALEN])
{
	static const uint8_t all[4] = {0xff, 0xff, 0xff, 0xff};
	const uint8_t *at = dst->addr;

	if (dst->family == 4 && memcmp(at, all, sizeof(all)) == 0) {
		memset(ret, 0xff, ETH_ALEN);
	} else if (dst->family == 4 && at[0] >> 4 == 14) {
		/* RFC 1112, 6.4 */
		memcpy(ret, (const uint8_t[]){0x01, 0x00, 0x5e, at[1] & 0x7f, at[2], at[3]},
		       ETH_ALEN);
	} else if (dst->family == 6 && at[0] == 0xff) {
		/* RFC 2464, 7 */
		memcpy(ret, (const uint8_t[]){0x33, 0x33, at[12], at[13], at[14], at[15]},
		       ETH_ALEN);
	} else {
		return false;
	}
	return true;
}

/* Outer tags of two are 802.1ad, as providers set them. */
static void put_link_header(const struct packet_text *packet, uint8_t *at)
{
	static const uint8_t addresses[2 * ETH_ALEN] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2};

	memcpy(at, addresses, sizeof(addresses));
	packet_group_mac(&packet->dst, at);
	if (packet->has_dst_mac)
		memcpy(at, packet->dst_mac, ETH_ALEN);
	if (packet->has_src_mac)
		memcpy(at + ETH_ALEN, packet->src_mac, ETH_ALEN);
	at += sizeof(addresses);
	for (unsigned i = 0; i < packet->vlan_count; i++, at += VLAN_TAG) {
		put16(at, i + 1 < packet->vlan_count ? ETH_P_8021AD : ETH_P_8021Q);
		put16(at + 2, packet->vlans[i]);
	}
	put16(at, packet->src.family == 4 ? ETH_P_IP : ETH_P_IPV6);
}

static uint16_t ip_checksum(const uint8_t *header)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < sizeof(struct iphdr); i += 2)
		sum += (uint32_t)header[i] << 8 | header[i + 1];
	while (sum > 0xffff)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons((uint16_t)~sum);
}

/* The word of both families: offset and "more fragments"; IPv6 shifts the offset by 3. */
static unsigned fragment_word(const struct packet_text *packet)
{
	unsigned shift = packet->src.family == 4 ? 0 : 3;
	unsigned more = packet->src.family == 4 ? IP_MF : 1;

	if (packet->fragment == FW_FRAGMENT_FIRST)
		return more;
	return packet->fragment == FW_FRAGMENT_LATER ? LATER_OFFSET << shift : 0;
}

static void put_ip4(const struct packet_text *packet, uint8_t *at)
{
	struct iphdr ip = {
		.version = 4,
		.ihl = sizeof(ip) / 4,
		.tos = (uint8_t)(packet->dscp << 2),
		.tot_len = htons((uint16_t)packet->length),
		.id = (uint16_t)packet->number,
		.frag_off = htons((uint16_t)fragment_word(packet)),
		.ttl = packet->ttl,
		.protocol = packet->proto,
	};

	memcpy(&ip.saddr, packet->src.addr, sizeof(ip.saddr));
	memcpy(&ip.daddr, packet->dst.addr, sizeof(ip.daddr));
	ip.check = ip_checksum((const uint8_t *)&ip);
	memcpy(at, &ip, sizeof(ip));
}

static void put_ip6(const struct packet_text *packet, uint8_t *at)
{
	bool fragment = packet->fragment != FW_FRAGMENT_NONE;
	struct ip6_frag header = {
		.ip6f_nxt = packet->proto,
		.ip6f_offlg = htons((uint16_t)fragment_word(packet)),
		.ip6f_ident = packet->number,
	};
	struct ip6_hdr ip = {
		.ip6_flow = htonl(6u << 28 | (uint32_t)packet->dscp << 22 | packet->flow_label),
		.ip6_plen = htons((uint16_t)(packet->length - sizeof(ip))),
		.ip6_nxt = fragment ? IPPROTO_FRAGMENT : packet->proto,
		.ip6_hlim = packet->ttl,
	};

	memcpy(&ip.ip6_src, packet->src.addr, sizeof(ip.ip6_src));
	memcpy(&ip.ip6_dst, packet->dst.addr, sizeof(ip.ip6_dst));
	memcpy(at, &ip, sizeof(ip));
	if (fragment)
		memcpy(at + sizeof(ip), &header, sizeof(header));
}

/* Checksums of payloads stay 0: they are for the host that gets the packet. */
static void put_transport(const struct packet_text *packet, uint8_t *at)
{
	uint32_t length = packet->length - network_headers(packet);

	switch (packet->proto) {
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		if (transport_header(packet)) {
			at[0] = packet->icmp_type;
			at[1] = packet->icmp_code;
		}
		return;
	case IPPROTO_TCP:
		at[12] = sizeof(struct tcphdr) / 4 << 4;
		at[13] = packet->tcp_flags;
		break;
	case IPPROTO_UDP:
		put16(at + 4, length);
		break;
	case IPPROTO_SCTP:
		break;
	default:
		return;
	}
	put16(at, packet->sport);
	put16(at + 2, packet->dport);
}

size_t packet_build(const struct packet_text *packet, uint8_t *frame)
{
	uint32_t link = packet_link_header(packet);
	uint8_t *ip = frame + link;

	memset(frame, 0, link + packet->length);
	put_link_header(packet, frame);
	if (packet->src.family == 4)
		put_ip4(packet, ip);
	else
		put_ip6(packet, ip);
	if (has_transport(packet))
		put_transport(packet, ip + network_headers(packet));
	return link + packet->length;
}

static int digit_value(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	return isxdigit((unsigned char)digit) ? tolower((unsigned char)digit) - 'a' + 10 : -1;
}

int packet_parse_hex(const char *text, uint8_t *frame, struct errors *errs)
{
	struct words words;
	int length = 0;

	words_begin(&words, text, errs);
	for (const char *at = text; *at; at += 2) {
		struct packet_word word = {.column = (unsigned)(at - text) + 1};
		int high, low;

		at += strspn(at, ": \t\r\n");
		if (!*at)
			break;
		word.column = (unsigned)(at - text) + 1;
		high = digit_value(at[0]);
		low = high < 0 ? -1 : digit_value(at[1]);
		if (low < 0)
			return words_fail(&words, &word, ERROR_WORD,
					  "expected two hex digits of a byte");
		if (length == PACKET_MAX_FRAME)
			return words_fail(&words, &word, ERROR_RANGE,
					  "a frame has at most %d bytes here", PACKET_MAX_FRAME);
		frame[length++] = (uint8_t)(high << 4 | low);
	}
	if (length < ETH_HLEN)
		return words_fail(&words, &words.word, ERROR_RANGE,
				  "a frame has at least the %d bytes of its Ethernet header",
				  ETH_HLEN);
	return length;
}
