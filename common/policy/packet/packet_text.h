/* SPDX-License-Identifier: MIT */
/*
 * A packet in words, as `explain` takes it, and the frame for it.
 *
 *	[in IF] PROTO SRC[:PORT] > DST[:PORT] [OPTION...]
 *
 * A source port that is not given is 49152, a port of clients; a flow label 0. MAC addresses
 * are made up, except the destination of multicast and broadcast.
 * PROTO is a name or a number. Options: vlan N (twice: QinQ, outer first), frag first|later,
 * len N (of the IP datagram), ttl N, dscp N, flow_label N (IPv6),
 * src_mac MAC, dst_mac MAC, type N and code N (ICMP), and TCP flags: "syn ack",
 * "syn,ack" or "none". Names and ranges are those of a rule's match (words.h). "from state", after
 * frag later: of the datagram whose first fragment the datapath saw last between these addresses.
 */
#ifndef FWD_PACKET_TEXT_H
#define FWD_PACKET_TEXT_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/abi/fw_limits.h"
#include "common/abi/fw_lists.h"
#include "common/base/errors/errors.h"
#include "common/base/prefix/prefix.h"

/* Bytes of the largest frame. */
#define PACKET_MAX_FRAME 65535

struct packet_text {
	char interface[IF_NAMESIZE]; /* "" if not given */
	uint8_t proto;
	struct prefix src; /* hosts of one family */
	struct prefix dst;
	uint16_t sport;
	uint16_t dport;
	bool has_chosen_port;	      /* sport was not given: it is a port of clients */
	uint16_t vlans[FW_MAX_VLANS]; /* outer first */
	unsigned vlan_count;
	enum fw_fragment fragment;
	uint8_t tcp_flags;
	uint8_t icmp_type;
	uint8_t icmp_code;
	uint8_t ttl;
	uint8_t dscp;
	uint32_t flow_label; /* IPv6 */
	bool has_flow_label; /* else 0 */
	bool has_src_mac;    /* else a locally administered address, */
	bool has_dst_mac;    /* or that of the group to which it is sent */
	uint8_t src_mac[6];
	uint8_t dst_mac[6];
	uint32_t length; /* of the IP datagram, headers included */
	uint32_t number; /* of the datagram, as on the wire: for fragments */
	bool from_state; /* the id is looked up in the datapath's state */
};

/*
 * Read a packet in words; values that are not given get defaults. Errors have the place
 * "packet:1:column" and show the text. Returns 0, or -EBADMSG.
 */
int packet_parse(const char *text, struct packet_text *ret, struct errors *errs);

/* Bytes of its Ethernet header with tags, and of its IP and transport headers. */
uint32_t packet_link_header(const struct packet_text *packet);
uint32_t packet_headers(const struct packet_text *packet);
/* The default length of its datagram: a small payload if one is required. */
uint32_t packet_usual_length(const struct packet_text *packet);

/*
 * The MAC address for a destination that is a group, or all (255.255.255.255); false: it is
 * neither.
 */
bool packet_group_mac(const struct prefix *dst, uint8_t ret[6]);

/* Write its frame, at most PACKET_MAX_FRAME bytes; returns the length. */
size_t packet_build(const struct packet_text *packet, uint8_t *frame);

/*
 * Read a frame in hex digits; spaces and colons may separate bytes. Returns its length,
 * or -EBADMSG with errors as above.
 */
int packet_parse_hex(const char *text, uint8_t *frame, struct errors *errs);

#endif
