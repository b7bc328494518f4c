// SPDX-License-Identifier: MIT
#include "line_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>

#include "document.h"
#include "memory.h"

#define BUFFER_SIZE (16 * FW_MAX_SET_LINE)

struct line_reader {
	int fd;
	struct stat info; /* when it was opened */
	off_t length;	  /* bytes read so far */
	size_t start;	  /* of what is not given yet */
	size_t end;
	bool at_start;
	bool at_end;
	bool cutting; /* inside a line that was given already */
	char buffer[BUFFER_SIZE];
};

/*
 * Has anybody opened the file for writing? Then it may be cut anywhere, even while it rests. Only a
 * lease tells: there is none for reading beside a writer (fcntl(2)), and without that it is given back
 * at once. Who opens the file for writing just then waits for that, and we are told by SIGURG, which does
 * nothing. A filesystem without leases, or the file of another user without CAP_LEASE: nobody knows.
 */
static bool is_being_written(int fd)
{
	if (fcntl(fd, F_SETSIG, SIGURG) < 0)
		return false;
	if (fcntl(fd, F_SETLEASE, F_RDLCK) < 0)
		return errno == EAGAIN;
	fcntl(fd, F_SETLEASE, F_UNLCK);
	return false;
}

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
	/* After it was opened: info is of a file without a writer, and tells of one that comes. */
	if (is_being_written(reader->fd)) {
		line_reader_close(reader);
		return -ETXTBSY;
	}
	reader->start = reader->end = 0;
	reader->length = 0;
	reader->at_start = true;
	reader->at_end = reader->cutting = false;
	*ret = reader;
	return 0;
}

uint64_t line_reader_position(const struct line_reader *reader, uint64_t *ret_total)
{
	*ret_total = (uint64_t)reader->info.st_size;
	return (uint64_t)reader->length;
}

struct line_reader *line_reader_close(struct line_reader *reader)
{
	if (reader)
		close(reader->fd);
	free(reader);
	return NULL;
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
	reader->length += got;
	reader->at_end = got == 0;
	/* Whoever writes without end shall not keep us reading. */
	if (reader->length > reader->info.st_size)
		return -EAGAIN;
	return reader->at_end && input_has_changed(reader->fd, &reader->info) ? -EAGAIN : 0;
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

/* A byte order mark in front of all. -EILSEQ: one of UTF-16. */
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
