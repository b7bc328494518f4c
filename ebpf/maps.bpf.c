// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* An object without programs: it makes the maps that all other objects share. */
#include "ebpf/lib/maps.h"

/* Only here: the other objects see it under the name `stages`. */
struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, FW_STAGE_MAX);
	__type(key, __u32);
	__type(value, __u32);
} stages_frags SEC(".maps");
