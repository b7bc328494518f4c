// SPDX-License-Identifier: MIT
#include "tests/bench/lib/traffic/frame.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/udp.h>
#include <netinet/in.h>
#include <string.h>

#define PAYLOAD 18 /* makes an IPv4 frame 60 bytes long, and 4 of checksum */

static void put_16(struct frame *frame, uint16_t value)
{
	value = htons(value);
	memcpy(frame->bytes + frame->length, &value, sizeof(value));
	frame->length += sizeof(value);
}

static void put(struct frame *frame, const void *header, size_t size)
{
	memcpy(frame->bytes + frame->length, header, size);
	frame->length += size;
}

struct frame frame_make(unsigned family, unsigned vlan)
{
	const uint16_t length = sizeof(struct udphdr) + PAYLOAD;
	struct udphdr udp = {.len = htons(length)};
	struct iphdr ip4 = {.version = 4,
			    .ihl = 5,
			    .ttl = 64,
			    .protocol = IPPROTO_UDP,
			    .tot_len = htons(sizeof(ip4) + length)};
	struct ipv6hdr ip6 = {.version = 6,
			      .hop_limit = 64,
			      .nexthdr = IPPROTO_UDP,
			      .payload_len = htons(length)};
	static const uint8_t macs[2 * ETH_ALEN] = {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1};
	struct frame frame = {.family = family};

	put(&frame, macs, sizeof(macs));
	if (vlan) {
		put_16(&frame, ETH_P_8021Q);
		put_16(&frame, (uint16_t)vlan);
	}
	put_16(&frame, family == 4 ? ETH_P_IP : ETH_P_IPV6);
	frame.offset = (unsigned)frame.length;
	if (family == 4)
		put(&frame, &ip4, sizeof(ip4));
	else
		put(&frame, &ip6, sizeof(ip6));
	put(&frame, &udp, sizeof(udp));
	/* Read as TCP (see bench_key.proto), this is an offset of 5 words and a SYN. */
	frame.bytes[frame.length + 4] = 0x50;
	frame.bytes[frame.length + 5] = 0x02;
	frame.length += PAYLOAD;
	return frame;
}

struct frame frame_make_syn(void)
{
	const uint16_t length = 40; /* of both headers */
	struct frame frame = frame_make(4, 0);

	frame.length = frame.offset + length;
	frame.bytes[frame.offset + 3] = length;
	return frame;
}
