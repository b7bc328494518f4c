// SPDX-License-Identifier: MIT
/* A policy that waits for its confirmation: from its announcement to how it ended. */
#include "daemon/fwd/transaction/transaction_internal.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "common/base/errors/errors_log.h"
#include "common/base/log.h"
#include "common/base/memory.h"
#include "common/base/progress.h"
#include "common/base/units.h"
#include "daemon/fwd/lockout/guard.h"

/* Before the model is there, nothing waits; a start that goes on is not for people to confirm. */
static bool is_waiting(const struct transaction *transaction)
{
	return transaction->pending.state == TRANSACTION_ACTIVE && transaction->model &&
	       model_is_pending(transaction->model);
}

/* ---- reports ---- */

char *pending_log(enum log_level level, const char *format, ...)
{
	char *text;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	if (text)
		log_message(level, "policy: %s", text);
	return text;
}

static void name_of(const struct actor *actor, char *text, size_t size)
{
	if (actor && actor->user[0])
		snprintf(text, size, "%s", actor->user);
	else if (actor)
		snprintf(text, size, "uid %u", actor->uid);
	else
		snprintf(text, size, "SIGHUP");
}

/* ---- a change, from its beginning to its end ---- */

int transaction_begin(struct transaction *transaction, struct change *change, struct errors *errs)
{
	/* What is done meanwhile does not touch what waits, or settles it. */
	if (transaction->pending.state != TRANSACTION_ACTIVE)
		transaction_enter(transaction, TRANSACTION_CANDIDATE);
	if (!change->confirm_ns || change->dry)
		return 0;
	if (history_folder(transaction->history) < 0 || history_trouble(transaction->history)) {
		errors_add(errs, SEVERITY_ERROR, ERROR_SYSTEM, NULL,
			   "--confirm needs the state folder, so that a restart knows what to go "
			   "back to: %s",
			   history_trouble(transaction->history)
				   ? history_trouble(transaction->history)
				   : "there is none");
		return -EROFS;
	}
	change->until = clock_ns() + change->confirm_ns;
	return 0;
}

/* What was taken back before is known on, above all what a start would find in the config file. */
static void follow_former(const struct transaction *transaction, struct marker *marker)
{
	struct errors ignored = {0};
	char in_file[DIGEST_TEXT];

	pending_file_digest(transaction, in_file, &ignored);
	errors_clear(&ignored);
	marker_follow(marker, &transaction->pending.former, in_file);
}

/* Before a policy that waits becomes active: a later fwd that finds this one dead must know. */
static int announce(struct transaction *transaction, const struct model_change *next,
		    struct errors *errs)
{
	struct pending *pending = &transaction->pending;
	struct marker marker = {
		.state = MARKER_PENDING,
		.deadline = FW_ACTIVE_DEADLINE(next->until),
		.before = history_revision(transaction->history),
		.generation_before = datapath_generation(transaction->dp),
	};
	int r;

	/* In a change of two steps, the second one finds the marker of the first. */
	if (!pending->has_marker || pending->marker.state == MARKER_REVERTED) {
		pending->has_former = pending->has_marker;
		pending->former = pending->marker;
	}
	marker_boot_id(marker.boot_id);
	pending_digest(next->document, marker.digest);
	name_of(next->change->actor, marker.who, sizeof(marker.who));
	if (pending->has_former)
		follow_former(transaction, &marker);
	progress_begin(next->change->progress, PROGRESS_RECORD, NULL);
	r = marker_write(history_folder(transaction->history), &marker);
	if (r < 0) {
		errors_add(errs, SEVERITY_ERROR, ERROR_SYSTEM, NULL,
			   "--confirm needs the state folder, so that a restart knows what to go "
			   "back to: %s",
			   strerror(-r));
		return r;
	}
	pending->marker = marker;
	pending->has_marker = true;
	if (clock_ns() < next->until)
		return 0;
	errors_add(
		errs, SEVERITY_ERROR, ERROR_SYSTEM, NULL,
		"the state folder's disk was so slow that the time to confirm was over before the "
		"policy was active: nothing has changed");
	return -ETIME;
}

int transaction_guard(void *userdata, const struct model_change *next, struct errors *errs)
{
	struct transaction *transaction = userdata;
	const struct guard guard = {
		.model = transaction->model,
		.caller = next->change->caller,
		.force = next->change->force,
	};
	int r = guard_policy(&guard, next, errs);

	if (r == 0 && next->until)
		r = announce(transaction, next, errs);
	/* A reload by SIGHUP is confirmed at once, and has no beginning. */
	if (r == 0 && (transaction->pending.state == TRANSACTION_CANDIDATE ||
		       transaction->pending.state == TRANSACTION_GUARDED))
		transaction_enter(transaction, TRANSACTION_GUARDED);
	return r;
}

void pending_write_marker(struct transaction *transaction)
{
	int r = marker_write(history_folder(transaction->history), &transaction->pending.marker);

	if (r < 0)
		log_error("policy: the state folder does not know what became of revision %llu: %s",
			  (unsigned long long)transaction->pending.marker.revision, strerror(-r));
}

