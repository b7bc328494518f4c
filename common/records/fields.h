/* SPDX-License-Identifier: MIT */
/*
 * The fields of events: name, kind and meaning of a member, the same in every type. Their order is
 * that of the columns in CSV: a new field is added at the end.
 */
#ifndef FWD_RECORDS_FIELDS_H
#define FWD_RECORDS_FIELDS_H

#include <stddef.h>

/* X(NAME, "name", KIND, none, "meaning"); documents use the text as it is. */
#define EVENT_FIELDS(X)                                                                           \
	X(TIME, "time", TIME, none, "when it happened, in UTC")                                   \
	X(OUTCOME, "outcome", WORD, outcomes,                                                     \
	  "what became of the packet, or of packets over the limit")                              \
	X(REASON, "reason", WORD, reasons, "why; the list is in protocol.md")                     \
	X(RULE, "rule", TEXT, none, "id of the rule that decided")                                \
	X(LIMIT, "limit", TEXT, none, "name of the limit")                                        \
	X(INTERFACE, "interface", TEXT, none, "interface as in the config; of a packet: ingress") \
	X(KIND, "kind", WORD, kinds, "what the packet is, as rules see it")                       \
	X(PROTO, "proto", TEXT, none, "IP protocol: its name, or the number if it has none")      \
	X(SRC, "src", TEXT, none, "source address")                                               \
	X(SPORT, "sport", NUMBER, none, "source port")                                            \
	X(DST, "dst", TEXT, none, "destination address")                                          \
	X(DPORT, "dport", NUMBER, none, "destination port")                                       \
	X(VLAN, "vlan", NUMBER, none, "outer VLAN id")                                            \
	X(INNER_VLAN, "inner_vlan", NUMBER, none, "inner VLAN id")                                \
	X(LENGTH, "length", NUMBER, none, "bytes of the frame")                                   \
	X(FRAGMENT, "fragment", WORD, fragments, "where in its datagram a fragment is")           \
	X(TCP_FLAGS, "tcp_flags", TEXT, none, "as in \"syn,ack\"; absent if none is set")         \
	X(ICMP_TYPE, "icmp_type", NUMBER, none, "ICMP or ICMPv6 type")                            \
	X(ICMP_CODE, "icmp_code", NUMBER, none, "ICMP or ICMPv6 code")                            \
	X(ETHERTYPE, "ethertype", NUMBER, none, "EtherType of what is neither IP nor ARP")        \
	X(GENERATION, "generation", NUMBER, none, "generation of the policy that decided")        \
	X(SAMPLE, "sample", NUMBER, none, "the event stands for so many")                         \
	X(TYPE, "type", TYPE, none, "what the event is about")                                    \
	X(RULES, "rules", LIST, none, "ids of the rules that use the limit, the first 8")         \
	X(RATE, "rate", TEXT, none, "rate of the limit, as in the config")                        \
	X(PER, "per", TEXT, none, "what the limit counts by: its key")                            \
	X(ADDRESS, "address", TEXT, none, "address or prefix that is banned")                     \
	X(SET, "set", TEXT, none, "live set that takes the address; absent: the block list")      \
	X(LEVEL, "level", NUMBER, none, "bans of this address in a row, from 1")                  \
	X(PACKETS, "packets", NUMBER, none, "packets over the limit")                             \
	X(BYTES, "bytes", NUMBER, none, "their bytes")                                            \
	X(ADDRESSES, "addresses", NUMBER, none, "addresses that were not banned")                 \
	X(KEYS, "keys", NUMBER, none, "keys that the limit has room for")                         \
	X(SECONDS, "seconds", SECONDS, none, "how long it lasted, lasts, or is left")             \
	X(TEXT, "text", SENTENCE, none, "the event in a sentence")

#define EVENT_AS_FIELD(name, text, kind, words, help) EVENT_FIELD_##name,
enum event_field { EVENT_FIELDS(EVENT_AS_FIELD) EVENT_FIELD_MAX };

/* A WORD is text from a list. A SENTENCE is made by the type. SECONDS are stored as ns. */
enum event_kind {
	EVENT_KIND_TIME,
	EVENT_KIND_TYPE,
	EVENT_KIND_WORD,
	EVENT_KIND_TEXT,
	EVENT_KIND_NUMBER,
	EVENT_KIND_SECONDS,
	EVENT_KIND_LIST,
	EVENT_KIND_SENTENCE,
};

struct event_words {
	const char *const *items;
	size_t count;
};

struct event_field_info {
	const char *name;
	enum event_kind kind;
	const struct event_words *words; /* of a WORD */
	const char *help;
};
extern const struct event_field_info event_fields[EVENT_FIELD_MAX];

#endif
