// SPDX-License-Identifier: MIT
#include "common/base/progress.h"

#include <string.h>

#include "common/base/clock.h"

#define INTERVAL_NS 100000000

static const char *const names[] = {FW_PROGRESS_STEPS(FW_AS_NAME)};

void progress_begin(struct progress *progress, enum progress_step step, const char *name)
{
	const struct progress_report report = {.step = step, .name = name};

	if (!progress)
		return;
	progress->next_ns = clock_coarse_ns() + INTERVAL_NS;
	progress->report(progress->userdata, &report);
}

void progress_update(struct progress *progress, const struct progress_report *report)
{
	uint64_t now;

	if (!progress)
		return;
	now = clock_coarse_ns();
	if (now < progress->next_ns)
		return;
	progress->next_ns = now + INTERVAL_NS;
	progress->report(progress->userdata, report);
}

const char *progress_step_name(enum progress_step step)
{
	return (unsigned)step < PROGRESS_MAX ? names[step] : "";
}

enum progress_step progress_step_find(const char *name)
{
	unsigned step = 0;

	while (step < PROGRESS_MAX && strcmp(names[step], name) != 0)
		step++;
	return (enum progress_step)step;
}