/*
 * Nothing came of a policy that was to wait: the file is as it was before it. One that says that the
 * config file's policy was taken back says so again, or the next start would load that policy.
 */
static void undo_announce(struct transaction *transaction)
{
	struct pending *pending = &transaction->pending;

	if (!pending->has_former) {
		pending_drop_marker(transaction);
		return;
	}
	pending->marker = pending->former;
	pending->has_former = false;
	pending_write_marker(transaction);
}

void pending_drop_marker(struct transaction *transaction)
{
	struct pending *pending = &transaction->pending;
	int r = pending->has_marker ? marker_remove(history_folder(transaction->history)) : 0;

	pending->has_marker = false;
	if (r < 0)
		log_error("policy: cannot remove pending.json from the state folder (%s): after a "
			  "reboot, revision %llu will be used",
			  strerror(-r), (unsigned long long)pending->marker.before);
}

/* It is active and recorded: from now on it can be taken up again after a restart. */
static void started(struct transaction *transaction)
{
	struct pending *pending = &transaction->pending;
	struct marker *marker = &pending->marker;
	cleanup_free char *text = NULL;
	char time[UNITS_TEXT];
	uint64_t now = clock_ns();
	uint64_t left = marker->deadline > now ? marker->deadline - now : 0;

	pending->has_former = false;
	marker->revision = history_revision(transaction->history);
	marker->generation = datapath_generation(transaction->dp);
	pending_write_marker(transaction);
	transaction_enter(transaction, TRANSACTION_ACTIVE);
	text = pending_log(
		LOG_LEVEL_WARNING,
		"revision %llu (generation %u), by %s, waits for its confirmation for %s; then "
		"revision %llu is back",
		(unsigned long long)marker->revision, marker->generation, marker->who,
		pending_time_text(left, time), (unsigned long long)marker->before);
	hub_send(transaction->events, policy_pending, .duration_ns = left, .text = text);
}

/* The policy that waits is the one before, in the same words: there is nothing to return to. */
static bool is_no_change(const struct transaction *transaction)
{
	return history_revision(transaction->history) == transaction->pending.marker.before &&
	       !model_pending_ends_option(transaction->model);
}

/* What came of a policy that was to wait. */
static void end_change(struct transaction *transaction, struct errors *errs)
{
	struct pending *pending = &transaction->pending;
	struct model *model = transaction->model;

	if (model_is_pending(model) &&
	    (!is_no_change(transaction) || model_confirm(model, errs) < 0)) {
		started(transaction);
		return;
	}
	/* Also if it did not become active after all. */
	if (pending->has_marker && pending->marker.state == MARKER_PENDING)
		undo_announce(transaction);
	transaction_enter(transaction, TRANSACTION_IDLE);
}

void transaction_end(struct transaction *transaction)
{
	enum transaction_state state = transaction->pending.state;
	struct errors errs = {0};

	if (state == TRANSACTION_CANDIDATE && !transaction->model)
		transaction_enter(transaction, TRANSACTION_IDLE);
	else if (state == TRANSACTION_CANDIDATE || state == TRANSACTION_GUARDED)
		end_change(transaction, &errs);
	errors_log(&errs);
	errors_clear(&errs);
}

void pending_forget(struct transaction *transaction)
{
	struct pending *pending = &transaction->pending;

	if (transaction->running && pending->has_marker &&
	    pending->marker.state == MARKER_REVERTED && !model_is_pending(transaction->model) &&
	    !pending->is_settling) {
		pending_drop_marker(transaction);
		boot_file_passed_over(transaction, NULL);
	}
}

/* ---- settling ---- */

void pending_pass_over_file(struct transaction *transaction, const struct marker *marker)
{
	cleanup_free char *why = NULL;
	char name[MARKER_NAME];

	if (asprintf(&why, "it holds %s%s, and it was taken back (%s)",
		     marker->revision ? "the policy of " : "", marker_name(marker, name),
		     marker->why) < 0)
		why = NULL;
	boot_file_passed_over(transaction, why);
}

/* The running policy is that of `before` again: a revision of its own, with the same text. */
void pending_record_return(struct transaction *transaction, const char *cause,
			   const struct actor *actor)
{
	const struct history_change change = {
		.cause = cause, .command = transaction->pending.marker.why, .actor = actor};

	transaction_record_revision(transaction, &change, transaction->pending.marker.before);
	if (history_is_saved(transaction->history))
		model_set_unsaved(transaction->model, 0);
	else if (model_unsaved(transaction->model) == 0)
		model_set_unsaved(transaction->model, 1);
}

static void take_back(struct transaction *transaction, const char *why, const struct actor *actor,
		      struct errors *errs)
{
	struct pending *pending = &transaction->pending;
	struct marker *marker = &pending->marker;
	cleanup_free char *text = NULL;
	int r = model_revert(transaction->model);

