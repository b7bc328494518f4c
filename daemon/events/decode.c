// SPDX-License-Identifier: MIT
/* From the record of the ring to a struct event: numbers become names. */
#include "event.h"

#include <arpa/inet.h>
#include <string.h>

#include "clock.h"
#include "memory.h"
#include "slots.h"

/* Each event anew, so that a step of the wall clock shows at once. */
static uint64_t to_realtime(uint64_t monotonic_ns)
{
	return monotonic_ns + (clock_realtime_ns() - clock_ns());
}

static const char *list_name(const char *const *names, size_t count, unsigned value)
{
	return value < count ? names[value] : "unknown";
}

/* IANA's assigned internet protocol numbers, those seen on routers. */
static const char *const proto_names[256] = {
	[0] = "hopopt", [1] = "icmp",	[2] = "igmp",	   [4] = "ipip",     [6] = "tcp",
	[17] = "udp",	[33] = "dccp",	[41] = "ipv6",	   [46] = "rsvp",    [47] = "gre",
	[50] = "esp",	[51] = "ah",	[58] = "icmpv6",   [59] = "none",    [88] = "eigrp",
	[89] = "ospf",	[94] = "ipip",	[103] = "pim",	   [108] = "ipcomp", [112] = "vrrp",
	[115] = "l2tp", [132] = "sctp", [136] = "udplite", [137] = "mpls",
};

static void format_flags(uint8_t flags, char *buffer, size_t size)
{
	static const char *const names[] = {"fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr"};
	size_t used = 0;

	buffer[0] = '\0';
	for (unsigned i = 0; i < array_size(names); i++) {
		if (flags & (1u << i))
			used += (size_t)snprintf(buffer + used, size - used, "%s%s",
						 used ? "," : "", names[i]);
	}
}

static void decode_addresses(const struct fw_event *raw, struct event *ret)
{
	int family = raw->flags & FW_IS_IP6 ? AF_INET6 : AF_INET;

	if (!(raw->flags & FW_IS_IP))
		return;
	inet_ntop(family, raw->src, ret->src, sizeof(ret->src));
	inet_ntop(family, raw->dst, ret->dst, sizeof(ret->dst));
	ret->proto = proto_names[raw->proto];
	if (!ret->proto) {
		snprintf(ret->number, sizeof(ret->number), "%u", raw->proto);
		ret->proto = ret->number;
	}
}

static const char *slot_name(const struct slots *slots, enum fw_name_kind kind, unsigned slot)
{
	const char *name = NULL;

	if (slots && slot != FW_NO_SLOT && slot < slots_capacity(kind))
		name = slots_name(slots, kind, slot);
	return name ? name : "";
}

void event_decode(const struct fw_event *raw, const struct slots *slots, struct event *ret)
{
	static const char *const reasons[] = {FW_REASONS(FW_AS_NAME)};
	static const char *const outcomes[] = {FW_OUTCOMES(FW_AS_NAME)};
	static const char *const kinds[] = {FW_KINDS(FW_AS_NAME)};

	*ret = (struct event){
		.raw = raw,
		.realtime_ns = to_realtime(raw->time),
		.interface = slot_name(slots, FW_NAME_INTERFACE, raw->interface),
		.rule = slot_name(slots, FW_NAME_RULE, raw->rule),
		.limit = slot_name(slots, FW_NAME_LIMIT, raw->limit),
		.reason = list_name(reasons, array_size(reasons), raw->reason),
		.outcome = list_name(outcomes, array_size(outcomes), raw->outcome),
		.kind = list_name(kinds, array_size(kinds), raw->kind),
		.proto = "",
	};
	decode_addresses(raw, ret);
	if (raw->flags & FW_HAS_TCP)
		format_flags(raw->tcp_flags, ret->tcp_flags, sizeof(ret->tcp_flags));
}
