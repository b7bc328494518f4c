// SPDX-License-Identifier: MIT
/* What happens by the clock. */
#include "daemon/fwd/parts.h"

#include "common/base/clock.h"
#include "common/base/errors/errors_log.h"
#include "common/base/log.h"
#include "common/base/memory.h"
#include "daemon/fwd/change/panic.h"
#include "daemon/fwd/change/trial.h"
#include "daemon/fwd/events/event_source.h"
#include "daemon/fwd/events/event_writer.h"
#include "daemon/fwd/limits/bans.h"
#include "daemon/fwd/limits/limit_notices.h"
#include "daemon/fwd/rule_summary.h"
#include "daemon/fwd/summary.h"

#define USEC_PER_SEC 1000000ULL

/* Run a one-shot timer again, so much after now. */
static int repeat(sd_event_source *source, uint64_t usec)
{
	int ret = sd_event_source_set_time_relative(source, usec);

	return ret < 0 ? ret : sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

/* Rings wake their reader only when much is pending, or never; the tail is fetched here. */
static int fetch_tail(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct app *app = userdata;

	(void)usec;
	event_source_consume(app->event_source);
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
	trial_look(app);
	panic_look(app);
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

static struct rule_summary_source summary_source(const struct app *app)
{
	return (struct rule_summary_source){
		.dp = app->dp,
		.config = model_config(app->model),
		.slots = model_slots(app->model),
	};
}

static int summarize(sd_event_source *source, uint64_t usec, void *userdata)
{
	cleanup_free char *text = NULL;
	struct app *app = userdata;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	(void)usec;
	if (out) {
		const struct rule_summary_source rules = summary_source(app);
		unsigned seconds = summary_write(app->summary, app->dp, out);

		rule_summary_write(app->rule_summary, &rules, seconds, out);
		fclose(out);
	}
	/* On the console beside the events; else to stderr, so that stdout can be parsed. */
	if (out && text[0] && event_writer_note(app->event_log, text) < 0)
		log_info("%s", text);
	app_tell_status(app);
	return repeat(source, app->options.stats_interval_ns / 1000);
}

/* ---- live entries end exactly in time ---- */

static int expire(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct app *app = userdata;

	(void)source, (void)usec;
	live_expire(app->live, clock_ns());
	return 0;
}

/* After whatever the loop has done, the next end may be another. */
static int set_expiry(sd_event_source *source, void *userdata)
{
	struct app *app = userdata;
	uint64_t next = live_next_expiry(app->live);

	(void)source;
	if (next == FW_FOREVER)
		return sd_event_source_set_enabled(app->expiry, SD_EVENT_OFF);
	sd_event_source_set_time(app->expiry, next / 1000 + 1);
	return sd_event_source_set_enabled(app->expiry, SD_EVENT_ONESHOT);
}

static int start_expiry(struct app *app)
{
	int ret = sd_event_add_time(app->loop, &app->expiry, CLOCK_MONOTONIC, 0, 1000, expire, app);

	return ret < 0 ? ret : sd_event_add_post(app->loop, NULL, set_expiry, app);
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
	const struct rule_summary_source source = summary_source(app);
	int ret = start_expiry(app);

	app->summary = summary_new(app->dp);
	app->rule_summary = rule_summary_new(&source);
	for (size_t i = 0; ret >= 0 && i < array_size(rows); i++) {
		if (rows[i].usec == 0 || !app->summary || !app->rule_summary)
			continue;
		ret = sd_event_add_time_relative(app->loop, NULL, CLOCK_MONOTONIC, rows[i].usec,
						 USEC_PER_SEC / 20, rows[i].handler, app);
	}
	return ret < 0 ? errors_system(errs, ret, "cannot set timers") : 0;
}

void timers_stop(struct app *app)
{
	app->expiry = sd_event_source_unref(app->expiry);
	app->summary = summary_free(app->summary);
	app->rule_summary = rule_summary_free(app->rule_summary);
}
