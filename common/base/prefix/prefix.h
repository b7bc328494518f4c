/* SPDX-License-Identifier: MIT */
/* IP prefixes: one type for IPv4 and IPv6. */
#ifndef FWD_PREFIX_H
#define FWD_PREFIX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct prefix {
	uint8_t family;	  /* 4 or 6 */
	uint8_t length;	  /* 0 to 32, or 0 to 128 */
	uint8_t addr[16]; /* network order; IPv4 in the first four; bits beyond length are 0 */
};

#define PREFIX_TEXT 64 /* bytes that hold any prefix as text */

struct prefix_list {
	struct prefix *items;
	size_t count;
};

/*
 * Read "192.0.2.0/24", "2001:db8::/32" or an address without length (a host).
 * IPv4-mapped ones ("::ffff:192.0.2.0/120") are IPv4, see notation.h. Dotted quads must have
 * four parts without leading zeros; no zone ids.
 * Returns 0; -EINVAL: not an address; -ERANGE: length beyond the family;
 * -EDOM: host bits are set (*ret is the prefix without them).
 */
int prefix_parse(const char *text, struct prefix *ret);

/* The shortest text, hosts without their length. buffer holds PREFIX_TEXT bytes. Returns buffer. */
const char *prefix_format(const struct prefix *prefix, char *buffer);

/* True if every address of inner is in outer (equal prefixes included; families must agree). */
bool prefix_contains(const struct prefix *outer, const struct prefix *inner);

/* Order: family, address, length (so a prefix comes directly before what it contains). */
int prefix_compare(const void *a, const void *b);

/* A host prefix from an address in network order. family: 4 or 6. */
struct prefix prefix_host(int family, const void *addr);

/*
 * The largest prefix that begins at an address and does not go beyond another one of its family:
 * splits a range "first-last" into prefixes, one a call. Both are hosts, first <= last.
 * Returns false if the prefix reaches `last`; else *first becomes the address after it.
 */
bool prefix_cut_range(struct prefix *first, const struct prefix *last, struct prefix *ret);

/* Append; returns 0 or -ENOMEM. */
int prefix_list_add(struct prefix_list *list, const struct prefix *prefix);
void prefix_list_clear(struct prefix_list *list);

/* Sort, and remove prefixes that others contain. */
void prefix_list_normalize(struct prefix_list *list);

#endif
