/* SPDX-License-Identifier: MIT */
/* The reference's reading of a frame: from the RFCs, byte by byte. */
#ifndef FWD_TEST_REFERENCE_PARSE_H
#define FWD_TEST_REFERENCE_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/abi/fw_abi.h"
#include "common/base/prefix/prefix.h"

/* Which sets an address is in: bits by index of config.sets (of the first 64), as far as known. */
struct membership {
	uint64_t known;
	uint64_t in;
};

struct seen {
	enum fw_kind kind;
	size_t frame_length;
	unsigned vlan; /* of the outer tag that names one; 0: none */
	uint8_t dst_mac[6];
	uint8_t src_mac[6];
	bool ip; /* what follows is there: */
	struct prefix src;
	struct prefix dst;
	struct membership in_src; /* the matcher's */
	struct membership in_dst;
	unsigned proto;
	unsigned fragment;
	unsigned ttl;
	unsigned dscp;
	unsigned flow_label; /* IPv6 */
	unsigned ip_length;
	bool ports;
	unsigned sport;
	unsigned dport;
	bool tcp;
	unsigned tcp_flags;
	bool icmp;
	unsigned icmp_type;
	unsigned icmp_code;
};

/* FW_REASON_MAX, or the reason why it is malformed. */
enum fw_reason reference_parse(const uint8_t *frame, size_t length, struct seen *ret);

#endif
