// SPDX-License-Identifier: MIT
#include "common/base/memory.h"
#include "common/base/units.h"
#include "daemon/fwd/control/request.h"
#include "daemon/fwd/control/request_audit.h"
#include "daemon/fwd/control/verbs.h"
#include "daemon/fwd/control/verbs/interfaces/iface.h"
#include "daemon/fwd/control/verbs/reports/stats.h"
#include "daemon/fwd/panic/panic.h"
#include "daemon/fwd/transaction/save.h"
#include "daemon/fwd/trial/trial.h"

#include <string.h>

#include "common/base/clock.h"
#include "common/policy/config/config.h"
#include "daemon/fwd/datapath/attach/attachments.h"
#include "daemon/fwd/datapath/datapath.h"
#include "daemon/fwd/datapath/panic/panic_switch.h"
#include "daemon/fwd/datapath/trial/trial.h"
#include "daemon/fwd/history/history.h"
#include "daemon/fwd/live/live.h"
#include "daemon/fwd/model/model.h"
#include "daemon/fwd/transaction/boot.h"

static uint64_t uptime_s(const struct core *core)
{
	return clock_ns() / NS_PER_SECOND - core->started_ns / NS_PER_SECOND;
}

static void add_process(cJSON *result, const struct core *core)
{
	cJSON_AddStringToObject(result, "version", FWD_VERSION);
	cJSON_AddNumberToObject(result, "pid", getpid());
	cJSON_AddNumberToObject(result, "uptime_s", (double)uptime_s(core));
}

static void add_policy(cJSON *result, const struct ctl_request *request)
{
	const struct core *core = request->core;
	const struct config *config = model_config(core->model);

	cJSON_AddStringToObject(result, "mode", config->enforce ? "enforce" : "monitor");
	cJSON_AddNumberToObject(result, "generation", datapath_generation(core->dp));
	cJSON_AddNumberToObject(result, "revision", (double)history_revision(core->history));
	if (history_saved(core->history))
		cJSON_AddNumberToObject(result, "saved_revision",
					(double)history_saved(core->history));
	if (history_trouble(core->history))
		cJSON_AddStringToObject(result, "history_trouble", history_trouble(core->history));
	if (ctl_audit_error(request))
		cJSON_AddStringToObject(result, "audit_trouble",
					strerror(ctl_audit_error(request)));
	cJSON_AddStringToObject(result, "config", model_config_path(core->model));
	cJSON_AddNumberToObject(result, "unsaved", model_unsaved(core->model));
	cJSON_AddStringToObject(result, "default_action",
				config->defaults.action == FW_ACTION_PASS ? "pass" : "drop");
	cJSON_AddBoolToObject(result, "permitted_cidrs", config->has_permitted);
	cJSON_AddNumberToObject(result, "rules", (double)config->rule_count);
	cJSON_AddNumberToObject(result, "sets", (double)config->set_count);
	cJSON_AddNumberToObject(result, "limits", (double)config->limit_count);
	cJSON_AddNumberToObject(result, "blocks", (double)live_count(core->live, FW_LIVE_BLOCKS));
}

/* The trial; nothing if there is none. */
static int add_trial(cJSON *result, const struct core *core)
{
	const struct trial *trial;
	struct fw_try_stats stats;
	cJSON *json;
	int r;

	trial = trials_look(core->trials);
	if (!trial || trial->state != TRIAL_RUNNING)
		return 0;
	r = datapath_try_stats(core->dp, &stats);
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

static void add_panic(cJSON *list, const struct core *core)
{
	char text[160], left[UNITS_TEXT];
	struct panic_view view;

	if (!datapath_panic_view(core->dp, &view))
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
static cJSON *problems_json(const struct core *core)
{
	cJSON *list = cJSON_CreateArray();
	struct errors errs = {0};

	add_panic(list, core);
	boot_add_problems(core->transaction, list);
	add_kept_sets(list, model_config(core->model));
	transaction_add_set_problems(core->transaction, list);
	add_trouble(list, core->dp);
	model_check_host(core->model, &errs);
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
	add_process(request->result, request->core);
	add_policy(request->result, request);
	r = add_trial(request->result, request->core);
	if (r < 0)
		return r;
	cJSON_AddItemToObject(request->result, "problems", problems_json(request->core));
	errors = boot_errors_json(request->core->transaction);
	if (errors)
		cJSON_AddItemToObject(request->result, "config_errors", errors);
	cJSON_AddItemToObject(request->result, "totals", ctl_totals_json(request->core, false));
	cJSON_AddItemToObject(request->result, "events", ctl_events_json(request->core, false));
	cJSON_AddItemToObject(request->result, "interfaces", ctl_interfaces_json(request->core));
	return 0;
}
