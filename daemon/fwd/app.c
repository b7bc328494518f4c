// SPDX-License-Identifier: MIT
/*
 * The order in which fwd comes up: whatever can be refused without touching
 * the kernel comes first, whatever filters packets comes last.
 */
#include "daemon/fwd/app.h"

#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <systemd/sd-daemon.h>

#include "common/base/clock.h"
#include "common/base/errors/errors_log.h"
#include "common/base/log.h"
#include "common/base/memory.h"
#include "common/base/units.h"
#include "daemon/fwd/boot/boot.h"
#include "daemon/fwd/change/change.h"
#include "daemon/fwd/change/discard.h"
#include "daemon/fwd/change/save.h"
#include "daemon/fwd/change/set_files.h"
#include "daemon/fwd/change/trial.h"
#include "daemon/fwd/config_check.h"
#include "daemon/fwd/control/control.h"
#include "daemon/fwd/interfaces/interfaces.h"
#include "daemon/fwd/parts.h"
#include "daemon/fwd/pending/pending.h"

/* In which all parts must have started. */
#define START_NS (10 * 60 * NS_PER_SECOND)

static int config_start(struct app *app, struct errors *errs)
{
	struct policy *policy = NULL;
	int ret;

	app->boot = boot_new();
	if (!app->boot)
		return -ENOMEM;
	ret = config_check(&app->options, &app->checked, &policy, errs);
	policy_free(policy);
	if (ret < 0)
		ret = boot_begin(app, ret, errs);
	/* Warnings are told when the config is loaded. */
	if (ret == 0)
		errors_clear(errs);
	return ret;
}

static void config_stop(struct app *app)
{
	app->checked = config_free(app->checked);
	app->boot = boot_free(app->boot);
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
		app->exit_code = app->exit_code ? app->exit_code : APP_EXIT_FAILED;
	errors_log(&errs);
	errors_clear(&errs);
	app->dp = datapath_close(app->dp);
}

static int control_start(struct app *app, struct errors *errs)
{
	return control_open(app, app->options.socket_path, &app->control, errs);
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
	app->saved = saved_file_free(app->saved);
	app->saved_text = saved_text_free(app->saved_text);
	app->set_files = set_files_free(app->set_files);
}

/*
 * Beside what an earlier fwd left, the policy is in force from now on, but for good only once all
 * parts have started: if one does not, or fwd dies before, the earlier policy goes on.
 */
static int load_beside(struct app *app, struct errors *errs)
{
	struct pending_view view;
	int ret = -ENOENT;

	if (datapath_adopted(app->dp) && datapath_generation(app->dp)) {
		model_set_deadline(app->model, clock_ns() + START_NS);
		ret = pending_load(app, errs);
		model_set_deadline(app->model, 0);
	}
	/* One that waits for its confirmation goes on waiting. */
	app->is_provisional = ret == 0 && model_is_pending(app->model) && !pending_view(app, &view);
	if (ret == 0)
		return 0;
	/* There may be no room for both. */
	errors_clear(errs);
	return pending_load(app, errs);
}

/* What was good to look at may still not fit, or has changed since. */
static int load_policy(struct app *app, struct errors *errs)
{
	int ret = load_beside(app, errs);

	if (ret == 0 || boot_is_due(app) || boot_begin(app, ret, errs) < 0)
		return ret;
	return load_beside(app, errs);
}

static int model_start(struct app *app, struct errors *errs)
{
	struct config_overrides overrides = config_overrides(&app->options);
	int ret = model_new(app->dp, app->live, app->options.config_path, &overrides, &app->model);

	if (ret < 0)
		return errors_system(errs, ret, "cannot start");
	model_set_sysctls(app->model, app->options.set_sysctls);
	if (datapath_adopted(app->dp) && datapath_generation(app->dp))
		log_info("took over generation %u of an earlier fwd; its counters and live sets "
			 "are kept%s",
			 datapath_generation(app->dp),
			 boot_is_due(app) ? "" : ", rule edits that were not saved are gone");
	/* A start that fails is no revision: nothing of it was in force for good. */
	history_hold(app->history);
	ret = load_policy(app, errs);
	if (ret < 0)
		return ret;
	model_set_guard(app->model, pending_guard, app);
	return 0;
}

static void model_stop(struct app *app)
{
	if (app->is_provisional && model_revert(app->model) == 0)
		log_warning("the policy of the earlier fwd goes on: generation %u",
			    datapath_generation(app->dp));
	app->trial = trial_free(app, app->trial);
	app->model = model_free(app->model);
}

const char *app_policy_name(const struct app *app, char text[APP_POLICY_TEXT])
{
	uint64_t revision = history_revision(app->history);
	uint32_t generation = datapath_generation(app->dp);

	if (revision)
		snprintf(text, APP_POLICY_TEXT, "revision %llu (generation %u)",
			 (unsigned long long)revision, generation);
	else
		snprintf(text, APP_POLICY_TEXT, "generation %u", generation);
	return text;
}

static int ready_start(struct app *app, struct errors *errs)
{
	char name[APP_POLICY_TEXT];
	const struct config *config = model_config(app->model);
	const struct attachment *attachments;
	int ret = app->is_provisional ? model_confirm(app->model, errs) : 0;

	if (ret < 0)
		return errors_system(errs, ret, "the start took too long");
	app->is_provisional = false;
	change_record_start(app);
	interfaces_ready(app->interfaces);
	if (datapath_attachments(app->dp, &attachments) == 0)
		log_warning("there are no interfaces: nothing is filtered until one is given by "
			    "-i, the config, or fwctl iface attach");
	log_info("%s, %s, %zu rule%s",
		 config->enforce ? "enforcing" : "monitor mode (nothing is dropped)",
		 app_policy_name(app, name), config->rule_count,
		 config->rule_count == 1 ? "" : "s");
	app->running = true;
	app_tell_status(app);
	sd_notify(0, "READY=1");
	/* Not earlier: this sends the first ping, from which on systemd expects the next in time. */
	ret = sd_event_set_watchdog(app->loop, true);
	return ret < 0 ? errors_system(errs, ret, "cannot start the watchdog's timer") : 0;
}

