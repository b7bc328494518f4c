// SPDX-License-Identifier: MIT
#include "daemon/fwd/events/event_writer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/log.h"

struct event_writer {
	struct event_hub *hub;
	struct event_subscriber subscriber;
	struct event_output *output;
	int trouble;	  /* the current error of the log, logged once; or 0 */
	int rotate_error; /* the error of its rotation, logged once; or 0 */
};

static uint64_t lost(const struct event_writer *writer)
{
	return writer->output->ops->lost(writer->output);
}

/* A reader that is slow for a moment is not an error: the buffer is for that. */
static void note_result(struct event_writer *writer, int result)
{
	int trouble = result == -EAGAIN ? writer->trouble : result < 0 ? result : 0;

	if (result == -ENOBUFS && writer->trouble)
		return; /* the buffer is full because of the error that was already logged */
	if (trouble == writer->trouble)
		return;
	writer->trouble = trouble;
	if (trouble == -ENOBUFS)
		log_warning("events are lost: their reader is too slow");
	else if (trouble == -EPIPE) /* what waited for a reader that went away goes with it */
		log_warning("events are lost: %s", strerror(-trouble));
	else if (trouble)
		log_warning("events cannot be written now (%s), and wait in the buffer while it "
			    "has space",
			    strerror(-trouble));
	else
		log_info("events are written again; %llu were lost",
			 (unsigned long long)lost(writer));
}

static void take_event(void *userdata, const struct event *event)
{
	struct event_writer *writer = userdata;
	int ret = writer->output->ops->write(writer->output, event);

	/* Success may only mean that the buffer had space: a flush shows that the error is over. */
	if (ret < 0)
		note_result(writer, ret);
}

int event_writer_open(struct event_hub *hub, const struct event_writer_options *options,
		      struct event_writer **ret, struct errors *errs)
{
	const struct sink_ops *sink = sink_find(options->format);
	struct event_writer *writer = calloc(1, sizeof(*writer));
	int r = -ENOMEM;

	if (writer)
		r = sink->open ? sink->open(options, &writer->output, errs)
			       : event_log_output(sink, options, &writer->output, errs);
	if (r < 0) {
		free(writer);
		return r;
	}
	writer->hub = hub;
	writer->subscriber = (struct event_subscriber){take_event, writer, NULL};
	hub_subscribe(hub, &writer->subscriber);
	*ret = writer;
	return 0;
}

/* Of an output that rotates its files. */
static void note_rotation(struct event_writer *writer)
{
	const struct event_output_ops *ops = writer->output->ops;
	int error = ops->rotation ? ops->rotation(writer->output) : 0;

	if (error != writer->rotate_error && error < 0)
		log_warning("the event log cannot be rotated, and grows: %s", strerror(-error));
	else if (error != writer->rotate_error)
		log_info("the event log is rotated again");
	writer->rotate_error = error;
}

void event_writer_flush(struct event_writer *writer)
{
	note_result(writer, writer->output->ops->flush(writer->output));
	note_rotation(writer);
}

int event_writer_note(struct event_writer *writer, const char *text)
{
	struct event_output *output = writer->output;

	return output->ops->note ? output->ops->note(output, text) : -EOPNOTSUPP;
}

int event_writer_reopen(struct event_writer *writer)
{
	struct event_output *output = writer->output;

	if (output->ops->reopen)
		return output->ops->reopen(output);
	/* There is nothing to open, and an error of the output is not one of opening. */
	event_writer_flush(writer);
	return 0;
}

struct event_writer *event_writer_close(struct event_writer *writer)
{
	uint64_t count;

	if (!writer)
		return NULL;
	hub_unsubscribe(writer->hub, &writer->subscriber);
	count = writer->output->ops->close(writer->output);
	if (count)
		log_warning("%llu events were not written", (unsigned long long)count);
	free(writer);
	return NULL;
}
