// SPDX-License-Identifier: MIT
/* Converts a record of the ring to an event: numbers become names. */
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

static void decode_addresses(const struct fw_packet_info *packet, struct packet_event *ret)
{
	int family = packet->flags & FW_IS_IP6 ? AF_INET6 : AF_INET;

	if (!(packet->flags & FW_IS_IP))
		return;
	ret->src = inet_ntop(family, packet->key.src, ret->src_text, sizeof(ret->src_text));
	ret->dst = inet_ntop(family, packet->key.dst, ret->dst_text, sizeof(ret->dst_text));
	ret->proto = word_name(words_protocols, packet->key.proto);
	if (!ret->proto) {
		snprintf(ret->proto_text, sizeof(ret->proto_text), "%u", packet->key.proto);
		ret->proto = ret->proto_text;
	}
}

/* Fields that only some packets have. */
static void decode_ports(const struct fw_packet_info *packet, struct packet_event *ret)
{
	bool ports = packet->flags & FW_HAS_PORTS, icmp = packet->flags & FW_HAS_ICMP;

	ret->sport = ports ? packet->key.sport : -1;
	ret->dport = ports ? packet->key.dport : -1;
	ret->icmp_type = icmp ? packet->icmp_type : -1;
	ret->icmp_code = icmp ? packet->icmp_code : -1;
	ret->ethertype = packet->kind == FW_KIND_OTHER ? packet->ethertype : -1;
	if (packet->flags & FW_HAS_TCP && packet->tcp_flags)
		ret->tcp_flags = tcp_flags_format(packet->tcp_flags, ret->tcp_flags_text);
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
		.interface = slot_name(slots, FW_NAME_INTERFACE, raw->packet.interface),
		.rule = slot_name(slots, FW_NAME_RULE, raw->rule),
		.limit = slot_name(slots, FW_NAME_LIMIT, raw->limit),
		.proto = "",
		.src = "",
		.dst = "",
		.tcp_flags = "",
		.length = raw->packet.length,
		.generation = raw->generation,
		.sample = raw->sample,
		.vlan = raw->packet.vlan,
		.inner_vlan = raw->packet.inner_vlan,
		.outcome = raw->outcome,
		.reason = raw->reason,
		.kind = raw->packet.kind,
		.fragment = raw->packet.fragment < FW_FRAGMENT_MAX ? raw->packet.fragment
								   : FW_FRAGMENT_NONE,
	};
	decode_addresses(&raw->packet, ret);
	decode_ports(&raw->packet, ret);
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