static void ready_stop(struct app *app)
{
	app->detach = model_config(app->model)->defaults.on_stop == STOP_DETACH;
	sd_notify(0, "STOPPING=1");
	if (!app->detach)
		log_info("the datapath stays attached and goes on filtering");
}

static const struct part {
	const char *name;
	int (*start)(struct app *app, struct errors *errs);
	void (*stop)(struct app *app);
	enum app_exit exit_code; /* if it does not start */
} parts[] = {
	{"config", config_start, config_stop, APP_EXIT_CONFIG},
	{"loop", loop_start, loop_stop, APP_EXIT_FAILED},
	{"signals", signals_start, NULL, APP_EXIT_FAILED},
	{"datapath", datapath_start, datapath_stop, APP_EXIT_FAILED},
	{"event hub", event_hub_start, event_hub_stop, APP_EXIT_FAILED},
	{"event log", event_log_start, event_log_stop, APP_EXIT_FAILED},
	{"control", control_start, control_stop, APP_EXIT_FAILED},
	{"live", live_start, live_stop, APP_EXIT_FAILED},
	{"history", history_start, history_stop, APP_EXIT_FAILED},
	{"pending", pending_start, pending_stop, APP_EXIT_FAILED},
	{"model", model_start, model_stop, APP_EXIT_FAILED},
	{"interfaces", interfaces_start, interfaces_stop, APP_EXIT_FAILED},
	{"link watch", link_watch_start, link_watch_stop, APP_EXIT_FAILED},
	{"events", events_start, events_stop, APP_EXIT_FAILED},
	{"bans", bans_start, bans_stop, APP_EXIT_FAILED},
	{"limit notices", limit_notices_start, limit_notices_stop, APP_EXIT_FAILED},
	{"timers", timers_start, timers_stop, APP_EXIT_FAILED},
	{"ready", ready_start, ready_stop, APP_EXIT_FAILED},
};

static int exit_code_of(const struct app *app, const struct part *part, int error)
{
	if (error == -EPERM)
		return APP_EXIT_PERMISSION;
	/* Neither the config nor anything in its place can be used. */
	if (error == -EBADMSG && boot_is_due(app))
		return APP_EXIT_CONFIG;
	/* The state folder may come: another try can end otherwise. */
	return part->start == config_start && app->is_state_unknown ? APP_EXIT_FAILED
								    : part->exit_code;
}

/* Start the parts in order; returns how many have started. */
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

	signals_block();
	started = start_parts(&app);
	if (started == array_size(parts) && sd_event_loop(app.loop) < 0)
		app.exit_code = APP_EXIT_FAILED;
	/* A first start that failed leaves nothing; what an earlier fwd left goes on. */
	if (started < array_size(parts))
		app.detach = app.dp && !datapath_adopted(app.dp);
	while (started-- > 0) {
		if (parts[started].stop)
			parts[started].stop(&app);
	}
	return app.exit_code;
}

int app_reload(struct app *app, const struct actor *actor, bool discard, struct errors *errs)
{
	char name[APP_POLICY_TEXT];
	int ret;

	change_retry_history(app);
	ret = discard ? 0 : discard_check(app, errs);
	if (ret < 0)
		return ret;
	sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%llu", (unsigned long long)(clock_ns() / 1000));
	ret = model_reload(app->model, errs);
	/* A dry run only asks. */
	if (ret < 0 && ret != -EBUSY && !model_is_dry(app->model))
		boot_file_refused(app, errs);
	if (ret == 0 && !model_is_dry(app->model)) {
		change_record_file(app, "reload", actor);
		log_info("config reloaded: %s", app_policy_name(app, name));
		ret = app_sync_interfaces(app, errs);
		if (ret < 0)
			errors_add(errs, SEVERITY_WARNING, ERROR_SYSTEM, NULL,
				   "the config is loaded all the same, as %s",
				   app_policy_name(app, name));
	}
	sd_notify(0, "READY=1");
	app_tell_status(app);
	return ret;
}

/* For the status line: what waits for its confirmation. */
static const char *pending_text(const struct app *app, char *text, size_t size)
{
	struct pending_view view;
	char left[UNITS_TEXT];

	text[0] = '\0';
	if (pending_view(app, &view))
		snprintf(text, size, "; revision %llu is taken back in %s unless it is confirmed",
			 (unsigned long long)view.revision,
			 duration_format((view.left_ns / NS_PER_SECOND + 1) * NS_PER_SECOND, left));
	return text;
}

void app_tell_status(const struct app *app)
{
	char waits[128], instead[160], name[APP_POLICY_TEXT];
	const struct attachment *attachments;
	size_t attached = 0, count = datapath_attachments(app->dp, &attachments);

	for (size_t i = 0; i < count; i++)
		attached += attachments[i].state == ATTACH_DISPATCHER ||
			    attachments[i].state == ATTACH_ALONE;
	sd_notifyf(0, "STATUS=%s, %s, attached to %zu of %zu interfaces%s%s",
		   model_config(app->model)->enforce ? "enforcing" : "monitor mode",
		   app_policy_name(app, name), attached, count,
		   pending_text(app, waits, sizeof(waits)),
		   boot_status_text(app, instead, sizeof(instead)));
}
