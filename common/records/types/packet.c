// SPDX-License-Identifier: MIT
/* Its text is a separate line, see line.c. */
#include "common/records/types/packet.h"

#include "common/records/type.h"

#define MEMBER(name, member, present) EVENT_MEMBER(struct packet_event, name, member, present)

static const struct event_member members[] = {
	MEMBER(OUTCOME, outcome, ALWAYS),
	MEMBER(REASON, reason, ALWAYS),
	MEMBER(RULE, rule, IF_NONZERO),
	MEMBER(LIMIT, limit, IF_NONZERO),
	MEMBER(INTERFACE, interface, IF_NONZERO),
	MEMBER(KIND, kind, ALWAYS),
	MEMBER(PROTO, proto, IF_NONZERO),
	MEMBER(SRC, src, IF_NONZERO),
	MEMBER(SPORT, sport, IF_POSSIBLE),
	MEMBER(DST, dst, IF_NONZERO),
	MEMBER(DPORT, dport, IF_POSSIBLE),
	MEMBER(VLAN, vlan, IF_NONZERO),
	MEMBER(INNER_VLAN, inner_vlan, IF_NONZERO),
	MEMBER(LENGTH, length, ALWAYS),
	MEMBER(FRAGMENT, fragment, IF_NONZERO),
	MEMBER(TCP_FLAGS, tcp_flags, IF_NONZERO),
	MEMBER(ICMP_TYPE, icmp_type, IF_POSSIBLE),
	MEMBER(ICMP_CODE, icmp_code, IF_POSSIBLE),
	MEMBER(ETHERTYPE, ethertype, IF_POSSIBLE),
	MEMBER(GENERATION, generation, ALWAYS),
	MEMBER(SAMPLE, sample, ALWAYS),
};

const struct event_type event_type_packet = {
	.help = "One packet: what became of it, why, and by which rule.",
	EVENT_MEMBERS(members),
};
