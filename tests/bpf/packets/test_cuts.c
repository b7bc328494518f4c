// SPDX-License-Identifier: MIT
/*
 * Every kind of packet, cut at every byte: never a crash, and nothing but a
 * malformed verdict where something is missing. (The kernel's test run takes
 * no frames below 14 bytes, and networks have none.)
 */
#include "tests/bpf/groups.h"
#include "tests/bpf/lib/harness.h"

#include <linux/bpf.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

struct kind {
	const char *name;
	struct frame frame;
};

static struct frame every_header(void)
{
	struct frame frame = ext(ext(v6(), IPPROTO_HOPOPTS, 8), IPPROTO_DSTOPTS, 16);

	frame = ext(frame, IPPROTO_ROUTING, 24);
	frame = fragment6(frame, 0, false, 7);
	return ext(ext(frame, IPPROTO_AH, 24), IPPROTO_DSTOPTS, 8);
}

static struct frame qinq(void)
{
	return tag(tag(eth(), ETH_P_8021AD, 5), ETH_P_8021Q, 6);
}

/* Where the Ethernet part of a frame ends. */
static unsigned ethernet_end(const struct frame *frame)
{
	return frame->type_at + 2;
}

static bool is_arp(const struct frame *frame)
{
	return frame->bytes[frame->type_at] == 0x08 && frame->bytes[frame->type_at + 1] == 0x06;
}

/* What a frame of so many bytes is found to be; FW_REASON_MAX: whole. */
static enum fw_reason wanted_reason(const struct frame *whole, unsigned length)
{
	unsigned end = ethernet_end(whole), ip = whole->ip_at;

	if (length < end)
		return FW_REASON_SHORT_VLAN;
	if (is_arp(whole))
		return length < end + 28 ? FW_REASON_SHORT_ARP : FW_REASON_MAX;
	if (!ip || length >= whole->length)
		return FW_REASON_MAX;
	if (whole->bytes[ip] >> 4 == 4)
		return length < ip + 20 ? FW_REASON_SHORT_IP4 : FW_REASON_IP4_LENGTH;
	return length < ip + 40 ? FW_REASON_SHORT_IP6 : FW_REASON_IP6_LENGTH;
}

/* Explained and run; false: reported. */
static bool judged(struct test *test, const char *name, const struct frame *frame,
		   struct fw_explanation *ret)
{
	uint32_t verdict;

	if (!explain(test, frame, ret))
		return false;
	verdict = run(test, frame);
	if (verdict == (ret->outcome == DROP ? XDP_DROP : XDP_PASS))
		return true;
	check(test, false, name, "verdict %u at %u bytes", verdict, frame->length);
	print_frame(frame);
	return false;
}

/* The frame ends early, and its headers do not know. */
static void test_cut(struct test *test, const struct kind *kind)
{
	for (unsigned length = ETH_HLEN; length <= kind->frame.length; length++) {
		enum fw_reason wanted = wanted_reason(&kind->frame, length);
		struct frame frame = cut(kind->frame, length);
		struct fw_explanation is;

		if (!judged(test, kind->name, &frame, &is))
			return;
		if (wanted == FW_REASON_MAX ? is.reason < FW_REASON_MALFORMED
					    : is.reason == wanted && is.outcome == DROP)
			continue;
		check(test, false, kind->name, "%s at %u bytes, wanted %s", reason_names[is.reason],
		      length,
		      wanted == FW_REASON_MAX ? "no malformed reason" : reason_names[wanted]);
		print_frame(&frame);
		return;
	}
	check(test, true, kind->name, " ");
}

/* Bytes of the datagram that must be there for its headers to be whole. */
static unsigned headers_end(const struct frame *frame)
{
	if (!frame->l4_at)
		return frame->length;
	switch (frame->bytes[frame->next_at]) {
	case IPPROTO_TCP:
		return frame->l4_at + 20;
	case IPPROTO_SCTP:
		return frame->l4_at + 12;
	}
	return frame->l4_at + 8;
}

/* The datagram itself ends early, and the lengths of IP and UDP agree. */
static void test_shortened(struct test *test, const struct kind *kind)
{
	bool four = kind->frame.bytes[kind->frame.ip_at] >> 4 == 4;
	unsigned start = kind->frame.ip_at + (four ? 20 : 40);

	for (unsigned length = start; length < kind->frame.length; length++) {
		struct frame frame = shorten(kind->frame, length);
		bool whole = length >= headers_end(&frame);
		struct fw_explanation is;

		if (!judged(test, kind->name, &frame, &is))
			return;
		if (whole == (is.reason < FW_REASON_MALFORMED))
			continue;
		check(test, false, kind->name, "shortened to %u bytes: %s", length,
		      reason_names[is.reason]);
		print_frame(&frame);
		return;
	}
	check(test, true, kind->name, " ");
}

void test_cuts(struct test *test)
{
	struct frame tcp_options = payload(tcp4(40000, 80), 20, 1);
	const struct kind kinds[] = {
		{"LLDP", payload(type(eth(), ETH_P_LLDP), 46, 1)},
		{"ARP", arp(eth())},
		{"ARP, tagged and padded", pad(arp(qinq()), 68, 0)},
		{"first fragment", payload(udp(fragment4(v4(), 0, true, 1), 1, 53), 16, 0)},
		{"later fragment", payload(fragment4(proto(v4(), 17), 4, false, 1), 16, 0)},
		{"IPv6 first fragment", payload(udp(fragment6(v6(), 0, true, 1), 1, 53), 16, 0)},
		{"IPv6 later fragment", payload(proto(fragment6(v6(), 4, false, 1), 17), 16, 0)},
		{"TCP with options", poke8(tcp_options, tcp_options.l4_at + 12, 0xa0)},
		{"GRE", payload(proto(v4(), 47), 24, 1)},
	};
	const struct kind datagrams[] = {
		{"TCP", payload(tcp4(40000, 80), 10, 1)},
		{"UDP", payload(udp4(40000, 53), 10, 1)},
		{"SCTP", payload(sctp(v4(), 1, 2), 10, 1)},
		{"ICMP", payload(icmp(v4(), 8, 0), 10, 1)},
		{"TCP behind options", payload(tcp(options(v4(), 40), 1, 2, SYN), 10, 1)},
		{"TCP, tagged", payload(tcp(ip4(qinq(), SRC4, DST4), 1, 2, SYN), 10, 1)},
		{"IPv6 TCP", payload(tcp6(40000, 80), 10, 1)},
		{"IPv6 UDP", payload(udp6(40000, 53), 10, 1)},
		{"IPv6 SCTP", payload(sctp(v6(), 1, 2), 10, 1)},
		{"ICMPv6", payload(icmp(v6(), 128, 0), 10, 1)},
		{"IPv6 UDP, tagged", payload(udp(ip6(qinq(), SRC6, DST6), 1, 2), 10, 1)},
		{"TCP behind every IPv6 header", payload(tcp(every_header(), 1, 2, SYN), 10, 1)},
		{"neighbour solicitation", payload(icmp(ttl(v6(), 255), 135, 0), 20, 1)},
	};

	use(test, "{'enforce': true, 'rules': ["
		  "{'id': 'dns', 'match': {'proto': 'udp', 'dport': 53}, 'action': 'drop'}]}");
	for (size_t i = 0; i < array_size(kinds); i++)
		test_cut(test, &kinds[i]);
	for (size_t i = 0; i < array_size(datagrams); i++) {
		test_cut(test, &datagrams[i]);
		test_shortened(test, &datagrams[i]);
	}
}
