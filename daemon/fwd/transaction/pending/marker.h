/* SPDX-License-Identifier: MIT */
/*
 * What the state folder knows of a policy that waits for its confirmation, or that was
 * taken back: the file pending.json. It is written before the policy becomes active and
 * changed after it is settled, so that a later fwd finds in it at least as much as in the datapath.
 * Two lines: a JSON object, and the SHA-256 of the first line.
 */
#ifndef FWD_MARKER_H
#define FWD_MARKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/fwd/history/digest.h"

enum marker_state {
	MARKER_PENDING,
	MARKER_REVERTED, /* its text is not taken from the config file at a start */
};

/* A policy that was taken back. */
struct marker_reverted {
	uint64_t revision;
	char digest[DIGEST_TEXT];
	char who[128];
	char why[160];
};

/* How many of those before the marker's own are known: the config file may hold any of them. */
#define MARKER_EARLIER 8

struct marker {
	enum marker_state state;
	char boot_id[40];	    /* of the machine's run in which it was activated */
	uint64_t deadline;	    /* CLOCK_MONOTONIC ns of that run */
	uint64_t before;	    /* the revision to return to: the last confirmed one */
	uint64_t revision;	    /* that waits; 0: it is not recorded yet */
	uint32_t generation_before; /* of `before` */
	uint32_t generation;	    /* of `revision`; 0: not known yet */
	char digest[DIGEST_TEXT];   /* of the policy that waits, without its spelling */
	char who[128];		    /* asked for it */
	char why[160];		    /* it was taken back */
	/* Taken back before it, since a policy was last confirmed; the latest first. */
	struct marker_reverted earlier[MARKER_EARLIER];
	size_t earlier_count;
};

/* "revision 7"; of one that was cut off before it had a number, "the unrecorded policy of alice". */
#define MARKER_NAME 192
const char *marker_name(const struct marker *marker, char buffer[MARKER_NAME]);

/*
 * A marker follows one of a policy that was taken back: that is not forgotten. If there are too many,
 * the earliest is, but never the one with the digest in_file ("": none), which a start would load.
 */
void marker_follow(struct marker *marker, const struct marker *before, const char *in_file);

/*
 * Is a policy with this digest the marker's, or one that was taken back before? Then *ret is the
 * marker as it would be of that one, without those before it.
 */
bool marker_find(const struct marker *marker, const char *digest, struct marker *ret);

/* The machine's run: the kernel's boot id; "" if it has none, which equals nothing. */
void marker_boot_id(char id[40]);

/* The file's text, malloced; NULL: no memory. And back: -EBADMSG if it is not whole. */
char *marker_encode(const struct marker *marker, size_t *ret_length);
int marker_decode(const char *text, size_t length, struct marker *ret);

/* The file in the state folder (a descriptor; -1: -ENOENT). 0 or a negative errno. */
int marker_write(int folder, const struct marker *marker);
int marker_read(int folder, struct marker *ret);
int marker_remove(int folder);

#endif
