// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * The maps of another build of fwd, for upgrades in tests: some are larger, among them the one that
 * chooses the policy and the one that holds it.
 */
#include "common/abi/fw_abi.h"

#undef FW_EVENT_RING_BYTES
#define FW_EVENT_RING_BYTES (8 * 1024 * 1024)
#undef FW_MAX_FRAGMENTS
#define FW_MAX_FRAGMENTS 32768

struct fw_other_state {
	struct fw_state state;
	__u64 more[16];
};

#define fw_state  fw_other_state
#define FW_IMAGES (FW_IMAGES + 1)

#include "ebpf/maps.bpf.c"
