/* SPDX-License-Identifier: MIT */
/* Internal to the reader of packets: the options that were given. */
#ifndef FWD_PACKET_READING_H
#define FWD_PACKET_READING_H

#include "common/policy/packet/packet_text.h"
#include "common/policy/packet/packet_words.h"

/* Options that are a number. */
enum option {
	OPTION_VLAN,
	OPTION_LEN,
	OPTION_TTL,
	OPTION_DSCP,
	OPTION_TYPE,
	OPTION_CODE,
	OPTION_LABEL,
	OPTION_MAX
};

/* What was given, and where: dependencies are checked at the end. */
struct reading {
	struct words words;
	struct packet_text packet;
	struct packet_word proto, src, dst, fragment, flags, state; /* column 0: not given */
	struct packet_word src_mac, dst_mac;
	struct packet_word option[OPTION_MAX]; /* the last of its kind */
	uint32_t value[OPTION_MAX];
	bool proto_named;
	bool src_port, dst_port;
	bool untagged; /* "vlan untagged" */
};

/*
 * Check that the options are consistent, then fill in those that were not given. 0, or -EBADMSG
 * with an error at the first word that is not consistent.
 */
int packet_check(struct reading *reading);

#endif
