/* SPDX-License-Identifier: MIT */
/* Reads a file line by line, in little memory, regardless of the length of file and lines. */
#ifndef FWD_LINE_READER_H
#define FWD_LINE_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "common/policy/config/sets/input/byte_source.h"

struct line_reader;

struct line {
	const char *text; /* not ended by a NUL; may hold anything but a newline */
	size_t length;
	bool cut; /* it is longer than FW_MAX_SET_LINE: the rest is left out */
};

/* Read lines of a source, which stays the caller's. 0 or -ENOMEM. */
int line_reader_new(struct byte_source *source, struct line_reader **ret);

/*
 * The next line without its end (LF or CR LF), valid until the next call; a byte order mark
 * before the first is left out. Returns 1; 0: there is none; -EILSEQ: UTF-16; or a negative
 * errno of byte_source_read.
 */
int line_reader_next(struct line_reader *reader, struct line *ret);

/* Free; NULL is allowed. Returns NULL. */
struct line_reader *line_reader_free(struct line_reader *reader);

#endif
