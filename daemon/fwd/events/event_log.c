// SPDX-License-Identifier: MIT
/*
 * The event log: events are formatted to a buffer, which is written to a file or
 * stdout without ever blocking.
 *
 * Writing is by write(2) from our own buffer, as stdio would block on a slow
 * reader and lose data that a full disk refused.
 */
#include "daemon/fwd/events/event_log_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/base/memory.h"

#define LEAST_BUFFER	16384
#define END_ROOM	64 /* kept free for the text of sink_ops.end */
#define FINISH_MS	1000
#define FILE_PERMISSION 0640
#define RETRY_PARTS	8 /* a rotation that failed is tried again this part of max_size later */

/* Move the memory stream's text to the buffer. -ENOBUFS: no space, less `keep` bytes, or no memory. */
static int take_text(struct event_log *log, size_t keep)
{
	off_t length = fflush(log->text) == 0 && !ferror(log->text) ? ftello(log->text) : -1;

	/* After an error, too: the next text begins in front. */
	clearerr(log->text);
	rewind(log->text);
	if (length < 0 || log->used + (size_t)length + keep > log->size)
		return -ENOBUFS;
	memcpy(log->buffer + log->used, log->text_data, (size_t)length);
	log->used += (size_t)length;
	return 0;
}

static void begin(struct event_log *log)
{
	log->first = true;
	if (!log->ops->begin)
		return;
	log->ops->begin(log->text);
	take_text(log, 0);
}

static int finish(struct event_log *log)
{
	int ret;

	if (log->ops->end) {
		log->ops->end(log->text);
		take_text(log, 0);
	}
	ret = event_log_write_out(log, FINISH_MS);
	event_log_count_lost(log);
	return ret;
}

/* Open the path, without waiting for the reader of a FIFO. */
static int open_path(const struct event_log *log, int *ret_fd)
{
	int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
	int fd = open(log->path, flags | (log->ops->whole ? O_TRUNC : 0), FILE_PERMISSION);

	if (fd < 0)
		return -errno;
	*ret_fd = fd;
	return 0;
}

static void use_fd(struct event_log *log, int fd)
{
	struct stat status;
	bool known = fstat(fd, &status) == 0;

	log->fd = fd;
	log->regular = known && S_ISREG(status.st_mode);
	log->end = log->regular ? (uint64_t)status.st_size : 0;
	log->cut = false;
	log->colour = isatty(fd) && !getenv("NO_COLOR");
	if (isatty(fd))
		log->at_once = true;
	/* Appending to a file that already has its beginning. */
	log->first = false;
	if (log->ops->whole || !log->regular || status.st_size == 0)
		begin(log);
}

static struct event_log *log_free(struct event_log *log)
{
	if (!log)
		return NULL;
	if (log->path && log->fd >= 0)
		close(log->fd);
	if (log->text)
		fclose(log->text);
	free(log->text_data);
	free(log->buffer);
	free(log->path);
	free(log);
	return NULL;
}

static void free_log(struct event_log **log)
{
	log_free(*log);
}

int event_log_open(const struct sink_ops *ops, const char *path, size_t buffer,
		   struct event_log **ret)
{
	cleanup(free_log) struct event_log *log = calloc(1, sizeof(*log));
	int fd = STDOUT_FILENO, result;

	if (!log)
		return -ENOMEM;
	log->ops = ops;
	log->fd = -1;
	log->at_once = buffer == 0;
	log->threshold = buffer;
	log->size = (buffer > LEAST_BUFFER ? buffer : LEAST_BUFFER) + LEAST_BUFFER;
	log->buffer = malloc(log->size + BEGIN_ROOM);
	log->text = open_memstream(&log->text_data, &log->text_size);
	log->path = path ? strdup(path) : NULL;
	if (!log->buffer || !log->text || (path && !log->path))
		return -ENOMEM;
	if (path) {
		result = open_path(log, &fd);
		if (result < 0)
			return result;
	}
	use_fd(log, fd);
	*ret = steal(&log);
	return 0;
}

