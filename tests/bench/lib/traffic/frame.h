/* SPDX-License-Identifier: MIT */
/* The frames that are sent: UDP, the shortest that Ethernet allows. */
#ifndef BENCH_FRAME_H
#define BENCH_FRAME_H

#include <stddef.h>
#include <stdint.h>

#define FRAME_SIZE 128

struct frame {
	uint8_t bytes[FRAME_SIZE];
	size_t length;
	unsigned family; /* 4 or 6 */
	unsigned offset; /* of the IP header */
};

/* vlan: id of an 802.1Q tag, 0: none. Addresses and ports are the rotator's to fill. */
struct frame frame_make(unsigned family, unsigned vlan);

/* An IPv4 frame as short as a bare SYN, for keys with TCP as their protocol. */
struct frame frame_make_syn(void);

#endif
