/* SPDX-License-Identifier: MIT */
/*
 * A revision as a file, revisions/N, with checksums:
 *
 *	fwd-revision 1 HEADER-BYTES TEXT-BYTES SHA-256-OF-HEADER
 *	{"number":N,...}
 *	the policy text, unchanged
 *	SHA-256 OF ALL BEFORE THIS LINE
 *
 * The first two lines and the file's size can be checked without reading the text.
 */
#ifndef FWD_REVISION_H
#define FWD_REVISION_H

#include <sys/types.h>

#include "daemon/fwd/history/history.h"

#define REVISION_VERSION 1

/* The bytes of the file, malloced; NULL: no memory. */
char *revision_encode(const cJSON *header, const char *text, size_t length, size_t *ret_size);

/* Read it back. -EBADMSG: it is damaged, *ret_why (static) describes the error; -ENOMEM. */
int revision_decode(const char *data, size_t size, struct revision *ret, const char **ret_why);

/* Read the header of an open file, and check that the file has the right size. As above. */
int revision_read_header(int fd, cJSON **ret, const char **ret_why);

#endif
