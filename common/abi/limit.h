/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Limits of a generation, and the cookies of limits that answer SYNs. */
#ifndef FW_ABI_LIMIT_H
#define FW_ABI_LIMIT_H

#include <linux/types.h>

#include "common/abi/fw_limits.h"
#include "common/abi/fw_lists.h"

enum fw_limit_unit { FW_UNIT_PACKETS, FW_UNIT_BYTES };

/*
 * A limit has one *level* or several, each with its key and rate. A packet is within the
 * limit if it is within all levels, and takes from all of them or from none.
 *
 * The token and the leaky bucket are GCRA (ITU-T I.371): a packet's price is time, and a
 * bucket is one number, the theoretical arrival time of the next packet. Time is in
 * ticks of 1/FW_TICKS_PER_NS ns; it wraps after two years of uptime, so
 * differences are compared as signed numbers.
 *
 *	units = the frame's segments (mostly 1), or its length in bytes (at most FW_MAX_PRICED)
 *	price = (cost * units) >> cost_shift       (never overflows)
 *	next  = max(arrival, now) + price
 *	within the limit if next - now <= tolerance; then, and only then, arrival = next
 *
 * With tolerance = burst * cost, a full bucket passes exactly `burst` packets
 * at one instant. A new bucket is a full one: arrival = now.
 *
 * Windows count: time is divided into pieces of fw_limit.window, and a bucket's words hold the
 * number of a window and the units passed in it (FW_WINDOW_*). ebpf/limit/window.h has the formula.
 */
#define FW_TICKS_PER_NS	 256
#define FW_MAX_SEGMENTS	 4096	      /* of a frame: at 1/h, the slowest, their price fits */
#define FW_MAX_PRICED	 (1 << 17)    /* bytes; longer packets pay for that many */
#define FW_MAX_TOLERANCE (1ULL << 62) /* also the highest price of a packet */
#define FW_WINDOW_SHIFT	 40	      /* a word: 24 bits of number, 40 bits of units */
#define FW_WINDOW_UNITS	 ((1ULL << FW_WINDOW_SHIFT) - 1)
struct fw_level {
	__u64 cost;	 /* of a packet, or of a byte, in 2^-cost_shift ticks; windows: 1 */
	__u64 tolerance; /* how far the bucket may run ahead of now; windows: units in each */
	__u64 lease;	 /* ticks that a CPU may draw from a rule's bucket in advance; 0: none */
	__u8 key;	 /* enum fw_limit_key */
	__u8 prefix4;	 /* key length, 0 to 32 */
	__u8 prefix6;	 /* key length, 0 to 128 */
	__u8 cost_shift; /* 0 for packets; for bytes as their length permits */
	__u8 reserved[4];
};
_Static_assert(sizeof(struct fw_level) == 32, "fw_level");

struct fw_limit {
	struct fw_level levels[FW_MAX_LEVELS];
	__u64 window; /* ns; 0 unless the algorithm has windows */
	/*
	 * A bucket's rank shows how much it holds: the time that its arrival is ahead of now, or
	 * its latest word minus one of the current window and no units. At the first of these
	 * ranks and below it equals a new one; at the second, long enough to be forgotten.
	 */
	__s64 idle;
	__s64 forgotten;
	__u32 sets;	  /* of the bucket table; 0: no level has keys */
	__u16 slot;	  /* index of limit_stats */
	__u16 table;	  /* index of bucket_tables: one of the slot's two, which apply chooses */
	__u8 level_count; /* 0: there is no such limit */
	__u8 algorithm;	  /* enum fw_algorithm */
	__u8 unit;	  /* enum fw_limit_unit */
	__u8 over;	  /* enum fw_action for packets over the limit: DROP or PASS */
	__u8 when_full;	  /* enum fw_when_full */
	__u8 coarse;	  /* so large that a clock of this jiffy, or 16 packets old, suffices */
	__u8 flags;	  /* FW_LIMIT_* */
	__u8 reserved;
	/* Of the policy rather than of the limit, in a separate word: */
	__u8 again; /* a packet may meet its bucket by several rules: ebpf/limit/paid.h */
	__u8 reserved1[23];
};
_Static_assert(sizeof(struct fw_limit) == 192, "fw_limit");
#define FW_LIMIT_BANS 1 /* a key with an address that is over it is reported to fwd */

/* ---- cookies ---- */

/*
 * The answer to SYNs over a limit of algorithm syn_cookie, by limit slot. The
 * cookie is made by the kernel, so that the kernel can check it when it comes back
 * with the client's ACK. A cookie has space for the MSS only; other options
 * travel in the time stamp that the client echoes, in its lowest bits
 * (FW_COOKIE_TS_*, as in the kernel's net/ipv4/syncookies.c).
 */
enum fw_cookie_kind {
	FW_COOKIE_NONE,	   /* no such limit */
	FW_COOKIE_LOCAL,   /* for sockets of this host; fw_state has the options that it takes */
	FW_COOKIE_SYNPROXY /* for hosts behind, whose handshake nftables' SYNPROXY completes */
};
struct fw_cookie {
	__u8 kind;   /* enum fw_cookie_kind */
	__u8 wscale; /* SYNPROXY: as its rule says */
	__u16 mss;   /* for IPv4; IPv6 has 20 less, as FW_COOKIE_MSS6 */
	__u32 reserved;
};
#define FW_COOKIES_NEVER     0
#define FW_COOKIES_WHEN_FULL 1
#define FW_COOKIES_ALWAYS    2
#define FW_COOKIE_MSS4	     1460
#define FW_COOKIE_MSS6	     1440
#define FW_COOKIE_WSCALE     7 /* of SYNPROXY, unless the config has another */

/* TCP options of a SYN. */
#define FW_SYN_MSS	 1
#define FW_SYN_WSCALE	 2
#define FW_SYN_SACK	 4
#define FW_SYN_TIMESTAMP 8

#define FW_COOKIE_TS_NO_WSCALE 15 /* bits 0 to 3: the client's window scale, or this */
#define FW_COOKIE_TS_SACK      16
#define FW_COOKIE_TS_BITS      63 /* all of them; bit 5 is ECN, which cookies of ours leave out */

#endif
