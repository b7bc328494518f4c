// SPDX-License-Identifier: MIT
#include "tests/bpf/lib/frames.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPERIMENT_TYPE	 0x88b5
#define EXPERIMENT_PROTO 253
#define TAG_PRIORITY	 0x6000

static void put16(struct frame *frame, unsigned at, uint16_t value)
{
	frame->bytes[at] = value >> 8;
	frame->bytes[at + 1] = value & 0xff;
}

/* IP's and UDP's lengths reach to the end of the frame. */
static void set_lengths(struct frame *frame)
{
	unsigned ip = frame->ip_at;

	if (ip && frame->bytes[ip] >> 4 == 4)
		put16(frame, ip + 2, frame->length - ip);
	else if (ip)
		put16(frame, ip + 4, frame->length - ip - 40);
	if (frame->udp_at)
		put16(frame, frame->udp_at + 4, frame->length - frame->udp_at);
}

/* Zeros at the end; where they are. */
static unsigned append(struct frame *frame, unsigned size)
{
	unsigned at = frame->length;

	if (at + size > FRAME_MAX) {
		fprintf(stderr, "a test's frame is longer than %d bytes\n", FRAME_MAX);
		abort();
	}
	memset(frame->bytes + at, 0, size);
	frame->length += size;
	set_lengths(frame);
	return at;
}

struct frame type(struct frame frame, uint16_t ethertype)
{
	put16(&frame, frame.type_at, ethertype);
	return frame;
}

struct frame eth(void)
{
	static const uint8_t stations[] = {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1};
	struct frame frame = {.type_at = sizeof(stations)};

	append(&frame, ETH_HLEN);
	memcpy(frame.bytes, stations, sizeof(stations));
	return type(frame, EXPERIMENT_TYPE);
}

struct frame tag(struct frame frame, uint16_t ethertype, uint16_t id)
{
	unsigned at;

	frame = type(frame, ethertype);
	at = append(&frame, 4);
	put16(&frame, at, TAG_PRIORITY | id);
	frame.type_at = at + 2;
	return type(frame, EXPERIMENT_TYPE);
}

struct frame arp(struct frame frame)
{
	static const uint8_t start[] = {0, 1, 8, 0, 6, 4, 0, 1};
	unsigned at;

	frame = type(frame, ETH_P_ARP);
	at = append(&frame, 28);
	memcpy(frame.bytes + at, start, sizeof(start));
	inet_pton(AF_INET, SRC4, frame.bytes + at + 14);
	inet_pton(AF_INET, DST4, frame.bytes + at + 24);
	return frame;
}

/* ---- IP ---- */

static void set_addresses(struct frame *frame, int family, unsigned at, const char *src,
			  const char *dst)
{
	unsigned size = family == AF_INET ? 4 : 16;

	if (inet_pton(family, src, frame->bytes + at) != 1 ||
	    inet_pton(family, dst, frame->bytes + at + size) != 1) {
		fprintf(stderr, "a test's frame has a wrong address: %s or %s\n", src, dst);
		abort();
	}
}

struct frame ip4(struct frame frame, const char *src, const char *dst)
{
	unsigned at;

	frame = type(frame, ETH_P_IP);
	at = append(&frame, 20);
	frame.ip_at = at;
	frame.next_at = at + 9;
	frame.bytes[at] = 0x45;
	frame.bytes[at + 8] = 64;
	frame.bytes[at + 9] = EXPERIMENT_PROTO;
	set_addresses(&frame, AF_INET, at + 12, src, dst);
	set_lengths(&frame);
	return frame;
}

struct frame ip6(struct frame frame, const char *src, const char *dst)
{
	unsigned at;

	frame = type(frame, ETH_P_IPV6);
	at = append(&frame, 40);
	frame.ip_at = at;
	frame.next_at = at + 6;
	frame.bytes[at] = 0x60;
	frame.bytes[at + 6] = EXPERIMENT_PROTO;
	frame.bytes[at + 7] = 64;
	set_addresses(&frame, AF_INET6, at + 8, src, dst);
	set_lengths(&frame);
	return frame;
}

struct frame options(struct frame frame, unsigned size)
{
	unsigned at = append(&frame, size);

	memset(frame.bytes + at, 1, size);
	frame.bytes[frame.ip_at] += size / 4;
	return frame;
}

struct frame fragment4(struct frame frame, unsigned offset, bool more, uint16_t id)
{
	put16(&frame, frame.ip_at + 4, id);
	put16(&frame, frame.ip_at + 6, (more ? 0x2000 : 0) | offset);
	return frame;
}

struct frame proto(struct frame frame, uint8_t number)
{
	frame.bytes[frame.next_at] = number;
	return frame;
}

struct frame ext(struct frame frame, uint8_t number, unsigned size)
{
	unsigned at;

