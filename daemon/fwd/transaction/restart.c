// SPDX-License-Identifier: MIT
/*
 * What fwd finds when it starts: a policy that still waits, one whose time is over, or one that was
 * taken back while its text stands in the config file. The datapath knows what packets
 * see in this run of the machine; after a reboot only the state folder knows anything.
 */
#include "daemon/fwd/transaction/transaction_internal.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "common/base/log.h"
#include "common/base/memory.h"
#include "common/policy/rewrite/rewrite.h"
#include "daemon/fwd/transaction/pending/same_files.h"
#include "daemon/fwd/transaction/saved/saved_file.h"

static void free_document(struct document **document)
{
	document_free(*document);
}

static int load_file(struct transaction *transaction, struct errors *errs)
{
	struct change change = transaction->start;
	struct actor self;
	int r;

	if (boot_is_due(transaction))
		return boot_load(transaction, errs);
	/* What the file names must be as it says. */
	change.copies = COPIES_NEVER;
	r = model_reload(transaction->model, &change, errs);
	if (r < 0)
		return r;
	actor_self(&self, "fwd");
	change.actor = &self;
	transaction_record_file(transaction, &change, "start");
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
static void note_file(struct transaction *transaction)
{
	cleanup(free_document) struct document *document = NULL;
	cleanup_free char *text = NULL;
	struct errors ignored = {0};
	size_t length = 0;

	if (document_read_file(transaction->options.config_path, &document, &ignored) == 0) {
		transaction->saved = saved_file_new(document);
		text = text_of(document, &length);
	}
	errors_clear(&ignored);
	if (!text)
		return;
	history_note_saved(transaction->history, text, length);
	if (history_is_saved(transaction->history))
		model_set_unsaved(transaction->model, 0);
}

/*
 * The last confirmed policy instead of the config file's, or the newest confirmed one that can be
 * used: marker.before is which. Only if there is none the config file's; *ret_fell_back is true then.
 * Set files may hold what was not confirmed, too: their copies do not.
 */
static int load_before(struct transaction *transaction, bool *ret_fell_back, struct errors *errs)
{
	struct marker *marker = &transaction->pending.marker;
	enum change_copies copies = transaction->start.copies;
	struct actor self;
	int r;

	transaction->start.copies = COPIES_FIRST;
	r = boot_apply_confirmed(transaction, marker->before, &marker->before, errs);
	transaction->start.copies = copies;
	*ret_fell_back = r < 0;
	if (r < 0)
		return load_file(transaction, errs);
	actor_self(&self, "fwd");
	pending_record_return(transaction, "start", &self);
	note_file(transaction);
	boot_passed_by(transaction);
	return 0;
}

/* ---- a policy that still waits ---- */

/* Are the datapath and the marker about the same policy, and is there time left? */
static bool goes_on(const struct transaction *transaction)
{
	const struct marker *marker = &transaction->pending.marker;
	struct datapath_pending now;

	return datapath_adopted(transaction->dp) && marker->revision &&
	       datapath_pending(transaction->dp, &now) && !now.has_ended &&
	       now.deadline == marker->deadline && now.generation == marker->generation;
}

/* Both policies, from their revisions. -ESTALE: set files have changed, and it is taken back. */
static int take_up(struct transaction *transaction, struct errors *errs)
{
	cleanup(free_document) struct document *document = NULL, *before = NULL;
	const struct marker *marker = &transaction->pending.marker;
	struct errors ignored = {0};
	int r = transaction_read_revision(transaction, marker->revision, &document, errs);

	if (r == 0)
		r = transaction_read_revision(transaction, marker->before, &before, &ignored);
	if (r == 0)
		r = model_adopt_pending(transaction->model, steal(&document), steal(&before), 1,
					errs);
	errors_clear(&ignored);
	if (r < 0)
		return r == -ESTALE ? -EBADMSG : r;
	if (pending_has_same_files(transaction->history, marker->revision,
				   model_config(transaction->model)) &&
	    pending_has_same_files(transaction->history, marker->before,
				   model_config_before(transaction->model)))
		return 0;
	r = model_revert(transaction->model);
	return r < 0 ? r : -ESTALE;
}

/* ---- how it ended while there was no fwd ---- */

/* Confirming writes the datapath first: fwd may have died before it could change the marker. */
static bool was_confirmed(const struct transaction *transaction)
{
	const struct marker *marker = &transaction->pending.marker;

	return datapath_adopted(transaction->dp) && marker->generation &&
	       !datapath_pending(transaction->dp, NULL) &&
	       datapath_generation(transaction->dp) == marker->generation;
}

static const char *how_it_ended(const struct transaction *transaction, bool same_run)
{
	struct datapath_pending now;

	if (!same_run)
		return "the machine was restarted before anybody confirmed it";
	if (!datapath_adopted(transaction->dp))
		return "the datapath was removed before anybody confirmed it";
	if (!datapath_generation(transaction->dp))
		return "an fwd with other maps took over, and cannot take it up";
	if (datapath_pending(transaction->dp, &now) && !now.has_ended)
		return transaction->pending.marker.revision
			       ? "fwd was restarted and could not take it up"
			       : "fwd ended before it was recorded";
	return "nobody confirmed it while there was no fwd";
}

/* Does the config file hold a policy that was taken back? 1: yes, *ret is about it; 0: no; or an error. */
static int find_reverted(const struct transaction *transaction, struct marker *ret,
			 struct errors *errs)
{
	char digest[DIGEST_TEXT];
	int r = pending_file_digest(transaction, digest, errs);

	return r < 0 ? r : marker_find(&transaction->pending.marker, digest, ret);
}

/* What ended is taken back, and what is used instead: logged, and sent as an event. */
static void report_end(struct transaction *transaction, bool fell_back)
{
	const struct marker *marker = &transaction->pending.marker;
	cleanup_free char *text = NULL;
	char name[MARKER_NAME];

	marker_name(marker, name);
	/* What runs instead of a file that cannot be used is reported on its own. */
	if (fell_back)
		text = pending_log(LOG_LEVEL_ERROR,
				   "%s was not confirmed (%s), but no confirmed revision can be "
				   "used%s",
				   name, marker->why,
				   boot_is_due(transaction) ? ""
							    : ": the config file's policy runs");
	else
		text = pending_log(LOG_LEVEL_WARNING,
				   "%s is taken back (%s): revision %" PRIu64
				   " is used, whatever the config file says",
				   name, marker->why, marker->before);
	hub_send(transaction->events, policy_reverted, .text = text);
}

static int end_it(struct transaction *transaction, const char *why, struct errors *errs)
{
	struct marker *marker = &transaction->pending.marker;
	struct errors ignored = {0};
	struct marker reverted;
	bool fell_back;
	int r;

	datapath_revert(transaction->dp);
	r = load_before(transaction, &fell_back, errs);
	if (r < 0)
		return r;
	marker->state = MARKER_REVERTED;
	snprintf(marker->why, sizeof(marker->why), "%s", why);
	/* The file's policy is a confirmed one now: later starts do not pass over it. */
	if (fell_back && !boot_is_due(transaction))
		pending_drop_marker(transaction);
	else
		pending_write_marker(transaction);
	transaction_enter(transaction, TRANSACTION_REVERTED);
	report_end(transaction, fell_back);
	if (!fell_back && find_reverted(transaction, &reverted, &ignored) == 1)
		pending_pass_over_file(transaction, &reverted);
	errors_clear(&ignored);
	return 0;
}

/* The config file holds a policy that was taken back: it is not loaded, if anything else can be. */
static int pass_over(struct transaction *transaction, struct marker *reverted, struct errors *errs)
{
	struct marker *marker = &transaction->pending.marker;
	uint64_t before = marker->before;
	char name[MARKER_NAME];
	bool fell_back;
	int r = load_before(transaction, &fell_back, errs);

	if (r < 0)
		return r;
	marker_name(reverted, name);
	if (fell_back) {
		pending_drop_marker(transaction);
		log_error("policy: the config file %s holds %s%s, which was taken back (%s), but "
			  "no confirmed revision can be used: it is loaded",
			  transaction->options.config_path,
			  reverted->revision ? "the policy of " : "", name, reverted->why);
		return 0;
	}
	if (marker->before != before)
		pending_write_marker(transaction);
	transaction_enter(transaction, TRANSACTION_REVERTED);
	pending_pass_over_file(transaction, reverted);
	log_warning("policy: the config file %s holds %s%s, which was taken back (%s): revision "
		    "%" PRIu64
		    " is used instead, until the file is changed, or loaded by fwctl reload",
		    transaction->options.config_path, reverted->revision ? "the policy of " : "",
		    name, reverted->why, marker->before);
	return 0;
}

/* The config file's policy, unless it is one that was taken back. */
static int load_reverted(struct transaction *transaction, struct errors *errs)
{
	struct marker reverted;
	int r;

	/* It may be repaired by the next start: what was taken back is still known then. */
	if (boot_is_due(transaction))
		return boot_load(transaction, errs);
	r = find_reverted(transaction, &reverted, errs);
	if (r < 0)
		return r;
	if (r == 0) {
		pending_drop_marker(transaction);
		return load_file(transaction, errs);
	}
	return pass_over(transaction, &reverted, errs);
}

/*
 * fwd can end between a policy's activation and the marker with its number. Its revision may be there
 * already: the newest one, with the policy that was announced.
 */
static void complete_marker(struct transaction *transaction)
{
	struct marker *marker = &transaction->pending.marker;
	uint64_t newest = history_revision(transaction->history);
	cleanup(free_document) struct document *document = NULL;
	struct datapath_pending now;
	struct errors ignored = {0};
	char digest[DIGEST_TEXT];

	if (marker->revision || newest <= marker->before ||
	    !datapath_pending(transaction->dp, &now) || now.deadline != marker->deadline)
		return;
	if (transaction_read_revision(transaction, newest, &document, &ignored) == 0) {
		pending_digest(document, digest);
		if (*digest && strcmp(digest, marker->digest) == 0) {
			marker->revision = newest;
			marker->generation = now.generation;
		}
	}
	errors_clear(&ignored);
}

/* fwd can also end between the announcement and the activation. */
static bool was_never_active(const struct transaction *transaction)
{
	const struct marker *marker = &transaction->pending.marker;

	return datapath_adopted(transaction->dp) && !marker->revision &&
	       !datapath_pending(transaction->dp, NULL) &&
	       datapath_generation(transaction->dp) == marker->generation_before;
}

/* As if it had not been sent; but if the config file holds it, that is as unconfirmed as it was. */
static int load_untouched(struct transaction *transaction, struct errors *errs)
{
	struct pending *pending = &transaction->pending;
	struct marker *marker = &pending->marker;
	char name[MARKER_NAME];
	int r;

	marker->state = MARKER_REVERTED;
	strcpy(marker->why, "fwd ended before it was active");
	r = marker_write(history_folder(transaction->history), marker);
	if (r < 0)
		log_error("policy: the state folder does not know of it: %s", strerror(-r));
	log_warning("policy: %s never became active: fwd ended before, and nothing has changed",
		    marker_name(marker, name));
	transaction_enter(transaction, TRANSACTION_REVERTED);
	return load_reverted(transaction, errs);
}

static int load_pending(struct transaction *transaction, struct errors *errs)
{
	struct pending *pending = &transaction->pending;
	const struct marker *marker = &pending->marker;
	struct actor self;
	const struct history_change change = {.cause = "start", .actor = &self};
	char boot_id[40];
	const char *why;
	bool same_run;
	int r;

	marker_boot_id(boot_id);
	same_run = *boot_id && strcmp(boot_id, marker->boot_id) == 0;
	if (same_run && was_never_active(transaction))
		return load_untouched(transaction, errs);
	if (same_run)
		complete_marker(transaction);
	if (same_run && was_confirmed(transaction)) {
		log_info("policy: revision %" PRIu64 " was confirmed", marker->revision);
		history_confirm(transaction->history);
		/* As at any start, the config file's policy follows. */
		pending_drop_marker(transaction);
		return load_file(transaction, errs);
	}
	why = how_it_ended(transaction, same_run);
	r = same_run && goes_on(transaction) ? take_up(transaction, errs) : -ENOENT;
	if (r == 0) {
		actor_self(&self, "fwd");
		transaction_record(transaction, NULL, &change, true);
		note_file(transaction);
		marker_write(history_folder(transaction->history), &pending->marker);
		transaction_enter(transaction, TRANSACTION_ACTIVE);
		boot_passed_by(transaction);
		log_warning("policy: revision %" PRIu64 " still waits for its confirmation; "
			    "nothing was loaded",
			    marker->revision);
		return 0;
	}
	errors_clear(errs);
	return end_it(transaction,
		      r == -ESTALE ? "set files have changed while there was no fwd" : why, errs);
}

static int load(struct transaction *transaction, struct errors *errs)
{
	struct pending *pending = &transaction->pending;
	int r = marker_read(history_folder(transaction->history), &pending->marker);

	pending->has_marker = r == 0;
	/* A start was cut off with another policy than the folder has. */
	if (r == 0 && pending->marker.state == MARKER_REVERTED)
		datapath_revert(transaction->dp);
	if (r == 0)
		return pending->marker.state == MARKER_PENDING ? load_pending(transaction, errs)
							       : load_reverted(transaction, errs);
	if (r != -ENOENT)
		log_error("policy: pending.json in the state folder cannot be read (%s): if a "
			  "policy waited for its confirmation, the config file's is used instead",
			  r == -EBADMSG ? "it is damaged" : strerror(-r));
	if (datapath_revert(transaction->dp) == 0)
		log_warning(
			"policy: the datapath holds a policy that waits for its confirmation, of "
			"which the state folder does not know: it is taken back");
	return load_file(transaction, errs);
}

int pending_load(struct transaction *transaction, struct errors *errs)
{
	transaction->start.copies = COPIES_IF_UNUSABLE;
	return load(transaction, errs);
}
