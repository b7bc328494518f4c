/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Bans: the datapath reports a source over a limit that blocks, and fwd puts it into a live set.
 * That takes a moment, and does not happen while fwd is not running; the limit itself drops
 * nevertheless.
 */
#ifndef FW_BAN_H
#define FW_BAN_H

#include "ebpf/limit/bucket_table.h"

static __always_inline __u64 ban_hash(const struct fw_ban *ban)
{
	__u64 hash = (__u64)ban->addr[0] << 32 | ban->addr[1];

	hash ^= ((__u64)ban->addr[2] << 32 | ban->addr[3]) * 0x9e3779b97f4a7c15ULL;
	hash ^= (__u64)ban->limit << 16 | ban->family << 8 | ban->prefix_len;
	/* The finalizer of SplitMix64 (Steele, Lea and Flood, 2014): every bit affects all bits. */
	hash = (hash ^ hash >> 30) * 0xbf58476d1ce4e5b9ULL;
	hash = (hash ^ hash >> 27) * 0x94d049bb133111ebULL;
	return hash ^ hash >> 31;
}

/* Was it reported a moment ago? If not, it counts as reported now. */
static __always_inline bool ban_was_reported(__u64 hash, __u64 now)
{
	__u32 place = hash & (FW_BAN_TOLD - 1);
	struct fw_ban_told *last = bpf_map_lookup_elem(&ban_told, &place);

	if (!last)
		return true;
	/* A clock that was ahead is void. */
	if (last->hash == hash && now - last->time < FW_BAN_AGAIN_NS)
		return true;
	last->hash = hash;
	last->time = now;
	return false;
}

/*
 * The address of the key that is over its limit, of several levels that level's. False: no address.
 */
static __always_inline bool ban_key(struct fw_packet *pkt, const struct fw_limit *limit,
				    struct fw_ban *ret)
{
	__u32 number = pkt->limits.level & (FW_MAX_LEVELS - 1);
	const struct fw_level *level = &limit->levels[number];

	if (level->key != FW_KEY_SRC && level->key != FW_KEY_DST)
		return false;
	bucket_key(pkt, level, number);
	if (!pkt->limits.key.family)
		return false;
	if (level->key == FW_KEY_SRC)
		__builtin_memcpy(ret->addr, pkt->limits.key.src, sizeof(ret->addr));
	else
		__builtin_memcpy(ret->addr, pkt->limits.key.dst, sizeof(ret->addr));
	ret->limit = limit->slot;
	ret->family = pkt->limits.key.family;
	ret->prefix_len = pkt->limits.key.family == 4 ? level->prefix4 : level->prefix6;
	ret->key = level->key;
	return true;
}

/* The packet's data for fwd: may its source be forged? */
static __always_inline void ban_packet(const struct fw_packet *pkt, struct fw_ban *ret)
{
	__builtin_memcpy(ret->src, pkt->info.key.src, sizeof(ret->src));
	__builtin_memcpy(ret->dst, pkt->info.key.dst, sizeof(ret->dst));
	ret->proto = pkt->info.key.proto;
	ret->tcp_flags = pkt->info.flags & FW_HAS_TCP ? pkt->info.tcp_flags : 0;
}

/* Report the packet's key to fwd. Rarely called: as a call it keeps the other paths short. */
static __noinline int report_ban(struct fw_packet *pkt, const struct fw_limit *limit)
{
	struct fw_ban_stats *stats;
	__u32 slot = limit->slot;
	struct fw_ban *ban, copy = {0};

	if (!ban_key(pkt, limit, &copy))
		return 0;
	if (ban_was_reported(ban_hash(&copy), pkt->now))
		return 0;
	stats = bpf_map_lookup_elem(&ban_stats, &slot);
	if (!stats)
		return 0;
	ban = bpf_ringbuf_reserve(&bans, sizeof(*ban), 0);
	if (!ban) {
		stats->lost++;
		return 0;
	}
	ban_packet(pkt, &copy);
	*ban = copy;
	/* fwd polls the ring often enough. */
	bpf_ringbuf_submit(ban, BPF_RB_NO_WAKEUP);
	stats->reported++;
	return 0;
}

#endif
