// SPDX-License-Identifier: MIT
/* The event log as an output. */
#include "daemon/fwd/events/event_log_internal.h"

static struct event_log *log_of(const struct event_output *output)
{
	return (struct event_log *)((char *)output - offsetof(struct event_log, output));
}

static int write_event(struct event_output *output, const struct event *event)
{
	return event_log_write(log_of(output), event);
}

static int flush(struct event_output *output)
{
	return event_log_flush(log_of(output));
}

static int note(struct event_output *output, const char *text)
{
	return event_log_note(log_of(output), text);
}

static int reopen(struct event_output *output)
{
	return event_log_reopen(log_of(output));
}

static int rotation(const struct event_output *output)
{
	return event_log_rotation(log_of(output));
}

static uint64_t lost(const struct event_output *output)
{
	return event_log_lost(log_of(output));
}

static uint64_t close_log(struct event_output *output)
{
	uint64_t count = lost(output);

	event_log_close(log_of(output));
	return count;
}

static const struct event_output_ops ops = {
	.write = write_event,
	.flush = flush,
	.note = note,
	.reopen = reopen,
	.rotation = rotation,
	.lost = lost,
	.close = close_log,
};

int event_log_output(const struct sink_ops *sink, const struct event_writer_options *options,
		     struct event_output **ret, struct errors *errs)
{
	struct event_log *log;
	int r = event_log_open(sink, options->path, options->buffer, &log);

	if (r < 0)
		return errors_system(errs, r, "cannot open the event log %s",
				     options->path ? options->path : "stdout");
	event_log_rotate(log, options->max_size, options->keep);
	log->output.ops = &ops;
	*ret = &log->output;
	return 0;
}
