/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Windows: time in pieces of equal length, counted from the start of the clock.
 *
 * A *fixed* window passes so many units in each piece, exactly (the "jumping window" of
 * Rathgeb, "Modeling and performance comparison of policing mechanisms for ATM
 * networks", IEEE JSAC 1991). Around the end of one piece and the start of the
 * next, twice as many may pass in a short time.
 *
 * A *sliding* one estimates the units of the last `window` ns, as if those of the
 * piece before had been spread over it evenly:
 *
 *	before * (rest of this piece / window) + this + units <= most
 *
 * (Cloudflare: "How we built rate limiting capable of scaling to millions of
 * domains", 2017.) Under a steady load it is exact. Uneven ones can get up to twice as
 * many over some stretch as long as a window, but never more than one window's at once.
 *
 * A word is the number of a piece (24 bits) and its units (40). The count of an even piece is
 * in word a, of an odd one in word b, so that only one changes, by compare-and-swap.
 * A fixed window needs only a.
 */
#ifndef FW_WINDOW_H
#define FW_WINDOW_H

#include "ebpf/limit/bucket.h"

/* Windows that another CPU's clock can be ahead of ours. */
#define FW_WINDOW_SKEW 2

/* The position of a time. */
struct fw_moment {
	__u64 number; /* of the window */
	__u64 rest;   /* of it, in 1/65536 */
};

static __always_inline struct fw_moment moment_of(const struct fw_limit *limit, __u64 now)
{
	__u64 window = limit->window ? limit->window : 1;
	struct fw_moment moment;

	moment.number = now / window;
	moment.rest = 65536 - ((now - moment.number * window) << 16) / window;
	return moment;
}

/* The number of windows by which a word is ahead of one; below 0: behind. */
static __always_inline __s64 window_ahead(__u64 word, __u64 number)
{
	return (__s64)(word - (number << FW_WINDOW_SHIFT)) >> FW_WINDOW_SHIFT;
}

/* Is a window's count in word b? */
static __always_inline bool window_is_odd(const struct fw_limit *limit, __u64 number)
{
	return limit->algorithm == FW_ALGORITHM_SLIDING_WINDOW && number & 1;
}

/* The units of the window before that still count. */
static __always_inline __u64 window_carried(const struct fw_limit *limit, __u64 word,
					    const struct fw_moment *moment)
{
	if (limit->algorithm != FW_ALGORITHM_SLIDING_WINDOW ||
	    window_ahead(word, moment->number) != -1)
		return 0;
	return ((word & FW_WINDOW_UNITS) * moment->rest) >> 16;
}

static __always_inline enum fw_metered window_take(__u64 *a, __u64 *b, const struct fw_limit *limit,
						   __u64 now, __u64 units, __u64 most,
						   enum fw_taking taking)
{
	const struct fw_moment moment = moment_of(limit, now);
	bool odd = window_is_odd(limit, moment.number);
	__u64 *word = odd ? b : a, *other = odd ? a : b;
	__u64 carried = window_carried(limit, *(volatile __u64 *)other, &moment);

	for (int i = 0; i < FW_BUCKET_TRIES; i++) {
		__u64 old = *(volatile __u64 *)word, used = 0, number = moment.number;
		__s64 ahead = window_ahead(old, number);

		/* A clock that is behind another CPU's counts for that one's window. */
		if (ahead >= 0 && ahead <= FW_WINDOW_SKEW) {
			used = old & FW_WINDOW_UNITS;
			number += ahead;
		}
		if (taking == FW_TELL)
			report_bucket(used + carried, units);
		used += units;
		if (used + carried > most)
			return FW_METERED_OVER;
		if (taking != FW_TAKE ||
		    __sync_val_compare_and_swap(word, old, number << FW_WINDOW_SHIFT | used) == old)
			return FW_METERED_WITHIN;
	}
	return FW_METERED_OVER;
}

/* Return the units that were just taken; a window that is over ignores them. */
static __always_inline void window_give_back(__u64 *a, __u64 *b, const struct fw_limit *limit,
					     __u64 now, __u64 units)
{
	const struct fw_moment moment = moment_of(limit, now);
	__u64 *word = window_is_odd(limit, moment.number) ? b : a;

	for (int i = 0; i < FW_BUCKET_TRIES; i++) {
		__u64 old = *(volatile __u64 *)word;

		if (window_ahead(old, moment.number) || (old & FW_WINDOW_UNITS) < units ||
		    __sync_val_compare_and_swap(word, old, old - units) == old)
			return;
	}
}

#endif
