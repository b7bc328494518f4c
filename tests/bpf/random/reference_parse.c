// SPDX-License-Identifier: MIT
#include "tests/bpf/random/reference_parse.h"

#include <string.h>

#define SOUND FW_REASON_MAX

/* What is left of the frame, or of the datagram. */
struct rest {
	const uint8_t *bytes;
	size_t count;
};

static unsigned word(const uint8_t *bytes)
{
	return bytes[0] << 8 | bytes[1];
}

static void advance(struct rest *rest, size_t count)
{
	rest->bytes += count;
	rest->count -= count;
}

/* ---- above IP ---- */

static enum fw_reason too_short(const struct seen *seen, enum fw_reason reason)
{
	return seen->fragment == FW_FRAGMENT_FIRST ? FW_REASON_FRAGMENT_TINY : reason;
}

static void read_ports(const struct rest *rest, struct seen *seen)
{
	seen->ports = true;
	seen->sport = word(rest->bytes);
	seen->dport = word(rest->bytes + 2);
}

static enum fw_reason parse_tcp(const struct rest *rest, struct seen *seen)
{
	unsigned header;

	if (rest->count < 20)
		return too_short(seen, FW_REASON_SHORT_TCP);
	header = (rest->bytes[12] >> 4) * 4;
	if (header < 20)
		return FW_REASON_TCP_OFFSET;
	if (header > rest->count)
		return too_short(seen, FW_REASON_TCP_OFFSET);
	read_ports(rest, seen);
	seen->tcp = true;
	seen->tcp_flags = rest->bytes[13];
	return SOUND;
}

static enum fw_reason parse_udp(const struct rest *rest, struct seen *seen)
{
	unsigned length;

	if (rest->count < 8)
		return too_short(seen, FW_REASON_SHORT_UDP);
	length = word(rest->bytes + 4);
	if (length < 8 || (seen->fragment == FW_FRAGMENT_NONE && length > rest->count))
		return FW_REASON_UDP_LENGTH;
	read_ports(rest, seen);
	return SOUND;
}

static enum fw_reason parse_icmp(const struct rest *rest, struct seen *seen)
{
	if (rest->count < 8)
		return too_short(seen, FW_REASON_SHORT_ICMP);
	seen->icmp = true;
	seen->icmp_type = rest->bytes[0];
	seen->icmp_code = rest->bytes[1];
	return SOUND;
}

static enum fw_reason parse_above(const struct rest *rest, struct seen *seen)
{
	if (seen->fragment == FW_FRAGMENT_LATER)
		return SOUND;
	if (seen->proto == 6)
		return parse_tcp(rest, seen);
	if (seen->proto == 17)
		return parse_udp(rest, seen);
	if (seen->proto == 132) {
		if (rest->count < 12)
			return too_short(seen, FW_REASON_SHORT_SCTP);
		read_ports(rest, seen);
	}
	if (seen->proto == (seen->kind == FW_KIND_IP4 ? 1 : 58))
		return parse_icmp(rest, seen);
	return SOUND;
}

/* front: bytes of the reassembled datagram in front of what is fragmented. */
static enum fw_reason check_fragment(const struct rest *rest, struct seen *seen, unsigned offset,
				     bool more, size_t front)
{
	if (more && rest->count % 8 != 0)
		return FW_REASON_FRAGMENT_LENGTH;
	if (front + offset * 8 + rest->count > 65535)
		return FW_REASON_FRAGMENT_LENGTH;
	if (offset == 1 && seen->proto == 6)
		return FW_REASON_FRAGMENT_OVERLAP;
	if (offset)
		seen->fragment = FW_FRAGMENT_LATER;
	else if (more)
		seen->fragment = FW_FRAGMENT_FIRST;
	return SOUND;
}

/* ---- IP ---- */

static enum fw_reason parse_ip4(struct rest rest, struct seen *seen)
{
	const uint8_t *ip = rest.bytes;
	unsigned header, flags;
	enum fw_reason reason;

	seen->kind = FW_KIND_IP4;
	if (rest.count < 20)
		return FW_REASON_SHORT_IP4;
	if (ip[0] >> 4 != 4)
		return FW_REASON_IP4_VERSION;
	header = (ip[0] & 15) * 4;
	if (header < 20)
		return FW_REASON_IP4_IHL;
	seen->ip_length = word(ip + 2);
	if (seen->ip_length < header || seen->ip_length > rest.count)
		return FW_REASON_IP4_LENGTH;
	seen->ip = true;
	seen->dscp = ip[1] >> 2;
	seen->ttl = ip[8];
	seen->proto = ip[9];
	seen->src = prefix_host(4, ip + 12);
	seen->dst = prefix_host(4, ip + 16);
	flags = word(ip + 6);
	rest.count = seen->ip_length;
	advance(&rest, header);
	reason = check_fragment(&rest, seen, flags & 0x1fff, flags & 0x2000, header);
	return reason == SOUND ? parse_above(&rest, seen) : reason;
}

static enum fw_reason parse_ip6_fragment(struct rest *rest, struct seen *seen, unsigned *front)
{
	unsigned offset;
	bool more;

