/* SPDX-License-Identifier: MIT */
/* The data of the types of events. */
#ifndef FWD_RECORDS_DATA_H
#define FWD_RECORDS_DATA_H

#include "common/abi/counters.h"
#include "common/base/words.h"
#include "common/records/event.h"

/*
 * One packet, with names for slots. Fields that it does not have are "", 0, or -1. Texts may be in
 * the struct itself, so it cannot be copied.
 */
struct packet_event {
	const char *interface; /* name */
	const char *rule;      /* id */
	const char *limit;     /* name */
	const char *proto;     /* "tcp", "udp", ..., or the number as text */
	const char *src, *dst;
	const char *tcp_flags; /* "syn,ack" */
	int sport, dport;
	int icmp_type, icmp_code;
	int ethertype;
	uint32_t length;
	uint32_t generation;
	uint32_t sample;
	uint16_t vlan, inner_vlan;
	uint8_t outcome;  /* enum fw_outcome */
	uint8_t reason;	  /* enum fw_reason */
	uint8_t kind;	  /* enum fw_kind */
	uint8_t fragment; /* enum fw_fragment */
	/* Space for the texts above. */
	char proto_text[4];
	char src_text[48];
	char dst_text[48];
	char tcp_flags_text[TCP_FLAGS_TEXT];
};

/* What fwd observed over many packets, or in itself. Fields that do not apply are NULL or 0. */
struct notice {
	enum fw_event_type type;
	const char *limit;
	const char *rate; /* of the limit, as in the config */
	const char *per;  /* its key */
	union {
		struct {
			const char *const *rules; /* that use it */
			size_t rule_count;	  /* at most NOTICE_RULES are named */
		};
		struct event_list rule_list;
	};
	enum fw_outcome outcome; /* of packets over the limit */
	struct fw_count count;	 /* of packets over the limit; BANS_MISSED: of addresses */
	uint64_t duration_ns; /* how long it was limiting, a ban is (0: for ever), a policy waits */
	const char *address;  /* what is banned: a prefix */
	const char *set;      /* the live set that it is put into; NULL: the block list */
	unsigned level;	      /* of the ban, from 1 */
	/* BANS_MISSED: why not; LIMIT_FULL: when_full; of a policy or the config: the sentence */
	const char *why;
	uint64_t keys; /* LIMIT_FULL: for how many there is room */
};
#define NOTICE_RULES EVENT_LIST_MAX

/* A notice as an event with the current time. */
void event_of_notice(const struct notice *notice, struct event *ret);

#endif
