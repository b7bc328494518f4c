// SPDX-License-Identifier: MIT
/*
 * The order of fwd's start: steps that can fail without touching the kernel come
 * first, the ones that filter packets come last.
 */
#include "daemon/fwd/app.h"

#include <errno.h>
#include <net/if.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/errors/errors_log.h"
#include "common/base/log.h"
#include "common/base/memory.h"
#include "common/base/units.h"
#include "common/policy/config/config.h"
#include "common/program/notify.h"
#include "daemon/fwd/control/control.h"
#include "daemon/fwd/control/verbs.h"
#include "daemon/fwd/datapath/attach/attachments.h"
#include "daemon/fwd/datapath/datapath.h"
#include "daemon/fwd/history/history.h"
#include "daemon/fwd/interfaces/interfaces.h"
#include "daemon/fwd/live/live.h"
#include "daemon/fwd/model/model.h"
#include "daemon/fwd/options/config_check.h"
#include "daemon/fwd/parts.h"
#include "daemon/fwd/transaction/boot.h"
#include "daemon/fwd/transaction/transaction.h"

static int config_start(struct app *app, struct errors *errs)
{
	struct policy *policy = NULL;
	int ret = transaction_part_start(app, errs);

	if (ret < 0)
		return ret;
	ret = config_check(&app->options, &app->checked, &policy, errs);
	policy_free(policy);
	if (ret < 0)
		ret = boot_begin(app->transaction, ret, errs);
	/* Warnings are reported when the config is loaded. */
	if (ret == 0)
		errors_clear(errs);
	return ret;
}

static void config_stop(struct app *app)
{
	app->checked = config_free(app->checked);
	transaction_part_stop(app);
}

static int loop_start(struct app *app, struct errors *errs)
{
	int ret = sd_event_new(&app->loop);

	return ret < 0 ? errors_system(errs, ret, "cannot make an event loop") : 0;
}

static void loop_stop(struct app *app)
{
	app->loop = sd_event_unref(app->loop);
}

static int datapath_start(struct app *app, struct errors *errs)
{
	const struct datapath_options options = {.pin_dir = app->options.pin_dir};

	return datapath_open(&options, &app->dp, errs);
}

static void datapath_stop(struct app *app)
{
	struct errors errs = {0};

	if (app->dp && app->detach && datapath_unpin(app->dp, &errs) < 0)
		app->exit_code = app->exit_code ? app->exit_code : PROGRAM_EXIT_FAILED;
	errors_log(&errs);
	errors_clear(&errs);
	app->dp = datapath_close(app->dp);
}

static int control_start(struct app *app, struct errors *errs)
{
	app->core.events = app->events;
	return control_open(&app->core, ctl_verb_of, app->loop, app->options.socket_path,
			    &app->control, errs);
}

static void control_stop(struct app *app)
{
	app->control = control_close(app->control);
}

static int live_start(struct app *app, struct errors *errs)
{
	int ret = live_open(app->dp, &app->live);

	return ret < 0 ? errors_system(errs, ret, "cannot read the live sets") : 0;
}

static void live_stop(struct app *app)
{
	app->live = live_close(app->live);
}

static int history_start(struct app *app, struct errors *errs)
{
	return history_open(app->options.state_dir, &app->history, errs);
}

static void history_stop(struct app *app)
{
	app->history = history_close(app->history);
}

static int transaction_start(struct app *app, struct errors *errs)
{
	return transaction_open(app->transaction, app->loop, app->dp, app->history, app->events,
				errs);
}

static void transaction_stop(struct app *app)
{
	transaction_close(app->transaction);
}

static int model_start(struct app *app, struct errors *errs)
{
	struct config_overrides overrides = config_overrides(&app->options);
	int ret = model_new(app->dp, app->live, app->options.config_path, &overrides, &app->model);

	if (ret < 0)
		return errors_system(errs, ret, "cannot start");
	model_set_sysctls(app->model, app->options.set_sysctls);
	return transaction_load(app->transaction, app->model, errs);
}

static void model_stop(struct app *app)
{
	transaction_unload(app->transaction);
	app->model = model_free(app->model);
}

static int ready_start(struct app *app, struct errors *errs)
{
	char name[POLICY_NAME_TEXT];
	const struct config *config = model_config(app->model);
	int ret = transaction_ready(app->transaction, errs);

	if (ret < 0)
		return ret;
	interfaces_ready(app->interfaces);
	log_info("%s, %s, %zu rule%s",
		 config->enforce ? "enforcing" : "monitor mode (nothing is dropped)",
		 transaction_policy_name(app->transaction, name), config->rule_count,
		 config->rule_count == 1 ? "" : "s");
	app_report_status(app);
	ret = notify_ready(app->loop);
	return ret < 0 ? errors_system(errs, ret, "cannot start the watchdog's timer") : 0;
}

static void ready_stop(struct app *app)
{
	app->detach = model_config(app->model)->defaults.on_stop == STOP_DETACH;
	notify_stopping();
	if (!app->detach)
		log_info("the datapath stays attached and continues to filter");
}

