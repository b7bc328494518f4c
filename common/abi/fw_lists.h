/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The vocabularies of fwd: one list each, from which enum, name and metric
 * label are made. Shared by the BPF programs and by user space.
 *
 * An entry's place in its list is part of the kernel/user ABI: new entries go
 * to the end, and FW_ABI_VERSION counts up when one is moved or removed.
 */
#ifndef FW_LISTS_H
#define FW_LISTS_H

/* The reasons of verdicts. MALFORMED reasons come last, after NO_POLICY. */
#define FW_REASONS(X)                                                                              \
	X(DEFAULT, "default")			/* no rule matched: defaults.action */             \
	X(RULE, "rule")				/* a rule decided */                               \
	X(MANAGEMENT, "management")		/* management.allow decided */                     \
	X(PERMITTED, "permitted")		/* the source is in permitted_cidrs */             \
	X(NOT_PERMITTED, "not_permitted")	/* the source is in none of permitted_cidrs */     \
	X(BLOCKED, "blocked")			/* the source is in the live block list */         \
	X(WITHIN_LIMIT, "within_limit")		/* a rule's limit had tokens */                    \
	X(OVER_LIMIT, "over_limit")		/* a rule's limit had none */                      \
	X(LIMIT_FULL, "limit_full")		/* no room for one more bucket: when_full */       \
	X(NON_IP, "non_ip")			/* defaults.non_ip */                              \
	X(LINK, "link")				/* ARP, neighbour discovery, MLD */                \
	X(FRAGMENT, "fragment")			/* the verdict of the datagram's first fragment */ \
	X(SYN_COOKIE, "syn_cookie")		/* over the rate: answered with a cookie */        \
	X(SYN_QUEUE, "syn_queue")		/* over it, but the listener's queue has room */   \
	X(NO_POLICY, "no_policy")		/* no generation is active */                      \
	X(MISSED_TAIL_CALL, "missed_tail_call") /* a stage is missing: never in a valid state */   \
	X(PANIC, "panic")			/* fwctl panic open or close */                    \
	X(SHORT_ETHERNET, "truncated_ethernet")                                                    \
	X(SHORT_VLAN, "truncated_vlan")                                                            \
	X(VLAN_DEPTH, "vlan_too_deep")                                                             \
	X(SHORT_ARP, "truncated_arp")                                                              \
	X(SHORT_IP4, "truncated_ipv4")                                                             \
	X(IP4_VERSION, "ipv4_bad_version")                                                         \
	X(IP4_IHL, "ipv4_bad_ihl")                                                                 \
	X(IP4_LENGTH, "ipv4_bad_length")                                                           \
	X(SHORT_IP6, "truncated_ipv6")                                                             \
	X(IP6_VERSION, "ipv6_bad_version")                                                         \
	X(IP6_LENGTH, "ipv6_bad_length")                                                           \
	X(SHORT_IP6_EXT, "truncated_ipv6_extension")                                               \
	X(IP6_EXT_DEPTH, "ipv6_too_many_extensions")                                               \
	X(FRAGMENT_LENGTH, "fragment_bad_length") /* beyond 65535, or not a multiple of 8 */       \
	X(FRAGMENT_TINY, "fragment_tiny")	  /* the first fragment lacks the ports */         \
	X(FRAGMENT_OVERLAP, "fragment_overlap")	  /* offset 1 of TCP: RFC 1858, RFC 3128 */        \
	X(SHORT_TCP, "truncated_tcp")                                                              \
	X(TCP_OFFSET, "tcp_bad_offset")                                                            \
	X(SHORT_UDP, "truncated_udp")                                                              \
	X(UDP_LENGTH, "udp_bad_length")                                                            \
	X(SHORT_SCTP, "truncated_sctp")                                                            \
	X(SHORT_ICMP, "truncated_icmp")

/*
 * The outcome of a packet. TX: it was answered on the interface where it came in.
 * WOULD_DROP and WOULD_TX pass it: monitor mode or a canary.
 */
#define FW_OUTCOMES(X)  \
	X(PASS, "pass") \
	X(DROP, "drop") X(WOULD_DROP, "would_drop") X(TX, "answer") X(WOULD_TX, "would_answer")

/* The action of a rule. LOG counts, reports and continues with the next rule. TX: limits only. */
#define FW_ACTIONS(X) X(PASS, "pass") X(DROP, "drop") X(LOG, "log") X(TX, "answer")

/* The programs of the chain; the numbers are the slots of the prog array. */
#define FW_STAGES(X)      \
	X(ENTRY, "entry") \
	X(FIREWALL, "firewall") X(RATELIMIT, "ratelimit") X(COOKIE, "cookie") X(TRY, "try")

/* The algorithm of a limit; the header of each (ebpf/limit/) has its source. */
#define FW_ALGORITHMS(X)                                                  \
	X(TOKEN_BUCKET, "token_bucket")	    /* a rate, and a burst */     \
	X(LEAKY_BUCKET, "leaky_bucket")	    /* the same, evenly spaced */ \
	X(FIXED_WINDOW, "fixed_window")	    /* so many in each second */  \
	X(SLIDING_WINDOW, "sliding_window") /* ... in any, nearly */      \
	X(SYN_COOKIE, "syn_cookie")	    /* a token bucket of SYNs; over it, an answer */

/* Which packets share a bucket. The limit has the lengths of prefixes. */
#define FW_LIMIT_KEYS(X)                                    \
	X(RULE, "rule")                                     \
	X(SRC, "src")                                       \
	X(DST, "dst")                                       \
	X(SRC_DPORT, "src+dport")                           \
	X(SRC_DST, "src+dst")                               \
	X(FLOW, "flow") /* addresses, ports and protocol */ \
	X(INTERFACE, "interface")                           \
	X(VLAN, "vlan") /* the outer id */