	frame = proto(frame, number);
	at = append(&frame, size);
	frame.bytes[at] = EXPERIMENT_PROTO;
	frame.bytes[at + 1] = number == IPPROTO_AH ? size / 4 - 2 : size / 8 - 1;
	frame.next_at = at;
	return frame;
}

struct frame fragment6(struct frame frame, unsigned offset, bool more, uint32_t id)
{
	unsigned at;

	frame = proto(frame, IPPROTO_FRAGMENT);
	at = append(&frame, 8);
	frame.bytes[at] = EXPERIMENT_PROTO;
	put16(&frame, at + 2, offset << 3 | more);
	put16(&frame, at + 4, id >> 16);
	put16(&frame, at + 6, id & 0xffff);
	frame.next_at = at;
	return frame;
}

struct frame ttl(struct frame frame, uint8_t value)
{
	bool four = frame.bytes[frame.ip_at] >> 4 == 4;

	return poke8(frame, frame.ip_at + (four ? 8 : 7), value);
}

struct frame dscp(struct frame frame, uint8_t value)
{
	unsigned at = frame.ip_at;

	if (frame.bytes[at] >> 4 == 4)
		return poke8(frame, at + 1, value << 2);
	return poke16(frame, at, 0x6000 | value << 6);
}

/* ---- above IP ---- */

struct frame tcp(struct frame frame, uint16_t sport, uint16_t dport, unsigned flags)
{
	unsigned at;

	frame = proto(frame, IPPROTO_TCP);
	at = append(&frame, 20);
	put16(&frame, at, sport);
	put16(&frame, at + 2, dport);
	frame.bytes[at + 12] = 0x50;
	frame.bytes[at + 13] = flags;
	frame.l4_at = at;
	return frame;
}

struct frame udp(struct frame frame, uint16_t sport, uint16_t dport)
{
	unsigned at;

	frame = proto(frame, IPPROTO_UDP);
	at = append(&frame, 8);
	put16(&frame, at, sport);
	put16(&frame, at + 2, dport);
	frame.udp_at = frame.l4_at = at;
	set_lengths(&frame);
	return frame;
}

struct frame sctp(struct frame frame, uint16_t sport, uint16_t dport)
{
	unsigned at;

	frame = proto(frame, IPPROTO_SCTP);
	at = append(&frame, 12);
	put16(&frame, at, sport);
	put16(&frame, at + 2, dport);
	frame.l4_at = at;
	return frame;
}

struct frame icmp(struct frame frame, uint8_t icmp_type, uint8_t code)
{
	bool four = frame.bytes[frame.ip_at] >> 4 == 4;
	unsigned at;

	frame = proto(frame, four ? IPPROTO_ICMP : IPPROTO_ICMPV6);
	at = append(&frame, 8);
	frame.bytes[at] = icmp_type;
	frame.bytes[at + 1] = code;
	frame.l4_at = at;
	return frame;
}

struct frame payload(struct frame frame, unsigned size, uint8_t value)
{
	unsigned at = append(&frame, size);

	memset(frame.bytes + at, value, size);
	return frame;
}

struct frame pad(struct frame frame, unsigned length, uint8_t value)
{
	if (frame.length < length) {
		memset(frame.bytes + frame.length, value, length - frame.length);
		frame.length = length;
	}
	return frame;
}

struct frame cut(struct frame frame, unsigned length)
{
	frame.length = length;
	return frame;
}

struct frame shorten(struct frame frame, unsigned length)
{
	frame.length = length;
	set_lengths(&frame);
	return frame;
}

struct frame poke8(struct frame frame, unsigned at, uint8_t value)
{
	frame.bytes[at] = value;
	return frame;
}

struct frame poke16(struct frame frame, unsigned at, uint16_t value)
{
	put16(&frame, at, value);
	return frame;
}

/* ---- the usual ones ---- */

struct frame v4(void)
{
	return ip4(eth(), SRC4, DST4);
}

struct frame v6(void)
{
	return ip6(eth(), SRC6, DST6);
}

struct frame tcp4(uint16_t sport, uint16_t dport)
{
	return tcp(v4(), sport, dport, ACK);
}

struct frame tcp6(uint16_t sport, uint16_t dport)
{
	return tcp(v6(), sport, dport, ACK);
}

struct frame udp4(uint16_t sport, uint16_t dport)
{
	return udp(v4(), sport, dport);
}

struct frame udp6(uint16_t sport, uint16_t dport)
{
	return udp(v6(), sport, dport);
}

struct frame from4(const char *src)
{
	return udp(ip4(eth(), src, DST4), 40000, 53);
}

struct frame from6(const char *src)
{
	return udp(ip6(eth(), src, DST6), 40000, 53);
}

struct frame to4(const char *dst)
{
	return udp(ip4(eth(), SRC4, dst), 40000, 53);
}

struct frame to6(const char *dst)
{
	return udp(ip6(eth(), SRC6, dst), 40000, 53);
}
