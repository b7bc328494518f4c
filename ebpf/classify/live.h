/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Live sets: edited while packets run, so the end of an entry is checked here. */
#ifndef FW_LIVE_H
#define FW_LIVE_H

#include "ebpf/lib/packet.h"

#define FW_LIVE_SET_BITS 32

static __always_inline bool in_live_set4(__u32 set_id, __u32 addr, __u64 now)
{
	struct fw_live_key4 key = {
		.prefix_len = FW_LIVE_SET_BITS + 32,
		.set_id = bpf_htonl(set_id),
		.addr = addr,
	};
	struct fw_live_value *value = bpf_map_lookup_elem(&live4, &key);

	return value && value->effective > now;
}

static __always_inline bool in_live_set6(__u32 set_id, const __u32 addr[4], __u64 now)
{
	struct fw_live_key6 key = {
		.prefix_len = FW_LIVE_SET_BITS + 128,
		.set_id = bpf_htonl(set_id),
	};
	struct fw_live_value *value;

	__builtin_memcpy(key.addr, addr, sizeof(key.addr));
	value = bpf_map_lookup_elem(&live6, &key);
	return value && value->effective > now;
}

/* True if all of a rule's live tests are true for an IP packet. */
static __always_inline bool live_tests_hold(const struct fw_packet *pkt, const struct fw_rule *rule)
{
	for (int i = 0; i < FW_LIVE_PER_RULE; i++) {
		const struct fw_live_test *test = &rule->live[i];
		const __u32 *addr =
			test->flags & FW_LIVE_DST ? pkt->info.key.dst : pkt->info.key.src;
		bool member;

		if (!test->set_id)
			break;
		if (!(pkt->info.flags & FW_IS_IP))
			return false;
		member = pkt->info.flags & FW_IS_IP6
				 ? in_live_set6(test->set_id, addr, pkt->now)
				 : in_live_set4(test->set_id, addr[0], pkt->now);
		if (member == !!(test->flags & FW_LIVE_NEGATE))
			return false;
	}
	return true;
}

/* True if the packet's source is in the block list. Packets that a link needs are exempt. */
static __always_inline bool is_blocked(const struct fw_packet *pkt, const struct fw_state *shared)
{
	if (pkt->info.kind == FW_KIND_IP4)
		return shared->blocks4 &&
		       in_live_set4(FW_LIVE_BLOCKS, pkt->info.key.src[0], pkt->now);
	if (pkt->info.kind == FW_KIND_IP6)
		return shared->blocks6 && in_live_set6(FW_LIVE_BLOCKS, pkt->info.key.src, pkt->now);
	return false;
}

#endif
