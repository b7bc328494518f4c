/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The kernel/user ABI: all that the BPF programs and fwd share.
 *
 * A policy becomes a *generation*: one struct fw_image, a pool of rows and an
 * arena of address tables. Two generations exist side by side; fw_state.active says which one
 * packets see, and a packet reads it once. Two more places hold policies that decide nothing:
 * one that is asked about, and one that is tried beside the active one. Everything else here (counters, live
 * sets, buckets) is keyed by slots that stay the same over generations.
 *
 * How the classifier reads a generation. Every compiled rule is one bit. A *row*
 * is a set of rules. For each match field, the packet's value selects a row: the
 * rules that this value suits. The AND of the rows of all fields is the set of
 * rules that match; the first of them decides. (Lakshman and Stiliadis,
 * "High-speed policy-based packet forwarding", SIGCOMM 1998.) Addresses find
 * their row by longest prefix match, other fields by an array over all their
 * values.
 *
 * Three things keep that cheap with thousands of rules:
 *
 * Fields with few rows are *merged* beforehand: the packet's values add up to a
 * place in one table, which has the AND of their rows. (Cross-producting, as
 * in Gupta and McKeown, "Packet classification on multiple fields", SIGCOMM 1999.)
 *
 * A row is cut into *pages*, one for each *column* of FW_PAGE_RULES rules, and
 * equal pages of a column are kept once. A row is then a list of page numbers,
 * with one word in front that tells which columns have rules at all; the AND of
 * these words leaves few columns to look at. (Baboescu and Varghese, "Scalable
 * packet classification", SIGCOMM 2001, have the word in front.) With a single
 * column there are no lists: a row is its page.
 *
 * Rules that suit the same packets are put into the same columns, so the order
 * of bits is not the order of rules: that is a rule's *rank*. Within a column
 * bits go by rank, and columns go by the rank of their first rule. Rules after
 * which the search can go on (log, canaries, live sets) stand in the first
 * columns, which are *walked*: their bits go by rank over all of them. The first
 * match of the other columns is found before, and ends the walk.
 *
 * Fixed widths, explicit padding. Addresses and their prefixes are in network
 * order; ports and lengths in host order. Times are CLOCK_MONOTONIC ns.
 */
#ifndef FW_ABI_H
#define FW_ABI_H

#include <linux/types.h>

#include "fw_limits.h"
#include "fw_lists.h"

#define FW_ABI_VERSION 3

#define FW_NO_SLOT 0xffff /* no rule, no limit */

/* ---- which generation packets see ---- */

/*
 * The places of a policy: elements of map `images`, of the pools and of `arenas`.
 * The first two take turns at being active. CANDIDATE judges only frames that
 * somebody asks about; TRIED judges packets beside the active one, without effect.
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
 * policy that nobody confirms ends by itself, whether fwd lives or not.
 */
#define FW_ACTIVE_IMAGE(active)	   ((active)&1)
#define FW_ACTIVE_DEADLINE(active) ((active) & ~1ULL)

/* The one element of map `state`. */
struct fw_state {
	__u32 abi_version; /* FW_ABI_VERSION of who made the maps */
	__u32 has_policy;  /* 0 until the first generation is active */
	__u64 active;	   /* which of the two images packets see, and until when: FW_ACTIVE_* */
	__u32 blocks4;	   /* block list entries, to skip the lookup when there are none */
	__u32 blocks6;
	/* What this host does with SYN cookies; kept up to date by fwd. */
	__u8 cookies;	     /* net.ipv4.tcp_syncookies: FW_COOKIES_* */
	__u8 cookie_options; /* FW_SYN_*: that the host takes from a cookie's time stamp */
	__u8 cookie_wscale;  /* window scale that the host will use for what it receives */
	__u8 reserved0[5];
	__u64 test_now;	 /* clock of tests; read only by programs built with knob_test_clock */
	__u64 try_until; /* until then FW_IMAGE_TRIED judges packets, too; ns. 0: none does */
	__u64 reserved1[2];
	/* A line of its own: written by packets. */
	__u64 event_time; /* theoretical arrival time of the next event (GCRA), ns */
	__u64 reserved2[7];
};
_Static_assert(sizeof(struct fw_state) == 128, "fw_state");

/* ---- a generation ---- */

enum {
#define FW_AS_FIELD_BASE(name, values) FW_BASE_##name, FW_ABSENT_##name = FW_BASE_##name + (values),
	FW_FIELDS(FW_AS_FIELD_BASE)
#undef FW_AS_FIELD_BASE
		FW_CLASSES
};

/* A live set that a rule asks about, besides its rows. */
struct fw_live_test {
	__u8 set_id; /* 1 and up; 0 ends the list */
	__u8 flags;  /* FW_LIVE_* */
};
#define FW_LIVE_DST    1 /* the destination, not the source */
#define FW_LIVE_NEGATE 2 /* must not be in the set */

struct fw_rule {
	__u16 slot;  /* index of rule_stats; shared by all rules compiled from one */
	__u16 limit; /* index of fw_image.limits, which is the limit's slot; or FW_NO_SLOT */
	__u8 action; /* enum fw_action; with a limit: PASS */
	__u8 reason; /* enum fw_reason: RULE, MANAGEMENT, PERMITTED, NOT_PERMITTED */
	__u8 flags;  /* FW_RULE_* */
	__u8 reserved;
	__u32 log_every; /* an event for each n-th match; 0: only what always has one */
	__u32 reserved1;
	struct fw_live_test live[FW_LIVE_PER_RULE]; /* all must hold */
	__u64 reserved2;
};
_Static_assert(sizeof(struct fw_rule) == 32, "fw_rule");
#define FW_RULE_CANARY 1 /* report what it would do, then go on as if it were not there */
#define FW_RULE_LOG    2 /* has "log": also passed packets have events, each log_every-th */

enum fw_limit_unit { FW_UNIT_PACKETS, FW_UNIT_BYTES };

/*
 * A limit has one *level* or several, each with a key and a rate of its own: a packet is
 * within the limit if it is within all of them, and takes from all of them or from none.
 *
 * The token and the leaky bucket are GCRA (ITU-T I.371): a packet's price is time, and a
 * bucket is one number, the theoretical arrival time of the next packet. Time is in
 * ticks of 1/FW_TICKS_PER_NS ns; it wraps after two years of uptime, so
 * differences are compared as signed numbers.
 *
 *	units = 1, or the packet's length in bytes (at most FW_MAX_PRICED)
 *	price = (cost * units) >> cost_shift       (never overflows)
 *	next  = max(arrival, now) + price
 *	within the limit if next - now <= tolerance; then, and only then, arrival = next
 *
 * With tolerance = burst * cost, a full bucket passes exactly `burst` packets
 * at one instant. A new bucket is a full one: arrival = now.
 *
 * Windows count: time is cut into pieces of fw_limit.window, and a bucket's words are the number
 * of a window and the units that it has passed (FW_WINDOW_*). ebpf/window.h has the formula.
 */
#define FW_TICKS_PER_NS	 256
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
	__u8 cost_shift; /* 0 for packets; for bytes what their length leaves room for */
	__u8 reserved[4];
};
_Static_assert(sizeof(struct fw_level) == 32, "fw_level");