static const struct part {
	const char *name;
	int (*start)(struct app *app, struct errors *errs);
	void (*stop)(struct app *app);
	enum program_exit exit_code; /* if it does not start */
} parts[] = {
	{"config", config_start, config_stop, PROGRAM_EXIT_CONFIG},
	{"loop", loop_start, loop_stop, PROGRAM_EXIT_FAILED},
	{"signals", signals_start, NULL, PROGRAM_EXIT_FAILED},
	{"datapath", datapath_start, datapath_stop, PROGRAM_EXIT_FAILED},
	{"event hub", event_hub_start, event_hub_stop, PROGRAM_EXIT_FAILED},
	{"event log", event_log_start, event_log_stop, PROGRAM_EXIT_FAILED},
	{"control", control_start, control_stop, PROGRAM_EXIT_FAILED},
	{"live", live_start, live_stop, PROGRAM_EXIT_FAILED},
	{"history", history_start, history_stop, PROGRAM_EXIT_FAILED},
	{"transaction", transaction_start, transaction_stop, PROGRAM_EXIT_FAILED},
	{"model", model_start, model_stop, PROGRAM_EXIT_FAILED},
	{"interfaces", interfaces_start, interfaces_stop, PROGRAM_EXIT_FAILED},
	{"link watch", link_watch_start, link_watch_stop, PROGRAM_EXIT_FAILED},
	{"events", events_start, events_stop, PROGRAM_EXIT_FAILED},
	{"bans", bans_start, bans_stop, PROGRAM_EXIT_FAILED},
	{"limit notices", limit_notices_start, limit_notices_stop, PROGRAM_EXIT_FAILED},
	{"core", core_start, core_stop, PROGRAM_EXIT_FAILED},
	{"timers", timers_start, timers_stop, PROGRAM_EXIT_FAILED},
	{"ready", ready_start, ready_stop, PROGRAM_EXIT_FAILED},
};

static int exit_code_of(const struct app *app, const struct part *part, int error)
{
	if (error == -EPERM)
		return PROGRAM_EXIT_PERMISSION;
	/* The config cannot be used, and nothing in its place. */
	if (error == -EBADMSG && boot_is_due(app->transaction))
		return PROGRAM_EXIT_CONFIG;
	/* The state folder may appear: another attempt can succeed. */
	return part->start == config_start && app->transaction &&
			       boot_is_state_unknown(app->transaction)
		       ? PROGRAM_EXIT_FAILED
		       : part->exit_code;
}

/* Start the parts in order; returns the number of started ones. */
static size_t start_parts(struct app *app)
{
	size_t started = 0;

	for (; started < array_size(parts); started++) {
		const struct part *part = &parts[started];
		struct errors errs = {0};
		int ret;

		log_debug("starting: %s", part->name);
		ret = part->start(app, &errs);
		errors_log(&errs);
		if (ret < 0 && !errs.failed)
			log_error("cannot start %s: %s", part->name, strerror(-ret));
		errors_clear(&errs);
		if (ret < 0) {
			app->exit_code = exit_code_of(app, part, ret);
			break;
		}
	}
	return started;
}

int app_run(const struct options *options)
{
	struct app app = {.options = *options, .started_ns = clock_ns()};
	size_t started;

	app_signals(&app);
	signals_block(&app.signals);
	started = start_parts(&app);
	if (started == array_size(parts) && sd_event_loop(app.loop) < 0)
		app.exit_code = PROGRAM_EXIT_FAILED;
	/* A first start that failed leaves nothing; the datapath of an earlier fwd continues. */
	if (started < array_size(parts))
		app.detach = app.dp && !datapath_adopted(app.dp);
	while (started-- > 0) {
		if (parts[started].stop)
			parts[started].stop(&app);
	}
	return app.exit_code;
}

/* For the status line: the policy that waits for its confirmation. */
static const char *pending_text(const struct app *app, char *text, size_t size)
{
	struct pending_view view;
	char left[UNITS_TEXT];

	text[0] = '\0';
	if (transaction_pending(app->transaction, &view))
		snprintf(text, size, "; revision %llu is taken back in %s unless it is confirmed",
			 (unsigned long long)view.revision,
			 duration_format((view.left_ns / NS_PER_SECOND + 1) * NS_PER_SECOND, left));
	return text;
}

void app_report_status(const struct app *app)
{
	char waits[128], instead[400], apart[40] = "", name[POLICY_NAME_TEXT];
	const struct attachment *attachments;
	size_t attached = 0, count = datapath_attachments(app->dp, &attachments);
	size_t detached = config_count_detached(model_config(app->model));

	for (size_t i = 0; i < count; i++)
		attached += attachment_is_attached(&attachments[i]);
	if (detached)
		snprintf(apart, sizeof(apart), " (%zu detached)", detached);
	notify_status("%s, %s, attached to %zu of %zu interfaces%s%s%s",
		      model_config(app->model)->enforce ? "enforcing" : "monitor mode",
		      transaction_policy_name(app->transaction, name), attached, count, apart,
		      pending_text(app, waits, sizeof(waits)),
		      boot_status_text(app->transaction, instead, sizeof(instead)));
}