	if (rest->count < 8)
		return FW_REASON_SHORT_IP6_EXT;
	if (seen->fragment != FW_FRAGMENT_NONE)
		return FW_REASON_IP6_EXT_DEPTH;
	offset = word(rest->bytes + 2) >> 3;
	more = rest->bytes[3] & 1;
	seen->proto = rest->bytes[0];
	advance(rest, 8);
	return offset || more ? check_fragment(rest, seen, offset, more, *front) : SOUND;
}

static enum fw_reason parse_ip6_headers(struct rest *rest, struct seen *seen)
{
	/* RFC 8200: the length of a datagram does not count its fixed header. */
	unsigned front = 0;

	for (int count = 0;; count++) {
		unsigned size;

		switch (seen->proto) {
		case 0:
		case 43:
		case 44:
		case 51:
		case 60:
			break;
		default:
			return SOUND;
		}
		if (count == FW_MAX_IP6_EXT)
			return FW_REASON_IP6_EXT_DEPTH;
		if (seen->proto == 44) {
			enum fw_reason reason = parse_ip6_fragment(rest, seen, &front);

			if (reason != SOUND || seen->fragment == FW_FRAGMENT_LATER)
				return reason;
			/* An atomic fragment's header is part of the datagram. */
			front += 8;
			continue;
		}
		if (rest->count < 8)
			return FW_REASON_SHORT_IP6_EXT;
		size = seen->proto == 51 ? (rest->bytes[1] + 2) * 4 : (rest->bytes[1] + 1) * 8;
		if (size > rest->count)
			return FW_REASON_SHORT_IP6_EXT;
		seen->proto = rest->bytes[0];
		advance(rest, size);
		front += size;
	}
}

/* Neighbour discovery from this link, or MLD. */
static bool is_for_the_link(const struct seen *seen)
{
	static const uint8_t nobody[16];
	unsigned type = seen->icmp_type;
	const uint8_t *src = seen->src.addr;

	if (!seen->icmp || seen->fragment != FW_FRAGMENT_NONE)
		return false;
	if (type >= 133 && type <= 137)
		return seen->ttl == 255;
	if ((type >= 130 && type <= 132) || type == 143)
		return seen->ttl == 1 && ((src[0] == 0xfe && (src[1] & 0xc0) == 0x80) ||
					  memcmp(src, nobody, sizeof(nobody)) == 0);
	return false;
}

static enum fw_reason parse_ip6(struct rest rest, struct seen *seen)
{
	const uint8_t *ip = rest.bytes;
	enum fw_reason reason;
	unsigned length;

	seen->kind = FW_KIND_IP6;
	if (rest.count < 40)
		return FW_REASON_SHORT_IP6;
	if (ip[0] >> 4 != 6)
		return FW_REASON_IP6_VERSION;
	length = word(ip + 4);
	if (length > rest.count - 40 || (length == 0 && ip[6] == 0))
		return FW_REASON_IP6_LENGTH;
	seen->ip = true;
	seen->ip_length = length + 40;
	seen->dscp = (word(ip) >> 6) & 63;
	seen->flow_label = (word(ip) & 15) << 16 | word(ip + 2);
	seen->proto = ip[6];
	seen->ttl = ip[7];
	seen->src = prefix_host(6, ip + 8);
	seen->dst = prefix_host(6, ip + 24);
	advance(&rest, 40);
	rest.count = length;
	reason = parse_ip6_headers(&rest, seen);
	if (reason == SOUND)
		reason = parse_above(&rest, seen);
	if (reason == SOUND && is_for_the_link(seen))
		seen->kind = FW_KIND_LINK6;
	return reason;
}

/* ---- Ethernet ---- */

static enum fw_reason parse_arp(struct rest rest, struct seen *seen)
{
	seen->kind = FW_KIND_ARP;
	if (rest.count < 8 || rest.count < 8 + 2u * (rest.bytes[4] + rest.bytes[5]))
		return FW_REASON_SHORT_ARP;
	return SOUND;
}

enum fw_reason reference_parse(const uint8_t *frame, size_t length, struct seen *ret)
{
	struct rest rest = {frame, length};
	unsigned type;

	memset(ret, 0, sizeof(*ret));
	ret->kind = FW_KIND_OTHER;
	ret->frame_length = length;
	if (length < 14)
		return FW_REASON_SHORT_ETHERNET;
	memcpy(ret->dst_mac, frame, 6);
	memcpy(ret->src_mac, frame + 6, 6);
	type = word(frame + 12);
	advance(&rest, 14);
	for (int tags = 0; type == 0x8100 || type == 0x88a8; tags++) {
		if (tags == 2)
			return FW_REASON_VLAN_DEPTH;
		if (rest.count < 4)
			return FW_REASON_SHORT_VLAN;
		/* Id 0 is a priority, and no VLAN. */
		if (!ret->vlan)
			ret->vlan = word(rest.bytes) & 0xfff;
		type = word(rest.bytes + 2);
		advance(&rest, 4);
	}
	if (type == 0x0800)
		return parse_ip4(rest, ret);
	if (type == 0x86dd)
		return parse_ip6(rest, ret);
	return type == 0x0806 ? parse_arp(rest, ret) : SOUND;
}
