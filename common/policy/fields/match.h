/* SPDX-License-Identifier: MIT */
/* The match of a rule, as in the config. fields.h describes each of its fields. */
#ifndef FWD_MATCH_H
#define FWD_MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/abi/fw_limits.h"
#include "common/abi/fw_lists.h"
#include "common/base/prefix/prefix.h"

/* Values that a field may have; empty: the field is not matched. Sorted, disjoint. */
struct range {
	uint32_t low;
	uint32_t high;
};
struct range_list {
	struct range *items;
	size_t count;
};

/* One "set/mask" of tcp_flags: (flags & mask) == set. */
struct flag_test {
	uint8_t set;
	uint8_t mask;
};

/*
 * Addresses of a match: in any of `any_*` (if there are some), and in none of
 * `not_*` (those with "!"). Sets are indices of config.sets.
 */
struct address_match {
	struct prefix_list any_prefixes;
	struct prefix_list not_prefixes;
	size_t *any_sets;
	size_t any_set_count;
	size_t *not_sets;
	size_t not_set_count;
};

struct config_match {
	/* Indexed by enum fw_field, KIND and INTERFACE and TCP_FLAGS excepted. */
	struct range_list fields[FW_FIELD_MAX];
	/* Bits of enum fw_kind from "family" (ipv4, ipv6, arp, other); 0: not given. */
	uint32_t families;
	/* Bit per config.interfaces entry, from "zone" and "interface"; only if by_interface. */
	uint64_t interfaces;
	bool by_interface;
	struct flag_test *tcp_flags;
	size_t tcp_flag_count;
	struct address_match src;
	struct address_match dst;
	/* Without sets. Their prefixes are of family 6, with the value in the first bits. */
	struct address_match flow_label;
	struct address_match src_mac;
	struct address_match dst_mac;
	bool partial; /* a part of it is invalid: only while errors are collected */
};

/* Is a value in one of the ranges? */
bool ranges_have(const struct range_list *list, uint32_t value);

/* Is one list a subset of another; do both have a value in common? */
bool ranges_cover(const struct range_list *outer, const struct range_list *inner);
bool ranges_overlap(const struct range_list *a, const struct range_list *b);

/* Is one of the tests true for the flags of a TCP header? False if there are no tests. */
bool flags_suit(const struct config_match *match, uint32_t flags);

/* Does the match restrict the addresses of a side? */
bool address_is_given(const struct address_match *match);

#endif
