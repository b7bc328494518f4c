/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Frames that are several packets: GRO below generic mode, and TSO of a veth's other end, merge
 * packets of a flow. Limits and counters count such a frame as several packets.
 */
#ifndef FW_SEGMENTS_H
#define FW_SEGMENTS_H

#include "ebpf/lib/packet.h"

#define FW_USUAL_FRAME 1522 /* Ethernet's largest, with a VLAN tag */
#define FW_IP4_HEADER  20
#define FW_IP6_HEADER  40
#define FW_TCP_HEADER  20
#define FW_UDP_HEADER  8

/*
 * Packets in a frame of more bytes than its link takes: it was merged, by GRO below generic mode
 * or by TSO of a veth's other end. The original packets are unknown, so the link's MTU gives the
 * least number, of full size, with headers without options. A call, as it is rare.
 */
__noinline int segments_of(const struct fw_packet *pkt, __u32 mtu)
{
	__u32 headers, length, count;

	if (!pkt || !(pkt->info.flags & FW_IS_IP))
		return 1;
	length = pkt->info.ip_length < FW_MAX_DATAGRAM ? pkt->info.ip_length : pkt->info.length;
	headers = pkt->info.flags & FW_IS_IP6 ? FW_IP6_HEADER : FW_IP4_HEADER;
	headers += pkt->info.flags & FW_HAS_TCP ? FW_TCP_HEADER : FW_UDP_HEADER;
	if (mtu <= headers || length <= mtu)
		return 1;
	count = (length - headers + mtu - headers - 1) / (mtu - headers);
	return count < FW_MAX_SEGMENTS ? count : FW_MAX_SEGMENTS;
}

/* Set pkt->segments to the number of packets in the frame. */
static __always_inline void count_segments(struct fw_packet *pkt, const struct fw_state *shared)
{
	if (__builtin_expect(pkt->info.length > FW_USUAL_FRAME, 0))
		pkt->segments = segments_of(
			pkt, shared->mtu[pkt->info.interface & (FW_MAX_INTERFACES - 1)]);
}

#endif
