// SPDX-License-Identifier: MIT
#include "tests/unit/events/samples.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/policy/compile/slots.h"
#include "common/records/types/ban.h"
#include "common/records/types/interface.h"
#include "common/records/types/limit.h"
#include "common/records/types/policy.h"

/* Constants, which htonl() is not; the tests run on little endian machines. */
#define WORD(n)		__builtin_bswap32(n)
#define IP4(a, b, c, d) WORD((uint32_t)(a) << 24 | (b) << 16 | (c) << 8 | (d))

/* 2026-11-21T08:15:04.123Z and a bit. */
#define SAMPLE_TIME 1795248904123456789ULL

/* clang-format off */
static const struct fw_event raws[SAMPLE_PACKETS] = {
	{ /* a SYN that would be dropped */
		.generation = 7, .packet.key.src = {IP4(192, 0, 2, 7)}, .packet.key.dst = {IP4(203, 0, 113, 9)},
		.packet.length = 60, .sample = 1, .packet.key.sport = 40000, .packet.key.dport = 443, .rule = 1,
		.limit = FW_NO_SLOT, .packet.interface = 1, .packet.kind = FW_KIND_IP4, .packet.key.proto = 6,
		.packet.flags = FW_IS_IP | FW_HAS_PORTS | FW_HAS_TCP, .packet.tcp_flags = 0x02,
		.reason = FW_REASON_RULE, .outcome = FW_OUTCOME_WOULD_DROP,
	},
	{ /* over a limit, tagged twice, sampled */
		.generation = 7, .packet.key.src = {IP4(198, 51, 100, 1)}, .packet.key.dst = {IP4(203, 0, 113, 9)},
		.packet.length = 1514, .sample = 1000, .packet.key.sport = 53, .packet.key.dport = 5353, .packet.vlan = 100,
		.packet.inner_vlan = 7, .rule = 2, .limit = 0, .packet.interface = 1, .packet.kind = FW_KIND_IP4,
		.packet.key.proto = 17, .packet.flags = FW_IS_IP | FW_HAS_PORTS, .reason = FW_REASON_OVER_LIMIT,
		.outcome = FW_OUTCOME_DROP,
	},
	{ /* IPv6 TCP, all flags */
		.generation = 8, .packet.key.src = {WORD(0x20010db8), 0, 0, WORD(1)},
		.packet.key.dst = {WORD(0x20010db8), 0, 0, WORD(2)}, .packet.length = 74, .sample = 1,
		.packet.key.sport = 1, .packet.key.dport = 65535, .rule = 0, .limit = FW_NO_SLOT, .packet.interface = 2,
		.packet.kind = FW_KIND_IP6, .packet.key.proto = 6,
		.packet.flags = FW_IS_IP | FW_IS_IP6 | FW_HAS_PORTS | FW_HAS_TCP, .packet.tcp_flags = 0xff,
		.reason = FW_REASON_NOT_PERMITTED, .outcome = FW_OUTCOME_DROP,
	},
	{ /* ICMPv6, passed and logged by a rule whose name needs quotes in CSV */
		.generation = 8, .packet.key.src = {WORD(0xfe800000), 0, 0, WORD(1)},
		.packet.key.dst = {WORD(0xff020000), 0, 0, WORD(1)}, .packet.length = 86, .sample = 1, .rule = 3,
		.limit = FW_NO_SLOT, .packet.interface = 2, .packet.kind = FW_KIND_LINK6, .packet.key.proto = 58,
		.packet.flags = FW_IS_IP | FW_IS_IP6 | FW_HAS_ICMP, .packet.icmp_type = 135, .packet.icmp_code = 0,
		.reason = FW_REASON_RULE, .outcome = FW_OUTCOME_PASS,
	},
	{ /* a later fragment of a protocol without a name */
		.generation = 8, .packet.key.src = {IP4(10, 0, 0, 1)}, .packet.key.dst = {IP4(10, 0, 0, 2)},
		.packet.length = 34, .sample = 1, .rule = FW_NO_SLOT, .limit = FW_NO_SLOT,
		.packet.interface = 1, .packet.kind = FW_KIND_IP4, .packet.key.proto = 253,
		.packet.fragment = FW_FRAGMENT_LATER, .packet.flags = FW_IS_IP,
		.reason = FW_REASON_DEFAULT, .outcome = FW_OUTCOME_DROP,
	},
	{ /* LLDP */
		.generation = 8, .packet.length = 60, .sample = 1, .packet.ethertype = 0x88cc,
		.rule = FW_NO_SLOT, .limit = FW_NO_SLOT, .packet.interface = 1, .packet.kind = FW_KIND_OTHER,
		.reason = FW_REASON_NON_IP, .outcome = FW_OUTCOME_DROP,
	},
	{ /* ARP under a rule */
		.generation = 8, .packet.length = 42, .sample = 1, .packet.ethertype = 0x0806, .rule = 1,
		.limit = FW_NO_SLOT, .packet.interface = 1, .packet.kind = FW_KIND_ARP,
		.reason = FW_REASON_RULE, .outcome = FW_OUTCOME_DROP,
	},
	{ /* a SYN over its limit, answered */
		.generation = 8, .packet.key.src = {IP4(10, 1, 2, 3)}, .packet.key.dst = {IP4(192, 0, 2, 1)},
		.packet.length = 74, .sample = 1, .packet.key.sport = 40000, .packet.key.dport = 443, .rule = 2, .limit = 0,
		.packet.interface = 1, .packet.kind = FW_KIND_IP4, .packet.key.proto = 6,
		.packet.flags = FW_IS_IP | FW_HAS_PORTS | FW_HAS_TCP, .packet.tcp_flags = 2,
		.reason = FW_REASON_SYN_COOKIE, .outcome = FW_OUTCOME_TX,
	},
	{ /* the same in monitor mode */
		.generation = 8, .packet.key.src = {IP4(10, 1, 2, 3)}, .packet.key.dst = {IP4(192, 0, 2, 1)},
		.packet.length = 74, .sample = 1, .packet.key.sport = 40000, .packet.key.dport = 443, .rule = 2, .limit = 0,
		.packet.interface = 1, .packet.kind = FW_KIND_IP4, .packet.key.proto = 6,
		.packet.flags = FW_IS_IP | FW_HAS_PORTS | FW_HAS_TCP, .packet.tcp_flags = 2,
		.reason = FW_REASON_SYN_COOKIE, .outcome = FW_OUTCOME_WOULD_TX,
	},
	{ /* numbers that a newer datapath might send, on no interface of ours */
		.generation = 9, .packet.length = 14, .sample = 1, .rule = 999, .limit = 200,
		.packet.interface = 9, .packet.kind = 200, .packet.fragment = 77, .reason = 250, .outcome = 99,
	},
};
/* clang-format on */

