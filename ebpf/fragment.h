/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Fragments without ports take the verdict of their datagram's first fragment,
 * if that came before them and not too long ago.
 */
#ifndef FW_FRAGMENT_H
#define FW_FRAGMENT_H

#include "decision.h"
#include "maps.h"

static __always_inline void fragment_key(const struct fw_packet *pkt, struct fw_fragment_key *key)
{
	__builtin_memcpy(key->src, pkt->src, sizeof(key->src));
	__builtin_memcpy(key->dst, pkt->dst, sizeof(key->dst));
	key->id = pkt->fragment_id;
	key->ifindex = pkt->ifindex;
	key->vlan = pkt->vlan;
	/* IPv6 fragments may differ in what they call the next header: RFC 8200 4.5. */
	key->proto = pkt->kind == FW_KIND_IP4 ? pkt->proto : 0;
	key->family = pkt->kind == FW_KIND_IP4 ? 4 : 6;
}

/* A first fragment's verdict, for those that follow. */
static __always_inline void fragment_remember(const struct fw_packet *pkt,
					      const struct fw_header *header,
					      const struct fw_decision *decision)
{
	struct fw_fragment_value value = {
		.seen = pkt->now,
		.rule = decision->slot,
		.action = decision->action,
		.would_drop =
			pkt->would_drop || (decision->action == FW_ACTION_DROP && !header->enforce),
	};
	struct fw_fragment_key key;

	if (pkt->fragment != FW_FRAGMENT_FIRST || pkt->flags & FW_IS_DRY)
		return;
	fragment_key(pkt, &key);
	bpf_map_update_elem(&fragments, &key, &value, BPF_ANY);
}

/* True if the first fragment's verdict is known; then it is this packet's, too. */
static __always_inline bool fragment_recall(const struct fw_packet *pkt,
					    struct fw_decision *decision)
{
	const struct fw_fragment_value *value;
	struct fw_fragment_key key;

	fragment_key(pkt, &key);
	value = bpf_map_lookup_elem(&fragments, &key);
	if (!value || value->seen + FW_FRAGMENT_NS <= pkt->now)
		return false;
	decide(decision, FW_REASON_FRAGMENT, value->action);
	decision->slot = value->rule;
	return true;
}

#endif
