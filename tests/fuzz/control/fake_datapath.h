/* SPDX-License-Identifier: MIT */
/*
 * A datapath without a kernel: it takes every policy, attaches to nothing that is not there, and
 * answers questions with numbers that depend on what is asked. What the programs do is tested
 * elsewhere; here it is who asks for it.
 */
#ifndef FUZZ_CONTROL_FAKE_DATAPATH_H
#define FUZZ_CONTROL_FAKE_DATAPATH_H

#include "common/policy/compile/policy.h"
#include "daemon/fwd/datapath/attach/attachments.h"
#include "daemon/fwd/datapath/counters/counters.h"
#include "daemon/fwd/datapath/datapath.h"
#include "daemon/fwd/datapath/explain/explain.h"
#include "daemon/fwd/datapath/generation/generation.h"
#include "daemon/fwd/datapath/buckets/limit_state.h"
#include "daemon/fwd/datapath/panic/panic_switch.h"
#include "daemon/fwd/datapath/explain/testing.h"
#include "daemon/fwd/datapath/trial/trial.h"

#define FAKE_ATTACHMENTS FW_MAX_INTERFACES
#define FAKE_PLACES	 4 /* of images: enum fw_image_place */

struct datapath {
	uint32_t generation;
	uint32_t previous;
	uint64_t deadline; /* of a policy that waits; 0: none does */
	uint64_t staged[FAKE_PLACES];
	uint64_t stagings;
	uint64_t try_until;
	struct panic_view panic;
	struct fw_marks marks;
	struct attachment attachments[FAKE_ATTACHMENTS];
	size_t attachment_count;
};

#endif
