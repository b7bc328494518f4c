/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* One parsed packet, as the programs pass it to the next stage; and the fragments of a datagram. */
#ifndef FW_ABI_PACKET_H
#define FW_ABI_PACKET_H

#include <linux/types.h>

#include "common/abi/bucket.h"
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

/* ---- one packet: map `packet`, per CPU scratch ---- */

#define FW_TCP_MAX_HEADER 60
#define FW_ROW_SOURCES	  (FW_FIELD_MAX + 5) /* all fields, both addresses, frame tables */
#define FW_ROW_USUAL	  5		     /* more are rare, once fields are merged */

struct fw_packet {
	struct fw_packet_info info;
	__u16 first_rule; /* of a later fragment: slot of the rule that decided its first one */
	__u8 mode;	  /* FW_MODE_* */
	__u8 resumed;	  /* after a limit with "continue": the search resumes where it stopped */
	__u8 paid_count;  /* limits after which the search continued */
	__u8 first_count; /* of a later fragment: limits that its first one met ... */
	__u8 first_at;	  /* ... and which of them is charged now */
	__u8 asked_count; /* limits whose results are kept */
	__u32 row_count;
	__u32 column; /* the current one, of the walked ones */
	/* Up to here everything is 0 for a new packet. */
	__u64 now; /* coarse; ns */
	__u32 ifindex;
	__u32 image;	   /* enum fw_image_place: the policy that judges this packet */
	__u32 fragment_id; /* of a fragment; as on the wire */
	__u32 segments;	   /* packets that GRO or TSO merged into this frame, at least; else 1 */
	__u16 rule;	   /* index of the rule that decided, or FW_NO_SLOT */
	__u16 canary;	   /* index of the first canary with a limit, or FW_NO_SLOT */
	/* The classifier's scratch. */
	__u32 end;		   /* only rules of a lower rank */
	__u16 decider;		   /* of the columns that are not walked, or FW_NO_SLOT */
	__u16 candidate;	   /* the current one */
	__u32 merge;		   /* place in the merge table */
	__u64 columns;		   /* bit per column that has rules of all rows */
	__u64 page[FW_PAGE_WORDS]; /* candidates of the column that are not yet checked */
	/* The rows that the packet's fields selected, then row_all: places in the pool. */
	__u32 rows[FW_ROW_SOURCES + 1];
	/* Limits. [0, paid_count) of the judging policy; during a trial, those of the active one. */
	struct fw_paid paid[FW_LIMITS_ON_WAY];
	struct fw_paid kept_paid[FW_LIMITS_ON_WAY];
	struct fw_paid first[FW_LIMITS_ON_WAY + 1];
	__u32 kept_paid_count;
	/* [0, asked_count): the results of limits that the packet can meet again. */
	struct fw_asked {
		__u16 rule;   /* slot: of the rule that has the limit */
		__u16 limit;  /* slot */
		__u8 charged; /* bit per level: the packet has paid its bucket */
		__u8 without; /* bit per level: no free bucket, which passes */
		__u8 refused; /* 1 + the level that had too little, or no free bucket; 0: none */
		__u8 answer;  /* enum fw_metered: of that level */
	} asked[FW_LIMITS_ASKED];
	struct fw_asked known;	    /* the state of the current limit */
	struct fw_frame_info frame; /* with FW_MODE_FRAME */
	/* Of a SYN that is to be answered: its TCP header. */
	__u8 syn[FW_TCP_MAX_HEADER];
	/* While a trial policy judges: the verdict of the active one, and then its effect. */
	struct fw_end {
		__u16 rule;  /* slot, or FW_NO_SLOT */
		__u16 limit; /* slot, or FW_NO_SLOT */
		__u8 reason; /* enum fw_reason */
		__u8 outcome;
		__u8 image;  /* whose it is */
		__u8 action; /* XDP action to return; only the active one's */
	} kept, tried;
	/* Kept between packets: the coarse clock as this CPU last read it, and when. */
	__u64 clock;
	__u64 clock_tick; /* jiffies */
	/* The same of the fine one. */
	__u64 fine;
	__u64 fine_tick;   /* jiffies */
	__u32 fine_left;   /* packets that may still use it */
	__u32 clock_state; /* the state of `fine` for this packet: enum in ebpf/limit/meter.h */
	/* The scratch of limits. */
	struct fw_bucket_key key; /* the current one */
	__u64 tag;		  /* of it */
	__u64 best;		  /* rank of the best way for a new key; less is better */
	__u64 best_tag;		  /* that it has */
	__u32 best_set;
	__u32 best_way;
	__u32 way;		   /* of the current bucket */
	__u32 level;		   /* the level that was over its limit */
	__u32 sets[FW_MAX_LEVELS]; /* where each level's bucket is */
	__u32 ways[FW_MAX_LEVELS];
	__u32 first_set;
	__u32 second_set;
	__u32 without; /* bit per level: no free bucket, where that passes */
};
#define FW_MODE_DRY    1 /* an explanation: no counters, buckets, events */
#define FW_MODE_TRIED  2 /* a trial policy judges after the active one. With DRY: it judges now */
#define FW_MODE_CLOSED 4 /* FW_PANIC_CLOSE is in force */
#define FW_MODE_FRAME  8 /* fw_packet.frame has been read */

#endif
