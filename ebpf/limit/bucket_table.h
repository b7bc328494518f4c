/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Buckets of keys: eight-way sets in an array (struct fw_bucket_set), two sets to a
 * key, so that a table holds nearly as many keys as it has ways. Finding one costs a
 * cache line for the tags and one for the state.
 *
 * A new key takes a way that is free, or idle: one whose bucket is full, which is
 * the same as none, so nothing is lost. A key that came more than once keeps its
 * way for a while longer, unless when_full is evict: then an idle way counts as
 * free, and without an idle one the way nearest to idle is replaced. Keys of floods
 * from random sources come once: they replace each other.
 *
 * Two CPUs with the same new key at the same time may both claim a way; the later one
 * in the sets is released again. Meanwhile a packet may pay to the released way, or to
 * its earlier key: an error of one packet's tokens, once.
 */
#ifndef FW_BUCKET_TABLE_H
#define FW_BUCKET_TABLE_H

#include "ebpf/limit/window.h"

#define FW_CLAIM_TRIES 4
#define FW_NO_WAY      FW_WAYS
#define FW_NO_SET      (~0U)

/* ---- keys ---- */

/* Network-order mask of the bits that a prefix has in 32 bits from bit `from` on. */
static __always_inline __u32 prefix_mask(__u32 prefix, __u32 from)
{
	if (prefix <= from)
		return 0;
	if (prefix - from >= 32)
		return ~0U;
	return bpf_htonl(~0U << ((32 - (prefix - from)) & 31));
}

static __always_inline void mask_address(__u32 *to, const __u32 *from, const struct fw_packet *pkt,
					 const struct fw_level *level)
{
	if (!(pkt->info.flags & FW_IS_IP6)) {
		to[0] = from[0] & prefix_mask(level->prefix4, 0);
		return;
	}
	for (int i = 0; i < 4; i++)
		to[i] = from[i] & prefix_mask(level->prefix6, 32 * i);
}

static __always_inline void key_ports(struct fw_bucket_key *key, const struct fw_packet *pkt,
				      bool both)
{
	key->proto = pkt->info.key.proto;
	if (!(pkt->info.flags & FW_HAS_PORTS))
		return;
	key->flags = FW_HAS_PORTS;
	key->dport = pkt->info.key.dport;
	if (both)
		key->sport = pkt->info.key.sport;
}

/* The key of a packet without addresses has none: all such packets share a bucket. */
static __always_inline void key_addresses(struct fw_bucket_key *key, const struct fw_packet *pkt,
					  const struct fw_level *level)
{
	if (!(pkt->info.flags & FW_IS_IP))
		return;
	key->family = pkt->info.flags & FW_IS_IP6 ? 6 : 4;
	if (level->key != FW_KEY_DST)
		mask_address(key->src, pkt->info.key.src, pkt, level);
	if (level->key == FW_KEY_DST || level->key == FW_KEY_SRC_DST || level->key == FW_KEY_FLOW)
		mask_address(key->dst, pkt->info.key.dst, pkt, level);
	if (level->key == FW_KEY_SRC_DPORT || level->key == FW_KEY_FLOW)
		key_ports(key, pkt, level->key == FW_KEY_FLOW);
}

static __always_inline void bucket_key(struct fw_packet *pkt, const struct fw_level *level,
				       __u32 number)
{
	struct fw_bucket_key *key = &pkt->limits.key;

	__builtin_memset(key, 0, sizeof(*key));
	key->level = number;
	if (level->key == FW_KEY_INTERFACE)
		key->src[0] = pkt->ifindex;
	else if (level->key == FW_KEY_VLAN)
		key->src[0] = pkt->info.vlan;
	else
		key_addresses(key, pkt, level);
}

/* Unused words of keys of IPv4, or without addresses, are 0 and add nothing. */
static __always_inline __u64 bucket_tag(const struct fw_bucket_key *key)
{
	const __u32 *words = (const void *)key, zero = 0;
	const struct fw_secrets *secret = bpf_map_lookup_elem(&secrets, &zero);
	__u64 upper, lower;

	if (!secret)
		return FW_TAG_USED | FW_TAG_KNOWN;
	upper = secret->upper_start;
	lower = secret->lower_start;
	for (int i = 0; i < FW_KEY_WORDS; i++) {
		if (key->family != 6 && i != 0 && i != 4 && i < 8)
			continue;
		upper += secret->upper[i] * words[i];
		lower += secret->lower[i] * words[i];
	}
	return (upper & ~0xffffffffULL) | lower >> 32 | FW_TAG_USED | FW_TAG_KNOWN;
}

