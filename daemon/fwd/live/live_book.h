/* SPDX-License-Identifier: MIT */
/*
 * Internal: the book of entries (live.c) writes through a small table of
 * functions, so that tests can replace the kernel's maps (live_open.c).
 */
#ifndef FWD_LIVE_BOOK_H
#define FWD_LIVE_BOOK_H

#include "common/abi/fw_abi.h"
#include "daemon/fwd/live/live.h"

struct live_ops {
	/* Insert or replace. 0, or a negative errno: nothing changed. */
	int (*write)(void *userdata, unsigned set_id, const struct prefix *prefix,
		     const struct fw_live_value *value);
	/* Remove; a missing entry is not an error. */
	int (*erase)(void *userdata, unsigned set_id, const struct prefix *prefix);
	/*
	 * Set the number of entries of the block list, by family (4 or 6): with 0 packets skip the
	 * lookup.
	 */
	void (*count_blocks)(void *userdata, int family, uint32_t count);
	uint64_t (*now)(void *userdata);
	void (*close)(void *userdata);
};

/* An empty book. It owns userdata: live_close calls ops->close. NULL: no memory, not closed. */
struct live *live_new(const struct live_ops *ops, void *userdata);

/*
 * Adopt an entry that is already in the maps. Nothing is written, not even the
 * number of blocks, which must not become 0. Call live_publish after the last.
 * 0, -EEXIST, -EINVAL, -ENOMEM.
 */
int live_adopt(struct live *live, unsigned set_id, const struct prefix *prefix,
	       const struct fw_live_value *value);
void live_publish(struct live *live);

/* The value that the maps should have for an entry. -ENOENT. */
int live_value(const struct live *live, unsigned set_id, const struct prefix *prefix,
	       struct fw_live_value *ret);

#endif
