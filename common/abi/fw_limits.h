/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Every input has a limit, and all limits are in this file.
 *
 * Shared by the BPF programs and by user space; plain numbers only.
 */
#ifndef FW_LIMITS_H
#define FW_LIMITS_H

/* Policy: the capacity of one generation. */
#define FW_MAX_RULES	      16384 /* compiled rules, management and implicit ones included */
#define FW_RULE_WORDS	      (FW_MAX_RULES / 64)
#define FW_PAGE_RULES	      256 /* rules of a column */
#define FW_PAGE_WORDS	      (FW_PAGE_RULES / 64)
#define FW_MAX_COLUMNS	      (FW_MAX_RULES / FW_PAGE_RULES) /* a bit each in one word */
#define FW_MAX_ROWS	      65536 /* distinct sets of rules that the values of a field can select */
#define FW_MAX_PREFIXES	      1000000 /* prefixes of one set */
#define FW_MAX_TABLE_PREFIXES 1500000 /* of one address table: the largest set and others */
#define FW_MAX_ARENA_BLOCKS   65536   /* 256 MiB: all address tables of a generation, compiled */
#define FW_LIVE_PER_RULE      4	      /* live sets that one compiled rule can ask about */
#define FW_MAX_INTERFACES     64      /* interface slots; slot 0 means "none of ours" */
#define FW_MAX_LIMITS	      256     /* limit slots */
#define FW_MAX_LIVE_SETS      256     /* live set ids; id 0 is the block list */
#define FW_MAX_RULE_SLOTS \
	20480 /* counter slots of rules: more than rules, as deleted ones linger */
#define FW_MAX_LIVE	   1000000 /* entries of all live sets of one family */
#define FW_LIMITS_ON_WAY   4	   /* limits with "within": "continue" that one packet can meet */
#define FW_LIMITS_ASKED	   10	   /* these, one that decides, and a canary before each */
#define FW_MAX_LEVELS	   4	   /* keys of one limit: "per": ["src/32", "src/24", "rule"] */
#define FW_MAX_KEYS	   4194304 /* of one limit that have a bucket at the same time: "max" ... */
#define FW_DEFAULT_KEYS	   65536   /* ... unless given */
#define FW_MAX_KEY_BYTES   (2ULL << 30) /* memory for the buckets of all limits together */
#define FW_MAX_TRY_BUCKETS 16384	/* of a trial policy */
#define FW_MAX_DIFFERENCES 1024		/* kinds of differences between it and the active one */
#define FW_MAX_TRY_FLOWS   4096		/* flows on which they differ */
#define FW_MAX_FRAGMENTS   16384	/* fragmented datagrams remembered at once */

/* Packets: the depth of the parser. */
#define FW_MAX_VLANS   2
#define FW_MAX_IP6_EXT 8
#define FW_FRAGMENT_NS 30000000000ULL /* RFC 8200 waits 60 s, Linux 30 s: so do we */

/* Names of rules, sets, limits, zones: bytes with the final NUL. */
#define FW_NAME_SIZE 64

/* Events. */
#define FW_EVENT_RING_BYTES   (4 * 1024 * 1024)
#define FW_EVENT_WAKEUP_BYTES (64 * 1024)

/* Bans: what limits with "over": "block" can do at most. */
#define FW_BAN_RING_BYTES  (64 * 1024)
#define FW_BAN_TOLD	   4096		 /* keys that were reported lately; a power of two */
#define FW_BAN_AGAIN_NS	   1000000000ULL /* the same key is not reported more often */
#define FW_MAX_BANS_SECOND 1000		 /* of all limits */
#define FW_MAX_BANNED	   262144	 /* entries of a set: then no limit puts more into it */
#define FW_MAX_BAN_LEVELS  262144	 /* addresses whose bans are remembered */

/* Files and the control protocol. */
#define FW_MAX_CONFIG_BYTES  (64 * 1024 * 1024)
#define FW_MAX_SET_BYTES     (256 * 1024 * 1024)
#define FW_MAX_SET_LINE	     8192      /* bytes of a line of a set file */
#define FW_MAX_SETS_BYTES    (1 << 30) /* of all set files of a config */
#define FW_MAX_SET_LINES     (1 << 24) /* of all set files of a config, comments included */
#define FW_MAX_SET_ENTRIES   4000000 /* of all sets from files together: four full address tables */
#define FW_MAX_CONFIG_VALUES 2000000 /* values of JSON in all files of a config */
#define FW_MAX_CONFIG_DEPTH  32
#define FW_MAX_INCLUDES	     256
#define FW_MAX_ERRORS	     200 /* errors of one run that are kept; the rest is counted */
#define FW_MAX_FRAME_BYTES   (1024 * 1024)
#define FW_MAX_CLIENTS	     64
#define FW_MAX_CLIENT_QUEUE  (4 * 1024 * 1024) /* unsent bytes before a client is dropped */
#define FW_CLIENT_TIMEOUT_MS 5000	       /* a started frame must be whole by then */
#define FW_MAX_CLIENTS_READ  48		       /* of them, readers: writers always find a slot */
#define FW_MAX_CLIENTS_USER  16		       /* of these, by one user */
#define FW_MAX_REVISIONS     50		       /* kept on disk, fewer if they are large: */
#define FW_MAX_HISTORY_BYTES (512 * 1024 * 1024)
#define FW_RECENT_REVISIONS  10	 /* the last ones, which older ones never replace */
#define FW_STEP_SECONDS	     600 /* an edit is a step if a similar one follows so soon */
#define FW_MAX_AUDIT_BYTES   (8 * 1024 * 1024) /* of one audit log, before the next is begun */
#define FW_MAX_CLIENT_UNREAD (512 * 1024) /* unsent bytes: no new requests, events are left out */

#endif
