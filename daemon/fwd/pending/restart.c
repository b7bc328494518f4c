// SPDX-License-Identifier: MIT
/*
 * What fwd finds when it starts: a policy that still waits, one whose time is over, or one that was
 * taken back while its text stands in the config file. The datapath knows what packets
 * see in this run of the machine; after a reboot only the state folder knows anything.
 */
#include "daemon/fwd/pending/pending_internal.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "common/base/log.h"
#include "common/base/memory.h"
#include "common/policy/rewrite/rewrite.h"
#include "daemon/fwd/boot/boot.h"
#include "daemon/fwd/change/change.h"
#include "daemon/fwd/change/save.h"

static void free_document(struct document **document)
{
	document_free(*document);
}

void pending_digest(const struct document *document, char digest[DIGEST_TEXT])
{
	cleanup_free char *text =
		cJSON_PrintUnformatted(document_root((struct document *)document));

	digest[0] = '\0';
	if (text)
		digest_text(text, strlen(text), digest);
}

static int load_file(struct app *app, struct errors *errs)
{
	struct actor self;
	int r;

	if (boot_is_due(app))
		return boot_load(app, errs);
	/* What the file names must be as it says. */
	model_use_copies(app->model, false);
	r = model_reload(app->model, errs);
	model_use_copies(app->model, true);
	if (r < 0)
		return r;
	actor_self(&self, "fwd");
	change_record_file(app, "start", &self);
	return 0;
}

/* The text of a file as a revision would have it, malloced; NULL: no memory. */
static char *text_of(struct document *document, size_t *ret_length)
{
	size_t length = 0;
	const char *base = document_text(document, &length);

	return rewrite_text(base, length, document_root(document), ret_length);
}

/*
 * What the file is now, so that a save sees whether it changes from here on, and whether it holds
 * what runs.
 */
static void note_file(struct app *app)
{
	cleanup(free_document) struct document *document = NULL;
	cleanup_free char *text = NULL;
	struct errors ignored = {0};
	size_t length = 0;

	if (document_read_file(app->options.config_path, &document, &ignored) == 0) {
		app->saved = saved_file_new(document);
		text = text_of(document, &length);
	}
	errors_clear(&ignored);
	if (!text)
		return;
	history_note_saved(app->history, text, length);
	if (history_is_saved(app->history))
		model_set_unsaved(app->model, 0);
}

/*
 * The last confirmed policy instead of the config file's. Set files may hold what was not confirmed, too:
 * their copies do not.
 */
static int load_before(struct app *app, struct errors *errs)
{
	struct document *document = NULL;
	struct actor self;
	int r = change_read_revision(app, app->pending->marker.before, &document, errs);

	model_prefer_copies(app->model, true);
	if (r == 0)
		r = model_apply(app->model, document, errs);
	model_prefer_copies(app->model, false);
	if (r < 0) {
		log_error("policy: the last confirmed policy cannot be used; the config file %s is "
			  "used instead",
			  app->options.config_path);
		errors_clear(errs);
		return load_file(app, errs);
	}
	actor_self(&self, "fwd");
	pending_record_return(app, "start", &self);
	note_file(app);
	boot_passed_by(app);
	return 0;
}

/* ---- a policy that still waits ---- */

/* Do the datapath and the marker tell of the same policy, and is there time left? */
static bool goes_on(const struct app *app)
{
	const struct marker *marker = &app->pending->marker;
	struct datapath_pending now;

	return datapath_adopted(app->dp) && marker->revision && datapath_pending(app->dp, &now) &&
	       !now.has_ended && now.deadline == marker->deadline &&
	       now.generation == marker->generation;
}

