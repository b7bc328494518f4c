// SPDX-License-Identifier: MIT
/* From the record of the ring to an event: numbers become names. */
#include "daemon/fwd/events/event.h"

#include <arpa/inet.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/words.h"
#include "common/policy/compile/slots.h"

/* For each event, so that a step of the wall clock shows at once. */
static uint64_t to_realtime(uint64_t monotonic_ns)
{
	return monotonic_ns + (clock_realtime_ns() - clock_ns());
}

static void decode_addresses(const struct fw_event *raw, struct packet_event *ret)
{
	int family = raw->flags & FW_IS_IP6 ? AF_INET6 : AF_INET;

	if (!(raw->flags & FW_IS_IP))
		return;
	ret->src = inet_ntop(family, raw->src, ret->src_text, sizeof(ret->src_text));
	ret->dst = inet_ntop(family, raw->dst, ret->dst_text, sizeof(ret->dst_text));
	ret->proto = word_name(words_protocols, raw->proto);
	if (!ret->proto) {
		snprintf(ret->proto_text, sizeof(ret->proto_text), "%u", raw->proto);
		ret->proto = ret->proto_text;
	}
}

/* What only some packets have. */
static void decode_ports(const struct fw_event *raw, struct packet_event *ret)
{
	bool ports = raw->flags & FW_HAS_PORTS, icmp = raw->flags & FW_HAS_ICMP;

	ret->sport = ports ? raw->sport : -1;
	ret->dport = ports ? raw->dport : -1;
	ret->icmp_type = icmp ? raw->icmp_type : -1;
	ret->icmp_code = icmp ? raw->icmp_code : -1;
	ret->ethertype = raw->kind == FW_KIND_OTHER ? raw->ethertype : -1;
	if (raw->flags & FW_HAS_TCP && raw->tcp_flags)
		ret->tcp_flags = tcp_flags_format(raw->tcp_flags, ret->tcp_flags_text);
}

static const char *slot_name(const struct slots *slots, enum fw_name_kind kind, unsigned slot)
{
	const char *name = NULL;

	if (slots && slot != FW_NO_SLOT && slot < slots_capacity(kind))
		name = slots_name(slots, kind, slot);
	return name ? name : "";
}

void packet_decode(const struct fw_event *raw, const struct slots *slots, struct packet_event *ret)
{
	*ret = (struct packet_event){
		.interface = slot_name(slots, FW_NAME_INTERFACE, raw->interface),
		.rule = slot_name(slots, FW_NAME_RULE, raw->rule),
		.limit = slot_name(slots, FW_NAME_LIMIT, raw->limit),
		.proto = "",
		.src = "",
		.dst = "",
		.tcp_flags = "",
		.length = raw->length,
		.generation = raw->generation,
		.sample = raw->sample,
		.vlan = raw->vlan,
		.inner_vlan = raw->inner_vlan,
		.outcome = raw->outcome,
		.reason = raw->reason,
		.kind = raw->kind,
		.fragment = raw->fragment < FW_FRAGMENT_MAX ? raw->fragment : FW_FRAGMENT_NONE,
	};
	decode_addresses(raw, ret);
	decode_ports(raw, ret);
}

void event_decode(const struct fw_event *raw, const struct slots *slots,
		  struct packet_event *ret_packet, struct event *ret)
{
	packet_decode(raw, slots, ret_packet);
	*ret = (struct event){
		.type = FW_EVENT_PACKET,
		.realtime_ns = to_realtime(raw->time),
		.data = ret_packet,
	};
}
