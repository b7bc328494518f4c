// SPDX-License-Identifier: MIT
/* Timers. */
#include "daemon/fwd/parts.h"

#include <errno.h>

#include "common/base/errors/errors_log.h"
#include "common/base/log.h"
#include "common/base/memory.h"
#include "daemon/fwd/datapath/buckets/limit_state.h"
#include "daemon/fwd/datapath/counters/event_ring.h"
#include "daemon/fwd/events/event_writer.h"
#include "daemon/fwd/interfaces/interfaces.h"
#include "daemon/fwd/limits/bans.h"
#include "daemon/fwd/limits/limit_notices.h"
#include "daemon/fwd/live/expiry.h"
#include "daemon/fwd/model/model.h"
#include "daemon/fwd/panic/panic.h"
#include "daemon/fwd/summary/summary.h"
#include "daemon/fwd/trial/trial.h"

#define USEC_PER_SEC 1000000ULL

/* Start a one-shot timer again, with a delay from now. */
static int repeat(sd_event_source *source, uint64_t usec)
{
	int ret = sd_event_source_set_time_relative(source, usec);

	return ret < 0 ? ret : sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

/* Rings wake their reader only when much is pending, or never; the rest is read here. */
static int fetch_tail(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct app *app = userdata;

	(void)usec;
	event_ring_consume(app->event_ring);
	bans_take(app->bans);
	return repeat(source, USEC_PER_SEC / 10);
}

static int flush_log(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct app *app = userdata;

	(void)usec;
	event_writer_flush(app->event_log);
	return repeat(source, USEC_PER_SEC);
}

static int look_around(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct app *app = userdata;

	(void)usec;
	limit_notices_look(app->limit_notices);
	bans_report_missed(app->bans);
	trials_look(app->trials);
	panic_look(app->panic);
	interfaces_look(app->interfaces);
	return repeat(source, USEC_PER_SEC);
}

static int sweep_buckets(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct app *app = userdata;

	(void)usec;
	datapath_sweep_buckets(app->dp);
	model_refresh_cookies(app->model);
	return repeat(source, 5 * USEC_PER_SEC);
}

static int retry_copies(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct app *app = userdata;
	struct errors errs = {0};

	(void)usec;
	model_retry_copies(app->model, &errs);
	errors_log(&errs);
	errors_clear(&errs);
	return repeat(source, 60 * USEC_PER_SEC);
}

static int summarize(sd_event_source *source, uint64_t usec, void *userdata)
{
	cleanup_free char *text = NULL;
	struct app *app = userdata;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	(void)usec;
	if (out) {
		summary_write(app->summary, out);
		fclose(out);
	}
	/* On the console together with the events; else to stderr, so that stdout can be parsed. */
	if (out && text[0] && event_writer_note(app->event_log, text) < 0)
		log_info("%s", text);
	app_report_status(app);
	return repeat(source, app->options.stats_interval_ns / 1000);
}

int timers_start(struct app *app, struct errors *errs)
{
	const struct {
		sd_event_time_handler_t handler;
		uint64_t usec;
	} rows[] = {
		{fetch_tail, USEC_PER_SEC / 10},
		{flush_log, USEC_PER_SEC},
		{look_around, USEC_PER_SEC},
		{sweep_buckets, 5 * USEC_PER_SEC},
		{retry_copies, 60 * USEC_PER_SEC},
		{summarize, app->options.stats_interval_ns / 1000},
	};
	int ret = live_expiry_new(app->live, app->loop, &app->expiry);

	app->summary = summary_new(app->dp, app->model);
	if (ret >= 0 && !app->summary)
		ret = -ENOMEM;
	for (size_t i = 0; ret >= 0 && i < array_size(rows); i++) {
		if (rows[i].usec == 0)
			continue;
		ret = sd_event_add_time_relative(app->loop, NULL, CLOCK_MONOTONIC, rows[i].usec,
						 USEC_PER_SEC / 20, rows[i].handler, app);
	}
	if (ret < 0)
		timers_stop(app);
	return ret < 0 ? errors_system(errs, ret, "cannot set timers") : 0;
}

void timers_stop(struct app *app)
{
	app->expiry = live_expiry_free(app->expiry);
	app->summary = summary_free(app->summary);
}
