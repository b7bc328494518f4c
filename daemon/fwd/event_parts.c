// SPDX-License-Identifier: MIT
/* The hub, with the event log and the ring. */
#include "daemon/fwd/parts.h"

#include <errno.h>

#include "daemon/fwd/datapath/counters/event_ring.h"
#include "daemon/fwd/events/event_writer.h"
#include "daemon/fwd/events/hub.h"
#include "daemon/fwd/model/model.h"

int event_hub_start(struct app *app, struct errors *errs)
{
	(void)errs;
	app->events = hub_new();
	return app->events ? 0 : -ENOMEM;
}

void event_hub_stop(struct app *app)
{
	app->events = hub_free(app->events);
}

int event_log_start(struct app *app, struct errors *errs)
{
	const struct event_writer_options options = {
		.format = app->options.log_format,
		.path = app->options.log_file,
		.buffer = app->options.log_buffer_size,
		.max_size = app->options.log_max_size,
		.keep = app->options.log_keep,
	};

	return event_writer_open(app->events, &options, &app->event_log, errs);
}

void event_log_stop(struct app *app)
{
	app->event_log = event_writer_close(app->event_log);
}

/* ---- the ring ---- */

static void take_packet(void *userdata, const struct fw_event *record)
{
	struct app *app = userdata;
	struct packet_event packet;
	struct event event;

	event_decode(record, model_slots(app->model), &packet, &event);
	hub_event(app->events, &event);
}

static int ring_ready(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	(void)source, (void)fd, (void)revents;
	event_ring_consume(userdata);
	return 0;
}

int events_start(struct app *app, struct errors *errs)
{
	int ret = event_ring_open(app->dp, take_packet, app, &app->event_ring);

	if (ret >= 0)
		ret = sd_event_add_io(app->loop, NULL, event_ring_fd(app->event_ring), EPOLLIN,
				      ring_ready, app->event_ring);
	return ret < 0 ? errors_system(errs, ret, "cannot read events") : 0;
}

void events_stop(struct app *app)
{
	if (app->event_ring)
		event_ring_consume(app->event_ring);
	app->event_ring = event_ring_close(app->event_ring);
}
