// SPDX-License-Identifier: MIT
/* The clock of what waits: the warning, the status line, and the end. */
#include <errno.h>
#include <stdlib.h>

#include "common/base/log.h"
#include "daemon/fwd/pending/pending_internal.h"

#define WARN_NS (60 * NS_PER_SECOND)
#define TELL_NS (10 * NS_PER_SECOND) /* the status line is told anew so often */

const char *pending_time_text(uint64_t ns, char buffer[UNITS_TEXT])
{
	uint64_t seconds = (ns + NS_PER_SECOND - 1) / NS_PER_SECOND;

	return duration_format((seconds ? seconds : 1) * NS_PER_SECOND, buffer);
}

void pending_disarm(struct app *app)
{
	app->pending->is_armed = false;
	app->pending->settled_ns = clock_ns();
	sd_event_source_set_enabled(app->pending->timer, SD_EVENT_OFF);
}

/* When there is something to do next: the status line, the warning, or the end. */
static uint64_t next_time(const struct pending *pending, uint64_t now)
{
	uint64_t deadline = pending->marker.deadline, next = now + TELL_NS;

	if (!pending->has_warned && deadline > now + WARN_NS && deadline - WARN_NS < next)
		next = deadline - WARN_NS;
	return next < deadline ? next : deadline;
}

static void set_timer(struct app *app)
{
	struct pending *pending = app->pending;

	sd_event_source_set_time(pending->timer, next_time(pending, clock_ns()) / 1000 + 1);
	sd_event_source_set_enabled(pending->timer, SD_EVENT_ONESHOT);
}

static void warn(struct app *app, uint64_t left)
{
	const struct marker *marker = &app->pending->marker;
	char time[UNITS_TEXT];

	app->pending->has_warned = true;
	pending_tell(app, FW_EVENT_POLICY_DUE, left,
		     "revision %llu is taken back in %s unless it is confirmed",
		     (unsigned long long)marker->revision, pending_time_text(left, time));
}

static int tick(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct app *app = userdata;
	struct pending_view view;

	(void)source, (void)usec;
	pending_poll(app);
	if (!pending_view(app, &view))
		return 0;
	if (!app->pending->has_warned && view.left_ns <= WARN_NS)
		warn(app, view.left_ns);
	app_tell_status(app);
	set_timer(app);
	return 0;
}

void pending_arm(struct app *app)
{
	struct pending *pending = app->pending;
	uint64_t now = clock_ns();

	pending->is_armed = true;
	pending->has_last = true;
	/* Who asked for less than a minute was told so just now. */
	pending->has_warned = pending->marker.deadline <= now + WARN_NS;
	set_timer(app);
	if (app->running)
		app_tell_status(app);
}

int pending_start(struct app *app, struct errors *errs)
{
	int r;

	app->pending = calloc(1, sizeof(*app->pending));
	if (!app->pending)
		return -ENOMEM;
	r = sd_event_add_time(app->loop, &app->pending->timer, CLOCK_MONOTONIC, 0, 1000, tick, app);
	if (r >= 0)
		r = sd_event_source_set_enabled(app->pending->timer, SD_EVENT_OFF);
	return r < 0 ? errors_system(errs, r, "cannot set a timer") : 0;
}

void pending_stop(struct app *app)
{
	if (app->pending)
		sd_event_source_unref(app->pending->timer);
	free(app->pending);
	app->pending = NULL;
}
