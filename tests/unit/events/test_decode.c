// SPDX-License-Identifier: MIT
#include <criterion/criterion.h>

#include "common/base/clock.h"
#include "common/base/memory.h"
#include "common/policy/compile/slots.h"
#include "tests/unit/events/samples.h"

/* clang-format off */
static const struct {
	const char *outcome, *reason, *rule, *limit, *interface, *kind, *proto, *src, *dst, *flags;
} expected[SAMPLE_PACKETS] = {
	{"would_drop", "rule", "scan", "", "eth0", "ipv4", "tcp", "192.0.2.7", "203.0.113.9", "syn"},
	{"drop", "over_limit", "amp-dns", "dns_resp", "eth0", "ipv4", "udp", "198.51.100.1",
	 "203.0.113.9", ""},
	{"drop", "not_permitted", "not-permitted", "", "eth1", "ipv6", "tcp", "2001:db8::1",
	 "2001:db8::2", "fin,syn,rst,psh,ack,urg,ece,cwr"},
	{"pass", "rule", "say \"hi\", all", "", "eth1", "ipv6_link", "icmpv6", "fe80::1", "ff02::1", ""},
	{"drop", "default", "", "", "eth0", "ipv4", "253", "10.0.0.1", "10.0.0.2", ""},
	{"drop", "non_ip", "", "", "eth0", "other", "", "", "", ""},
	{"drop", "rule", "scan", "", "eth0", "arp", "", "", "", ""},
	{"answer", "syn_cookie", "amp-dns", "dns_resp", "eth0", "ipv4", "tcp", "10.1.2.3",
	 "192.0.2.1", "syn"},
	{"would_answer", "syn_cookie", "amp-dns", "dns_resp", "eth0", "ipv4", "tcp", "10.1.2.3",
	 "192.0.2.1", "syn"},
	{"unknown", "unknown", "", "", "", "unknown", "", "", "", ""},
};
/* clang-format on */

Test(decode, table)
{
	struct slots *slots = sample_slots();

	for (size_t i = 0; i < SAMPLE_PACKETS; i++) {
		struct packet_event packet;

		packet_decode(sample_raw(i), slots, &packet);
		cr_expect_str_eq(event_word(EVENT_FIELD_OUTCOME, packet.outcome),
				 expected[i].outcome);
		cr_expect_str_eq(event_word(EVENT_FIELD_REASON, packet.reason), expected[i].reason);
		cr_expect_str_eq(packet.rule, expected[i].rule);
		cr_expect_str_eq(packet.limit, expected[i].limit);
		cr_expect_str_eq(packet.interface, expected[i].interface);
		cr_expect_str_eq(event_word(EVENT_FIELD_KIND, packet.kind), expected[i].kind);
		cr_expect_str_eq(packet.proto, expected[i].proto);
		cr_expect_str_eq(packet.src, expected[i].src);
		cr_expect_str_eq(packet.dst, expected[i].dst);
		cr_expect_str_eq(packet.tcp_flags, expected[i].flags);
	}
	slots_free(slots);
}

Test(decode, without_slots)
{
	struct packet_event packet;

	packet_decode(sample_raw(0), NULL, &packet);
	cr_expect_str_eq(packet.rule, "");
	cr_expect_str_eq(packet.interface, "");
}

Test(decode, time_is_wall_clock)
{
	struct fw_event raw = *sample_raw(0);
	struct packet_event packet;
	struct event event;
	double off;

	raw.time = clock_ns() - 5 * NS_PER_SECOND;
	event_decode(&raw, NULL, &packet, &event);
	off = (double)clock_realtime_ns() / 1e9 - (double)event.realtime_ns / 1e9;
	cr_expect(off > 3 && off < 7, "%f s off", off);
}
