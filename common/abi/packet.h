/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* One parsed packet; and the fragments of a datagram. */
#ifndef FW_ABI_PACKET_H
#define FW_ABI_PACKET_H

#include <linux/types.h>

#include "common/abi/fw_limits.h"
#include "common/abi/fw_lists.h"

/* ---- one packet ---- */

/*
 * The conversation that a packet belongs to, as this packet has it: the other direction has src and
 * dst, sport and dport swapped. Equal keys are equal bytes; unused parts are 0.
 */
struct fw_flow_key {
	__u32 src[4]; /* IPv4 in [0] */
	__u32 dst[4];
	__u16 sport; /* host order; of ICMP queries and their replies, both are the id */
	__u16 dport;
	__u8 proto;  /* after IPv6 extension headers */
	__u8 family; /* 4, 6; 0: there are no addresses */
	__u8 reserved[2];
};
_Static_assert(sizeof(struct fw_flow_key) == 40, "fw_flow_key");

/*
 * A parsed packet: the one description of it, in the programs' scratch, in events, explanations and
 * the flows of a trial. Offsets are from the start of the frame. One cache line.
 */
struct fw_packet_info {
	struct fw_flow_key key;
	__u32 length;	 /* of the frame */
	__u16 ip_length; /* IP header and payload, in host order; at most 65535 */
	__u16 ethertype; /* after VLAN tags, host order */
	__u16 vlan;	 /* outer VLAN id, priority tags left out; 0: none */
	__u16 inner_vlan;
	__u16 l4_offset; /* of what follows the IP header and its extensions; IP only */
	__u8 l3_offset;	 /* of what follows Ethernet and VLAN tags */
	__u8 l4_header;	 /* bytes of the header at l4_offset; 0: none was read */
	__u8 interface;	 /* slot */
	__u8 kind;	 /* enum fw_kind */
	__u8 fragment;	 /* enum fw_fragment */
	__u8 ttl;
	__u8 dscp;
	union {			/* flags has which */
		__u8 tcp_flags; /* valid with FW_HAS_TCP */
		__u8 icmp_type; /* valid with FW_HAS_ICMP */
	};
	__u8 icmp_code; /* valid with FW_HAS_ICMP */
	__u8 flags;	/* FW_HAS_*, FW_IS_* */
};
_Static_assert(sizeof(struct fw_packet_info) == 64, "fw_packet_info");
#define FW_HAS_PORTS 1 /* the ports of the key are ports */
#define FW_HAS_TCP   2
#define FW_HAS_ICMP  4
#define FW_IS_IP6    8	/* addresses are IPv6 */
#define FW_IS_IP     16 /* addresses are valid */

/* What is read from the frame only if a policy asks for it, and for explanations. */
struct fw_frame_info {
	__u32 flow_label; /* valid with FW_IS_IP6 */
	__u8 src_mac[6];
	__u8 dst_mac[6];
};
_Static_assert(sizeof(struct fw_frame_info) == 16, "fw_frame_info");

/* ---- fragments: map `fragments`, LRU hash ---- */

struct fw_fragment_key {
	__u32 src[4];
	__u32 dst[4];
	__u32 id; /* as on the wire */
	__u32 ifindex;
	__u16 vlan;
	__u16 inner_vlan;
	__u8 proto;
	__u8 family;
	__u8 reserved[2];
};
struct fw_fragment_value {
	__u64 seen;
	__u16 rule;	  /* slot, or FW_NO_SLOT */
	__u16 limit;	  /* slot of the limit that it was within, or FW_NO_SLOT */
	__u8 action;	  /* enum fw_action: PASS or DROP */
	__u8 reason;	  /* enum fw_reason */
	__u16 generation; /* of the policy that decided, its lower half */
	/* The limits before, with "within": "continue": later fragments pay them, too. */
	struct fw_paid {
		__u16 rule;  /* slot: of the rule that has the limit */
		__u16 limit; /* slot */
	} paid[FW_LIMITS_ON_WAY];
	__u8 paid_count;
	__u8 reserved[7];
};
_Static_assert(sizeof(struct fw_fragment_value) == 40, "fw_fragment_value");

#endif
