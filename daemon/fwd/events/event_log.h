/* SPDX-License-Identifier: MIT */
/* The event log: one sink on stdout or a file. */
#ifndef FWD_EVENT_LOG_H
#define FWD_EVENT_LOG_H

#include "daemon/fwd/events/event.h"

struct event_log;

/*
 * path NULL: stdout. buffer: bytes kept before they are written (0: line by
 * line, as on any terminal). -ENOENT, -EACCES, ... from opening the file. The
 * file is appended to (json: started again, as it is one document).
 */
int event_log_open(const struct sink_ops *ops, const char *path, size_t buffer,
		   struct event_log **ret);

/*
 * Start a new file when this one has max_size bytes (plus at most one write), and keep so many
 * old ones: PATH.1 is the newest. Only files are rotated. max_size 0: never.
 */
void event_log_rotate(struct event_log *log, uint64_t max_size, unsigned keep);

/* 0, or the error of the last rotation (a negative errno): the file is continued, and grows. */
int event_log_rotation(const struct event_log *log);

/*
 * Never waits for a slow reader or a full disk: unwritten text stays in the buffer
 * and is tried again; when it is full, events are lost and counted. Returns 0, or
 * the negative errno of the current error (-EAGAIN: the reader is slow). The file
 * never has half an event followed by another. If the file is truncated in place,
 * the next write begins it again.
 */
int event_log_write(struct event_log *log, const struct event *event);

/* A line (or more, each with its newline) that is not an event. -EOPNOTSUPP: not in this format. */
int event_log_note(struct event_log *log, const char *text);

/* Write out what is buffered; called at least once a second. Returns as above. */
int event_log_flush(struct event_log *log);

/*
 * Finish the file and open the path again (SIGUSR1, after a rotation). If the
 * path still is the same non-empty file, it is only flushed. On failure the old
 * file is continued. stdout is only flushed.
 */
int event_log_reopen(struct event_log *log);

/* Events that were lost here so far. */
uint64_t event_log_lost(const struct event_log *log);

/* Finish the file (waits a second at most for a slow reader). NULL is allowed; returns NULL. */
struct event_log *event_log_close(struct event_log *log);

#endif
