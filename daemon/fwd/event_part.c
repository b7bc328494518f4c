// SPDX-License-Identifier: MIT
/* The event log and the ring: each event goes to the log and to the clients that monitor. */
#include "daemon/fwd/parts.h"

#include <errno.h>
#include <string.h>

#include "common/base/log.h"
#include "daemon/fwd/control/control.h"

int event_log_start(struct app *app, struct errors *errs)
{
	const struct options *options = &app->options;
	int ret = event_log_open(sink_find(options->log_format), options->log_file,
				 options->log_buffer_size, &app->event_log);

	if (ret < 0)
		return errors_system(errs, ret, "cannot open the event log %s",
				     options->log_file ? options->log_file : "stdout");
	event_log_rotate(app->event_log, options->log_max_size, options->log_keep);
	return 0;
}

void event_log_stop(struct app *app)
{
	if (app->event_log && event_log_lost(app->event_log))
		log_warning("%llu events were not written",
			    (unsigned long long)event_log_lost(app->event_log));
	app->event_log = event_log_close(app->event_log);
}

/* A reader that is slow for a moment is no trouble: the buffer is there for that. */
void events_note(struct app *app, int result)
{
	int trouble = result == -EAGAIN ? app->event_log_error : result < 0 ? result : 0;

	if (result == -ENOBUFS && app->event_log_error)
		return; /* the buffer is full because of what was said already */
	if (trouble == app->event_log_error)
		return;
	app->event_log_error = trouble;
	if (trouble == -ENOBUFS)
		log_warning("events are lost: their reader is too slow");
	else if (trouble)
		log_warning("events are lost: %s", strerror(-trouble));
	else
		log_info("events are written again; %llu were lost",
			 (unsigned long long)event_log_lost(app->event_log));
}

void events_flush(struct app *app)
{
	int error;

	events_note(app, event_log_flush(app->event_log));
	error = event_log_rotation(app->event_log);
	if (error != app->rotate_error && error < 0)
		log_warning("the event log cannot be rotated, and grows: %s", strerror(-error));
	else if (error != app->rotate_error)
		log_info("the event log is rotated again");
	app->rotate_error = error;
}

static void take_event(void *userdata, const struct event *event)
{
	struct app *app = userdata;

	int ret = event_log_write(app->event_log, event);

	/* Success may only mean that the buffer had room: that trouble is over, flushes tell. */
	if (ret < 0)
		events_note(app, ret);
	if (app->control)
		control_event(app->control, event);
}

void events_notice(struct app *app, const struct notice *notice)
{
	struct event event;

	event_of_notice(notice, &event);
	take_event(app, &event);
}

static const struct slots *current_names(void *userdata)
{
	const struct app *app = userdata;

	return model_slots(app->model);
}

static int ring_ready(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct app *app = userdata;

	(void)source, (void)fd, (void)revents;
	event_source_consume(app->event_source);
	return 0;
}

int events_start(struct app *app, struct errors *errs)
{
	int ret = event_source_open(datapath_event_ring(app->dp), current_names, take_event, app,
				    &app->event_source);

	if (ret >= 0)
		ret = sd_event_add_io(app->loop, NULL, event_source_fd(app->event_source), EPOLLIN,
				      ring_ready, app);
	return ret < 0 ? errors_system(errs, ret, "cannot read events") : 0;
}

void events_stop(struct app *app)
{
	if (app->event_source)
		event_source_consume(app->event_source);
	app->event_source = event_source_close(app->event_source);
}
