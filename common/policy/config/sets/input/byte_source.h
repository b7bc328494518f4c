/* SPDX-License-Identifier: MIT */
/*
 * The bytes of a set file, unpacked if they are gzip or zstd. The first bytes determine the format:
 * no text begins like that, so the file's name does not matter.
 */
#ifndef FWD_BYTE_SOURCE_H
#define FWD_BYTE_SOURCE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "common/policy/config/config.h"

struct byte_source;

/*
 * Open a regular file of at most max bytes, packed and unpacked. 0; -ETXTBSY: a process has it open
 * for writing, so it may be incomplete; -ENOTSUP: packed in another way; or a negative errno as
 * input_open returns it.
 */
int byte_source_open(const char *path, size_t max, struct byte_source **ret);

/*
 * The next bytes, at most size of them. Returns how many; 0: the end; -EAGAIN: the file has changed
 * since it was opened; -EFBIG: unpacked, it has more than max; -EBADMSG: packed, it is damaged or
 * cut off; or another negative errno.
 */
ssize_t byte_source_read(struct byte_source *source, char *to, size_t size);

/* The bytes of the file that were read so far, and its size. */
uint64_t byte_source_position(const struct byte_source *source, uint64_t *ret_total);

/* The bytes that it returned so far. */
uint64_t byte_source_given(const struct byte_source *source);

/* The stamp of the file. Unknown before all of it was read. */
struct set_file_stamp byte_source_stamp(const struct byte_source *source);

/*
 * Do the bytes of a file differ from a stamp? 0: no; 1: yes; or a negative errno as
 * byte_source_open returns it.
 */
int byte_source_differs(const char *path, const struct set_file_stamp *stamp);

/* Close; NULL is allowed. Returns NULL. */
struct byte_source *byte_source_close(struct byte_source *source);

#endif
