// SPDX-License-Identifier: MIT
#include "line_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "document.h"
#include "memory.h"

#define BUFFER_SIZE (16 * FW_MAX_SET_LINE)

struct line_reader {
	int fd;
	struct stat info; /* when it was opened */
	size_t start;	  /* of what is not given yet */
	size_t end;
	bool at_start;
	bool at_end;
	bool cutting; /* inside a line that was given already */
	char buffer[BUFFER_SIZE];
};

int line_reader_open(const char *path, size_t max, struct line_reader **ret)
{
	struct line_reader *reader = malloc(sizeof(*reader));

	if (!reader)
		return -ENOMEM;
	reader->fd = input_open(path, max, &reader->info);
	if (reader->fd < 0) {
		int err = reader->fd;

		free(reader);
		return err;
	}
	reader->start = reader->end = 0;
	reader->at_start = true;
	reader->at_end = reader->cutting = false;
	*ret = reader;
	return 0;
}

struct line_reader *line_reader_close(struct line_reader *reader)
{
	if (reader)
		close(reader->fd);
	free(reader);
	return NULL;
}

static bool has_changed(const struct line_reader *reader)
{
	struct stat now;

	return fstat(reader->fd, &now) < 0 || now.st_size != reader->info.st_size ||
	       now.st_mtim.tv_sec != reader->info.st_mtim.tv_sec ||
	       now.st_mtim.tv_nsec != reader->info.st_mtim.tv_nsec;
}

/* Read more behind what is there. */
static int fill(struct line_reader *reader)
{
	ssize_t got;

	memmove(reader->buffer, reader->buffer + reader->start, reader->end - reader->start);
	reader->end -= reader->start;
	reader->start = 0;
	do
		got = read(reader->fd, reader->buffer + reader->end, BUFFER_SIZE - reader->end);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return -errno;
	reader->end += (size_t)got;
	reader->at_end = got == 0;
	return reader->at_end && has_changed(reader) ? -EAGAIN : 0;
}

/* The end of the line that begins at start: its newline, or NULL. */
static const char *find_newline(const struct line_reader *reader)
{
	return memchr(reader->buffer + reader->start, '\n', reader->end - reader->start);
}

static void skip_mark(struct line_reader *reader)
{
	static const char mark[] = {'\xef', '\xbb', '\xbf'};

	if (reader->at_start && reader->end - reader->start >= sizeof(mark) &&
	    !memcmp(reader->buffer + reader->start, mark, sizeof(mark)))
		reader->start += sizeof(mark);
	reader->at_start = false;
}

/* Give what is there up to an end; a newline is behind it, or the end of the file, or neither. */
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
		skip_mark(reader);
		give(reader, newline ? newline : reader->buffer + reader->end, ret);
		reader->start = newline ? (size_t)(newline - reader->buffer) + 1 : reader->end;
		reader->cutting = !newline && !reader->at_end;
		if (!was_cutting)
			return 1;
	}
}
