/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Fragments without ports take the verdict of their datagram's first fragment,
 * if that came before them and not too long ago. The limit that passed the first
 * one also charges them: a flood of fragments must not bypass it.
 *
 * A pass is valid for one policy only: a rule that drops a sender must not wait for its
 * started datagrams. After a switch, the rest of a datagram is judged as if its first
 * fragment had not been seen. A drop stays valid under any policy: without its first
 * fragment the datagram cannot be reassembled.
 */
#ifndef FW_FRAGMENT_H
#define FW_FRAGMENT_H

#include "ebpf/lib/decision.h"
#include "ebpf/lib/maps.h"

static __always_inline void fragment_key(const struct fw_packet *pkt, struct fw_fragment_key *key)
{
	__builtin_memset(key, 0, sizeof(*key));
	__builtin_memcpy(key->src, pkt->info.key.src, sizeof(key->src));
	__builtin_memcpy(key->dst, pkt->info.key.dst, sizeof(key->dst));
	key->id = pkt->fragment_id;
	key->ifindex = pkt->ifindex;
	key->vlan = pkt->info.vlan;
	key->inner_vlan = pkt->info.inner_vlan;
	/* IPv6 fragments may differ in their next header: RFC 8200 4.5. */
	key->proto = pkt->info.kind == FW_KIND_IP4 ? pkt->info.key.proto : 0;
	key->family = pkt->info.kind == FW_KIND_IP4 ? 4 : 6;
}

/* A call: it is rare, and uses stack, of which Linux 6.1 has 512 bytes per call chain. */
static __noinline int fragment_write(const struct fw_packet *pkt, __u32 generation,
				     const struct fw_decision *decision)
{
	struct fw_fragment_value value = {
		.seen = pkt->now,
		.rule = decision->slot,
		.limit = decision->limit,
		.action = decision->action,
		.reason = decision->reason,
		.generation = (__u16)generation,
		.paid_count = pkt->paid_count,
	};
	struct fw_fragment_key key;

	fragment_key(pkt, &key);
	if (pkt->paid_count)
		__builtin_memcpy(value.paid, pkt->limits.paid, sizeof(value.paid));
	return bpf_map_update_elem(&fragments, &key, &value, BPF_ANY);
}

/* Store a first fragment's verdict for the later ones. */
static __always_inline void fragment_remember(const struct fw_packet *pkt,
					      const struct fw_header *header,
					      const struct fw_decision *decision)
{
	if (pkt->info.fragment == FW_FRAGMENT_FIRST && !(pkt->mode & FW_MODE_DRY))
		fragment_write(pkt, header->generation, decision);
}

/* The state of a later fragment's first one; NULL: unknown, or expired. */
static __always_inline const struct fw_fragment_value *
fragment_recall(const struct fw_packet *pkt, const struct fw_header *header)
{
	const struct fw_fragment_value *value;
	struct fw_fragment_key key;

	fragment_key(pkt, &key);
	value = bpf_map_lookup_elem(&fragments, &key);
	if (!value || value->seen + FW_FRAGMENT_NS <= pkt->now)
		return NULL;
	if (value->action != FW_ACTION_DROP && value->generation != (__u16)header->generation)
		return NULL;
	return value;
}

#endif
