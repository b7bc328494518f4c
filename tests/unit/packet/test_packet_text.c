// SPDX-License-Identifier: MIT
/* Packets in words: the frame, byte for byte, or the word that is wrong. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/policy/fields/fields.h"
#include "common/policy/packet/packet_text.h"

#define MACS "020000000001020000000002"

static const struct {
	const char *text;
	const char *frame;
} good[] = {
	{"tcp 192.0.2.7:40000 > 203.0.113.9:443 syn",
	 MACS "0800"
	      "45000028667700004006" /* 40 bytes, number 0x6677, TTL 64, TCP */
	      "1648"		     /* the sum of the header's words is 0xffff */
	      "c0000207cb007109"
	      "9c4001bb00000000000000005002000000000000"},
	{"tcp 192.0.2.7:40000 > 203.0.113.9:443", /* SYN is what one asks about */
	 MACS "0800"
	      "450000286677000040061648c0000207cb007109"
	      "9c4001bb00000000000000005002000000000000"},
	{"in eth0 tcp 192.0.2.7:40000>203.0.113.9:443 none",
	 MACS "0800"
	      "450000286677000040061648c0000207cb007109"
	      "9c4001bb00000000000000005000000000000000"},
	{"udp [2001:db8::1]:53 > [2001:db8::2]:65535",
	 MACS "86dd"
	      "6000000000081140" /* 8 bytes, UDP, hop limit 64 */
	      "20010db8000000000000000000000001"
	      "20010db8000000000000000000000002"
	      "0035ffff00080000"},
	{"sctp 10.0.0.1:1 > 10.0.0.2:2 vlan 5", MACS "81000005"
						     "0800"
						     "45000020667700004084ffe00a0000010a000002"
						     "000100020000000000000000"},
	{"icmp 10.0.0.1 > 10.0.0.2 vlan 100 vlan 200", /* QinQ; an echo request */
	 MACS "88a80064"
	      "810000c8"
	      "0800"
	      "4500001c66770000400100680a0000010a000002"
	      "0800000000000000"},
	{"icmp 10.0.0.1 > 10.0.0.2 type 3 code 4 ttl 1",
	 MACS "0800"
	      "4500001c6677000001013f680a0000010a000002"
	      "0304000000000000"},
	{"icmpv6 fe80::1 > ff02::1 type 135", /* as the link sends it: hop limit 255, to the group */
	 "333300000001020000000002"
	 "86dd"
	 "6000000000083aff"
	 "fe800000000000000000000000000001"
	 "ff020000000000000000000000000001"
	 "8700000000000000"},
	{"icmpv6 ::1 > ::2 dscp 46 flow_label 1048574 src_mac 02:00:5e:00:00:01 "
	 "dst_mac FF:ff:ff:ff:ff:ff",
	 "ffffffffffff02005e00000186dd"
	 "6b8ffffe00083a40"
	 "00000000000000000000000000000001"
	 "00000000000000000000000000000002"
	 "8000000000000000"},
	{"47 10.0.0.1 > 10.0.0.2 len 24 dscp 46", MACS "0800"
						       "45b8001866770000402fff850a0000010a000002"
						       "00000000"},
	{"58 10.0.0.1 > 10.0.0.2", /* a number says nothing about its family */
	 MACS "0800"
	      "4500001466770000403a00370a0000010a000002"},
	{"udp 10.0.0.1:7 > 10.0.0.2:9 frag first", /* more follow; 16 is a multiple of 8 */
	 MACS "0800"
	      "4500002466772000"
	      "4011e04f0a0000010a000002"
	      "0007000900100000"
	      "0000000000000000"},
	{"udp 10.0.0.1 > 10.0.0.2 frag later", /* offset 185 */
	 MACS "0800"
	      "4500001c667700b94011ff9e0a0000010a000002"
	      "0000000000000000"},
	{"tcp 2001:db8::1 > 2001:db8::2 frag later", /* offset 185 << 3 */
	 MACS "86dd"
	      "6000000000102c40"
	      "20010db8000000000000000000000001"
	      "20010db8000000000000000000000002"
	      "060005c800006677"
	      "0000000000000000"},
	{"tcp [2001:db8::1]:1>[2001:db8::2]:2 syn,ack ece frag first",
	 MACS "86dd"
	      "6000000000202c40"
	      "20010db8000000000000000000000001"
	      "20010db8000000000000000000000002"
	      "0600000100006677"
	      "0001000200000000000000005052000000000000"
	      "00000000"},
};