/* Both policies, from their revisions. -ESTALE: set files have changed, and it is taken back. */
static int take_up(struct app *app, struct errors *errs)
{
	cleanup(free_document) struct document *document = NULL, *before = NULL;
	const struct marker *marker = &app->pending->marker;
	struct errors ignored = {0};
	int r = change_read_revision(app, marker->revision, &document, errs);

	if (r == 0)
		r = change_read_revision(app, marker->before, &before, &ignored);
	if (r == 0)
		r = model_adopt_pending(app->model, steal(&document), steal(&before), 1, errs);
	errors_clear(&ignored);
	if (r < 0)
		return r == -ESTALE ? -EBADMSG : r;
	if (pending_has_same_files(app, marker->revision, model_config(app->model)) &&
	    pending_has_same_files(app, marker->before, model_config_before(app->model)))
		return 0;
	r = model_revert(app->model);
	return r < 0 ? r : -ESTALE;
}

/* ---- how it ended while there was no fwd ---- */

/* Confirming writes the datapath first: fwd may have died before it could change the marker. */
static bool was_confirmed(const struct app *app)
{
	const struct marker *marker = &app->pending->marker;

	return datapath_adopted(app->dp) && marker->generation &&
	       !datapath_pending(app->dp, NULL) &&
	       datapath_generation(app->dp) == marker->generation;
}

static const char *how_it_ended(const struct app *app, bool same_run)
{
	struct datapath_pending now;

	if (!same_run)
		return "the machine was restarted before anybody confirmed it";
	if (!datapath_adopted(app->dp))
		return "the datapath was removed before anybody confirmed it";
	if (!datapath_generation(app->dp))
		return "an fwd with other maps took over, and cannot take it up";
	if (datapath_pending(app->dp, &now) && !now.has_ended)
		return app->pending->marker.revision ? "fwd was restarted and could not take it up"
						     : "fwd ended before it was recorded";
	return "nobody confirmed it while there was no fwd";
}

static int end_it(struct app *app, const char *why, struct errors *errs)
{
	struct pending *pending = app->pending;
	struct marker *marker = &pending->marker;
	char name[MARKER_NAME];
	int r;

	datapath_revert(app->dp);
	r = load_before(app, errs);
	if (r < 0)
		return r;
	marker->state = MARKER_REVERTED;
	snprintf(marker->why, sizeof(marker->why), "%s", why);
	r = marker_write(history_folder(app->history), marker);
	if (r < 0)
		log_error("policy: the state folder does not know of it: %s", strerror(-r));
	pending->has_last = true;
	pending_tell(app, FW_EVENT_POLICY_REVERTED, 0,
		     "%s is taken back (%s): revision %" PRIu64
		     " is used, whatever the config file says",
		     marker_name(marker, name), why, marker->before);
	return 0;
}

/* The config file's policy, unless it is the very one that was taken back. */
static int load_reverted(struct app *app, struct errors *errs)
{
	struct pending *pending = app->pending;
	struct document *document = NULL;
	char digest[DIGEST_TEXT], name[MARKER_NAME];
	int r;

	/* It may be repaired by the next start: what was taken back is still known then. */
	if (boot_is_due(app))
		return boot_load(app, errs);
	r = document_read_file(app->options.config_path, &document, errs);
	if (r < 0)
		return r;
	pending_digest(document, digest);
	document_free(document);
	if (!*digest || strcmp(digest, pending->marker.digest) != 0) {
		pending_drop_marker(app);
		return load_file(app, errs);
	}
	pending->has_last = true;
	pending_pass_over_file(app);
	log_warning(
		"policy: the config file %s holds %s%s, which was taken back (%s): revision "
		"%" PRIu64 " is used instead, until the file is changed, or loaded by fwctl reload",
		app->options.config_path, pending->marker.revision ? "the policy of " : "",
		marker_name(&pending->marker, name), pending->marker.why, pending->marker.before);
	return load_before(app, errs);
}

/*
 * fwd can end between a policy's activation and the marker with its number. Its revision may be there
 * already: the newest one, with the policy that was announced.
 */