/* ---- rotation ---- */

void event_log_rotate(struct event_log *log, uint64_t max_size, unsigned keep)
{
	log->max_size = log->due = max_size;
	log->keep = keep;
}

int event_log_rotation(const struct event_log *log)
{
	return log->rotate_error;
}

/*
 * PATH.2 becomes PATH.3, PATH.1 becomes PATH.2, PATH becomes PATH.1. Files beyond keep are removed.
 */
static int shift_files(const struct event_log *log)
{
	char from[PATH_MAX], to[PATH_MAX];

	for (unsigned i = log->keep; i > 0; i--) {
		snprintf(to, sizeof(to), "%s.%u", log->path, i);
		snprintf(from, sizeof(from), i > 1 ? "%s.%u" : "%s", log->path, i - 1);
		if (rename(from, to) < 0 && errno != ENOENT)
			return -errno;
	}
	return log->keep || unlink(log->path) == 0 || errno == ENOENT ? 0 : -errno;
}

/*
 * The new file is opened before the old one is finished, so that a failure loses nothing: the old
 * one is continued.
 */
static int rotate(struct event_log *log)
{
	int fd = -1, ret = shift_files(log);

	if (ret < 0)
		return ret;
	ret = open_path(log, &fd);
	if (ret < 0)
		return ret;
	ret = finish(log);
	close(log->fd);
	use_fd(log, fd);
	return ret;
}

/* Between two events: nothing is buffered. */
static void rotate_if_due(struct event_log *log)
{
	struct stat status;

	if (!log->max_size || !log->path || !log->regular || log->used ||
	    fstat(log->fd, &status) < 0 || (uint64_t)status.st_size < log->due)
		return;
	log->rotate_error = rotate(log);
	log->due = log->max_size;
	if (log->rotate_error < 0)
		log->due = (uint64_t)status.st_size + log->max_size / RETRY_PARTS;
}

static int write_and_rotate(struct event_log *log)
{
	int ret = event_log_write_out(log, 0);

	rotate_if_due(log);
	return ret;
}

static int write_if_due(struct event_log *log)
{
	return log->at_once || log->used >= log->threshold ? write_and_rotate(log) : 0;
}

int event_log_write(struct event_log *log, const struct event *event)
{
	int ret;

	log->ops->write(log->text, event, log->first, log->colour);
	ret = take_text(log, END_ROOM);
	if (ret < 0) {
		log->lost++;
		return ret;
	}
	log->first = false;
	return write_if_due(log);
}

int event_log_note(struct event_log *log, const char *text)
{
	int ret;

	if (!log->ops->notes)
		return -EOPNOTSUPP;
	fputs(text, log->text);
	ret = take_text(log, END_ROOM);
	return ret < 0 ? ret : write_if_due(log);
}

int event_log_flush(struct event_log *log)
{
	return write_and_rotate(log);
}

static bool same_inode(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

int event_log_reopen(struct event_log *log)
{
	struct stat ours, named;
	bool same;
	int ret, fd = -1;

	ret = event_log_write_out(log, 0);
	if (!log->path || fstat(log->fd, &ours) < 0)
		return ret;
	same = stat(log->path, &named) == 0 && same_inode(&ours, &named);
	if (same && S_ISREG(ours.st_mode) && ours.st_size > 0)
		return ret;
	ret = open_path(log, &fd);
	if (ret < 0)
		return ret;
	/* A file that was truncated in place: the end of its old content does not belong in it. */
	if (same)
		event_log_count_lost(log);
	else
		ret = finish(log);
	close(log->fd);
	use_fd(log, fd);
	return ret;
}

uint64_t event_log_lost(const struct event_log *log)
{
	return log->lost;
}

struct event_log *event_log_close(struct event_log *log)
{
	if (log)
		finish(log);
	return log_free(log);
}
