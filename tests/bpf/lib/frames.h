/* SPDX-License-Identifier: MIT */
/*
 * Frames for tests, built from the outside in:
 *
 *	tcp(ip4(tag(eth(), ETH_P_8021Q, 7), "192.0.2.7", "203.0.113.9"), 40000, 443, SYN)
 *
 * Each function appends a header and returns the frame by value. Type and
 * protocol fields in front, and the lengths of IP and UDP, follow what is
 * appended; a test writes a wrong one afterwards. Checksums are left 0:
 * nobody here looks at them.
 */
#ifndef FWD_TEST_FRAMES_H
#define FWD_TEST_FRAMES_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/if_ether.h>

#define FRAME_MAX 320

/* Where the usual packet comes from and goes to. */
#define SRC4 "192.0.2.7"
#define DST4 "203.0.113.9"
#define SRC6 "2001:db8:1::7"
#define DST6 "2001:db8:2::9"

enum tcp_flag { FIN = 1, SYN = 2, RST = 4, PSH = 8, ACK = 16, URG = 32, ECE = 64, CWR = 128 };

struct frame {
	uint8_t bytes[FRAME_MAX];
	uint16_t length;
	uint16_t type_at; /* the ethertype in front of what comes next; 0: it is set already */
	uint16_t next_at; /* the protocol in front of what comes next */
	uint16_t ip_at;	  /* the IP header; 0: none */
	uint16_t udp_at;  /* the UDP header; 0: none */
	uint16_t l4_at;	  /* TCP, UDP, SCTP, ICMP; 0: none */
};

/* Ethernet from one station to another; the ethertype is one for experiments (0x88b5). */
struct frame eth(void);
/* Set the ethertype. */
struct frame type(struct frame frame, uint16_t ethertype);
/* A VLAN tag: ETH_P_8021Q or ETH_P_8021AD, priority 3, and the id. */
struct frame tag(struct frame frame, uint16_t ethertype, uint16_t id);
/* An ARP request. */
struct frame arp(struct frame frame);

/* IP headers, with TTL 64. The protocol is one for experiments (253). */
struct frame ip4(struct frame frame, const char *src, const char *dst);
struct frame ip6(struct frame frame, const char *src, const char *dst);
/* Options of IPv4: NOPs, a multiple of 4. */
struct frame options(struct frame frame, unsigned size);
/* Mark an IPv4 packet as a fragment; offset in units of 8 bytes. */
struct frame fragment4(struct frame frame, unsigned offset, bool more, uint16_t id);
/* An extension header of IPv6, or an AH; size in bytes. */
struct frame ext(struct frame frame, uint8_t proto, unsigned size);
/* The fragment header. */
struct frame fragment6(struct frame frame, unsigned offset, bool more, uint32_t id);
/* Another protocol, of which nothing follows. */
struct frame proto(struct frame frame, uint8_t number);
struct frame ttl(struct frame frame, uint8_t value);
struct frame dscp(struct frame frame, uint8_t value);

struct frame tcp(struct frame frame, uint16_t sport, uint16_t dport, unsigned flags);
struct frame udp(struct frame frame, uint16_t sport, uint16_t dport);
struct frame sctp(struct frame frame, uint16_t sport, uint16_t dport);
/* ICMP or ICMPv6, after the IP header. */
struct frame icmp(struct frame frame, uint8_t icmp_type, uint8_t code);

/* Bytes of the datagram, all of this value. */
struct frame payload(struct frame frame, unsigned size, uint8_t value);
/* Bytes behind the datagram, up to a frame of length bytes: Ethernet padding. */
struct frame pad(struct frame frame, unsigned length, uint8_t value);
/* What is left of a frame that was cut. */
struct frame cut(struct frame frame, unsigned length);
/* A shorter datagram: cut, and the lengths of IP and UDP know it. */
struct frame shorten(struct frame frame, unsigned length);
/* Overwrite bytes of the frame. */
struct frame poke8(struct frame frame, unsigned at, uint8_t value);
struct frame poke16(struct frame frame, unsigned at, uint16_t value);

/* The usual packets, without tags. */
struct frame v4(void);
struct frame v6(void);
struct frame tcp4(uint16_t sport, uint16_t dport);
struct frame tcp6(uint16_t sport, uint16_t dport);
struct frame udp4(uint16_t sport, uint16_t dport);
struct frame udp6(uint16_t sport, uint16_t dport);
/* UDP port 53 from a source. */
struct frame from4(const char *src);
struct frame from6(const char *src);
/* UDP port 53 from the usual source to a destination. */
struct frame to4(const char *dst);
struct frame to6(const char *dst);

#endif
