/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Fields that few policies use: MAC addresses and the flow label. They are read from the frame only
 * if the policy uses them, so that others pay one test; the verifier checks the global functions
 * once.
 */
#ifndef FW_FRAME_H
#define FW_FRAME_H

#include "ebpf/classify/addresses.h"
#include "ebpf/classify/rows.h"
#include "ebpf/parse/parse_frame.h"

/* Use the row of a value, which is in the highest bits. */
__noinline int fw_use_value(__u32 table, __u64 value)
{
	struct fw_packet *pkt = fw_packet();
	struct fw_search search = {.pkt = pkt};
	const struct fw_header *header;
	__u32 row;

	if (!pkt || table >= FW_TABLE_MAX)
		return 0;
	search.image = fw_image(pkt);
	if (!search.image)
		return 0;
	header = &search.image->header;
	/* The verifier of Linux 6.1 forgets the bounds of what was spilled before they were checked. */
	asm volatile("" : "+r"(table));
	table &= 7;
	row = header->table_miss[table];
	if (header->tables & (1U << table))
		row = row_of_halves(search.image, pkt->image, header->table_root[table], value, 0);
	else if (!row)
		return 0; /* no rule uses it */
	use_row(&search, (enum fw_source)(FW_SOURCE_TABLES + table), row);
	return 0;
}

static __always_inline __u64 mac_value(const __u8 *mac)
{
	return (__u64)mac[0] << 40 | (__u64)mac[1] << 32 | (__u64)mac[2] << 24 |
	       (__u64)mac[3] << 16 | (__u64)mac[4] << 8 | mac[5];
}

__noinline int fw_use_frame(struct xdp_md *ctx)
{
	struct fw_packet *pkt = fw_packet();

	if (!pkt)
		return 0;
	keep_frame(ctx, pkt);
	fw_use_value(FW_TABLE_SRC_MAC, mac_value(pkt->frame.src_mac) << 16);
	fw_use_value(FW_TABLE_DST_MAC, mac_value(pkt->frame.dst_mac) << 16);
	if (pkt->info.flags & FW_IS_IP6)
		fw_use_value(FW_TABLE_FLOW_LABEL, (__u64)pkt->frame.flow_label << 44);
	return 0;
}

#endif
