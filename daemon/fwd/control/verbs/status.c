// SPDX-License-Identifier: MIT
#include "common/base/memory.h"
#include "common/base/units.h"
#include "daemon/fwd/change/panic.h"
#include "daemon/fwd/change/set_files.h"
#include "daemon/fwd/change/trial.h"
#include "daemon/fwd/control/request.h"
#include "daemon/fwd/control/verbs/iface.h"
#include "daemon/fwd/control/verbs/stats.h"
#include "daemon/fwd/control/verbs/verbs.h"

#include <string.h>

#include "common/base/clock.h"
#include "daemon/fwd/boot/boot.h"

static uint64_t uptime_s(const struct app *app)
{
	return clock_ns() / NS_PER_SECOND - app->started_ns / NS_PER_SECOND;
}

static void add_process(cJSON *result, const struct app *app)
{
	cJSON_AddStringToObject(result, "version", FWD_VERSION);
	cJSON_AddNumberToObject(result, "pid", getpid());
	cJSON_AddNumberToObject(result, "uptime_s", (double)uptime_s(app));
}

static void add_policy(cJSON *result, const struct app *app)
{
	const struct config *config = model_config(app->model);

	cJSON_AddStringToObject(result, "mode", config->enforce ? "enforce" : "monitor");
	cJSON_AddNumberToObject(result, "generation", datapath_generation(app->dp));
	cJSON_AddNumberToObject(result, "revision", (double)history_revision(app->history));
	if (history_saved(app->history))
		cJSON_AddNumberToObject(result, "saved_revision",
					(double)history_saved(app->history));
	if (history_trouble(app->history))
		cJSON_AddStringToObject(result, "history_trouble", history_trouble(app->history));
	if (app->audit_error)
		cJSON_AddStringToObject(result, "audit_trouble", strerror(app->audit_error));
	cJSON_AddStringToObject(result, "config", model_config_path(app->model));
	cJSON_AddNumberToObject(result, "unsaved", model_unsaved(app->model));
	cJSON_AddStringToObject(result, "default_action",
				config->defaults.action == FW_ACTION_PASS ? "pass" : "drop");
	cJSON_AddBoolToObject(result, "permitted_cidrs", config->has_permitted);
	cJSON_AddNumberToObject(result, "rules", (double)config->rule_count);
	cJSON_AddNumberToObject(result, "sets", (double)config->set_count);
	cJSON_AddNumberToObject(result, "limits", (double)config->limit_count);
	cJSON_AddNumberToObject(result, "blocks", (double)live_count(app->live, FW_LIVE_BLOCKS));
}

/* What judges beside the policy; nothing if nothing does. */
static int add_trial(cJSON *result, struct app *app)
{
	const struct trial *trial;
	struct fw_try_stats stats;
	cJSON *json;
	int r;

	trial_look(app);
	trial = app->trial;
	if (!trial || trial->state != TRIAL_RUNNING)
		return 0;
	r = datapath_try_stats(app->dp, &stats);
	if (r < 0)
		return r;
	json = cJSON_AddObjectToObject(result, "trial");
	cJSON_AddStringToObject(json, "name", trial->name);
	cJSON_AddNumberToObject(json, "started_s_ago", ctl_seconds_since(trial->started));
	cJSON_AddNumberToObject(json, "ends_in_s", -ctl_seconds_since(trial->until));
	ctl_add_count(json, "compared", &stats.compared);
	ctl_add_count(json, "different", &stats.different);
	return 0;
}

/* A feed that is out of date, or odd, may go unnoticed for long. */
static void add_kept_sets(cJSON *list, const struct config *config)
{
	for (size_t i = 0; i < config->set_count; i++) {
		const struct config_set *set = &config->sets[i];
		cleanup_free char *text = NULL;

		if (!set->is_kept) {
			text = config_set_problem(config, i);
			if (text)
				cJSON_AddItemToArray(list, cJSON_CreateString(text));
			continue;
		}
		if (asprintf(&text,
			     "set \"%s\" has the %zu entries that it had before: %s could not be "
			     "used when it was last read",
			     set->name, set->prefixes.count, set->file) < 0)
			text = NULL;
		cJSON_AddItemToArray(list, cJSON_CreateString(text ? text : set->name));
	}
}

static void add_panic(cJSON *list, const struct app *app)
{
	char text[160], left[UNITS_TEXT];
	struct panic_view view;

	if (!datapath_panic_view(app->dp, &view))
		return;
	snprintf(text, sizeof(text), "panic %s is in force for another %s, above the policy",
		 panic_name(view.mode),
		 duration_format(((uint64_t)-ctl_seconds_since(view.end) + 1) * NS_PER_SECOND,
				 left));
	cJSON_AddItemToArray(list, cJSON_CreateString(text));
}

static void add_trouble(cJSON *list, const struct datapath *dp)
{
	const struct attachment *attachments;
	size_t count = datapath_attachments(dp, &attachments);
	char text[256];

	for (size_t i = 0; i < count; i++)
		if (datapath_trouble(dp, i, text, sizeof(text)))
			cJSON_AddItemToArray(list, cJSON_CreateString(text));
}

/* What the policy needs of the host or of files, and lacks. */
static cJSON *problems_json(struct app *app)
{
	cJSON *list = cJSON_CreateArray();
	struct errors errs = {0};

	add_panic(list, app);
	boot_add_problems(app, list);
	add_kept_sets(list, model_config(app->model));
	set_files_add_problems(&app->set_files, model_config(app->model), list);
	add_trouble(list, app->dp);
	model_check_host(app->model, &errs);
	for (size_t i = 0; i < errs.count; i++)
		cJSON_AddItemToArray(list, cJSON_CreateString(errs.list[i].message));
	errors_clear(&errs);
	return list;
}

int ctl_status(struct ctl_request *request)
{
	cJSON *errors;
	int r;

	request->result = cJSON_CreateObject();
	add_process(request->result, request->app);
	add_policy(request->result, request->app);
	r = add_trial(request->result, request->app);
	if (r < 0)
		return r;
	cJSON_AddItemToObject(request->result, "problems", problems_json(request->app));
	errors = boot_errors_json(request->app);
	if (errors)
		cJSON_AddItemToObject(request->result, "config_errors", errors);
	cJSON_AddItemToObject(request->result, "totals", ctl_totals_json(request->app, false));
	cJSON_AddItemToObject(request->result, "events", ctl_events_json(request->app, false));
	cJSON_AddItemToObject(request->result, "interfaces", ctl_interfaces_json(request->app));
	return 0;
}
