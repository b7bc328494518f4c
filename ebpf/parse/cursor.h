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
	void *at;
	void *end;  /* of the frame's linear part */
	__u32 left; /* bytes from here to the end of the datagram, or of the frame */
};

/* Return the next size bytes (a constant) and move past them; NULL if there are fewer. */
static __always_inline void *take(struct cursor *cursor, __u32 size)
{
	void *bytes = cursor->at;

	if (cursor->left < size || bytes + size > cursor->end)
		return NULL;
	cursor->at = bytes + size;
	cursor->left -= size;
	return bytes;
}

/* Move past size bytes (at most max, a constant); false if there are fewer. */
static __always_inline bool skip(struct cursor *cursor, __u32 size, __u32 max)
{
	if (size > max || cursor->left < size || cursor->at + size > cursor->end)
		return false;
	cursor->at += size;
	cursor->left -= size;
	return true;
}

#endif