struct fw_limit {
	struct fw_level levels[FW_MAX_LEVELS];
	__u64 window; /* ns; 0 unless the algorithm has windows */
	/*
	 * A bucket's rank says how much it holds: the time that its arrival is ahead of now, or
	 * its latest word minus one of the present window and no units. From these ranks
	 * down it is as good as new; and has been for so long that it is forgotten.
	 */
	__s64 idle;
	__s64 forgotten;
	__u32 sets;	  /* of the bucket table; 0: no level has keys */
	__u16 slot;	  /* index of limit_stats */
	__u16 table;	  /* index of bucket_tables, one of two of the slot; apply chooses */
	__u8 level_count; /* 0: there is no such limit */
	__u8 algorithm;	  /* enum fw_algorithm */
	__u8 unit;	  /* enum fw_limit_unit */
	__u8 over;	  /* enum fw_action for packets over the limit: DROP or PASS */
	__u8 when_full;	  /* enum fw_when_full */
	__u8 coarse;	  /* so large that a clock of this jiffy, or 16 packets old, will do */
	__u8 flags;	  /* FW_LIMIT_* */
	__u8 reserved[25];
};
_Static_assert(sizeof(struct fw_limit) == 192, "fw_limit");
#define FW_LIMIT_BANS 1 /* whose key has an address and is over it is told to fwd */

