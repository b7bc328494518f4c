/* SPDX-License-Identifier: MIT */
/* Stands in for the kernel's maps: a list of entries, a clock, and writes that fail on request. */
#ifndef FAKE_MAPS_H
#define FAKE_MAPS_H

#include "daemon/fwd/live/live_book.h"

struct fake_entry {
	unsigned set_id;
	struct prefix prefix;
	struct fw_live_value value;
};

struct fake_maps {
	struct fake_entry *entries;
	size_t count;
	uint32_t blocks4;
	uint32_t blocks6;
	uint64_t now;
	size_t writes;
	int fail;	 /* what writes return */
	bool only_count; /* keep nothing: for large tests */
};

extern const struct live_ops fake_ops;

/* The entry of exactly this prefix, or NULL. */
const struct fake_entry *fake_find(const struct fake_maps *maps, unsigned set_id,
				   const struct prefix *prefix);

/* What a packet sees: the longest entry that covers a host is in the set now. */
bool fake_has(const struct fake_maps *maps, unsigned set_id, const struct prefix *host);

void fake_clear(struct fake_maps *maps);

#endif
