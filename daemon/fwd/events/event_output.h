/* SPDX-License-Identifier: MIT */
/* What takes the events of the log: a text file or stream (event_log.h), or an output of the sink. */
#ifndef FWD_EVENT_OUTPUT_H
#define FWD_EVENT_OUTPUT_H

#include "common/base/errors/errors.h"
#include "daemon/fwd/events/event.h"

struct event_output;

struct event_writer_options {
	const char *format; /* the name of a sink */
	const char *path;   /* NULL: the default of the sink (text: stdout) */
	size_t buffer;	    /* as event_log_open */
	uint64_t max_size;  /* as event_log_rotate */
	unsigned keep;
};

/*
 * None of these may wait for a reader: what cannot be written now is tried again, or lost and
 * counted. They return 0, or the negative errno of what is wrong now (-EAGAIN: it is slow;
 * -ENOBUFS: what came was lost). Those that an output does not have are NULL.
 */
struct event_output_ops {
	int (*write)(struct event_output *output, const struct event *event);
	/* Write what is buffered. */
	int (*flush)(struct event_output *output);
	/* A line that is no event. -EOPNOTSUPP: not in this format. */
	int (*note)(struct event_output *output, const char *text);
	/* Finish the file and begin it again, as event_log_reopen. */
	int (*reopen)(struct event_output *output);
	/* Why the last rotation failed, or 0. */
	int (*rotation)(const struct event_output *output);
	/* Events that were lost here so far. */
	uint64_t (*lost)(const struct event_output *output);
	/* Finish. Returns how many events were lost in all. */
	uint64_t (*close)(struct event_output *output);
};

struct event_output {
	const struct event_output_ops *ops;
};

/* Open that of a format of text. Errors as event_log_open, explained in errs. */
int event_log_output(const struct sink_ops *sink, const struct event_writer_options *options,
		     struct event_output **ret, struct errors *errs);

#endif