/* The treatment of a new key when all buckets are in use. */
#define FW_WHEN_FULL(X) X(EVICT, "evict") X(DROP, "drop") X(PASS, "pass")

/* The kind of a packet, as rules distinguish it. LINK6 is neighbour discovery and MLD. */
#define FW_KINDS(X) \
	X(IP4, "ipv4") X(IP6, "ipv6") X(LINK6, "ipv6_link") X(ARP, "arp") X(OTHER, "other")

/* The part of its datagram that a packet is. */
#define FW_FRAGMENTS(X) X(NONE, "none") X(FIRST, "first") X(LATER, "later")

/* Results of events that were due: name, and what it counts. */
#define FW_EVENT_COUNTERS(X) \
	X(WRITTEN, "written") X(SAMPLED, "sampled_out") X(RATED, "over_rate") X(LOST, "lost")

/*
 * Match fields whose rows are found by value, in fw_image.classes; one more place per field is
 * for "the packet has no such field". Name; number of values; FW_HAS_*, FW_IS_*: only packets with
 * one of these have the field, or 0; its member of fw_packet_info. Their descriptors for
 * user space are in common/policy/fields/fields.c.
 */
#define FW_FIELDS(X)                                                                      \
	X(KIND, 5, 0, kind)                                                               \
	X(INTERFACE, FW_MAX_INTERFACES, 0, interface)                                     \
	X(VLAN, 4096, 0, vlan) /* outer VLAN id; 0 is untagged or priority-tagged */      \
	X(PROTO, 256, FW_IS_IP, key.proto)                                                \
	X(FRAGMENT, 3, FW_IS_IP, fragment)                                                \
	X(TTL, 256, FW_IS_IP, ttl)                                                        \
	X(DSCP, 64, FW_IS_IP, dscp)                                                       \
	X(LENGTH, 65536, FW_IS_IP, ip_length) /* IP datagram's length, header included */ \
	X(SPORT, 65536, FW_HAS_PORTS, key.sport)                                          \
	X(DPORT, 65536, FW_HAS_PORTS, key.dport)                                          \
	X(ICMP_TYPE, 256, FW_HAS_ICMP, icmp_type)                                         \
	X(ICMP_CODE, 256, FW_HAS_ICMP, icmp_code)                                         \
	X(TCP_FLAGS, 256, FW_HAS_TCP, tcp_flags)

/*
 * Tables of a generation that find rows by longest prefix match. Those from FLOW_LABEL on read the
 * frame itself, in 64 bits of which the value is the highest ones.
 */
#define FW_TABLES(X)    \
	X(SRC4, "src4") \
	X(DST4, "dst4") \
	X(SRC6, "src6") \
	X(DST6, "dst6") \
	X(FLOW_LABEL, "flow_label") X(SRC_MAC, "src_mac") X(DST_MAC, "dst_mac")
#define FW_FIRST_FRAME_TABLE FW_TABLE_FLOW_LABEL

#define FW_AS_REASON(name, text)	FW_REASON_##name,
#define FW_AS_OUTCOME(name, text)	FW_OUTCOME_##name,
#define FW_AS_ACTION(name, text)	FW_ACTION_##name,
#define FW_AS_STAGE(name, text)		FW_STAGE_##name,
#define FW_AS_KIND(name, text)		FW_KIND_##name,
#define FW_AS_FRAGMENT(name, text)	FW_FRAGMENT_##name,
#define FW_AS_EVENT_COUNTER(name, text) FW_EVENTS_##name,
#define FW_AS_FIELD(name, ...)		FW_FIELD_##name,
#define FW_AS_TABLE(name, text)		FW_TABLE_##name,
#define FW_AS_ALGORITHM(name, text)	FW_ALGORITHM_##name,
#define FW_AS_LIMIT_KEY(name, text)	FW_KEY_##name,
#define FW_AS_WHEN_FULL(name, text)	FW_FULL_##name,
#define FW_AS_NAME(name, text)		text,

enum fw_reason { FW_REASONS(FW_AS_REASON) FW_REASON_MAX };
enum fw_outcome { FW_OUTCOMES(FW_AS_OUTCOME) FW_OUTCOME_MAX };
enum fw_action { FW_ACTIONS(FW_AS_ACTION) FW_ACTION_MAX };
enum fw_stage { FW_STAGES(FW_AS_STAGE) FW_STAGE_MAX };
enum fw_kind { FW_KINDS(FW_AS_KIND) FW_KIND_MAX };
enum fw_fragment { FW_FRAGMENTS(FW_AS_FRAGMENT) FW_FRAGMENT_MAX };
enum fw_algorithm { FW_ALGORITHMS(FW_AS_ALGORITHM) FW_ALGORITHM_MAX };
enum fw_limit_key { FW_LIMIT_KEYS(FW_AS_LIMIT_KEY) FW_KEY_MAX };
enum fw_when_full { FW_WHEN_FULL(FW_AS_WHEN_FULL) FW_FULL_MAX };
enum fw_event_counter { FW_EVENT_COUNTERS(FW_AS_EVENT_COUNTER) FW_EVENTS_MAX };
enum fw_field { FW_FIELDS(FW_AS_FIELD) FW_FIELD_MAX };
enum fw_table { FW_TABLES(FW_AS_TABLE) FW_TABLE_MAX };

/* The first reason that means "malformed"; all from here on take defaults.malformed. */
#define FW_REASON_MALFORMED FW_REASON_SHORT_ETHERNET

#endif
