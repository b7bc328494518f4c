/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The part of limits in a packet's scratch: what it has paid, and the bucket that is asked. */
#ifndef FW_SCRATCH_LIMITS_H
#define FW_SCRATCH_LIMITS_H

#include "common/abi/fw_abi.h"

struct fw_asked {
	__u16 rule;   /* slot: of the rule that has the limit */
	__u16 limit;  /* slot */
	__u8 charged; /* bit per level: the packet has paid its bucket */
	__u8 without; /* bit per level: no free bucket, which passes */
	__u8 refused; /* 1 + the level that had too little, or no free bucket; 0: none */
	__u8 answer;  /* enum fw_metered: of that level */
};

struct fw_limit_scratch {
	/* [0, fw_packet.paid_count) of the judging policy. */
	struct fw_paid paid[FW_LIMITS_ON_WAY];
	struct fw_paid first[FW_LIMITS_ON_WAY + 1];
	/* [0, fw_packet.asked_count): the results of limits that the packet can meet again. */
	struct fw_asked asked[FW_LIMITS_ASKED];
	struct fw_asked known;	  /* the state of the current limit */
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

#endif
