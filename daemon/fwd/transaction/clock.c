// SPDX-License-Identifier: MIT
/* The clock of what waits: the warning, the status line, and the end. */
#include <errno.h>
#include <stdlib.h>

#include "common/base/log.h"
#include "common/base/memory.h"
#include "daemon/fwd/transaction/transaction_internal.h"

#define WARN_NS (60 * NS_PER_SECOND)
#define TELL_NS (10 * NS_PER_SECOND) /* the status line is reported again so often */

const char *pending_time_text(uint64_t ns, char buffer[UNITS_TEXT])
{
	uint64_t seconds = (ns + NS_PER_SECOND - 1) / NS_PER_SECOND;

	return duration_format((seconds ? seconds : 1) * NS_PER_SECOND, buffer);
}

void clock_disarm(struct transaction *transaction)
{
	transaction->pending.settled_ns = clock_ns();
	sd_event_source_set_enabled(transaction->pending.timer, SD_EVENT_OFF);
}

/* When there is something to do next: the status line, the warning, or the end. */
static uint64_t next_time(const struct pending *pending, uint64_t now)
{
	uint64_t deadline = pending->marker.deadline, next = now + TELL_NS;

	if (!pending->has_warned && deadline > now + WARN_NS && deadline - WARN_NS < next)
		next = deadline - WARN_NS;
	return next < deadline ? next : deadline;
}

static void set_timer(struct transaction *transaction)
{
	struct pending *pending = &transaction->pending;

	sd_event_source_set_time(pending->timer, next_time(pending, clock_ns()) / 1000 + 1);
	sd_event_source_set_enabled(pending->timer, SD_EVENT_ONESHOT);
}

static void warn(struct transaction *transaction, uint64_t left)
{
	const struct marker *marker = &transaction->pending.marker;
	cleanup_free char *text = NULL;
	char time[UNITS_TEXT];

	transaction->pending.has_warned = true;
	text = pending_log(LOG_LEVEL_WARNING,
			   "revision %llu is taken back in %s unless it is confirmed",
			   (unsigned long long)marker->revision, pending_time_text(left, time));
	hub_send(transaction->events, policy_due, .duration_ns = left, .text = text);
}

static int tick(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct transaction *transaction = userdata;
	struct pending_view view;

	(void)source, (void)usec;
	transaction_poll(transaction);
	if (!transaction_pending(transaction, &view))
		return 0;
	if (!transaction->pending.has_warned && view.left_ns <= WARN_NS)
		warn(transaction, view.left_ns);
	transaction_report_status(transaction);
	set_timer(transaction);
	return 0;
}

void clock_arm(struct transaction *transaction)
{
	struct pending *pending = &transaction->pending;
	uint64_t now = clock_ns();

	/* A client that asked for less than a minute has just seen that. */
	pending->has_warned = pending->marker.deadline <= now + WARN_NS;
	set_timer(transaction);
	if (transaction->running)
		transaction_report_status(transaction);
}

int transaction_open(struct transaction *transaction, sd_event *loop, struct datapath *dp,
		     struct history *history, struct event_hub *events, struct errors *errs)
{
	sd_event_source **timer = &transaction->pending.timer;
	int r;

	transaction->dp = dp;
	transaction->history = history;
	transaction->events = events;
	r = sd_event_add_time(loop, timer, CLOCK_MONOTONIC, 0, 1000, tick, transaction);
	if (r >= 0)
		r = sd_event_source_set_enabled(*timer, SD_EVENT_OFF);
	return r < 0 ? errors_system(errs, r, "cannot set a timer") : 0;
}

void transaction_close(struct transaction *transaction)
{
	transaction->pending.timer = sd_event_source_unref(transaction->pending.timer);
	transaction->events = NULL;
	transaction->history = NULL;
	transaction->dp = NULL;
}
