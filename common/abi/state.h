/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The active generation, and the names of the slots. */
#ifndef FW_ABI_STATE_H
#define FW_ABI_STATE_H

#include <linux/types.h>

#include "common/abi/fw_limits.h"

#define FW_NO_SLOT 0xffff /* no rule, no limit */

/*
 * The places of a policy: elements of map `images`, of the pools and of `arenas`.
 * The first two are active alternately. CANDIDATE judges only the frames of explain;
 * TRIED is the trial policy, which judges packets next to the active one, without effect.
 */
enum fw_image_place {
	FW_IMAGE_FIRST,
	FW_IMAGE_SECOND,
	FW_IMAGE_CANDIDATE,
	FW_IMAGE_TRIED,
	FW_IMAGES
};

/*
 * fw_state.active is read and written whole. Its lowest bit is an image. The other
 * bits are a deadline, by the coarse clock, as an even number; 0: there is none.
 * Before the deadline packets see this image, and from then on the other one: a
 * policy without confirmation ends by itself, also without fwd.
 */
#define FW_ACTIVE_IMAGE(active)	   ((active)&1)
#define FW_ACTIVE_DEADLINE(active) ((active) & ~1ULL)

/*
 * fw_state.panic overrides every policy until its end. It is read and written whole. Its lowest
 * bit is an enum fw_panic. The other bits are the end, by the coarse clock, as an even number;
 * 0: there is no panic.
 *
 * OPEN		every packet passes
 * CLOSE	only what management.allow and the link need passes; monitor mode drops, too
 */
enum fw_panic { FW_PANIC_OPEN, FW_PANIC_CLOSE };
#define FW_PANIC_MODE(panic) ((enum fw_panic)((panic)&1))
#define FW_PANIC_END(panic)  ((panic) & ~1ULL)

/* The one element of map `state`. */
struct fw_state {
	__u32 abi_version; /* FW_ABI_VERSION of the fwd that made the maps */
	__u32 has_policy;  /* 0 until the first generation is active */
	__u64 active;	   /* the image that packets see, and its deadline: FW_ACTIVE_* */
	__u32 blocks4;	   /* block list entries, to skip the lookup when there are none */
	__u32 blocks6;
	/* The host's settings for SYN cookies; kept up to date by fwd. */
	__u8 cookies;	     /* net.ipv4.tcp_syncookies: FW_COOKIES_* */
	__u8 cookie_options; /* FW_SYN_*: options that the host takes from a cookie's time stamp */
	__u8 cookie_wscale;  /* window scale that the host will use for what it receives */
	__u8 reserved0[5];
	__u64 test_now;	 /* clock of tests; read only by programs built with knob_test_clock */
	__u64 try_until; /* end of the trial, in ns; 0: FW_IMAGE_TRIED judges no packets */
	__u64 panic;	 /* FW_PANIC_*; 0: none */
	__u32 generation; /* the highest number that was given so far, or that an earlier layout had */
	__u32 reserved1;
	/* A separate cache line: written by packets. */
	__u64 event_time; /* theoretical arrival time of the next event (GCRA), ns */
	__u64 reserved2[7];
	/* The MTU of each interface, by slot; 0: unknown. Longer frames are several packets. */
	__u32 mtu[FW_MAX_INTERFACES];
};
_Static_assert(sizeof(struct fw_state) == 128 + 4 * FW_MAX_INTERFACES, "fw_state");

/* ---- names, so that the next fwd can assign the slots ---- */

enum fw_name_kind { FW_NAME_RULE, FW_NAME_LIMIT, FW_NAME_LIVE_SET, FW_NAME_INTERFACE };

/* Map `names`, hash. */
struct fw_name_key {
	__u16 kind; /* enum fw_name_kind */
	__u16 slot;
};
struct fw_name {
	char text[FW_NAME_SIZE];
};

#endif
