// SPDX-License-Identifier: MIT
#include "daemon/fwd/change/panic.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/memory.h"
#include "common/base/units.h"

/* A panic that is renewed ends a little later each time; so much is no other one. */
#define SAME_NS 2ULL

static const char *const names[] = {[FW_PANIC_OPEN] = "open", [FW_PANIC_CLOSE] = "close"};
static const char *const effects[] = {
	[FW_PANIC_OPEN] = "open: every packet passes",
	[FW_PANIC_CLOSE] = "closed: only management.allow and what the link needs pass",
};

const char *panic_name(enum fw_panic mode)
{
	return names[mode];
}

static void report(struct app *app, uint64_t duration_ns, const char *text)
{
	struct notice notice = {.type = FW_EVENT_PANIC, .duration_ns = duration_ns, .why = text};

	log_warning("panic: %s", text);
	if (app->events)
		hub_notice(app->events, &notice);
	app_tell_status(app);
}

static void report_begin(struct app *app, const struct panic_view *view)
{
	uint64_t now = clock_ns(), left = view->end > now ? view->end - now : 0;
	char text[256], time[UNITS_TEXT];

	/* Seconds are enough, and a second that has begun counts. */
	duration_format((left + NS_PER_SECOND - 1) / NS_PER_SECOND * NS_PER_SECOND, time);
	snprintf(text, sizeof(text), "%s, for %s%s%s", effects[view->mode], time,
		 app->panic_by[0] ? "; by " : "", app->panic_by);
	report(app, left, text);
}

static bool is_same(const struct panic_view *one, const struct panic_view *other)
{
	return one->mode == other->mode && one->end + SAME_NS > other->end &&
	       other->end + SAME_NS > one->end;
}

void panic_look(struct app *app)
{
	struct panic_view view = {0};
	bool in_force = datapath_panic_view(app->dp, &view);
	char text[128];

	if (is_same(&view, &app->panic))
		return;
	app->panic = view;
	if (in_force) {
		report_begin(app, &view);
		return;
	}
	snprintf(text, sizeof(text), "it has ended%s%s; the policy is in force again",
		 app->panic_by[0] ? ", by " : "", app->panic_by);
	app->panic_by[0] = '\0';
	report(app, 0, text);
}

void panic_set(struct app *app, enum fw_panic mode, uint64_t duration_ns, const char *by)
{
	datapath_panic(app->dp, mode, clock_ns() + duration_ns);
	snprintf(app->panic_by, sizeof(app->panic_by), "%s", by);
	panic_look(app);
}

bool panic_end(struct app *app, const char *by)
{
	if (!datapath_panic_end(app->dp))
		return false;
	snprintf(app->panic_by, sizeof(app->panic_by), "%s", by);
	panic_look(app);
	return true;
}

int panic_run(const struct options *options)
{
	uint64_t end = options->panic_end ? 0 : clock_ns() + options->panic_ns;
	int err = panic_write(options->pin_dir, options->panic_mode, end);

	if (err == -EPERM) {
		log_error("--panic is for root");
		return APP_EXIT_PERMISSION;
	}
	if (err < 0) {
		log_error("nothing filters here: no program uses a datapath in %s",
			  options->pin_dir);
		return APP_EXIT_FAILED;
	}
	log_info("panic: %s", options->panic_end ? "ended; the policy is in force"
						 : effects[options->panic_mode]);
	return APP_EXIT_OK;
}