/*
 * What answers the SYNs over a limit of algorithm syn_cookie, by limit slot. The
 * cookie is the kernel's, so that the kernel can check it when it comes back
 * with the client's ACK. A cookie has room for the MSS only; other options
 * travel in the time stamp that the client echoes, in its lowest bits
 * (FW_COOKIE_TS_*, as in the kernel's net/ipv4/syncookies.c).
 */
enum fw_cookie_kind {
	FW_COOKIE_NONE,	   /* no such limit */
	FW_COOKIE_LOCAL,   /* for sockets of this host; fw_state tells what it takes */
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

#define FW_TCP_MAX_HEADER 60

/* What selects rows: match fields, address tables, and the merged fields as one. */
enum fw_source {
	FW_SOURCE_TABLES = FW_FIELD_MAX, /* the first one; before it: enum fw_field */
	FW_SOURCE_MERGED = FW_SOURCE_TABLES + FW_TABLE_MAX,
	FW_SOURCE_MAX
};

/*
 * Address tables, compiled: from an address to its row, mostly by one place in
 * memory. daemon/policy/address_table.h tells how they are made, ebpf/walk.h
 * walks them.
 *
 * All tables of a generation share one *arena*: memory in lines of 64 bytes (what
 * a cache loads at once), which the kernel sees as an array of blocks: a small one
 * stands in the image, where it costs no call to find a block, others in map
 * `arenas`, where [image] is that array. A *cell* answers for a range of addresses,
 * and says what to do next:
 *
 *	ROW	this is the row: the cell itself
 *	LINES	at offset, 2^bits lines; the next bits of the address choose one,
 *		a struct fw_line4 or fw_line6
 *	SKIP	at offset, a struct fw_skip
 *
 * IPv6 addresses are walked by halves; FW_CELL_LOWER: go on with the lower one.
 */
#define FW_LINE_BYTES	    64
#define FW_BLOCK_LINES	    64
#define FW_LINE4_KEYS	    10
#define FW_LINE4_NEAR_KEYS  15
#define FW_LINE6_KEYS	    6
#define FW_LINE6_CELL_KEYS  4
#define FW_LINES_MIN_BITS   2 /* of lines that are not a single one, */
#define FW_LINES_DEEP_BITS  4 /* and below FW_LINES_FREE_DEPTH, so that walks end */
#define FW_LINES_MAX_BITS   20
#define FW_LINES_FREE_DEPTH 4
#define FW_WALK_STEPS4	    12 /* from a root to a row, at most */
#define FW_WALK_STEPS6	    40
#define FW_FEW_STEPS	    5  /* what is walked inline */
#define FW_SMALL_BLOCKS	    64 /* of an arena in the image: 256 KiB */

/* fw_header.arena */
#define FW_ARENA_SMALL 1 /* it is in the image */
#define FW_ARENA_DEEP  2 /* some walks have more than FW_FEW_STEPS; never a small one's */

enum fw_cell_kind { FW_CELL_ROW, FW_CELL_LINES, FW_CELL_SKIP };
#define FW_CELL_KIND(cell)	    ((cell) >> 30)
#define FW_CELL_BITS(cell)	    ((cell) >> 24 & 31)
#define FW_CELL_OFFSET(cell)	    ((cell)&0xffffff) /* in lines */
#define FW_CELL(kind, bits, offset) ((__u32)(kind) << 30 | (__u32)(bits) << 24 | (__u32)(offset))
#define FW_CELL_LOWER		    (1U << 29)

/*
 * Addresses below keys[0] have the first row, those from keys[i] on row i + 1.
 * Keys are in host order, ascending; places that are not needed hold the
 * highest address, and the last row again.
 */
struct fw_line4 {
	__u32 keys[FW_LINE4_KEYS];
	__u16 rows[FW_LINE4_KEYS + 1];
	__u16 form; /* enum fw_line4_form */
};
_Static_assert(sizeof(struct fw_line4) == FW_LINE_BYTES, "fw_line4");

/* The same for addresses that have their upper half in common: keys are the lower ones. */
struct fw_line4_near {
	__u16 keys[FW_LINE4_NEAR_KEYS];
	__u16 rows[FW_LINE4_NEAR_KEYS + 1];
	__u16 form;
};
_Static_assert(sizeof(struct fw_line4_near) == FW_LINE_BYTES, "fw_line4_near");

/* DEEPER: keys[0] of a struct fw_line4 is a cell, and the rest is not used. */
enum fw_line4_form { FW_LINE4_WHOLE, FW_LINE4_NEAR, FW_LINE4_DEEPER };
_Static_assert(FW_MAX_ROWS <= 65536, "rows in lines");

/* The same for the half of an IPv6 address that the walk is in; with rows or with cells. */
struct fw_line6_rows {
	__u64 keys[FW_LINE6_KEYS];
	__u16 rows[FW_LINE6_KEYS + 1];
	__u16 has_cells;
};
struct fw_line6_cells {
	__u64 keys[FW_LINE6_CELL_KEYS];
	__u32 cells[FW_LINE6_CELL_KEYS + 1];
	__u16 reserved[5];
	__u16 has_cells;
};
struct fw_line6 {
	union {
		struct fw_line6_rows with_rows;
		struct fw_line6_cells with_cells;
	};
};
_Static_assert(sizeof(struct fw_line6_rows) == FW_LINE_BYTES, "fw_line6_rows");
_Static_assert(sizeof(struct fw_line6_cells) == FW_LINE_BYTES, "fw_line6_cells");

/* All that matters is within a few addresses: the bits that these have in common are one step. */
struct fw_skip {
	__u64 first; /* of the inside; left-aligned, as `last` */
	__u64 last;
	__u32 below;
	__u32 inside;
	__u32 above;
	__u32 used; /* bits of the address (or its half) that are behind `inside` */
	__u64 reserved[4];
};
_Static_assert(sizeof(struct fw_skip) == FW_LINE_BYTES, "fw_skip");

/* One element of an arena. */
struct fw_block {
	union {
		struct fw_line4 line4;
		struct fw_line4_near near4;
		struct fw_line6 line6;
		struct fw_skip skip;
	} lines[FW_BLOCK_LINES];
};
_Static_assert(sizeof(struct fw_block) == 4096, "fw_block");

struct fw_header {
	__u32 generation;		/* counts up with every switch */
	__u32 rules;			/* compiled rules in use */
	__u32 words;			/* 64-bit words of a row in use: (rules + 63) / 64 */
	__u32 management;		/* rules of rank [0, management) are management.allow */
	__u32 fields;			/* bit per enum fw_field: some rule depends on it */
	__u32 tables;			/* bit per enum fw_table: the table is not empty */
	__u32 table_miss[FW_TABLE_MAX]; /* row of an address that no prefix covers */
	__u32 table_root[FW_TABLE_MAX]; /* the cell that answers for all addresses */
	__u8 enforce;			/* 0: monitor */
	__u8 default_action;		/* enum fw_action: PASS or DROP */
	__u8 malformed_action;
	__u8 non_ip_action;
	__u32 arena;	       /* FW_ARENA_* */
	__u32 event_every;     /* events.sample: one of N; at least 1 */
	__u64 event_interval;  /* ns between events at events.rate; 0: no limit */
	__u64 event_tolerance; /* ns that events may run ahead; same formula as fw_limit's */
	/* Where the rows are: all places and lengths in words of the pool. */
	__u32 pool;   /* enum fw_pool */
	__u32 merged; /* bit per enum fw_field: its classes add up to a place in the merge table */
	__u32 merge;  /* the merge table: row numbers, __u16 */
	__u32 row_words;	       /* of one row: FW_PAGE_WORDS, or with its list of pages */
	__u32 row_base[FW_SOURCE_MAX]; /* row n is at row_base + n * row_words */
	__u32 row_all;		       /* where a row of all rules is */
	__u8 columns;		       /* of FW_PAGE_RULES rules */
	__u8 walked;		       /* columns [0, walked) go by rank over all of them */
	__u8 reserved[2];
	__u32 page_base
		[FW_MAX_COLUMNS]; /* page n of a column is at page_base + n * FW_PAGE_WORDS */
	__u16 first_rank[FW_MAX_COLUMNS]; /* the lowest of a column */
	__u64 interfaces; /* bit per slot: the policy names it; bit 0 is always set */
};
/* Whole lines, as the small arena comes directly behind it. */
_Static_assert(sizeof(struct fw_header) % FW_LINE_BYTES == 0, "fw_header");

/*
 * A row with a list of pages: which columns have rules, then a page number for
 * each column. Behind the last word of a pool there is room for one more row, so
 * that a place that is masked is always followed by a whole one.
 */
struct fw_row {
	__u64 columns; /* bit per column: its page is not empty */
	__u16 pages[FW_MAX_COLUMNS];
};
#define FW_POOL_SPARE (sizeof(struct fw_row) / sizeof(__u64))

/* Where the rows of a generation are. Small ones have no map of their own. */
#define FW_POOL_SMALL_WORDS  (1 << 13)
#define FW_POOL_MEDIUM_WORDS (1 << 17)
#define FW_POOL_LARGE_WORDS  (1 << 20)
#define FW_POOL_HUGE_WORDS   (1 << 22)
enum fw_pool { FW_POOL_SMALL, FW_POOL_MEDIUM, FW_POOL_LARGE, FW_POOL_HUGE, FW_POOL_MAX };

/* One element of map `images`. Flat: user space builds it aside and copies it. */
struct fw_image {
	struct fw_header header;
	struct fw_block arena[FW_SMALL_BLOCKS]; /* if header.small_arena */
	struct fw_limit limits[FW_MAX_LIMITS];
	struct fw_cookie cookies[FW_MAX_LIMITS];
	struct fw_rule rules[FW_MAX_RULES];
	__u16 ranks[FW_MAX_RULES];
	__u64 rows[FW_POOL_SMALL_WORDS + FW_POOL_SPARE]; /* FW_POOL_SMALL */
	/* [FW_BASE_x + value] or [FW_ABSENT_x]: a row; what it adds, if the field is merged. */
	__u16 classes[(FW_CLASSES + 3) & ~3];
};

/* Maps `pool_medium`, `pool_large`, `pool_huge`: [image] is an array of one such element. */
#define FW_POOL_BYTES(words) (((words) + FW_POOL_SPARE) * sizeof(__u64))

/* ---- live sets: edited in place, never part of a generation ---- */

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
	__u64 expires;	 /* end of this entry's own time; FW_FOREVER */
	__u64 effective; /* the latest `expires` of this entry and of all entries that cover it */
	__u64 created;
	__u8 reserved[8];
};
#define FW_FOREVER (~0ULL)

