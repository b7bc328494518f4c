/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * A cursor over the frame. take() is the only access to packet bytes, and it
 * checks bounds twice: against the bytes that exist (for the verifier), and
 * against the length that earlier headers give (so that Ethernet padding is
 * never read as a header).
 */
#ifndef FW_CURSOR_H
#define FW_CURSOR_H

#include <stdbool.h>

#include <linux/bpf.h>
#include <linux/types.h>

#include <bpf/bpf_helpers.h>

struct cursor {
	void *start;  /* of the frame */
	void *at;     /* start + offset */
	void *end;    /* of the frame's linear part */
	__u32 offset; /* at most FW_CURSOR_OFFSETS */
	__u32 left;   /* bytes from here to the end of the datagram, or of the frame */
	__u64 zero;   /* of which the verifier does not know that it is 0 */
};

/* All headers that are parsed end before: a mask. */
#define FW_CURSOR_OFFSETS 0x7fff

/* Return the next size bytes (a constant) and move past them; NULL if there are fewer. */
static __always_inline void *take(struct cursor *cursor, __u32 size)
{
	void *bytes = cursor->at;

	if (cursor->left < size || bytes + size > cursor->end)
		return NULL;
	cursor->at = bytes + size;
	cursor->offset += size;
	cursor->left -= size;
	return bytes;
}

/* Move past size bytes (at most max, a constant); false if there are fewer. */
static __always_inline bool skip(struct cursor *cursor, __u32 size, __u32 max)
{
	if (size > max || cursor->left < size || cursor->at + size > cursor->end)
		return false;
	cursor->at += size;
	cursor->offset += size;
	cursor->left -= size;
	return true;
}

/* Return 0, computed from any number so that the verifier does not know that it is 0. */
static __always_inline __u64 hidden_zero(__u64 number)
{
	__u64 others = ~number;

	asm volatile("%0 &= %1" : "+r"(number) : "r"(others));
	return number;
}

/* Return the same number, of which the verifier knows nothing any more. */
static __always_inline __u64 forget(__u64 number, __u64 zero)
{
	asm volatile("%0 ^= %1" : "+r"(number) : "r"(zero));
	return number;
}

/*
 * Paths past different headers join here: from here on their states are equal to the verifier, which
 * so follows what comes next once, and not once for each path.
 */
static __always_inline void join_paths(struct cursor *cursor)
{
	cursor->offset = forget(cursor->offset, cursor->zero) & FW_CURSOR_OFFSETS;
	cursor->left = forget(cursor->left, cursor->zero);
	cursor->at = cursor->start + cursor->offset;
}

#endif
