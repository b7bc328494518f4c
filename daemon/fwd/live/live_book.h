/* SPDX-License-Identifier: MIT */
/*
 * Inside the module: the book of entries (live.c) writes through a small table
 * of functions, so that tests can stand in for the kernel's maps (live_open.c).
 */
#ifndef FWD_LIVE_BOOK_H
#define FWD_LIVE_BOOK_H

#include "common/abi/fw_abi.h"
#include "daemon/fwd/live/live.h"

struct live_ops {
	/* Insert or replace. 0 or a negative errno (then nothing changed). */
	int (*write)(void *userdata, unsigned set_id, const struct prefix *prefix,
		     const struct fw_live_value *value);
	/* Remove; what is not there is no error. */
	int (*erase)(void *userdata, unsigned set_id, const struct prefix *prefix);
	/* Entries of the block list, by family (4 or 6): 0 spares packets the lookup. */
	void (*count_blocks)(void *userdata, int family, uint32_t count);
	uint64_t (*now)(void *userdata);
	void (*close)(void *userdata);
};

/* An empty book. It owns userdata: live_close calls ops->close. NULL: no memory, not closed. */
struct live *live_new(const struct live_ops *ops, void *userdata);

/*
 * Take up an entry that the maps hold already; nothing is written, not even the
 * number of blocks: it must not go through 0. Call live_publish after the last.
 * 0, -EEXIST, -EINVAL, -ENOMEM.
 */
int live_adopt(struct live *live, unsigned set_id, const struct prefix *prefix,
	       const struct fw_live_value *value);
void live_publish(struct live *live);

/* The value that the maps should hold for an entry. -ENOENT. */
int live_value(const struct live *live, unsigned set_id, const struct prefix *prefix,
	       struct fw_live_value *ret);

#endif