struct slots *sample_slots(void)
{
	struct slots *slots = slots_new();

	cr_assert_not_null(slots);
	slots_put(slots, FW_NAME_RULE, 0, "not-permitted");
	slots_put(slots, FW_NAME_RULE, 1, "scan");
	slots_put(slots, FW_NAME_RULE, 2, "amp-dns");
	slots_put(slots, FW_NAME_RULE, 3, "say \"hi\", all");
	slots_put(slots, FW_NAME_LIMIT, 0, "dns_resp");
	slots_put(slots, FW_NAME_INTERFACE, 1, "eth0");
	slots_put(slots, FW_NAME_INTERFACE, 2, "eth1");
	return slots;
}

const struct fw_event *sample_raw(size_t index)
{
	return &raws[index];
}

static const char *const rules[] = {"amp-dns", "b", "c", "d", "e", "f", "g", "h", "i"};

#define SAMPLE(name, ...)                                                        \
	{                                                                        \
		.type = EVENT_NUMBER(name), .data = &(const struct name##_event) \
		{                                                                \
			__VA_ARGS__                                              \
		}                                                                \
	}

static const struct event others[SAMPLE_OTHERS] = {
	SAMPLE(limit_started, .limit = "dns_resp", .rate = "200/s", .per = "src/32,64",
	       .rules = {rules, 1}, .outcome = FW_OUTCOME_WOULD_DROP),
	SAMPLE(limit_stopped, .limit = "dns_resp", .rate = "200/s", .per = "rule",
	       .rules = {rules, 9}, .outcome = FW_OUTCOME_DROP, .packets = 1234567,
	       .bytes = 98765432109, .duration_ns = 83250000000),
	SAMPLE(ban, .limit = "dns_resp", .address = "192.0.2.0/24", .level = 3,
	       .duration_ns = 240000000000, .outcome = FW_OUTCOME_DROP),
	SAMPLE(ban, .limit = "dns_resp", .address = "2001:db8::1", .level = 1, .set = "banned",
	       .outcome = FW_OUTCOME_WOULD_DROP),
	SAMPLE(bans_missed, .limit = "dns_resp", .set = "banned", .addresses = 1,
	       .why = "it is full"),
	SAMPLE(bans_missed, .limit = "dns_resp", .addresses = 4000,
	       .why = "more than 1000 a second"),
	SAMPLE(limit_full, .limit = "dns_resp", .keys = 65536, .when_full = FW_FULL_EVICT),
	SAMPLE(config_unusable,
	       .text = "the config file /etc/fwd/fwd.json cannot be used (fwd.json:3:5: ...)"),
	SAMPLE(config_unusable, .text = "\"rate\" is none, \\ neither\nis \tthis\x01"),
	SAMPLE(policy_pending, .duration_ns = 600000000000, .text = "waits for 10m"),
	SAMPLE(panic, .text = "open: every packet passes"),
	SAMPLE(interface_changed, .interface = "eth0", .text = "eth0 vanished"),
};

void sample_decode(size_t index, const struct slots *slots, struct event *ret)
{
	static struct packet_event packet;

	if (index >= SAMPLE_PACKETS)
		*ret = others[index - SAMPLE_PACKETS];
	else
		event_decode(&raws[index], slots, &packet, ret);
	ret->realtime_ns = SAMPLE_TIME + index * 1000000;
}

char *read_text(const char *path)
{
	FILE *file = fopen(path, "re");
	char *text = NULL;
	size_t size = 0;
	ssize_t length;

	cr_assert_not_null(file, "cannot read %s", path);
	length = getdelim(&text, &size, '\0', file);
	fclose(file);
	if (length < 0) {
		free(text);
		return strdup("");
	}
	return text;
}