/* Other ways to write one of the above. */
static const struct {
	const char *text;
	const char *same;
} equal[] = {
	{"tcp 192.0.2.7 > 203.0.113.9:443", "tcp 192.0.2.7:49152 > 203.0.113.9:443 syn"},
	{"udp 2001:db8::1 > [2001:db8::2]:53", "udp [2001:db8::1]:49152 > [2001:db8::2]:53"},
	{"gre 10.0.0.1 > 10.0.0.2 dscp ef", "47 10.0.0.1 > 10.0.0.2 dscp 46"},
	{"icmp 10.0.0.1 > 10.0.0.2 vlan untagged frag none", "icmp 10.0.0.1 > 10.0.0.2"},
	{"ipencap 10.0.0.1 > 10.0.0.2", "ipip 10.0.0.1 > 10.0.0.2"},
	{"tcp 10.0.0.1:1 > 10.0.0.2:2 all",
	 "tcp 10.0.0.1:1 > 10.0.0.2:2 fin,syn,rst,psh,ack,urg,ece,cwr"},
};

Test(packet_text, ways_to_write)
{
	for (size_t i = 0; i < array_size(equal); i++) {
		static uint8_t one[PACKET_MAX_FRAME], other[PACKET_MAX_FRAME];
		struct packet_text packet, same;
		struct errors errs = {0};
		size_t length;

		cr_assert_eq(packet_parse(equal[i].text, &packet, &errs), 0, "%s", equal[i].text);
		cr_assert_eq(packet_parse(equal[i].same, &same, &errs), 0, "%s", equal[i].same);
		length = packet_build(&packet, one);
		cr_assert_eq(length, packet_build(&same, other), "%s", equal[i].text);
		cr_expect_arr_eq(one, other, length, "%s", equal[i].text);
		cr_expect_eq(packet.has_chosen_port, i < 2, "%s", equal[i].text);
	}
}

static void to_hex(const uint8_t *bytes, size_t length, char *ret)
{
	for (size_t i = 0; i < length; i++)
		sprintf(ret + 2 * i, "%02x", bytes[i]);
}

Test(packet_text, frames)
{
	for (size_t i = 0; i < array_size(good); i++) {
		struct packet_text packet;
		struct errors errs = {0};
		uint8_t frame[PACKET_MAX_FRAME], again[PACKET_MAX_FRAME];
		char hex[2 * PACKET_MAX_FRAME + 1] = "";
		size_t length;

		cr_assert(packet_parse(good[i].text, &packet, &errs) == 0, "%s", good[i].text);
		cr_assert(errs.count == 0);
		length = packet_build(&packet, frame);
		to_hex(frame, length, hex);
		cr_expect_str_eq(hex, good[i].frame, "%s: %s", good[i].text, hex);
		/* And back. */
		cr_assert(packet_parse_hex(hex, again, &errs) == (int)length);
		cr_expect(memcmp(frame, again, length) == 0);
	}
}

Test(packet_text, largest)
{
	uint8_t *frame = malloc(PACKET_MAX_FRAME); /* for the sanitizers: not a byte more */
	struct packet_text packet;
	struct errors errs = {0};

	cr_assert(packet_parse("udp 10.0.0.1:1 > 10.0.0.2:2 len 65513 vlan 1 vlan 2", &packet,
			       &errs) == 0);
	cr_assert(packet_build(&packet, frame) == PACKET_MAX_FRAME);
	cr_assert(packet_parse("udp 10.0.0.1:1 > 10.0.0.2:2 len 65514 vlan 1 vlan 2", &packet,
			       &errs) < 0);
	errors_clear(&errs);
	free(frame);
}

Test(packet_text, interface)
{
	struct packet_text packet;
	struct errors errs = {0};

	cr_assert(packet_parse("icmp 10.0.0.1 > 10.0.0.2", &packet, &errs) == 0);
	cr_expect_str_empty(packet.interface);
	cr_assert(packet_parse("in eth0.100 icmp 10.0.0.1 > 10.0.0.2", &packet, &errs) == 0);
	cr_expect_str_eq(packet.interface, "eth0.100");
	cr_assert(packet_parse("in fifteen-letters icmp 10.0.0.1 > 10.0.0.2", &packet, &errs) == 0);
	cr_expect_str_eq(packet.interface, "fifteen-letters");
	cr_assert(packet_parse("in sixteen--letters icmp 10.0.0.1 > 10.0.0.2", &packet, &errs) < 0);
	errors_clear(&errs);
}

