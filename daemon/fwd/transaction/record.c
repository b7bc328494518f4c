// SPDX-License-Identifier: MIT
/* Every change of the running policy, by whatever way, becomes a revision here. */
#include "daemon/fwd/transaction/transaction_internal.h"

#include <errno.h>
#include <string.h>

#include "common/base/errors/errors_log.h"
#include "common/base/log.h"
#include "common/base/progress.h"
#include "common/policy/rewrite/rewrite.h"
#include "daemon/fwd/transaction/saved/saved_file.h"

/* What runs now is what the saved file has: nothing is unsaved, however it came here. */
static void note_saved(struct transaction *transaction)
{
	if (history_is_saved(transaction->history))
		model_set_unsaved(transaction->model, 0);
}

/*
 * A policy that waited when an earlier fwd ended: without the folder nobody knew of it at the
 * start, and the config file's was loaded. It shall not come up at the next start, after all that
 * was done since.
 */
static void forget_old_marker(struct transaction *transaction)
{
	struct marker marker;
	int r = marker_read(history_folder(transaction->history), &marker);

	if (r == -ENOENT)
		return;
	marker_remove(history_folder(transaction->history));
	log_warning("policy: the state folder has a policy that was not confirmed, but it was "
		    "not there at the start: it is forgotten");
}

void transaction_retry_history(struct transaction *transaction)
{
	bool had_folder = history_folder(transaction->history) >= 0;
	struct errors errs = {0};

	if (!history_trouble(transaction->history))
		return;
	if (history_retry(transaction->history, &errs) == 0)
		log_info("history: revisions are written again, from %llu on",
			 (unsigned long long)history_revision(transaction->history));
	if (!had_folder && history_folder(transaction->history) >= 0)
		forget_old_marker(transaction);
	errors_log(&errs);
	errors_clear(&errs);
}

/* Once: that revisions are not kept from now on, or that they are again. */
static void report_trouble(const struct transaction *transaction, bool was_well)
{
	const char *trouble = history_trouble(transaction->history);

	if (trouble && was_well)
		log_warning("history: %s", trouble);
	else if (!trouble && !was_well)
		log_info("history: revisions are written again");
}

void transaction_sets_read(struct transaction *transaction)
{
	const struct marker *marker = &transaction->pending.marker;
	char digest[DIGEST_TEXT];

	if (!transaction->pending.has_marker || marker->earlier_count)
		return;
	pending_digest(model_document(transaction->model), digest);
	if (*digest && strcmp(digest, marker->digest) == 0)
		pending_forget(transaction);
}

/*
 * Only files of sets were read again, and the marker stays: a start returns to what runs now. The
 * history does not keep the revision of before, as each change of a file is one more. The new one is
 * on the disk already. If fwd ends here, the marker has the one before it, which is still there.
 */
static void follow_sets(struct transaction *transaction)
{
	struct marker *marker = &transaction->pending.marker;
	uint64_t newest = history_revision(transaction->history);

	if (!transaction->running || !transaction->pending.has_marker ||
	    marker->state != MARKER_REVERTED || marker->before == newest ||
	    history_trouble(transaction->history))
		return;
	marker->before = newest;
	pending_write_marker(transaction);
}

void transaction_record(struct transaction *transaction, const struct change *change,
			const struct history_change *record, bool fresh)
{
	struct document *document = model_document(transaction->model);
	bool was_well = !history_trouble(transaction->history);
	const char *base;
	size_t base_length = 0, length = 0;
	char *text;

	struct history_change recorded = *record;

	if (!change || !change->sets_only)
		pending_forget(transaction);
	else
		transaction_sets_read(transaction);
	if (fresh)
		boot_replaced(transaction);
	if (!transaction->history)
		return;
	recorded.unconfirmed |= change && change->confirm_ns;
	base = fresh ? document_text(document, &base_length)
		     : history_text(transaction->history, &base_length);
	text = rewrite_text(base, base_length, document_root(document), &length);
	if (!text)
		log_error("cannot write down revision %llu: out of memory",
			  (unsigned long long)history_revision(transaction->history) + 1);
	progress_begin(change ? change->progress : NULL, PROGRESS_RECORD, NULL);
	history_record(transaction->history, &recorded, text, length,
		       model_config(transaction->model));
	if (change && change->sets_only)
		follow_sets(transaction);
	note_saved(transaction);
	report_trouble(transaction, was_well);
	if (transaction->running && !model_is_pending(transaction->model))
		boot_settled(transaction);
}

void transaction_record_revision(struct transaction *transaction,
				 const struct history_change *record, uint64_t number)
{
	const struct revision *revision;
	const char *why;

	if (history_load(transaction->history, number, &revision, &why) < 0)
		transaction_record(transaction, NULL, record, true);
	else
		history_record(transaction->history, record, strdup(revision->text),
			       revision->length, model_config(transaction->model));
	note_saved(transaction);
}

void transaction_record_start(struct transaction *transaction)
{
	bool was_well = !history_trouble(transaction->history);

	history_release(transaction->history);
	report_trouble(transaction, was_well);
	if (!model_is_pending(transaction->model))
		boot_settled(transaction);
}

void transaction_record_file(struct transaction *transaction, const struct change *change,
			     const char *cause)
{
	const struct history_change record = {.cause = cause, .actor = change->actor};

	transaction_record(transaction, change, &record, true);
	history_mark_saved(transaction->history);
	saved_file_free(transaction->saved);
	transaction->saved = saved_file_new(model_document(transaction->model));
	boot_file_good(transaction);
}
