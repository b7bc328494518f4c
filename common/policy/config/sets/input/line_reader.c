// SPDX-License-Identifier: MIT
#include "common/policy/config/sets/input/line_reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/abi/fw_limits.h"
#include "common/base/memory.h"

#define BUFFER_SIZE (16 * FW_MAX_SET_LINE)

struct line_reader {
	struct byte_source *source;
	size_t start; /* of the part that is not returned yet */
	size_t end;
	bool at_start;
	bool at_end;
	bool cutting; /* inside a line that was already returned */
	char buffer[BUFFER_SIZE];
};

int line_reader_new(struct byte_source *source, struct line_reader **ret)
{
	struct line_reader *reader = malloc(sizeof(*reader));

	if (!reader)
		return -ENOMEM;
	reader->source = source;
	reader->start = reader->end = 0;
	reader->at_start = true;
	reader->at_end = reader->cutting = false;
	*ret = reader;
	return 0;
}

struct line_reader *line_reader_free(struct line_reader *reader)
{
	free(reader);
	return NULL;
}

/* Read more after the existing bytes. */
static int fill(struct line_reader *reader)
{
	ssize_t got;

	memmove(reader->buffer, reader->buffer + reader->start, reader->end - reader->start);
	reader->end -= reader->start;
	reader->start = 0;
	got = byte_source_read(reader->source, reader->buffer + reader->end,
			       BUFFER_SIZE - reader->end);
	if (got < 0)
		return (int)got;
	reader->end += (size_t)got;
	reader->at_end = got == 0;
	return 0;
}

/* The end of the line that begins at start: its newline, or NULL. */
static const char *find_newline(const struct line_reader *reader)
{
	return memchr(reader->buffer + reader->start, '\n', reader->end - reader->start);
}

static bool starts_with(const struct line_reader *reader, const char *mark)
{
	size_t length = strlen(mark);

	return reader->end - reader->start >= length &&
	       !memcmp(reader->buffer + reader->start, mark, length);
}

/* Skip a byte order mark at the beginning. -EILSEQ: one of UTF-16. */
static int skip_mark(struct line_reader *reader)
{
	if (!reader->at_start)
		return 0;
	reader->at_start = false;
	if (starts_with(reader, "\xff\xfe") || starts_with(reader, "\xfe\xff"))
		return -EILSEQ;
	if (starts_with(reader, "\xef\xbb\xbf"))
		reader->start += 3;
	return 0;
}

/* Return the bytes up to an end; after it is a newline, the end of the file, or neither. */
static void give(struct line_reader *reader, const char *end, struct line *ret)
{
	ret->text = reader->buffer + reader->start;
	ret->length = (size_t)(end - ret->text);
	ret->cut = ret->length > FW_MAX_SET_LINE;
	if (ret->cut)
		ret->length = FW_MAX_SET_LINE;
	else if (ret->length && ret->text[ret->length - 1] == '\r')
		ret->length--;
}

int line_reader_next(struct line_reader *reader, struct line *ret)
{
	for (;;) {
		const char *newline = find_newline(reader);
		bool was_cutting = reader->cutting;
		size_t waiting = reader->end - reader->start;
		int err;

		if (!newline && !reader->at_end && waiting <= FW_MAX_SET_LINE + 3) {
			err = fill(reader);
			if (err)
				return err;
			continue;
		}
		if (!newline && waiting == 0)
			return 0;
		err = skip_mark(reader);
		if (err)
			return err;
		give(reader, newline ? newline : reader->buffer + reader->end, ret);
		reader->start = newline ? (size_t)(newline - reader->buffer) + 1 : reader->end;
		reader->cutting = !newline && !reader->at_end;
		if (was_cutting)
			continue;
		return 1;
	}
}
