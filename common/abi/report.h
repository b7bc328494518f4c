/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Reports of the programs: events, explanations, and the differences of a trial policy. */
#ifndef FW_ABI_REPORT_H
#define FW_ABI_REPORT_H

#include <linux/types.h>

#include "common/abi/counters.h"
#include "common/abi/fw_limits.h"
#include "common/abi/fw_lists.h"
#include "common/abi/packet.h"

/* A record of the ring buffer `events`. */
struct fw_event {
	__u64 time; /* ns */
	struct fw_packet_info packet;
	__u32 generation;
	__u32 sample; /* this event represents so many of its kind: events.sample, rule's log */
	__u16 rule;   /* slot, or FW_NO_SLOT */
	__u16 limit;  /* slot, or FW_NO_SLOT */
	__u8 reason;  /* enum fw_reason */
	__u8 outcome; /* enum fw_outcome */
	__u8 reserved[2];
};
_Static_assert(sizeof(struct fw_event) == 88, "fw_event");

/*
 * A question and its answer: the one element of map `explanation`, which only test
 * runs of the dry entry read and write. There is one question at a time.
 */
struct fw_explanation {
	/* The question. */
	__u32 ask_place;   /* enum fw_image_place + 1: the judging policy; 0: the active one */
	__u32 ask_ifindex; /* the interface of the packet */
	__u64 reserved;
	/* The answer. */
	__u32 written; /* FW_EXPLAINED: the programs ran to a verdict. Cleared before the run */
	__u32 generation;
	__u16 rule;	 /* slot, or FW_NO_SLOT */
	__u16 limit;	 /* slot, or FW_NO_SLOT */
	__u8 reason;	 /* enum fw_reason */
	__u8 action;	 /* enum fw_action that was decided: PASS or DROP */
	__u8 outcome;	 /* enum fw_outcome: the outcome in enforce mode */
	__u8 has_bucket; /* the packet met a limit; ahead, price and level are of the last bucket */
	__s64 ahead; /* ticks by which the bucket runs ahead of now; windows: units that count */
	__u64 price; /* of the packet, in ticks */
	struct fw_packet_info packet; /* how the programs parsed it */
	struct fw_frame_info frame;
	/* The earlier limits with "within": "continue", in their order. */
	struct fw_explained_limit {
		__s64 ahead; /* as above, of this limit's last bucket */
		__u64 price;
		__u16 rule;  /* slot */
		__u16 limit; /* slot */
		__u8 reason; /* WITHIN_LIMIT, or why it passed although it is not */
		__u8 has_bucket;
		__u8 level;
		__u8 reserved;
	} way[FW_LIMITS_ON_WAY];
	__u32 way_count;
	__u8 level; /* of the last limit */
	__u8 reserved1[3];
};
_Static_assert(sizeof(struct fw_explanation) == 232, "fw_explanation");
#define FW_EXPLAINED 0x66776431 /* "fwd1" */

/* ---- the trial policy ---- */

/* Map `try_stats`, per CPU, one element. */
struct fw_try_stats {
	struct fw_count compared;
	struct fw_count different; /* another outcome */
	struct fw_count elsewhere; /* the same outcome for another reason, or by another rule */
	__u64 left_out; /* packets that cannot be compared: later fragments of known datagrams */
	__u64 untold;	/* different, but the map of differences was full */
};

/* The two verdicts on one packet. */
struct fw_difference_key {
	__u16 rule; /* the active policy's: slot, or FW_NO_SLOT */
	__u16 tried_rule;
	__u8 reason;
	__u8 outcome;
	__u8 tried_reason;
	__u8 tried_outcome;
};

/* Map `try_differences`, hash. */
struct fw_difference {
	struct fw_count count;
	__u64 last; /* ns */
};

/* Map `try_flows`, LRU hash; the value is a struct fw_difference. */
struct fw_try_flow {
	struct fw_difference_key difference;
	struct fw_packet_info packet; /* what its packets have in common; the rest is 0 */
};
_Static_assert(sizeof(struct fw_try_flow) == 72, "fw_try_flow");

#endif