/* ---- finding ---- */

static __always_inline __u32 way_of(const struct fw_bucket_set *set, __u64 tag)
{
	for (__u32 i = 0; i < FW_WAYS; i++)
		if ((set->tags[i] | FW_TAG_KNOWN) == tag)
			return i;
	return FW_NO_WAY;
}

/* The set, if the current key is in it; its way is pkt->limits.way. */
static __always_inline struct fw_bucket_set *look_into(struct fw_packet *pkt, void *table,
						       __u32 index)
{
	struct fw_bucket_set *set = bpf_map_lookup_elem(table, &index);
	__u32 way;

	if (!set)
		return NULL;
	way = way_of(set, pkt->limits.tag);
	if (way == FW_NO_WAY)
		return NULL;
	/* Read back from the map, the verifier sees any way, not eight cases. */
	*(volatile __u32 *)&pkt->limits.way = way;
	return set;
}

static __always_inline __u32 current_way(const struct fw_packet *pkt)
{
	return *(volatile const __u32 *)&pkt->limits.way & (FW_WAYS - 1);
}

static __always_inline struct fw_bucket_set *bucket_look(struct fw_packet *pkt, void *table)
{
	struct fw_bucket_set *set = look_into(pkt, table, pkt->limits.first_set);

	if (set) {
		pkt->limits.best_set = pkt->limits.first_set;
		return set;
	}
	pkt->limits.best_set = pkt->limits.second_set;
	return look_into(pkt, table, pkt->limits.second_set);
}

static __always_inline void *bucket_table_of(const struct fw_limit *limit)
{
	__u32 index = limit->table;

	return bpf_map_lookup_elem(&bucket_tables, &index);
}

/* ---- a way for a new key ---- */

/* The quality of a way for a new key, best first; the upper bits of fw_packet.best. */
enum fw_way_class { FW_WAY_FREE, FW_WAY_IDLE, FW_WAY_KEPT, FW_WAY_BUSY, FW_WAY_NONE };
#define FW_CLASS_SHIFT 60
#define FW_MAX_RANK    (1LL << 58)

/* fw_limit.idle describes ranks. */
static __always_inline __s64 rank_of(const struct fw_limit *limit, __u64 a, __u64 b, __u64 start)
{
	__s64 rank = a - start, other = b - start;

	if (limit->algorithm == FW_ALGORITHM_SLIDING_WINDOW && other > rank)
		return other;
	return rank;
}

/* The reference time of ranks. */
static __always_inline __u64 rank_start(const struct fw_limit *limit, __u64 now)
{
	if (limit->window)
		return now / limit->window << FW_WINDOW_SHIFT;
	return now * FW_TICKS_PER_NS;
}

static __always_inline __u64 judge_way(const struct fw_limit *limit, __u64 tag, __s64 rank)
{
	__u64 class = FW_WAY_BUSY;

	if (!tag)
		return 0;
	if (rank <= limit->forgotten || (rank <= limit->idle && !(tag & FW_TAG_KNOWN)))
		class = FW_WAY_IDLE;
	else if (rank <= limit->idle)
		class = FW_WAY_KEPT;
	if (rank > FW_MAX_RANK)
		rank = FW_MAX_RANK;
	if (rank < -FW_MAX_RANK)
		rank = -FW_MAX_RANK;
	return class << FW_CLASS_SHIFT | (rank + FW_MAX_RANK);
}

/*
 * Ways of a set that belong to the packet's earlier levels: bit per way. They may be new and
 * so count as idle, but the packet is about to pay there.
 */
static __always_inline __u32 ways_taken(const struct fw_packet *pkt, const struct fw_limit *limit,
					__u32 index)
{
	__u32 taken = 0;

	for (__u32 i = 0; i < FW_MAX_LEVELS - 1; i++)
		if (i < pkt->limits.level && limit->levels[i].key != FW_KEY_RULE &&
		    pkt->limits.sets[i] == index)
			taken |= 1 << (pkt->limits.ways[i] & (FW_WAYS - 1));
	return taken;
}

static __always_inline void find_best(struct fw_packet *pkt, const struct fw_limit *limit,
				      void *table, __u32 index, __u64 start)
{
	const struct fw_bucket_set *set = bpf_map_lookup_elem(table, &index);
	__u32 taken = ways_taken(pkt, limit, index);

	if (!set)
		return;
	for (__u32 i = 0; i < FW_WAYS; i++) {
		__u64 tag = set->tags[i];
		__u64 worth = judge_way(limit, tag, rank_of(limit, set->a[i], set->b[i], start));

		if (worth >= pkt->limits.best || taken >> i & 1)
			continue;
		pkt->limits.best = worth;
		pkt->limits.best_tag = tag;
		pkt->limits.best_set = index;
		pkt->limits.best_way = i;
	}
}

