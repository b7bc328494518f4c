// SPDX-License-Identifier: MIT
#include "daemon/fwd/change/trial.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/memory.h"

static struct trial *trial_new(const struct app *app, const char *name)
{
	struct trial *trial = calloc(1, sizeof(*trial));

	if (!trial)
		return NULL;
	trial->name = strdup(name);
	trial->slots = slots_copy(model_slots(app->model));
	trial->generation = datapath_generation(app->dp);
	if (trial->name && trial->slots)
		return trial;
	free(trial->name);
	slots_free(trial->slots);
	free(trial);
	return NULL;
}

struct trial *trial_free(struct app *app, struct trial *trial)
{
	if (!trial)
		return NULL;
	if (trial->state == TRIAL_RUNNING)
		datapath_try_stop(app->dp);
	candidate_free(trial->candidate);
	slots_free(trial->slots);
	free(trial->name);
	free(trial);
	return NULL;
}

/* Nobody hears from packets that do not come by. */
static void warn_of_unattached(const struct app *app, const struct config *config,
			       struct errors *errs)
{
	const struct attachment *attachments;
	size_t count = datapath_attachments(app->dp, &attachments);

	for (size_t i = 0; i < config->interface_count; i++) {
		const char *name = config->interfaces[i].name;
		bool found = false;

		for (size_t j = 0; j < count; j++)
			found |= strcmp(attachments[j].name, name) == 0;
		if (!found)
			errors_add(errs, SEVERITY_WARNING, ERROR_SYSTEM, NULL,
				   "fwd does not filter %s now: what comes in there is not tried",
				   name);
	}
}

int trial_start(struct app *app, struct document *document, const char *name, uint64_t duration_ns,
		struct errors *errs)
{
	struct trial *trial;
	int r;

	trial_look(app);
	if (app->trial && app->trial->state == TRIAL_RUNNING) {
		document_free(document);
		errors_add(errs, SEVERITY_ERROR, ERROR_SYSTEM, NULL,
			   "a trial of %s is running: fwctl try --stop ends it", app->trial->name);
		return -EBUSY;
	}
	trial = trial_new(app, name);
	if (!trial) {
		document_free(document);
		return -ENOMEM;
	}
	trial->state = TRIAL_STOPPED;
	r = candidate_new(app->model, document, FW_IMAGE_TRIED, &trial->candidate, errs);
	trial->started = clock_ns();
	trial->until = trial->started + duration_ns;
	if (r == 0)
		r = datapath_try(app->dp, trial->until, errs);
	if (r < 0) {
		trial_free(app, trial);
		return r;
	}
	warn_of_unattached(app, candidate_config(trial->candidate), errs);
	trial->state = TRIAL_RUNNING;
	trial_free(app, app->trial);
	app->trial = trial;
	return 0;
}

/* What it found stays; the policy's memory in the kernel is given back. */
static void finish(struct app *app, enum trial_state state)
{
	struct trial *trial = app->trial;
	struct fw_try_stats stats = {0};

	datapath_try_stop(app->dp);
	policy_unstage(app->dp, FW_IMAGE_TRIED);
	trial->state = state;
	trial->ended = clock_ns();
	datapath_try_stats(app->dp, &stats);
	log_info("try: %s: of %llu packets %llu would have ended differently%s", trial->name,
		 (unsigned long long)stats.compared.packets,
		 (unsigned long long)stats.different.packets,
		 state == TRIAL_OVERTAKEN ? "; ended, as the running policy has changed" : "");
}

void trial_look(struct app *app)
{
	const struct trial *trial = app->trial;

	if (!trial || trial->state != TRIAL_RUNNING)
		return;
	if (datapath_generation(app->dp) != trial->generation)
		finish(app, TRIAL_OVERTAKEN);
	else if (clock_ns() >= trial->until)
		finish(app, TRIAL_OVER);
}

int trial_stop(struct app *app)
{
	trial_look(app);
	if (!app->trial || app->trial->state != TRIAL_RUNNING)
		return -ENOENT;
	finish(app, TRIAL_STOPPED);
	return 0;
}