static const struct {
	const char *text;
	unsigned column;
	const char *message; /* part of it */
} bad[] = {
	{"", 1, "protocol is missing"},
	{"   ", 4, "protocol is missing"},
	{"in", 3, "name of an interface is missing"},
	{"in eth0", 8, "protocol is missing"},
	{"in an-interface-of-many-letters tcp", 4, "too long"},
	{"tpc 10.0.0.1:1 > 10.0.0.2:2", 1, "\"tpc\" is not a protocol"},
	{"256 10.0.0.1 > 10.0.0.2", 1, "from 0 to 255"},
	{"6x 10.0.0.1 > 10.0.0.2", 1, "not a protocol"},
	{"in eth0 TCP 10.0.0.1:1 > 10.0.0.2:2", 9, "\"TCP\" is not a protocol"},
	{"tcp", 4, "source is missing"},
	{"tcp > 10.0.0.2:2", 5, "source is missing"},
	{"tcp 10.0.0.1:1", 15, "\">\" and the destination"},
	{"tcp 10.0.0.1:1 10.0.0.2:2", 16, "\">\" and the destination"},
	{"tcp 10.0.0.1:1 >", 17, "destination is missing"},
	{"tcp 10.0.0.1:1 > >", 18, "destination is missing"},
	{"tcp 10.0.0:1 > 10.0.0.2:2", 5, "\"10.0.0:1\" is not an address"},
	{"tcp 10.0.0.1:1 > 10.0.0.256:2", 18, "not an address"},
	{"icmp 10.0.0.0/8 > 10.0.0.2", 6, "not an address"},
	{"icmp 10.0.0.1/32 > 10.0.0.2", 6, "not an address"},
	{"icmp host.example > 10.0.0.2", 6, "not an address"},
	{"tcp [2001:db8::1:80 > [::1]:2", 5, "not an address"},
	{"tcp [2001:db8::1]80 > [::1]:2", 5, "not an address"},
	{"tcp []:1 > [::1]:2", 5, "not an address"},
	{"tcp 10.0.0.1: > 10.0.0.2:2", 5, "not a port"},
	{"tcp 10.0.0.1:65536 > 10.0.0.2:2", 5, "\"65536\" is not a port"},
	{"tcp 10.0.0.1:+1 > 10.0.0.2:2", 5, "not a port"},
	{"tcp 10.0.0.1:1 > 10.0.0.2:http", 18, "\"http\" is not a port"},
	{"tcp 10.0.0.1:1 > [2001:db8::1]:2", 18, "not of one family"},
	{"tcp 10.0.0.1:1 > 10.0.0.2", 18, "port of 10.0.0.2 is missing"},
	{"udp 10.0.0.1 > 10.0.0.2", 16, "port of 10.0.0.2 is missing"},
	{"udp [2001:db8::1]:2 > 2001:db8::2", 23, "port of 2001:db8::2 is missing: [ADDRESS]:PORT"},
	{"icmp 10.0.0.1:1 > 10.0.0.2", 6, "protocol icmp has no ports"},
	{"47 10.0.0.1 > 10.0.0.2:1", 15, "protocol 47 has no ports"},
	{"udp 10.0.0.1:1 > 10.0.0.2 frag later", 5, "later fragment has no ports"},
	{"icmp 2001:db8::1 > 2001:db8::2", 1, "meant icmpv6?"},
	{"icmpv6 10.0.0.1 > 10.0.0.2", 1, "meant icmp?"},
	{"tcp 10.0.0.1:1 > 10.0.0.2:2 sny", 29, "\"sny\" is neither an option"},
	{"tcp 10.0.0.1:1 > 10.0.0.2:2 syn,akc", 29, "\"syn,akc\" is neither"},
	{"tcp 10.0.0.1:1 > 10.0.0.2:2 syn,", 29, "neither"},
	{"udp 10.0.0.1:1 > 10.0.0.2:2 syn", 29, "protocol udp has no TCP flags"},
	{"tcp 10.0.0.1 > 10.0.0.2 frag later syn", 36, "no TCP flags"},
	{"tcp 10.0.0.1:1 > 10.0.0.2:2 type 3", 29, "protocol tcp has no type"},
	{"tcp 10.0.0.1:1 > 10.0.0.2:2 code 3", 29, "protocol tcp has no code"},
	{"icmp 10.0.0.1 > 10.0.0.2 type 3 frag later", 26, "later fragment has no type"},
	{"icmp 10.0.0.1 > 10.0.0.2 type", 30, "ICMP type is missing"},
	{"icmp 10.0.0.1 > 10.0.0.2 type 256", 31, "from 0 to 255"},
	{"icmp 10.0.0.1 > 10.0.0.2 type echo", 31, "\"echo\" is not an ICMP type"},
	{"icmp 10.0.0.1 > 10.0.0.2 ttl 3 ttl 4", 32, "\"ttl\" is given too often"},
	{"icmp 10.0.0.1 > 10.0.0.2 vlan 4096", 31, "not a VLAN id"},
	{"icmp 10.0.0.1 > 10.0.0.2 vlan 7 vlan untagged", 33, "untagged or has VLAN ids"},
	{"icmp 10.0.0.1 > 10.0.0.2 vlan untagged vlan 7", 40, "untagged or has VLAN ids"},
	{"icmp 10.0.0.1 > 10.0.0.2 vlan 1 vlan 2 vlan 3", 40, "\"vlan\" is given too often"},
	{"icmp 10.0.0.1 > 10.0.0.2 dscp 64", 31, "from 0 to 63"},
	{"icmp 10.0.0.1 > 10.0.0.2 dscp 4294967296", 31, "from 0 to 63"},
	{"icmp 10.0.0.1 > 10.0.0.2 dscp -1", 31, "from 0 to 63"},
	{"icmp 10.0.0.1 > 10.0.0.2 flow_label 1", 26, "only IPv6 has a flow label"},
	{"icmpv6 ::1 > ::2 flow_label 1048576", 29, "from 0 to 1048575"},
	{"icmp 10.0.0.1 > 10.0.0.2 src_mac 2", 34, "a MAC address such as"},
	{"icmp 10.0.0.1 > 10.0.0.2 dst_mac 02:00:5e:00:00:00/24", 34, "a MAC address such as"},
	{"icmp ::1 > ::2 dst_mac 02:00:5e:00:00:01 dst_mac 02:00:5e:00:00:01", 42, "too often"},
	{"icmp 10.0.0.1 > 10.0.0.2 len 27", 26, "from 28 (its headers)"},
	{"icmp 10.0.0.1 > 10.0.0.2 len 65522", 26, "to 65521"},
	{"icmp 10.0.0.1 > 10.0.0.2 frag", 30, "\"first\", \"later\" or \"none\""},
	{"icmp 10.0.0.1 > 10.0.0.2 frag middle", 31, "\"first\", \"later\" or \"none\""},
	{"icmp 10.0.0.1 > 10.0.0.2 frag first frag first", 37, "too often"},
	{"in \xc3\xa9th0 tpc 10.0.0.1:1", 9, "not a protocol"}, /* columns are characters */
	{"tcp\n10.0.0.1:1 >\t10.0.0.2", 18, "port of 10.0.0.2 is missing"},
};

