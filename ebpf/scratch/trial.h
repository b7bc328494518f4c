/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The part of a trial in a packet's scratch: verdicts of the active policy and of the trial. */
#ifndef FW_SCRATCH_TRIAL_H
#define FW_SCRATCH_TRIAL_H

#include "common/abi/fw_abi.h"

/* The verdict of a policy, and its effect. */
struct fw_end {
	__u16 rule;  /* slot, or FW_NO_SLOT */
	__u16 limit; /* slot, or FW_NO_SLOT */
	__u8 reason; /* enum fw_reason */
	__u8 outcome;
	__u8 image;  /* whose it is */
	__u8 action; /* XDP action to return; only the active one's */
};

struct fw_trial_scratch {
	struct fw_end kept; /* of the active policy */
	struct fw_end tried;
	struct fw_paid kept_paid[FW_LIMITS_ON_WAY]; /* [0, kept_paid_count) */
	__u32 kept_paid_count;
};

#endif
