/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Every map of the datapath.
 *
 * maps.bpf.c is this file alone: fwd loads it once and pins its maps. The program
 * objects declare the same maps and get the pinned ones by name before they are
 * loaded, so that all programs, of this fwd and of the one before it, share one
 * set. Types of keys and values are in fw_abi.h.
 */
#ifndef FW_MAPS_H
#define FW_MAPS_H

#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#include "common/abi/fw_abi.h"
#include "ebpf/scratch/packet.h"

/* ---- the policy ---- */

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct fw_state);
} state SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, FW_IMAGES);
	__type(key, __u32);
	__type(value, struct fw_image);
} images SEC(".maps");

/*
 * The rows of a generation that has too many of them for its image: [image] is
 * an array of one element, made at apply, in the first of these that is large enough.
 */
#define FW_POOL_MAPS(name, words)                         \
	struct fw_##name {                                \
		__uint(type, BPF_MAP_TYPE_ARRAY);         \
		__uint(map_flags, BPF_F_MMAPABLE);        \
		__uint(max_entries, 1);                   \
		__uint(key_size, sizeof(__u32));          \
		__uint(value_size, FW_POOL_BYTES(words)); \
	};                                                \
	struct {                                          \
		__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS); \
		__uint(max_entries, FW_IMAGES);           \
		__type(key, __u32);                       \
		__array(values, struct fw_##name);        \
	} name SEC(".maps")

FW_POOL_MAPS(pool_medium, FW_POOL_MEDIUM_WORDS);
FW_POOL_MAPS(pool_large, FW_POOL_LARGE_WORDS);
FW_POOL_MAPS(pool_huge, FW_POOL_HUGE_WORDS);

/*
 * The address tables of each image. The inner arrays are made at apply time, as
 * large as the policy needs; an image without tables has none.
 * (Inner maps have sizes, not types: clang 14 leaves the types out of their BTF.)
 */
struct fw_arena {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE | BPF_F_INNER_MAP);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct fw_block));
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, FW_IMAGES);
	__type(key, __u32);
	__array(values, struct fw_arena);
} arenas SEC(".maps");

/* ---- live sets ---- */

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, FW_MAX_LIVE);
	__type(key, struct fw_live_key4);
	__type(value, struct fw_live_value);
} live4 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, FW_MAX_LIVE);
	__type(key, struct fw_live_key6);
	__type(value, struct fw_live_value);
} live6 SEC(".maps");

/* ---- counters ---- */

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, FW_REASON_STATS);
	__type(key, __u32);
	__type(value, struct fw_count);
} reason_stats SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, FW_MAX_RULE_SLOTS);
	__type(key, __u32);
	__type(value, struct fw_rule_stats);
} rule_stats SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, FW_MAX_LIMITS);
	__type(key, __u32);
	__type(value, struct fw_limit_stats);
} limit_stats SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct fw_event_stats);
} event_stats SEC(".maps");

/* For readers of the counters only: no program uses it. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct fw_marks);
} marks SEC(".maps");

/* ---- buckets ---- */

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 2 * FW_MAX_RULE_SLOTS);
	__type(key, __u32);
	__type(value, struct fw_rule_bucket);
} rule_buckets SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, FW_MAX_RULE_SLOTS);
	__type(key, __u32);
	__type(value, struct fw_lease);
} rule_leases SEC(".maps");

/* The buckets of a limit's keys, as many as its `max` needs: made when it is applied. */
struct fw_bucket_table {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE | BPF_F_INNER_MAP);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct fw_bucket_set));
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 2 * FW_MAX_LIMITS);
	__type(key, __u32);
	__array(values, struct fw_bucket_table);
} bucket_tables SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct fw_secrets);
} secrets SEC(".maps");

/* ---- bans ---- */

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, FW_BAN_RING_BYTES);
} bans SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, FW_BAN_TOLD);
	__type(key, __u32);
	__type(value, struct fw_ban_told);
} ban_told SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, FW_MAX_LIMITS);
	__type(key, __u32);
	__type(value, struct fw_ban_stats);
} ban_stats SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC); /* mostly empty */
	__uint(max_entries, FW_MAX_BAN_LEVELS);
	__type(key, struct fw_ban_level_key);
	__type(value, struct fw_ban_level);
} ban_levels SEC(".maps");

/* ---- packets ---- */

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, FW_MAX_FRAGMENTS);
	__type(key, struct fw_fragment_key);
	__type(value, struct fw_fragment_value);
} fragments SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct fw_packet);
} packet SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, FW_EVENT_RING_BYTES);
} events SEC(".maps");

/* The question and the answer of test runs of the dry entry. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct fw_explanation);
} explanation SEC(".maps");

/* ---- the trial policy ---- */

/* Its limits have separate buckets, by slot of the limit and, for limits per rule, of the rule. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, FW_MAX_TRY_BUCKETS);
	__type(key, struct fw_try_key);
	__type(value, struct fw_try_bucket);
} try_buckets SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct fw_try_stats);
} try_stats SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, FW_MAX_DIFFERENCES);
	__type(key, struct fw_difference_key);
	__type(value, struct fw_difference);
} try_differences SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, FW_MAX_TRY_FLOWS);
	__type(key, struct fw_try_flow);
	__type(value, struct fw_difference);
} try_flows SEC(".maps");

/* ---- names and interfaces ---- */

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC); /* for many slots, of which few have names */
	__uint(max_entries,
	       FW_MAX_RULE_SLOTS + FW_MAX_LIMITS + FW_MAX_LIVE_SETS + FW_MAX_INTERFACES);
	__type(key, struct fw_name_key);
	__type(value, struct fw_name);
} names SEC(".maps");

/* Slots by ifindex, for entries that serve more than one interface (knob_interface). */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, FW_MAX_INTERFACES);
	__type(key, __u32);
	__type(value, __u32);
} interfaces SEC(".maps");

/*
 * The chain, by enum fw_stage (ENTRY stays empty). The kernel lets only
 * programs that agree on xdp.frags share an array, hence two. Programs name
 * `stages`; the frags variant gets the other one in its place.
 */
struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, FW_STAGE_MAX);
	__type(key, __u32);
	__type(value, __u32);
} stages SEC(".maps");

#endif