Test(packet_text, errors)
{
	for (size_t i = 0; i < array_size(bad); i++) {
		struct packet_text packet = {.length = 7};
		struct errors errs = {0};

		cr_assert(packet_parse(bad[i].text, &packet, &errs) < 0, "%s", bad[i].text);
		cr_assert(errs.count == 1, "%s", bad[i].text);
		cr_expect(errs.list[0].line == 1 && errs.list[0].column == bad[i].column,
			  "%s: column %u", bad[i].text, errs.list[0].column);
		cr_expect(strstr(errs.list[0].message, bad[i].message), "%s: %s", bad[i].text,
			  errs.list[0].message);
		cr_expect(errs.list[0].excerpt && !strpbrk(errs.list[0].excerpt, "\n\t"), "%s",
			  bad[i].text);
		cr_expect(packet.length == 7, "what is bad must not be handed out");
		errors_clear(&errs);
	}
}

/* Any beginning of a good packet, and any byte of it changed: an error or a packet, never a crash. */
Test(packet_text, mangled)
{
	uint8_t frame[PACKET_MAX_FRAME];

	for (size_t i = 0; i < array_size(good); i++) {
		for (size_t at = 0; at < strlen(good[i].text); at++) {
			for (int byte = 0; byte < 256; byte += 5) {
				char *text = strdup(good[i].text);
				struct packet_text packet;
				struct errors errs = {0};

				text[at] = (char)byte;
				if (packet_parse(text, &packet, &errs) == 0)
					cr_assert(packet_build(&packet, frame) <= PACKET_MAX_FRAME);
				else
					cr_assert(errs.count == 1);
				errors_clear(&errs);
				free(text);
			}
		}
	}
}

static const struct {
	const char *text;
	int length;
	unsigned column; /* of the error */
} hex[] = {
	{"ffffffffffff0200000000010806", 14, 0},
	{"FF:ff:ff:ff:ff:ff 02:00:00:00:00:01\n08 06", 14, 0},
	{"  ffffffffffff 020000000001 0806 ", 14, 0},
	{"ffffffffffff02000000000108", -1, 1},
	{"", -1, 1},
	{"ffffffffffff020000000001080", -1, 27},
	{"ffffffffffff02000000000108 0 6", -1, 28},
	{"0xffffffffffff0200000000010806", -1, 1},
	{"ffffffffffff-0200000000010806", -1, 13},
	{"ffffffffffff0200000000010g06", -1, 25},
};

