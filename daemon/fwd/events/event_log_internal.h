/* SPDX-License-Identifier: MIT */
/* Internal to the event log: its buffer, and its output. */
#ifndef FWD_EVENT_LOG_INTERNAL_H
#define FWD_EVENT_LOG_INTERNAL_H

#include <stdio.h>

#include "daemon/fwd/events/event_log.h"
#include "daemon/fwd/events/event_output.h"

#define BEGIN_ROOM 4096 /* beyond size of the buffer, for the text of sink_ops.begin */

struct event_log {
	struct event_output output;
	const struct sink_ops *ops;
	char *path; /* NULL: stdout */
	int fd;
	bool regular;
	bool colour;
	bool first;	  /* no event since sink_ops.begin */
	bool at_once;	  /* write line by line */
	size_t threshold; /* write when this much is buffered */
	char *buffer;
	size_t used;
	size_t size;
	uint64_t end; /* size of a regular file when we last wrote to it */
	bool cut;     /* the buffer begins within a line, whose first part is written */
	FILE *text;   /* memory stream that sinks write to */
	char *text_data;
	size_t text_size;
	uint64_t lost;
	uint64_t max_size; /* of a file, before a new one is begun; 0: no end */
	uint64_t due;	   /* size at which to rotate */
	unsigned keep;	   /* old files */
	int rotate_error;
};

/* Write the buffer; the unwritten rest stays, unless it can never be written. */
int event_log_write_out(struct event_log *log, int wait_ms);

/* Drop the buffer. */
void event_log_count_lost(struct event_log *log);

#endif
