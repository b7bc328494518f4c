/* SPDX-License-Identifier: MIT */
/*
 * The prefixes of a set, which configs and compiled tables share (counted references). They are
 * immutable, so that an edit of something else need not read or copy a million of them.
 */
#ifndef FWD_PREFIX_CONTENT_H
#define FWD_PREFIX_CONTENT_H

#include "common/base/prefix/prefix.h"

struct prefix_content {
	struct prefix_list list; /* sorted by prefix_compare; may have duplicates */
	bool has4;
	bool has6;
	bool stored; /* the state directory has a copy, or needs none */
	unsigned references;
};

/* Sorts the list and takes it, also on failure. NULL: no memory. */
struct prefix_content *prefix_content_new(struct prefix_list *list);

/* Add a reference; NULL returns NULL. */
struct prefix_content *prefix_content_share(struct prefix_content *content);

/* Release a reference; NULL is allowed. Returns NULL. */
struct prefix_content *prefix_content_drop(struct prefix_content *content);

/* Index of the first item that is not below a prefix, from 0 to count. */
size_t prefix_list_place(const struct prefix_list *sorted, const struct prefix *prefix);

/* The longest item of a sorted list that contains a prefix, or NULL. */
const struct prefix *prefix_list_covering(const struct prefix_list *sorted,
					  const struct prefix *prefix);

/* A prefix shortened to `length` bits. */
struct prefix prefix_shorten(const struct prefix *prefix, unsigned length);

#endif
