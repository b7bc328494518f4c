/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Live sets: edited in place, not part of a generation. */
#ifndef FW_ABI_LIVE_H
#define FW_ABI_LIVE_H

#include <linux/types.h>

#define FW_LIVE_BLOCKS 0 /* the set id of the block list */

/* Maps `live4` and `live6`: LPM tries over (set id, address). prefix_len counts both: 32 + n. */
struct fw_live_key4 {
	__u32 prefix_len;
	__u32 set_id; /* big endian, so that it is a prefix */
	__u32 addr;
};
struct fw_live_key6 {
	__u32 prefix_len;
	__u32 set_id;
	__u32 addr[4];
};
struct fw_live_value {
	__u64 expires;	 /* end of this entry; FW_FOREVER */
	__u64 effective; /* the latest `expires` of this entry and of all entries that cover it */
	__u64 created;
	__u8 reserved[8];
};
#define FW_FOREVER (~0ULL)

#endif
