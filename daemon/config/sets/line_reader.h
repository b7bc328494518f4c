/* SPDX-License-Identifier: MIT */
/* A file line by line, in little memory, however long the file or a line is. */
#ifndef FWD_LINE_READER_H
#define FWD_LINE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

struct line_reader;

struct line {
	const char *text; /* not ended by a NUL; may hold anything but a newline */
	size_t length;
	bool cut; /* it is longer than FW_MAX_SET_LINE: the rest is left out */
};

/*
 * Open a regular file of at most max bytes. 0; -ETXTBSY: somebody has it open for writing, so it
 * may be incomplete; or a negative errno as input_open gives it.
 */
int line_reader_open(const char *path, size_t max, struct line_reader **ret);

/*
 * The next line without its end (LF or CR LF), valid until the next call; a byte order mark
 * in front of the first is left out. Returns 1; 0: there is none; -EAGAIN: the
 * file has changed since it was opened; -EILSEQ: UTF-16; or another negative errno.
 */
int line_reader_next(struct line_reader *reader, struct line *ret);

/* How many bytes were read so far, and of how many. */
uint64_t line_reader_position(const struct line_reader *reader, uint64_t *ret_total);

/* Close; NULL is allowed. Returns NULL. */
struct line_reader *line_reader_close(struct line_reader *reader);

#endif
