/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Ethernet, up to two VLAN tags (802.1Q and 802.1ad in any order), and ARP's shape. */
#ifndef FW_PARSE_ETHERNET_H
#define FW_PARSE_ETHERNET_H

#include <linux/if_ether.h>

#include <bpf/bpf_endian.h>

#include "ebpf/parse/cursor.h"
#include "ebpf/scratch/packet.h"

#define FW_PARSED	  FW_REASON_MAX /* what parsers return without error */
#define FW_VLAN_ID_MASK	  0x0fff
#define FW_L3_OFFSET_MASK 31 /* its bits, for the verifier: Ethernet and two tags are 22 bytes */

struct vlan_tag {
	__be16 control;
	__be16 ethertype;
};

struct arp_header {
	__be16 hardware;
	__be16 protocol;
	__u8 hardware_length;
	__u8 protocol_length;
	__be16 operation;
};

static __always_inline bool is_vlan(__u16 ethertype)
{
	return ethertype == ETH_P_8021Q || ethertype == ETH_P_8021AD;
}

/* Returns FW_PARSED, or the reason of the error. */
static __always_inline enum fw_reason parse_ethernet(struct cursor *cursor, struct fw_packet *pkt)
{
	struct ethhdr *ethernet = take(cursor, sizeof(*ethernet));
	struct vlan_tag *tag;
	__u16 ethertype;

	if (!ethernet)
		return FW_REASON_SHORT_ETHERNET;
	ethertype = bpf_ntohs(ethernet->h_proto);
	if (is_vlan(ethertype)) {
		tag = take(cursor, sizeof(*tag));
		if (!tag)
			return FW_REASON_SHORT_VLAN;
		pkt->info.vlan = bpf_ntohs(tag->control) & FW_VLAN_ID_MASK;
		ethertype = bpf_ntohs(tag->ethertype);
		if (is_vlan(ethertype)) {
			tag = take(cursor, sizeof(*tag));
			if (!tag)
				return FW_REASON_SHORT_VLAN;
			pkt->info.inner_vlan = bpf_ntohs(tag->control) & FW_VLAN_ID_MASK;
			ethertype = bpf_ntohs(tag->ethertype);
			if (is_vlan(ethertype))
				return FW_REASON_VLAN_DEPTH;
			/* Linux removes a priority tag and uses the next one: so do rules. */
			if (!pkt->info.vlan) {
				pkt->info.vlan = pkt->info.inner_vlan;
				pkt->info.inner_vlan = 0;
			}
		}
	}
	pkt->info.ethertype = ethertype;
	pkt->info.l3_offset = cursor->offset;
	return FW_PARSED;
}

static __always_inline enum fw_reason parse_arp(struct cursor *cursor, struct fw_packet *pkt)
{
	struct arp_header *arp = take(cursor, sizeof(*arp));

	pkt->info.kind = FW_KIND_ARP;
	if (!arp || cursor->left < 2U * (arp->hardware_length + arp->protocol_length))
		return FW_REASON_SHORT_ARP;
	return FW_PARSED;
}

#endif
