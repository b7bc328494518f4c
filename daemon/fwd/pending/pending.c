// SPDX-License-Identifier: MIT
#include "daemon/fwd/pending/pending_internal.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "common/base/errors/errors_log.h"
#include "common/base/log.h"
#include "common/base/memory.h"
#include "common/base/progress.h"
#include "common/base/units.h"
#include "daemon/fwd/boot/boot.h"
#include "daemon/fwd/change/change.h"
#include "daemon/fwd/lockout/guard.h"

/* Before the model is there, nothing waits; a start that goes on is not for people to confirm. */
static bool is_waiting(const struct app *app)
{
	return app->pending && app->pending->is_armed && app->model && model_is_pending(app->model);
}

/* ---- telling ---- */

void pending_tell(struct app *app, enum fw_event_type type, uint64_t left_ns, const char *format,
		  ...)
{
	struct notice notice = {.type = type, .duration_ns = left_ns};
	cleanup_free char *text = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	if (!text)
		return;
	notice.why = text;
	log_message(type == FW_EVENT_POLICY_CONFIRMED ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING,
		    "policy: %s", text);
	hub_notice(app->events, &notice);
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

int pending_begin(struct app *app, const struct change_terms *terms, struct errors *errs)
{
	struct pending *pending = app->pending;

	if (!pending)
		return 0;
	pending->terms = terms;
	if (!terms->confirm_ns || model_is_dry(app->model))
		return 0;
	if (history_folder(app->history) < 0 || history_trouble(app->history)) {
		errors_add(errs, SEVERITY_ERROR, ERROR_SYSTEM, NULL,
			   "--confirm needs the state folder, so that a restart knows what to go "
			   "back to: %s",
			   history_trouble(app->history) ? history_trouble(app->history)
							 : "there is none");
		return -EROFS;
	}
	model_set_deadline(app->model, clock_ns() + terms->confirm_ns);
	return 0;
}

const struct change_terms *pending_terms(const struct app *app)
{
	return app->pending ? app->pending->terms : NULL;
}

/* Before a policy that waits becomes active: whoever finds fwd dead later must know. */
static int announce(struct app *app, const struct model_change *change, struct errors *errs)
{
	struct pending *pending = app->pending;
	struct marker marker = {
		.state = MARKER_PENDING,
		.deadline = FW_ACTIVE_DEADLINE(change->until),
		.before = history_revision(app->history),
		.generation_before = datapath_generation(app->dp),
	};
	int r;

	marker_boot_id(marker.boot_id);
	pending_digest(change->document, marker.digest);
	name_of(pending->terms ? pending->terms->actor : NULL, marker.who, sizeof(marker.who));
	progress_begin(model_progress(app->model), PROGRESS_RECORD, NULL);
	r = marker_write(history_folder(app->history), &marker);
	if (r < 0) {
		errors_add(errs, SEVERITY_ERROR, ERROR_SYSTEM, NULL,
			   "--confirm needs the state folder, so that a restart knows what to go "
			   "back to: %s",
			   strerror(-r));
		return r;
	}
	pending->marker = marker;
	pending->has_marker = true;
	if (clock_ns() < change->until)
		return 0;
	errors_add(
		errs, SEVERITY_ERROR, ERROR_SYSTEM, NULL,
		"the state folder's disk was so slow that the time to confirm was over before the "
		"policy was active: nothing has changed");
	return -ETIME;
}

int pending_guard(void *userdata, const struct model_change *change, struct errors *errs)
{
	struct app *app = userdata;
	const struct change_terms *terms = pending_terms(app);
	const struct guard guard = {
		.model = app->model,
		.caller = terms ? &terms->caller : NULL,
		.force = terms && terms->force,
	};
	int r = guard_policy(&guard, change, errs);

	return r == 0 && change->until ? announce(app, change, errs) : r;
}

static void write_marker(struct app *app)
{
	int r = marker_write(history_folder(app->history), &app->pending->marker);

	if (r < 0)
		log_error("policy: the state folder does not know what became of revision %llu: %s",
			  (unsigned long long)app->pending->marker.revision, strerror(-r));
}

void pending_drop_marker(struct app *app)
{
	struct pending *pending = app->pending;
	int r = pending->has_marker ? marker_remove(history_folder(app->history)) : 0;

	pending->has_marker = false;
	if (r < 0)
		log_error("policy: cannot remove pending.json from the state folder (%s): after a "
			  "reboot, revision %llu will be used",
			  strerror(-r), (unsigned long long)pending->marker.before);
}

/* It is active and recorded: from now on it can be taken up again after a restart. */
static void started(struct app *app)
{
	struct pending *pending = app->pending;
	struct marker *marker = &pending->marker;
	char time[UNITS_TEXT];
	uint64_t now = clock_ns();

	marker->revision = history_revision(app->history);
	marker->generation = datapath_generation(app->dp);
	write_marker(app);
	pending_arm(app);
	pending_tell(
		app, FW_EVENT_POLICY_PENDING, marker->deadline - now,
		"revision %llu (generation %u), by %s, waits for its confirmation for %s; then "
		"revision %llu is back",
		(unsigned long long)marker->revision, marker->generation, marker->who,
		pending_time_text(marker->deadline > now ? marker->deadline - now : 0, time),
		(unsigned long long)marker->before);
}

/* The policy that waits is the one before, in the same words: there is nothing to return to. */
static bool is_no_change(const struct app *app)
{
	return history_revision(app->history) == app->pending->marker.before;
}

void pending_end(struct app *app)
{
	struct pending *pending = app->pending;
	struct errors errs = {0};

	if (!pending)
		return;
	pending->terms = NULL;
	model_set_deadline(app->model, 0);
	if (model_is_pending(app->model) && !pending->is_armed && is_no_change(app) &&
	    model_confirm(app->model, &errs) == 0)
		pending_drop_marker(app);
	else if (model_is_pending(app->model) && !pending->is_armed)
		started(app);
	else if (!model_is_pending(app->model) && pending->has_marker &&
		 pending->marker.state == MARKER_PENDING)
		pending_drop_marker(app); /* it did not become active after all */
	errors_log(&errs);
	errors_clear(&errs);
}

void pending_forget(struct app *app)
{
	struct pending *pending = app->pending;

	if (pending && app->running && pending->has_marker &&
	    pending->marker.state == MARKER_REVERTED && !model_is_pending(app->model) &&
	    !pending->is_settling) {
		pending_drop_marker(app);
		boot_file_passed_over(app, NULL);
	}
}

/* ---- settling ---- */

void pending_pass_over_file(struct app *app)
{
	const struct marker *marker = &app->pending->marker;
	cleanup_free char *why = NULL;
	char name[MARKER_NAME];

	if (asprintf(&why, "it holds %s%s, and it was taken back (%s)",
		     marker->revision ? "the policy of " : "", marker_name(marker, name),
		     marker->why) < 0)
		why = NULL;
	boot_file_passed_over(app, why);
}

/* The running policy is that of `before` again: a revision of its own, with the same text. */
void pending_record_return(struct app *app, const char *cause, const struct actor *actor)
{
	const struct history_change change = {
		.cause = cause, .command = app->pending->marker.why, .actor = actor};

	change_record_revision(app, &change, app->pending->marker.before);
	if (history_is_saved(app->history))
		model_set_unsaved(app->model, 0);
	else if (model_unsaved(app->model) == 0)
		model_set_unsaved(app->model, 1);
}

static void take_back(struct app *app, const char *why, const struct actor *actor,
		      struct errors *errs)
{
	struct pending *pending = app->pending;
	struct marker *marker = &pending->marker;
	int r = model_revert(app->model);

	if (r < 0) {
		log_error("policy: cannot return to revision %llu: %s",
			  (unsigned long long)marker->before, strerror(-r));
		return;
	}
	pending_disarm(app);
	pending->confirmed = false;
	marker->state = MARKER_REVERTED;
	snprintf(marker->why, sizeof(marker->why), "%s", why);
	write_marker(app);
	if (history_saved(app->history) == marker->revision)
		pending_pass_over_file(app);
	pending->is_settling = true;
	pending_record_return(app, "reverted", actor);
	pending->is_settling = false;
	pending_tell(app, FW_EVENT_POLICY_REVERTED, 0,
		     "revision %llu is taken back (%s): revision %llu is active again, as revision "
		     "%llu (generation %u)",
		     (unsigned long long)marker->revision, why, (unsigned long long)marker->before,
		     (unsigned long long)history_revision(app->history),
		     datapath_generation(app->dp));
	app_sync_interfaces(app, errs);
}

void pending_poll(struct app *app)
{
	struct datapath_pending now;
	struct errors errs = {0};
	struct actor self;

	if (!is_waiting(app) || !datapath_pending(app->dp, &now) || !now.has_ended)
		return;
	actor_self(&self, "fwd");
	take_back(app, "nobody confirmed it in time", &self, &errs);
	errors_log(&errs);
	errors_clear(&errs);
}

/* Nothing waits: what became of the last one? */
static int tell_last(const struct app *app, char *text, size_t size)
{
	const struct pending *pending = app->pending;
	const struct marker *marker = &pending->marker;
	char ago[UNITS_TEXT + 8] = "", time[UNITS_TEXT], name[MARKER_NAME];

	if (pending->settled_ns)
		snprintf(ago, sizeof(ago), " %s ago",
			 pending_time_text(clock_ns() - pending->settled_ns, time));
	if (!pending->has_last)
		snprintf(text, size, "no policy waits for a confirmation");
	else if (pending->confirmed)
		snprintf(text, size, "revision %llu was confirmed%s, by %s; nothing waits",
			 (unsigned long long)marker->revision, ago, marker->why);
	else
		snprintf(text, size, "too late: %s was taken back%s (%s); revision %llu is active",
			 marker_name(marker, name), ago, marker->why,
			 (unsigned long long)history_revision(app->history));
	return -ENOENT;
}

int pending_confirm(struct app *app, const struct actor *actor, char *text, size_t size,
		    struct errors *errs)
{
	struct pending *pending = app->pending;
	int r;

	pending_poll(app);
	if (!model_is_pending(app->model))
		return tell_last(app, text, size);
	r = model_confirm(app->model, errs);
	if (r == -ETIME) {
		pending_poll(app);
		return tell_last(app, text, size);
	}
	if (r < 0)
		return r;
	pending_disarm(app);
	pending->confirmed = true;
	name_of(actor, pending->marker.why, sizeof(pending->marker.why));
	boot_settled(app);
	pending_drop_marker(app);
	pending_tell(app, FW_EVENT_POLICY_CONFIRMED, 0,
		     "revision %llu (generation %u) is confirmed by %s",
		     (unsigned long long)pending->marker.revision, pending->marker.generation,
		     pending->marker.why);
	app_sync_interfaces(app, errs);
	return 0;
}

int pending_abort(struct app *app, const struct actor *actor, char *text, size_t size,
		  struct errors *errs)
{
	char who[ACTOR_TEXT], why[ACTOR_TEXT + 16];

	pending_poll(app);
	if (!model_is_pending(app->model))
		return tell_last(app, text, size);
	name_of(actor, who, sizeof(who));
	snprintf(why, sizeof(why), "aborted by %s", who);
	take_back(app, why, actor, errs);
	return model_is_pending(app->model) ? -EIO : 0;
}

uint64_t pending_unconfirmed(const struct app *app)
{
	return app->pending && app->pending->has_marker ? app->pending->marker.revision : 0;
}

bool pending_view(const struct app *app, struct pending_view *ret)
{
	const struct marker *marker;
	uint64_t now = clock_ns();

	if (!is_waiting(app))
		return false;
	marker = &app->pending->marker;
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
