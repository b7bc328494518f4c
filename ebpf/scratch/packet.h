/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * One packet's scratch: the value of map `packet`, per CPU. Its parts are written by the stages
 * that they are named after; user space does not read it. A change counts FW_ABI_VERSION up.
 */
#ifndef FW_SCRATCH_PACKET_H
#define FW_SCRATCH_PACKET_H

#include "ebpf/scratch/limits.h"
#include "ebpf/scratch/search.h"
#include "ebpf/scratch/trial.h"

#define FW_TCP_MAX_HEADER 60

struct fw_packet {
	struct fw_packet_info info;
	__u16 first_rule; /* of a later fragment: slot of the rule that decided its first one */
	__u8 mode;	  /* FW_MODE_* */
	__u8 resumed;	  /* after a limit with "continue": the search resumes where it stopped */
	__u8 paid_count;  /* limits after which the search continued */
	__u8 first_count; /* of a later fragment: limits that its first one met ... */
	__u8 first_at;	  /* ... and which of them is charged now */
	__u8 asked_count; /* limits whose results are kept */
	struct fw_search_scratch search;
	__u64 now; /* coarse; ns */
	__u32 ifindex;
	__u32 image;	   /* enum fw_image_place: the policy that judges this packet */
	__u32 fragment_id; /* of a fragment; as on the wire */
	__u32 segments;	   /* packets that GRO or TSO merged into this frame, at least; else 1 */
	__u16 rule;	   /* index of the rule that decided, or FW_NO_SLOT */
	__u16 canary;	   /* index of the first canary with a limit, or FW_NO_SLOT */
	struct fw_limit_scratch limits;
	struct fw_trial_scratch trial;
	struct fw_frame_info frame; /* with FW_MODE_FRAME */
	/* Of a SYN that is to be answered: its TCP header. */
	__u8 syn[FW_TCP_MAX_HEADER];
	/* Kept between packets: the coarse clock as this CPU last read it, and when. */
	__u64 clock;
	__u64 clock_tick; /* jiffies */
	/* The same of the fine one. */
	__u64 fine;
	__u64 fine_tick;   /* jiffies */
	__u32 fine_left;   /* packets that may still use it */
	__u32 clock_state; /* the state of `fine` for this packet: enum in ebpf/limit/meter.h */
};
#define FW_MODE_DRY    1 /* an explanation: no counters, buckets, events */
#define FW_MODE_TRIED  2 /* a trial policy judges after the active one. With DRY: it judges now */
#define FW_MODE_CLOSED 4 /* FW_PANIC_CLOSE is in force */
#define FW_MODE_FRAME  8 /* fw_packet.frame has been read */

/* Bytes to zero for a new packet; the rest is written before it is read. */
#define FW_PACKET_CLEARED offsetof(struct fw_packet, search.end)

#endif
