/* SPDX-License-Identifier: MIT */
/* Internal to the book: shared by live.c, which changes it, and live_list.c, which reads it. */
#ifndef FWD_LIVE_INTERNAL_H
#define FWD_LIVE_INTERNAL_H

#include "daemon/fwd/live/heap.h"
#include "daemon/fwd/live/live_book.h"
#include "daemon/fwd/live/trie.h"

/* Memory that callers borrow. */
struct lent {
	struct live_entry *list;
	size_t count;
	unsigned set_id;
	bool is_valid;
	struct live_entry found;
};

struct live {
	const struct live_ops *ops;
	void *userdata;
	struct trie_pool pool;
	struct heap heap;
	uint32_t roots[FW_MAX_LIVE_SETS][2]; /* [1]: IPv6 */
	uint32_t counts[FW_MAX_LIVE_SETS][2];
	uint32_t totals[2];
	struct lent *lent;
};

static inline bool live_is6(const struct prefix *prefix)
{
	return prefix->family == 6;
}

static inline bool live_is_sound(unsigned set_id, const struct prefix *prefix)
{
	return set_id < FW_MAX_LIVE_SETS && (prefix->family == 4 || prefix->family == 6);
}

/* Ends all borrows, on every change. */
void live_take_back(struct live *live);

#endif
