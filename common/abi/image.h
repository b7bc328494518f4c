/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * A generation: one struct fw_image, a pool of rows and an arena of address tables.
 *
 * How the classifier reads a generation. Every compiled rule is one bit. A *row*
 * is a set of rules. For each match field, the packet's value selects a row: the
 * rules that match this value. The AND of the rows of all fields is the set of
 * rules that match; the first of them decides. (Lakshman and Stiliadis,
 * "High-speed policy-based packet forwarding", SIGCOMM 1998.) Addresses, MAC
 * addresses and flow labels find their row by longest prefix match, other fields
 * by an array over all their values.
 *
 * Three things keep that cheap with thousands of rules:
 *
 * Fields with few rows are *merged* beforehand: the packet's values add up to a
 * place in one table, which has the AND of their rows. (Cross-producting, as
 * in Gupta and McKeown, "Packet classification on multiple fields", SIGCOMM 1999.)
 *
 * A row is cut into *pages*, one for each *column* of FW_PAGE_RULES rules, and
 * equal pages of a column are kept once. A row is then a list of page numbers,
 * after one word with a bit for each column that has rules; the AND of these
 * words leaves few columns to look at. (Baboescu and Varghese, "Scalable
 * packet classification", SIGCOMM 2001, have the word in front.) With a single
 * column there are no lists: a row is its page.
 *
 * Rules that match the same packets are put into the same columns, so the order of
 * bits is not the order of rules, which is a rule's *rank*. Bits of a column are in
 * order of rank, and columns in order of the rank of their first rule. Rules after
 * which the search can continue (log, canaries, live sets) are in the first columns,
 * which are *walked*: their bits are in order of rank over all of them. The first
 * match of the other columns is found before, and ends the walk.
 */
#ifndef FW_ABI_IMAGE_H
#define FW_ABI_IMAGE_H

#include <linux/types.h>

#include "common/abi/addresses.h"
#include "common/abi/fw_limits.h"
#include "common/abi/fw_lists.h"
#include "common/abi/limit.h"

/* ---- fields and rules ---- */

enum {
#define FW_AS_FIELD_BASE(name, values, ...) \
	FW_BASE_##name, FW_ABSENT_##name = FW_BASE_##name + (values),
	FW_FIELDS(FW_AS_FIELD_BASE)
#undef FW_AS_FIELD_BASE
		FW_CLASSES
};

/* A live set that a rule looks up in addition to its rows. */
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
	__u32 log_every; /* an event for each n-th match; 0: only for matches that always have one */
	__u32 reserved1;
	struct fw_live_test live[FW_LIVE_PER_RULE]; /* all must hold */
	__u64 reserved2;
};
_Static_assert(sizeof(struct fw_rule) == 32, "fw_rule");
#define FW_RULE_CANARY	1 /* report what it would do, then continue as without it */
#define FW_RULE_LOG	2 /* has "log": also passed packets have events, each log_every-th */
#define FW_RULE_GOES_ON 4 /* packets that its limit does not drop or answer meet later rules */

/* ---- rows ---- */

/* The sources of rows: match fields, address tables, and the merged fields as one. */
enum fw_source {
	FW_SOURCE_TABLES = FW_FIELD_MAX, /* the first one; before it: enum fw_field */
	FW_SOURCE_MERGED = FW_SOURCE_TABLES + FW_TABLE_MAX,
	FW_SOURCE_MAX
};
#define FW_ROW_SOURCES (FW_FIELD_MAX + 5) /* of one packet: fields, both addresses, frame tables */

struct fw_header {
	/*
	 * Counts up with every switch. First in all ABI versions: the next fwd goes on counting, as
	 * maps that it shares with an earlier layout have numbers of generations in them.
	 */
	__u32 generation;
	__u32 rules;			/* compiled rules in use */
	__u32 words;			/* 64-bit words of a row in use: (rules + 63) / 64 */
	__u32 management;		/* rules of rank [0, management) are management.allow */
	__u32 fields;			/* bit per enum fw_field: some rule depends on it */
	__u32 tables;			/* bit per enum fw_table: the table is not empty */
	__u32 table_miss[FW_TABLE_MAX]; /* row of an address that no prefix covers */
	__u32 table_root[FW_TABLE_MAX]; /* the cell that covers all addresses */
	__u8 enforce;			/* 0: monitor */
	__u8 default_action;		/* enum fw_action: PASS or DROP */
	__u8 malformed_action;
	__u8 non_ip_action;
	__u32 arena;	       /* FW_ARENA_* */
	__u32 event_every;     /* events.sample: one of N; at least 1 */
	__u64 event_interval;  /* ns between events at events.rate; 0: no limit */
	__u64 event_tolerance; /* ns that events may run ahead; same formula as fw_limit's */
	/* The location of the rows: all places and lengths in words of the pool. */
	__u32 pool;   /* enum fw_pool */
	__u32 merged; /* bit per enum fw_field: its classes add up to a place in the merge table */
	__u32 merge;  /* the merge table: row numbers, __u16 */
	__u32 row_words;	       /* of one row: FW_PAGE_WORDS, or with its list of pages */
	__u32 row_base[FW_SOURCE_MAX]; /* row n is at row_base + n * row_words */
	__u32 row_all;		       /* place of a row of all rules */
	__u8 columns;		       /* of FW_PAGE_RULES rules */
	__u8 walked;		       /* columns [0, walked) are in order of rank */
	__u8 frame;		       /* some rule uses the frame tables */
	__u8 reserved;
	__u32 page_base
		[FW_MAX_COLUMNS]; /* page n of a column is at page_base + n * FW_PAGE_WORDS */
	__u16 first_rank[FW_MAX_COLUMNS]; /* the lowest of a column */
	__u32 reserved1[7];
	__u64 interfaces; /* bit per slot: the policy names it; bit 0 is always set */
};
/* Whole lines, as the small arena comes directly behind it. */
_Static_assert(sizeof(struct fw_header) % FW_LINE_BYTES == 0, "fw_header");

/*
 * A row with a list of pages: the columns that have rules, then a page number for
 * each column. After the last word of a pool there is space for one more row, so
 * that a whole row follows every masked place.
 */
struct fw_row {
	__u64 columns; /* bit per column: its page is not empty */
	__u16 pages[FW_MAX_COLUMNS];
};
#define FW_POOL_SPARE (sizeof(struct fw_row) / sizeof(__u64))

/* The pool with the rows of a generation. Small pools have no separate map. */
#define FW_POOL_SMALL_WORDS  (1 << 13)
#define FW_POOL_MEDIUM_WORDS (1 << 17)
#define FW_POOL_LARGE_WORDS  (1 << 20)
#define FW_POOL_HUGE_WORDS   (1 << 22)
enum fw_pool { FW_POOL_SMALL, FW_POOL_MEDIUM, FW_POOL_LARGE, FW_POOL_HUGE, FW_POOL_MAX };

/* One element of map `images`. Flat: user space builds it in memory and copies it. */
struct fw_image {
	struct fw_header header;
	struct fw_block arena[FW_SMALL_BLOCKS]; /* if header.arena has FW_ARENA_SMALL */
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

#endif