	if (r < 0) {
		log_error("policy: cannot return to revision %llu: %s",
			  (unsigned long long)marker->before, strerror(-r));
		return;
	}
	transaction_enter(transaction, TRANSACTION_REVERTED);
	marker->state = MARKER_REVERTED;
	snprintf(marker->why, sizeof(marker->why), "%s", why);
	pending_write_marker(transaction);
	if (history_saved(transaction->history) == marker->revision)
		pending_pass_over_file(transaction, marker);
	pending->is_settling = true;
	pending_record_return(transaction, "reverted", actor);
	pending->is_settling = false;
	text = pending_log(
		LOG_LEVEL_WARNING,
		"revision %llu is taken back (%s): revision %llu is active again, as revision "
		"%llu (generation %u)",
		(unsigned long long)marker->revision, why, (unsigned long long)marker->before,
		(unsigned long long)history_revision(transaction->history),
		datapath_generation(transaction->dp));
	hub_send(transaction->events, policy_reverted, .text = text);
	transaction_sync_interfaces(transaction, errs);
}

void transaction_poll(struct transaction *transaction)
{
	struct datapath_pending now;
	struct errors errs = {0};
	struct actor self;

	if (!is_waiting(transaction) || !datapath_pending(transaction->dp, &now) || !now.has_ended)
		return;
	actor_self(&self, "fwd");
	take_back(transaction, "nobody confirmed it in time", &self, &errs);
	errors_log(&errs);
	errors_clear(&errs);
}

/* Nothing waits: what became of the last one? */
static int describe_last(const struct transaction *transaction, char *text, size_t size)
{
	const struct pending *pending = &transaction->pending;
	const struct marker *marker = &pending->marker;
	char ago[UNITS_TEXT + 8] = "", time[UNITS_TEXT], name[MARKER_NAME];

	if (pending->settled_ns)
		snprintf(ago, sizeof(ago), " %s ago",
			 pending_time_text(clock_ns() - pending->settled_ns, time));
	if (pending->last == TRANSACTION_IDLE)
		snprintf(text, size, "no policy waits for a confirmation");
	else if (pending->last == TRANSACTION_CONFIRMED)
		snprintf(text, size, "revision %llu was confirmed%s, by %s; nothing waits",
			 (unsigned long long)marker->revision, ago, marker->why);
	else
		snprintf(text, size, "too late: %s was taken back%s (%s); revision %llu is active",
			 marker_name(marker, name), ago, marker->why,
			 (unsigned long long)history_revision(transaction->history));
	return -ENOENT;
}

int transaction_confirm(struct transaction *transaction, const struct actor *actor, char *text,
			size_t size, struct errors *errs)
{
	struct pending *pending = &transaction->pending;
	cleanup_free char *said = NULL;
	int r;

	transaction_poll(transaction);
	if (!model_is_pending(transaction->model))
		return describe_last(transaction, text, size);
	r = model_confirm(transaction->model, errs);
	if (r == -ETIME) {
		transaction_poll(transaction);
		return describe_last(transaction, text, size);
	}
	if (r < 0)
		return r;
	transaction_enter(transaction, TRANSACTION_CONFIRMED);
	name_of(actor, pending->marker.why, sizeof(pending->marker.why));
	boot_settled(transaction);
	pending_drop_marker(transaction);
	boot_file_passed_over(transaction, NULL);
	said = pending_log(LOG_LEVEL_INFO, "revision %llu (generation %u) is confirmed by %s",
			   (unsigned long long)pending->marker.revision, pending->marker.generation,
			   pending->marker.why);
	hub_send(transaction->events, policy_confirmed, .text = said);
	transaction_sync_interfaces(transaction, errs);
	return 0;
}

int transaction_abort(struct transaction *transaction, const struct actor *actor, char *text,
		      size_t size, struct errors *errs)
{
	char who[ACTOR_TEXT], why[ACTOR_TEXT + 16];

	transaction_poll(transaction);
	if (!model_is_pending(transaction->model))
		return describe_last(transaction, text, size);
	name_of(actor, who, sizeof(who));
	snprintf(why, sizeof(why), "aborted by %s", who);
	take_back(transaction, why, actor, errs);
	return model_is_pending(transaction->model) ? -EIO : 0;
}

uint64_t pending_unconfirmed(const struct transaction *transaction)
{
	return transaction->pending.has_marker ? transaction->pending.marker.revision : 0;
}

bool transaction_pending(const struct transaction *transaction, struct pending_view *ret)
{
	const struct marker *marker;
	uint64_t now = clock_ns();

	if (!is_waiting(transaction))
		return false;
	marker = &transaction->pending.marker;
	*ret = (struct pending_view){
		.left_ns = marker->deadline > now ? marker->deadline - now : 0,
		.revision = marker->revision,
		.before = marker->before,
		.generation = marker->generation,
		.generation_before = marker->generation_before,
		.who = marker->who,
	};
	return true;
}