static __always_inline void count_evicted(const struct fw_limit *limit)
{
	__u32 slot = limit->slot;
	struct fw_limit_stats *stats = bpf_map_lookup_elem(&limit_stats, &slot);

	if (stats)
		stats->evicted++;
}

/* A claimed way as a full bucket. An idle one is already full, and may be in use by now. */
static __always_inline void settle(const struct fw_packet *pkt, const struct fw_limit *limit,
				   struct fw_bucket_set *set, __u32 way, __u64 start)
{
	__u64 class = pkt->limits.best >> FW_CLASS_SHIFT;
	__u64 fresh = limit->window ? start - (2ULL << FW_WINDOW_SHIFT) : start;

	if (class == FW_WAY_FREE || class == FW_WAY_BUSY) {
		__u64 old = set->a[way];

		__sync_val_compare_and_swap(&set->a[way], old, fresh);
		set->b[way] = fresh;
	}
	set->owners[way].key = pkt->limits.key;
	set->owners[way].limited = 0;
}

/* Another CPU may also have claimed a way: the first one counts. */
static __always_inline void agree(struct fw_packet *pkt, void *table, struct fw_bucket_set *set,
				  __u32 way)
{
	__u32 index = pkt->limits.best_set;

	if (!bucket_look(pkt, table) || (pkt->limits.best_set == index && current_way(pkt) == way))
		return;
	__sync_val_compare_and_swap(&set->tags[way], pkt->limits.tag & ~FW_TAG_KNOWN, 0);
}

/*
 * Make a bucket for the current key. False: all ways are in use, or kept. (Not static: the
 * verifier checks it once, not for each call.)
 */
__noinline int bucket_claim(struct fw_packet *pkt, const struct fw_limit *limit, __u64 now)
{
	__u64 start, most = FW_WAY_KEPT;
	void *table;

	if (!pkt || !limit)
		return false;
	start = rank_start(limit, now);
	table = bucket_table_of(limit);
	if (limit->when_full == FW_FULL_EVICT)
		most = FW_WAY_NONE;
	for (int i = 0; table && i < FW_CLAIM_TRIES; i++) {
		struct fw_bucket_set *set;
		__u32 way, index;

		pkt->limits.best = most << FW_CLASS_SHIFT;
		*(volatile __u32 *)&pkt->limits.best_way = FW_NO_WAY;
		find_best(pkt, limit, table, pkt->limits.first_set, start);
		find_best(pkt, limit, table, pkt->limits.second_set, start);
		way = *(volatile __u32 *)&pkt->limits.best_way;
		index = *(volatile __u32 *)&pkt->limits.best_set;
		set = bpf_map_lookup_elem(table, &index);
		if (way >= FW_WAYS || !set)
			return false;
		if (__sync_val_compare_and_swap(&set->tags[way], pkt->limits.best_tag,
						pkt->limits.tag & ~FW_TAG_KNOWN) !=
		    pkt->limits.best_tag)
			continue;
		if (pkt->limits.best >> FW_CLASS_SHIFT == FW_WAY_BUSY)
			count_evicted(limit);
		settle(pkt, limit, set, way, start);
		agree(pkt, table, set, way);
		return true;
	}
	return false;
}

/*
 * The set of the current key; its way is current_way(). If the key has no bucket, one is made,
 * except in a dry run. NULL: there is none.
 */
static __always_inline struct fw_bucket_set *bucket_find(struct fw_packet *pkt,
							 const struct fw_limit *limit, __u64 now)
{
	void *table = bucket_table_of(limit);
	struct fw_bucket_set *set;
	__u64 *tag;

	if (!table)
		return NULL;
	pkt->limits.tag = bucket_tag(&pkt->limits.key);
	pkt->limits.first_set = (pkt->limits.tag >> 32) * limit->sets >> 32;
	pkt->limits.second_set = (pkt->limits.tag & 0xffffffff) * limit->sets >> 32;
	set = bucket_look(pkt, table);
	if (pkt->mode & FW_MODE_DRY)
		return set;
	if (set) {
		tag = &set->tags[current_way(pkt)];
		if (!(*tag & FW_TAG_KNOWN))
			__sync_fetch_and_or(tag, FW_TAG_KNOWN);
		return set;
	}
	return bucket_claim(pkt, limit, now) ? bucket_look(pkt, table) : NULL;
}

#endif