Test(packet_text, hex)
{
	for (size_t i = 0; i < array_size(hex); i++) {
		uint8_t frame[PACKET_MAX_FRAME];
		struct errors errs = {0};
		int length = packet_parse_hex(hex[i].text, frame, &errs);

		cr_expect(hex[i].length > 0 ? length == hex[i].length : length < 0, "%s: %d",
			  hex[i].text, length);
		if (hex[i].column && errs.count)
			cr_expect(errs.list[0].column == hex[i].column, "%s: %u", hex[i].text,
				  errs.list[0].column);
		cr_expect((errs.count == 1) == (length < 0));
		errors_clear(&errs);
	}
}

Test(packet_text, hex_too_long)
{
	char *text = malloc(2 * (PACKET_MAX_FRAME + 1) + 1);
	uint8_t *frame = malloc(PACKET_MAX_FRAME);
	struct errors errs = {0};

	memset(text, 'a', 2 * (PACKET_MAX_FRAME + 1));
	text[2 * PACKET_MAX_FRAME] = '\0';
	cr_assert(packet_parse_hex(text, frame, &errs) == PACKET_MAX_FRAME);
	memset(text, 'a', 2 * (PACKET_MAX_FRAME + 1));
	text[2 * (PACKET_MAX_FRAME + 1)] = '\0';
	cr_assert(packet_parse_hex(text, frame, &errs) < 0);
	errors_clear(&errs);
	free(frame);
	free(text);
}

Test(packet_text, mac_of_groups)
{
	static const struct {
		const char *group, *mac;
	} rows[] = {
		{"224.0.0.5", "01:00:5e:00:00:05"},
		{"239.255.1.2", "01:00:5e:7f:01:02"},
		{"ff02::1", "33:33:00:00:00:01"},
		{"ff02::1:ff12:3456", "33:33:ff:12:34:56"},
		{"255.255.255.255", "ff:ff:ff:ff:ff:ff"},
	};

	for (size_t i = 0; i < array_size(rows); i++) {
		struct prefix group, wanted;
		uint8_t got[6];

		mac_parse(rows[i].mac, &wanted);
		prefix_parse(rows[i].group, &group);
		cr_assert(packet_group_mac(&group, got), "%s", rows[i].group);
		cr_expect_arr_eq(got, wanted.addr, 6, "%s", rows[i].group);
	}
}

Test(packet_text, mac_of_no_group)
{
	static const char *const rows[] = {"192.0.2.1", "223.255.255.255", "240.0.0.1", "fe80::1"};

	for (size_t i = 0; i < array_size(rows); i++) {
		struct prefix address;
		uint8_t got[6];

		prefix_parse(rows[i], &address);
		cr_expect_not(packet_group_mac(&address, got), "%s", rows[i]);
	}
}

/* What is not given is as a host would send it. */
Test(packet_text, chosen_addresses)
{
	static const struct {
		const char *text, *dst_mac, *src_mac;
		bool has_label;
	} rows[] = {
		{"udp 192.0.2.1:1 > 192.0.2.2:2", "02:00:00:00:00:01", "02:00:00:00:00:02", false},
		{"udp 192.0.2.1:1 > 224.0.0.5:2", "01:00:5e:00:00:05", "02:00:00:00:00:02", false},
		{"udp [fe80::1]:1 > [ff02::1]:2 flow_label 0", "33:33:00:00:00:01",
		 "02:00:00:00:00:02", true},
		{"udp 192.0.2.1:1 > 224.0.0.5:2 dst_mac 02:00:00:00:00:07 src_mac "
		 "02:00:00:00:00:08",
		 "02:00:00:00:00:07", "02:00:00:00:00:08", false},
	};

	for (size_t i = 0; i < array_size(rows); i++) {
		struct packet_text packet;
		struct errors errs = {0};
		struct prefix dst, src;
		uint8_t frame[PACKET_MAX_FRAME];

		mac_parse(rows[i].dst_mac, &dst);
		mac_parse(rows[i].src_mac, &src);
		cr_assert_eq(packet_parse(rows[i].text, &packet, &errs), 0, "%s", rows[i].text);
		packet_build(&packet, frame);
		cr_expect_arr_eq(frame, dst.addr, 6, "%s", rows[i].text);
		cr_expect_arr_eq(frame + 6, src.addr, 6, "%s", rows[i].text);
		cr_expect_eq(packet.has_flow_label, rows[i].has_label, "%s", rows[i].text);
	}
}
