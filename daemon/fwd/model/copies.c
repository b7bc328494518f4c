// SPDX-License-Identifier: MIT
/*
 * Copies of sets from files for the next start, see common/policy/config/sets/kept.h. Of all of them: if
 * the config or the file itself cannot be used then, the last revision runs with them.
 */
#include "daemon/fwd/model/model_internal.h"

#include <string.h>

#include "common/base/clock.h"
#include "common/policy/config/sets/kept.h"

static bool wants_copy(const struct config_set *set)
{
	return set->kind == SET_FILE && set->content && !set->content->stored;
}

/* Reported once, until it works again: the running policy does not suffer. */
static void report_trouble(struct model *model, const struct config_set *set, int err,
			   struct errors *errs)
{
	if (!model->copies_trouble)
		errors_add(errs, SEVERITY_WARNING, ERROR_SET_KEPT, &set->place,
			   "no copy of set \"%s\" can be kept in %s for a restart: %s", set->name,
			   model->overrides.view.state_dir, strerror(-err));
	model->copies_trouble = true;
}

void model_retry_copies(struct model *model, struct errors *errs)
{
	if (model->copies_trouble)
		copies_write(model, errs);
}

void copies_write(struct model *model, struct errors *errs)
{
	uint64_t now = clock_realtime_ns() / NS_PER_SECOND;

	/* What waits for its confirmation may be taken back: the copies are of the policy before. */
	if (!model->overrides.view.state_dir || model->held)
		return;
	for (size_t i = 0; i < model->config->set_count; i++) {
		const struct config_set *set = &model->config->sets[i];
		int err;

		if (!wants_copy(set))
			continue;
		err = kept_write(model->overrides.view.state_dir, set->name, set->content, now);
		if (err) {
			report_trouble(model, set, err, errs);
		} else {
			set->content->stored = true;
			model->copies_trouble = false;
		}
	}
}