/* ---- counters ---- */

struct fw_count {
	__u64 packets;
	__u64 bytes;
};

/* Map `reason_stats`, per CPU: [(interface slot * FW_REASON_MAX + reason) * FW_OUTCOME_MAX + outcome] */
#define FW_REASON_STATS (FW_MAX_INTERFACES * FW_REASON_MAX * FW_OUTCOME_MAX)

/* Map `rule_stats`, per CPU, by rule slot. */
struct fw_rule_stats {
	struct fw_count matched;
	__u64 log_seen; /* matches since the last event, for sampling */
};

/* Map `limit_stats`, per CPU, by limit slot. */
struct fw_limit_stats {
	struct fw_count passed;
	struct fw_count over;
	__u64 full;    /* packets that found no room for their bucket: when_full drop, pass */
	__u64 evicted; /* buckets in use that gave way to a new key: when_full evict */
};

/* Map `event_stats`, per CPU, one element. */
struct fw_event_stats {
	__u64 count[FW_EVENTS_MAX];
	__u64 seen; /* events due so far, for sampling */
};

/* ---- buckets ---- */

/*
 * Map `rule_buckets`: [2 * rule slot + (fw_limit.table & 1)], for levels of key RULE. A cache
 * line each. Words a and b as in a struct fw_bucket_set.
 */
