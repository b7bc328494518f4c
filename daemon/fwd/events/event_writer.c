// SPDX-License-Identifier: MIT
#include "daemon/fwd/events/event_writer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/log.h"
#include "daemon/fwd/events/event_log.h"

struct event_writer {
	struct event_hub *hub;
	struct event_subscriber subscriber;
	struct event_log *log;
	int trouble;	  /* what is wrong with the log now, logged once; or 0 */
	int rotate_error; /* why it cannot be rotated, logged once; or 0 */
};

/* A reader that is slow for a moment is no trouble: the buffer is there for that. */
static void note_result(struct event_writer *writer, int result)
{
	int trouble = result == -EAGAIN ? writer->trouble : result < 0 ? result : 0;

	if (result == -ENOBUFS && writer->trouble)
		return; /* the buffer is full because of what was logged already */
	if (trouble == writer->trouble)
		return;
	writer->trouble = trouble;
	if (trouble == -ENOBUFS)
		log_warning("events are lost: their reader is too slow");
	else if (trouble)
		log_warning("events are lost: %s", strerror(-trouble));
	else
		log_info("events are written again; %llu were lost",
			 (unsigned long long)event_log_lost(writer->log));
}

static void take_event(void *userdata, const struct event *event)
{
	struct event_writer *writer = userdata;
	int ret = event_log_write(writer->log, event);

	/* Success may only mean that the buffer had room: flushes find out that it is over. */
	if (ret < 0)
		note_result(writer, ret);
}

int event_writer_open(struct event_hub *hub, const struct event_writer_options *options,
		      struct event_writer **ret, struct errors *errs)
{
	struct event_writer *writer = calloc(1, sizeof(*writer));
	int r = -ENOMEM;

	if (writer)
		r = event_log_open(sink_find(options->format), options->path, options->buffer,
				   &writer->log);
	if (r < 0) {
		free(writer);
		return errors_system(errs, r, "cannot open the event log %s",
				     options->path ? options->path : "stdout");
	}
	event_log_rotate(writer->log, options->max_size, options->keep);
	writer->hub = hub;
	writer->subscriber = (struct event_subscriber){take_event, writer, NULL};
	hub_subscribe(hub, &writer->subscriber);
	*ret = writer;
	return 0;
}

void event_writer_flush(struct event_writer *writer)
{
	int error;

	note_result(writer, event_log_flush(writer->log));
	error = event_log_rotation(writer->log);
	if (error != writer->rotate_error && error < 0)
		log_warning("the event log cannot be rotated, and grows: %s", strerror(-error));
	else if (error != writer->rotate_error)
		log_info("the event log is rotated again");
	writer->rotate_error = error;
}

int event_writer_note(struct event_writer *writer, const char *text)
{
	return event_log_note(writer->log, text);
}

int event_writer_reopen(struct event_writer *writer)
{
	return event_log_reopen(writer->log);
}

struct event_writer *event_writer_close(struct event_writer *writer)
{
	if (!writer)
		return NULL;
	hub_unsubscribe(writer->hub, &writer->subscriber);
	if (event_log_lost(writer->log))
		log_warning("%llu events were not written",
			    (unsigned long long)event_log_lost(writer->log));
	event_log_close(writer->log);
	free(writer);
	return NULL;
}
