// SPDX-License-Identifier: MIT
#include "daemon/fwd/panic/panic.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/units.h"
#include "common/records/types/policy.h"
#include "daemon/fwd/history/actor.h"

struct panic {
	struct datapath *dp;
	struct event_hub *events;
	panic_changed changed;
	void *userdata;
	struct panic_view view; /* as it was last reported; end 0: none */
	char by[ACTOR_TEXT];	/* the client that requested it of this fwd; "" unknown */
};

/* A renewed panic ends a little later each time; up to this difference it is the same one. */
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

const char *panic_effect(enum fw_panic mode)
{
	return effects[mode];
}

const char *panic_by(const struct panic *panic)
{
	return panic->by;
}

struct panic *panic_new(struct datapath *dp, struct event_hub *events, panic_changed changed,
			void *userdata)
{
	struct panic *panic = calloc(1, sizeof(*panic));

	if (!panic)
		return NULL;
	panic->dp = dp;
	panic->events = events;
	panic->changed = changed;
	panic->userdata = userdata;
	return panic;
}

struct panic *panic_free(struct panic *panic)
{
	free(panic);
	return NULL;
}

static void report(struct panic *panic, uint64_t duration_ns, const char *text)
{
	log_warning("panic: %s", text);
	hub_send(panic->events, panic, .duration_ns = duration_ns, .text = text);
	panic->changed(panic->userdata);
}

static void report_begin(struct panic *panic, const struct panic_view *view)
{
	uint64_t now = clock_ns(), left = view->end > now ? view->end - now : 0;
	char text[256], time[UNITS_TEXT];

	/* In seconds; a started second counts. */
	duration_format((left + NS_PER_SECOND - 1) / NS_PER_SECOND * NS_PER_SECOND, time);
	snprintf(text, sizeof(text), "%s, for %s%s%s", effects[view->mode], time,
		 panic->by[0] ? "; by " : "", panic->by);
	report(panic, left, text);
}

static bool is_same(const struct panic_view *one, const struct panic_view *other)
{
	return one->mode == other->mode && one->end + SAME_NS > other->end &&
	       other->end + SAME_NS > one->end;
}

/* by: the client that ended it; NULL: its time is over, or another process ended it. */
static void report_end(struct panic *panic, bool is_over, const char *by)
{
	char text[ACTOR_TEXT + 96];

	snprintf(text, sizeof(text), "it has ended%s%s; the policy is in force again",
		 by	   ? ", by "
		 : is_over ? ", its time is over"
			   : "",
		 by ? by : "");
	panic->by[0] = '\0';
	report(panic, 0, text);
}

static void look(struct panic *panic, const char *ended_by)
{
	struct panic_view view = {0};
	bool in_force = datapath_panic_view(panic->dp, &view);
	bool is_over = clock_ns() >= panic->view.end;

	if (is_same(&view, &panic->view))
		return;
	panic->view = view;
	if (in_force)
		report_begin(panic, &view);
	else
		report_end(panic, is_over, ended_by);
}

void panic_look(struct panic *panic)
{
	look(panic, NULL);
}

void panic_set(struct panic *panic, enum fw_panic mode, uint64_t duration_ns, const char *by)
{
	datapath_panic(panic->dp, mode, clock_ns() + duration_ns);
	snprintf(panic->by, sizeof(panic->by), "%s", by);
	panic_look(panic);
}

bool panic_end(struct panic *panic, const char *by)
{
	if (!datapath_panic_end(panic->dp))
		return false;
	look(panic, by);
	return true;
}
