// SPDX-License-Identifier: MIT
/* Writes the buffer of an event log, also to a file that is truncated meanwhile. */
#include "daemon/fwd/events/event_log_internal.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static ssize_t write_some(struct event_log *log, size_t done, int wait_ms)
{
	size_t count = log->used - done;

	if (!log->regular) {
		struct pollfd pollfd = {.fd = log->fd, .events = POLLOUT};

		if (poll(&pollfd, 1, wait_ms) == 0)
			return -EAGAIN;
		/* A pipe that polls writable takes this much without blocking. */
		if (count > PIPE_BUF)
			count = PIPE_BUF;
	}
	for (;;) {
		ssize_t written = write(log->fd, log->buffer + done, count);

		if (written >= 0)
			return written;
		if (errno != EINTR)
			return -errno;
	}
}

void event_log_count_lost(struct event_log *log)
{
	for (size_t i = 0; i < log->used; i++)
		log->lost += log->buffer[i] == '\n';
	log->used = 0;
}

/* ---- a file that is truncated while we write to it (copytruncate of logrotate) ---- */

/* The rest of a line whose first part was in the file before. */
static void drop_cut_line(struct event_log *log)
{
	const char *newline = memchr(log->buffer, '\n', log->used);
	size_t dropped = newline ? (size_t)(newline - log->buffer) : log->used;

	/* In a document the newline, and before it a comma, belong to the line that follows. */
	if (newline && !log->ops->whole)
		dropped++;
	log->lost += dropped > 1;
	log->used -= dropped;
	memmove(log->buffer, log->buffer + dropped, log->used);
}

/* sink_ops.begin before the buffered text. */
static void begin_in_front(struct event_log *log)
{
	long length;

	log->first = log->used == 0;
	if (!log->ops->begin)
		return;
	log->ops->begin(log->text);
	if (fflush(log->text) != 0)
		return;
	length = ftell(log->text);
	rewind(log->text);
	if (length <= 0 || log->used + (size_t)length > log->size + BEGIN_ROOM)
		return;
	memmove(log->buffer + length, log->buffer, log->used);
	memcpy(log->buffer, log->text_data, (size_t)length);
	log->used += (size_t)length;
}

/*
 * The file is shorter than by our count: its content begins again. The rest of a document after a
 * truncation during our write is not a document, so it is removed; lines stay.
 */
static void look_for_truncation(struct event_log *log)
{
	struct stat status;
	bool shorter;

	if (!log->regular || fstat(log->fd, &status) < 0)
		return;
	shorter = (uint64_t)status.st_size < log->end;
	log->end = (uint64_t)status.st_size;
	if (!shorter)
		return;
	if (log->cut)
		drop_cut_line(log);
	log->cut = false;
	if (log->ops->whole && log->path && ftruncate(log->fd, 0) == 0)
		log->end = 0;
	if (log->ops->whole || log->end == 0)
		begin_in_front(log);
	/* Stdout may be without O_APPEND: our text would follow a hole. */
	lseek(log->fd, 0, SEEK_END);
}

int event_log_write_out(struct event_log *log, int wait_ms)
{
	size_t done = 0;
	int ret = 0;

	if (log->used > 0)
		look_for_truncation(log);
	while (done < log->used) {
		ssize_t written = write_some(log, done, wait_ms);

		if (written < 0) {
			ret = (int)written;
			break;
		}
		done += (size_t)written;
		log->end += (size_t)written;
	}
	if (done > 0)
		log->cut = log->buffer[done - 1] != '\n';
	memmove(log->buffer, log->buffer + done, log->used - done);
	log->used -= done;
	/* The next reader of a pipe should start with a whole line. */
	if (ret == -EPIPE)
		event_log_count_lost(log);
	return ret;
}