static void complete_marker(struct app *app)
{
	struct marker *marker = &app->pending->marker;
	uint64_t newest = history_revision(app->history);
	cleanup(free_document) struct document *document = NULL;
	struct datapath_pending now;
	struct errors ignored = {0};
	char digest[DIGEST_TEXT];

	if (marker->revision || newest <= marker->before || !datapath_pending(app->dp, &now) ||
	    now.deadline != marker->deadline)
		return;
	if (change_read_revision(app, newest, &document, &ignored) == 0) {
		pending_digest(document, digest);
		if (*digest && strcmp(digest, marker->digest) == 0) {
			marker->revision = newest;
			marker->generation = now.generation;
		}
	}
	errors_clear(&ignored);
}

/* fwd can also end between the announcement and the activation. */
static bool was_never_active(const struct app *app)
{
	const struct marker *marker = &app->pending->marker;

	return datapath_adopted(app->dp) && !marker->revision && !datapath_pending(app->dp, NULL) &&
	       datapath_generation(app->dp) == marker->generation_before;
}

/* As if it had not been sent; but if the config file holds it, that is as unconfirmed as it was. */
static int load_untouched(struct app *app, struct errors *errs)
{
	struct pending *pending = app->pending;
	struct marker *marker = &pending->marker;
	char name[MARKER_NAME];
	int r;

	marker->state = MARKER_REVERTED;
	strcpy(marker->why, "fwd ended before it was active");
	r = marker_write(history_folder(app->history), marker);
	if (r < 0)
		log_error("policy: the state folder does not know of it: %s", strerror(-r));
	log_warning("policy: %s never became active: fwd ended before, and nothing has changed",
		    marker_name(marker, name));
	pending->has_last = true;
	return load_reverted(app, errs);
}

static int load_pending(struct app *app, struct errors *errs)
{
	struct pending *pending = app->pending;
	const struct marker *marker = &pending->marker;
	struct actor self;
	const struct history_change change = {.cause = "start", .actor = &self};
	char boot_id[40];
	const char *why;
	bool same_run;
	int r;

	marker_boot_id(boot_id);
	same_run = *boot_id && strcmp(boot_id, marker->boot_id) == 0;
	if (same_run && was_never_active(app))
		return load_untouched(app, errs);
	if (same_run)
		complete_marker(app);
	if (same_run && was_confirmed(app)) {
		log_info("policy: revision %" PRIu64 " was confirmed", marker->revision);
		history_confirm(app->history);
		/* As at any start, the config file's policy follows. */
		pending_drop_marker(app);
		return load_file(app, errs);
	}
	why = how_it_ended(app, same_run);
	r = same_run && goes_on(app) ? take_up(app, errs) : -ENOENT;
	if (r == 0) {
		actor_self(&self, "fwd");
		change_record(app, &change, true);
		note_file(app);
		marker_write(history_folder(app->history), &pending->marker);
		pending_arm(app);
		boot_passed_by(app);
		log_warning("policy: revision %" PRIu64 " still waits for its confirmation; "
			    "nothing was loaded",
			    marker->revision);
		return 0;
	}
	errors_clear(errs);
	return end_it(app, r == -ESTALE ? "set files have changed while there was no fwd" : why,
		      errs);
}

static int load(struct app *app, struct errors *errs)
{
	struct pending *pending = app->pending;
	int r = marker_read(history_folder(app->history), &pending->marker);

	pending->has_marker = r == 0;
	/* What a start was cut off with is not what the folder tells of. */
	if (r == 0 && pending->marker.state == MARKER_REVERTED)
		datapath_revert(app->dp);
	if (r == 0)
		return pending->marker.state == MARKER_PENDING ? load_pending(app, errs)
							       : load_reverted(app, errs);
	if (r != -ENOENT)
		log_error("policy: pending.json in the state folder cannot be read (%s): if a "
			  "policy waited for its confirmation, the config file's is used instead",
			  r == -EBADMSG ? "it is damaged" : strerror(-r));
	if (datapath_revert(app->dp) == 0)
		log_warning(
			"policy: the datapath holds a policy that waits for its confirmation, of "
			"which the state folder does not know: it is taken back");
	return load_file(app, errs);
}

int pending_load(struct app *app, struct errors *errs)
{
	int r;

	model_use_copies(app->model, true);
	r = load(app, errs);
	model_use_copies(app->model, false);
	return r;
}
