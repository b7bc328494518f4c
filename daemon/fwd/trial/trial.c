// SPDX-License-Identifier: MIT
#include "daemon/fwd/trial/trial.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/memory.h"
#include "daemon/fwd/datapath/attach/attachments.h"
#include "daemon/fwd/datapath/trial/trial.h"

struct trials {
	struct model *model;
	struct datapath *dp;
	struct trial *last; /* or the running one; NULL: there was none */
};

static struct trial *trial_new(const struct trials *trials, const char *name)
{
	struct trial *trial = calloc(1, sizeof(*trial));

	if (!trial)
		return NULL;
	trial->name = strdup(name);
	trial->slots = slots_copy(model_slots(trials->model));
	trial->generation = datapath_generation(trials->dp);
	if (trial->name && trial->slots)
		return trial;
	free(trial->name);
	slots_free(trial->slots);
	free(trial);
	return NULL;
}

static void trial_free(struct trials *trials, struct trial *trial)
{
	if (!trial)
		return;
	if (trial->state == TRIAL_RUNNING)
		datapath_try_stop(trials->dp);
	candidate_free(trial->candidate);
	slots_free(trial->slots);
	free(trial->name);
	free(trial);
}

struct trials *trials_new(struct model *model)
{
	struct trials *trials = calloc(1, sizeof(*trials));

	if (!trials)
		return NULL;
	trials->model = model;
	trials->dp = model_datapath(model);
	return trials;
}

struct trials *trials_free(struct trials *trials)
{
	if (trials)
		trial_free(trials, trials->last);
	free(trials);
	return NULL;
}

/* Packets that fwd does not filter are not compared. */
static void warn_of_unattached(const struct trials *trials, const struct config *config,
			       struct errors *errs)
{
	const struct attachment *attachments;
	size_t count = datapath_attachments(trials->dp, &attachments);

	for (size_t i = 0; i < config->interface_count; i++) {
		const char *name = config->interfaces[i].name;
		bool found = false;

		for (size_t j = 0; j < count; j++)
			found |= strcmp(attachments[j].name, name) == 0;
		if (found && config->interfaces[i].detached)
			errors_add(errs, SEVERITY_WARNING, ERROR_SYSTEM, NULL,
				   "%s is detached in the trial policy, which would pass all its "
				   "packets: they are judged as if it were attached",
				   name);
		if (!found && !config->interfaces[i].detached)
			errors_add(errs, SEVERITY_WARNING, ERROR_SYSTEM, NULL,
				   "fwd does not filter %s now: its packets are not compared",
				   name);
	}
}

int trials_start(struct trials *trials, struct document *document, const char *name,
		 uint64_t duration_ns, struct progress *progress, struct errors *errs)
{
	struct trial *trial;
	int r;

	trials_look(trials);
	if (trials->last && trials->last->state == TRIAL_RUNNING) {
		document_free(document);
		errors_add(errs, SEVERITY_ERROR, ERROR_SYSTEM, NULL,
			   "a trial of %s is running: fwctl try --stop ends it",
			   trials->last->name);
		return -EBUSY;
	}
	trial = trial_new(trials, name);
	if (!trial) {
		document_free(document);
		return -ENOMEM;
	}
	trial->state = TRIAL_STOPPED;
	r = candidate_new(trials->model, document, FW_IMAGE_TRIED, progress, &trial->candidate,
			  errs);
	trial->started = clock_ns();
	trial->until = trial->started + duration_ns;
	if (r == 0)
		r = datapath_try(trials->dp, trial->until, errs);
	if (r < 0) {
		trial_free(trials, trial);
		return r;
	}
	warn_of_unattached(trials, candidate_config(trial->candidate), errs);
	trial->state = TRIAL_RUNNING;
	trial_free(trials, trials->last);
	trials->last = trial;
	return 0;
}

/* Its results stay; the policy's memory in the kernel is freed. */
static void finish(struct trials *trials, enum trial_state state)
{
	struct trial *trial = trials->last;
	struct fw_try_stats stats = {0};

	datapath_try_stop(trials->dp);
	policy_unstage(trials->dp, FW_IMAGE_TRIED);
	trial->state = state;
	trial->ended = clock_ns();
	datapath_try_stats(trials->dp, &stats);
	log_info("try: %s: of %llu packets %llu would have ended differently%s", trial->name,
		 (unsigned long long)stats.compared.packets,
		 (unsigned long long)stats.different.packets,
		 state == TRIAL_OVERTAKEN ? "; ended, as the running policy has changed" : "");
}

const struct trial *trials_look(struct trials *trials)
{
	const struct trial *trial = trials->last;

	if (!trial || trial->state != TRIAL_RUNNING)
		return trial;
	if (datapath_generation(trials->dp) != trial->generation)
		finish(trials, TRIAL_OVERTAKEN);
	else if (clock_ns() >= trial->until)
		finish(trials, TRIAL_OVER);
	return trial;
}

int trials_stop(struct trials *trials)
{
	trials_look(trials);
	if (!trials->last || trials->last->state != TRIAL_RUNNING)
		return -ENOENT;
	finish(trials, TRIAL_STOPPED);
	return 0;
}