struct fw_rule_bucket {
	__u64 a;
	__u64 b;
	__u64 full; /* when it was last seen full, in ticks: leases drawn before are void */
	/* For fwd: under which limit it says that; a rule may be gone for a while and come back. */
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

/* Map `rule_leases`, per CPU, by rule slot: what a CPU has drawn from the bucket and not spent. */
struct fw_lease {
	__u64 credit; /* ticks */
	__u64 drawn;  /* when, in ticks */
	__u64 tick;   /* jiffy in which it can be spent unasked */
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
 * counts (Thorup, "High speed hashing for integers and strings", 2015): whoever does not know
 * map `secrets` cannot make keys that meet. A way is claimed by a compare-and-swap of its tag, and
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
	__u8 proto;  /* FLOW; SRC_DPORT: that the port is of */
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

/* Map `try_buckets`, LRU hash: the same for a policy that is tried; a rule's have no key. */
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

/* ---- bans: who is over a limit with FW_LIMIT_BANS is told to fwd, which blocks him ---- */

/* A record of the ring buffer `bans`: not one a packet, but one a key in FW_BAN_AGAIN_NS or so. */
struct fw_ban {
	__u32 addr[4]; /* masked to the length */
	__u16 limit;   /* slot */
	__u8 family;   /* 4 or 6 */
	__u8 prefix_len;
	__u32 reserved;
};

/*
 * Map `ban_told`, an array: by a hash of key and limit, whom fwd was told of last, and when. Two
 * that share a place may be told of more often, never less.
 */
struct fw_ban_told {
	__u64 hash;
	__u64 time; /* coarse; ns */
};

/* Map `ban_stats`, per CPU, by limit slot. */
struct fw_ban_stats {
	__u64 told; /* written to the ring */
	__u64 lost; /* there was no room */
};

/* ---- fragments: map `fragments`, LRU hash ---- */

struct fw_fragment_key {
	__u32 src[4];
	__u32 dst[4];
	__u32 id; /* as on the wire */
	__u32 ifindex;
	__u16 vlan;
	__u16 inner_vlan;
	__u8 proto;
	__u8 family;
	__u8 reserved[2];
};
struct fw_fragment_value {
	__u64 seen;
	__u16 rule;  /* slot, or FW_NO_SLOT */
	__u16 limit; /* slot of the limit that it was within, or FW_NO_SLOT */
	__u8 action; /* enum fw_action: PASS or DROP */
	__u8 reason; /* enum fw_reason */
	__u8 reserved[2];
};

/* ---- one packet: map `packet`, per CPU scratch; and what events tell of it ---- */

#define FW_ROW_SOURCES (FW_FIELD_MAX + 2) /* all fields, source, destination */
#define FW_ROW_USUAL   5		  /* more are rare, once fields are merged */

struct fw_packet {
	__u64 now;    /* coarse; ns */
	__u32 src[4]; /* IPv4 in [0] */
	__u32 dst[4];
	__u32 length; /* of the frame */
	__u32 ifindex;
	__u32 image;	   /* enum fw_image_place: the policy that judges this packet */
	__u32 fragment_id; /* as on the wire */
	__u16 ip_length;   /* IP header and payload, in host order */
	__u16 ethertype;   /* after VLAN tags, host order */
	__u16 vlan;	   /* outer VLAN id, priority tags left out; 0: none */
	__u16 inner_vlan;
	__u16 sport; /* host order; valid with FW_HAS_PORTS */
	__u16 dport;
	__u8 interface; /* slot */
	__u8 kind;	/* enum fw_kind */
	__u8 proto;	/* after IPv6 extension headers */
	__u8 fragment;	/* enum fw_fragment */
	__u8 ttl;
	__u8 dscp;
	__u8 tcp_flags; /* valid with FW_HAS_TCP */
	__u8 icmp_type; /* valid with FW_HAS_ICMP */
	__u8 icmp_code;
	__u8 flags;	   /* FW_HAS_*, FW_IS_* */
	__u16 rule;	   /* index of the rule that decided, or FW_NO_SLOT */
	__u16 canary;	   /* index of the first canary with a limit, or FW_NO_SLOT */
	__u16 first_rule;  /* slots of a later fragment's first one: of its rule ... */
	__u16 first_limit; /* ... and of the limit that charges both, or FW_NO_SLOT */
	__u8 vlans;	   /* number of tags */
	/* The classifier's scratch. */
	__u32 row_count;
	__u32 column;		   /* of the walked ones, at hand */
	__u32 end;		   /* only rules of a lower rank */
	__u16 decider;		   /* of the columns that are not walked, or FW_NO_SLOT */
	__u16 candidate;	   /* at hand */
	__u32 merge;		   /* place in the merge table */
	__u64 columns;		   /* bit per column that has rules of all rows */
	__u64 page[FW_PAGE_WORDS]; /* the candidates of the column at hand, not yet tried */
	union {
		/* That the packet's fields selected, then row_all: places in the pool. */
		__u32 rows[FW_ROW_SOURCES + 1];
		/* Of a SYN that is to be answered, once it is classified: its TCP header. */
		__u8 syn[FW_TCP_MAX_HEADER];
	};
	/* While a tried policy judges: what the active one decided, and then what it did. */
	struct fw_end {
		__u16 rule;  /* slot, or FW_NO_SLOT */
		__u16 limit; /* slot, or FW_NO_SLOT */
		__u8 reason; /* enum fw_reason */
		__u8 outcome;
		__u8 image;  /* whose it is */
		__u8 action; /* of XDP: what is returned in the end. Of the active one only */
	} kept, tried;
	/* Kept from packet to packet: the coarse clock as this CPU last read it, and when. */
	__u64 clock;
	__u64 clock_tick; /* jiffies */
	/* The same of the fine one. */
	__u64 fine;
	__u64 fine_tick;   /* jiffies */
	__u32 fine_left;   /* packets that may still go by it */
	__u32 clock_state; /* what `fine` is to this packet: enum in ebpf/meter.h */
	/* The scratch of limits. */
	struct fw_bucket_key key; /* at hand */
	__u64 tag;		  /* of it */
	__u64 best;		  /* how good the best way is, for a new key; less is better */
	__u64 best_tag;		  /* that it has */
	__u32 best_set;
	__u32 best_way;
	__u32 way;		   /* of the bucket at hand */
	__u32 level;		   /* that was not within its limit */
	__u32 sets[FW_MAX_LEVELS]; /* where each level's bucket is */
	__u32 ways[FW_MAX_LEVELS];
	__u32 first_set;
	__u32 second_set;
};
#define FW_HAS_PORTS 1
#define FW_HAS_TCP   2
#define FW_HAS_ICMP  4
#define FW_IS_IP6    8	/* addresses are IPv6 */
#define FW_IS_IP     16 /* addresses are valid */
#define FW_IS_DRY    32 /* an explanation: no counters, buckets, events */
#define FW_IS_TRIED \
	64 /* a policy is tried: it judges after the active one. With DRY: it does now */

/* A record of the ring buffer `events`. */
struct fw_event {
	__u64 time; /* ns */
	__u32 generation;
	__u32 ifindex;
	__u32 src[4];
	__u32 dst[4];
	__u32 length; /* of the frame */
	__u32 sample; /* this event stands for so many of its kind: events.sample, rule's log */
	__u16 sport;
	__u16 dport;
	__u16 vlan;
	__u16 inner_vlan;
	__u16 ethertype;
	__u16 rule;	/* slot, or FW_NO_SLOT */
	__u16 limit;	/* slot, or FW_NO_SLOT */
	__u8 interface; /* slot */
	__u8 kind;
	__u8 proto;
	__u8 fragment;
	__u8 flags; /* FW_HAS_*, FW_IS_* */
	__u8 tcp_flags;
	__u8 icmp_type;
	__u8 icmp_code;
	__u8 reason;  /* enum fw_reason */
	__u8 outcome; /* enum fw_outcome */
};
_Static_assert(sizeof(struct fw_event) == 80, "fw_event");

/*
 * A question and its answer: the one element of map `explanation`, which only
 * test runs of the dry entry read and write. It does not tell more than one at a time.
 */
struct fw_explanation {
	/* The question. */
	__u32 ask_place;   /* enum fw_image_place + 1: who judges; 0: the active one */
	__u32 ask_ifindex; /* as if it came in there */
	__u64 reserved;
	/* The answer. */
	__u32 written; /* FW_EXPLAINED: the programs ran to a verdict. Cleared before the run */
	__u32 generation;
	__u16 rule;	 /* slot, or FW_NO_SLOT */
	__u16 limit;	 /* slot, or FW_NO_SLOT */
	__u8 reason;	 /* enum fw_reason */
	__u8 action;	 /* enum fw_action that was decided: PASS or DROP */
	__u8 outcome;	 /* enum fw_outcome: what enforcement makes of it */
	__u8 has_bucket; /* the packet met a limit; ahead, price and level are of the last bucket */
	__s64 ahead; /* ticks by which the bucket runs ahead of now; windows: units that count */
	__u64 price; /* of the packet, in ticks */
	/* What the programs took the packet for: as in struct fw_packet. */
	__u32 src[4];
	__u32 dst[4];
	__u32 length;
	__u32 fragment_id;
	__u16 ip_length;
	__u16 ethertype;
	__u16 vlan;
	__u16 inner_vlan;
	__u16 sport;
	__u16 dport;
	__u8 interface; /* slot */
	__u8 kind;
	__u8 proto;
	__u8 fragment;
	__u8 ttl;
	__u8 dscp;
	__u8 tcp_flags;
	__u8 icmp_type;
	__u8 icmp_code;
	__u8 flags; /* FW_HAS_*, FW_IS_* */
	__u8 vlans;
	__u8 level; /* of the limit */
};
_Static_assert(sizeof(struct fw_explanation) == 112, "fw_explanation");
#define FW_EXPLAINED 0x66776431 /* "fwd1" */

/* ---- a policy that is tried ---- */

/* Map `try_stats`, per CPU, one element. */
struct fw_try_stats {
	struct fw_count compared;
	struct fw_count different; /* another outcome */
	struct fw_count elsewhere; /* the same outcome for another reason, or by another rule */
	__u64 left_out; /* packets that cannot be compared: later fragments of known ones */
	__u64 untold;	/* different, but there was no room to tell how */
};

/* Two ends of one packet. */
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
	__u32 src[4];
	__u32 dst[4];
	__u16 sport;
	__u16 dport;
	__u16 vlan;
	__u16 ethertype;
	__u8 interface;
	__u8 kind;
	__u8 proto;
	__u8 flags; /* FW_HAS_*, FW_IS_* */
	__u8 reserved[4];
};
_Static_assert(sizeof(struct fw_try_flow) == 56, "fw_try_flow");

/* ---- names, so that the next fwd knows whose the slots are ---- */

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
