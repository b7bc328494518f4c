/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Buckets, which limits take from, and reports of sources over a limit. */
#ifndef FW_ABI_BUCKET_H
#define FW_ABI_BUCKET_H

#include <linux/types.h>

/*
 * Map `rule_buckets`: [2 * rule slot + (fw_limit.table & 1)], for levels of key RULE. A cache
 * line each. Words a and b as in a struct fw_bucket_set.
 */
struct fw_rule_bucket {
	__u64 a;
	__u64 b;
	__u64 full; /* when it was last seen full, in ticks: leases drawn before are void */
	/* For fwd: the limit of this state. */
	__u64 cost;
	__u64 tolerance;
	__u64 window;
	__u32 turn; /* counts up; the side with the higher one is the rule's */
	__u8 cost_shift;
	__u8 algorithm;
	__u8 unit;
	__u8 reserved[9];
};
_Static_assert(sizeof(struct fw_rule_bucket) == 64, "fw_rule_bucket");

/* Map `rule_leases`, per CPU, by rule slot: what a CPU drew from the bucket and has not spent. */
struct fw_lease {
	__u64 credit; /* ticks */
	__u64 drawn;  /* when, in ticks */
	__u64 tick;   /* jiffy in which it can be spent without a check */
	__u32 grant;  /* packets' worth of the last draw */
	__u32 table;  /* fw_limit.table of the limit that it is from */
};

/*
 * Buckets of keys. Map `bucket_tables`: [fw_limit.table] is an array of fw_limit.sets *sets*. A
 * key's bucket is in one of two sets, in any of the eight *ways*:
 *
 *	tag    two keyed hashes of the struct fw_bucket_key, with FW_TAG_USED and FW_TAG_KNOWN set
 *	sets   ((tag >> 32) * sets) >> 32, and the same with the lower half
 *
 * The hashes are sums over the key's words times secret numbers, of which the upper half
 * counts (Thorup, "High speed hashing for integers and strings", 2015): without map `secrets`,
 * a sender cannot make keys that collide. A way is claimed by a compare-and-swap of its tag, and
 * a bucket changes by one of word a, or of b, alone:
 *
 *	token and leaky bucket   a: arrival, in ticks
 *	fixed window             a: the window
 *	sliding window           a: windows of even, b: of odd number
 */
#define FW_WAYS	     8
#define FW_TAG_KNOWN 1 /* the key came again */
#define FW_TAG_USED  2 /* a tag is never 0, which is a way without bucket */

/* What a bucket is for. Equal keys are equal bytes: unused parts are 0. */
struct fw_bucket_key {
	__u32 src[4]; /* masked to the key length, IPv4 in [0]; interface: ifindex; vlan: its id */
	__u32 dst[4];
	__u16 sport; /* host order */
	__u16 dport;
	__u8 level;
	__u8 family; /* 4, 6; 0: no addresses */
	__u8 proto;  /* FLOW; SRC_DPORT: the protocol of the port */
	__u8 flags;  /* FW_HAS_PORTS */
};
_Static_assert(sizeof(struct fw_bucket_key) == 40, "fw_bucket_key");
#define FW_KEY_WORDS 10

struct fw_bucket_owner {
	struct fw_bucket_key key;
	__u64 limited; /* packets of this key that the limit did not pass, since it has the way */
};

struct fw_bucket_set {
	__u64 tags[FW_WAYS];
	__u64 a[FW_WAYS];
	__u64 b[FW_WAYS];
	struct fw_bucket_owner owners[FW_WAYS];
};
_Static_assert(sizeof(struct fw_bucket_set) == 576, "fw_bucket_set");

/* Map `try_buckets`, LRU hash: the same for a trial policy; buckets of rules have no key. */
struct fw_try_key {
	struct fw_bucket_key key;
	__u32 rule;  /* slot, of level RULE */
	__u32 limit; /* slot */
};
struct fw_try_bucket {
	__u64 a;
	__u64 b;
};

/* The one element of map `secrets`: random, made with the maps and never changed. */
struct fw_secrets {
	__u64 upper[FW_KEY_WORDS];
	__u64 lower[FW_KEY_WORDS];
	__u64 upper_start;
	__u64 lower_start;
};

/* ---- bans: a source over a limit with FW_LIMIT_BANS is reported to fwd, which blocks it ---- */

/* A record of the ring buffer `bans`: about one for each key in FW_BAN_AGAIN_NS. */
struct fw_ban {
	__u32 addr[4]; /* masked to the length */
	__u16 limit;   /* slot */
	__u8 family;   /* 4 or 6 */
	__u8 prefix_len;
	__u8 key;	/* enum fw_limit_key: SRC or DST, the kind of addr */
	__u8 proto;	/* of the packet that was over the limit */
	__u8 tcp_flags; /* 0 if it has no TCP header */
	__u8 reserved;
	__u32 src[4];
	__u32 dst[4];
};
_Static_assert(sizeof(struct fw_ban) == 56, "fw_ban");

/*
 * Map `ban_told`, an array by a hash of key and limit: the key that was last reported, and when. Two
 * keys that share a place may be reported more often, never less.
 */
struct fw_ban_told {
	__u64 hash;
	__u64 time; /* coarse; ns */
};

/* Map `ban_stats`, per CPU, by limit slot. */
struct fw_ban_stats {
	__u64 reported; /* written to the ring */
	__u64 lost;	/* there was no room */
};

/*
 * Map `ban_levels`, hash: how many times in succession a limit banned an address. Only fwd reads
 * and writes it; it is a map so that it lasts as long as the bans.
 */
struct fw_ban_level_key {
	__u32 addr[4]; /* masked to the length */
	__u32 limit;   /* a hash of its name */
	__u8 family;   /* 4 or 6 */
	__u8 prefix_len;
	__u8 reserved[2];
};
_Static_assert(sizeof(struct fw_ban_level_key) == 24, "fw_ban_level_key");
struct fw_ban_level {
	__u64 forget_at; /* ns */
	__u32 level;	 /* of the last ban, from 1 */
	__u32 reserved;
};

#endif
