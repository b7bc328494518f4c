/* SPDX-License-Identifier: MIT */
#ifndef FWD_RECORDS_PACKET_H
#define FWD_RECORDS_PACKET_H

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

#endif
