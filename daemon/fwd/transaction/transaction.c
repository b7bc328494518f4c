// SPDX-License-Identifier: MIT
/* The life of the transaction: from the start, whose policy is provisional, to the stop. */
#include "daemon/fwd/transaction/transaction_internal.h"

#include <errno.h>
#include <stdlib.h>

#include "common/base/errors/errors_log.h"
#include "common/base/log.h"
#include "daemon/fwd/transaction/saved/saved_file.h"
#include "daemon/fwd/transaction/saved/saved_text.h"
#include "daemon/fwd/transaction/saved/set_files.h"

/* In which all parts must have started. */
#define START_NS (10 * 60 * NS_PER_SECOND)

int transaction_new(const struct transaction_options *options,
		    const struct transaction_hooks *hooks, struct transaction **ret)
{
	struct transaction *transaction = calloc(1, sizeof(*transaction));

	if (!transaction)
		return -ENOMEM;
	transaction->options = *options;
	transaction->hooks = *hooks;
	*ret = transaction;
	return 0;
}

struct transaction *transaction_free(struct transaction *transaction)
{
	if (!transaction)
		return NULL;
	transaction_close(transaction);
	boot_clear(&transaction->boot);
	saved_file_free(transaction->saved);
	saved_text_free(transaction->saved_text);
	set_files_free(transaction->set_files);
	free(transaction);
	return NULL;
}

/* ---- hooks ---- */

void transaction_report_status(struct transaction *transaction)
{
	if (transaction->hooks.status)
		transaction->hooks.status(transaction->hooks.userdata);
}

int transaction_sync_interface(struct transaction *transaction, const char *name,
			       struct errors *errs)
{
	const struct transaction_hooks *hooks = &transaction->hooks;

	return hooks->sync_interfaces ? hooks->sync_interfaces(hooks->userdata, name, errs) : 0;
}

int transaction_sync_interfaces(struct transaction *transaction, struct errors *errs)
{
	return transaction_sync_interface(transaction, NULL, errs);
}

/* ---- the start ---- */

static bool has_earlier(const struct transaction *transaction)
{
	return datapath_adopted(transaction->dp) && datapath_generation(transaction->dp);
}

/*
 * Next to what an earlier fwd left, the policy is active from now on, but confirmed only once all
 * parts have started: if one does not, or fwd dies before, the earlier policy goes on.
 */
static int load_beside(struct transaction *transaction, struct errors *errs)
{
	struct model *model = transaction->model;
	struct pending_view view;
	int r = -ENOENT;

	if (has_earlier(transaction)) {
		transaction->start.until = clock_ns() + START_NS;
		r = pending_load(transaction, errs);
		transaction->start.until = 0;
	}
	/* One that waits for its confirmation goes on waiting. */
	transaction->is_provisional =
		r == 0 && model_is_pending(model) && !transaction_pending(transaction, &view);
	if (r == 0)
		return 0;
	/* There may be no room for both. */
	errors_clear(errs);
	return pending_load(transaction, errs);
}

/* What was good to look at may still not fit, or has changed since. */
static int load(struct transaction *transaction, struct errors *errs)
{
	int r = load_beside(transaction, errs);

	if (r == 0 || boot_is_due(transaction) || boot_begin(transaction, r, errs) < 0)
		return r;
	return load_beside(transaction, errs);
}

int transaction_load(struct transaction *transaction, struct model *model, struct errors *errs)
{
	int r;

	transaction->model = model;
	if (has_earlier(transaction))
		log_info("took over generation %u of an earlier fwd; its counters and live sets "
			 "are kept%s",
			 datapath_generation(transaction->dp),
			 boot_is_due(transaction) ? ""
						  : ", rule edits that were not saved are gone");
	/* A start that fails is no revision: its policy was never confirmed. */
	history_hold(transaction->history);
	r = load(transaction, errs);
	if (r == 0)
		model_set_guard(model, transaction_guard, transaction);
	return r;
}

int transaction_ready(struct transaction *transaction, struct errors *errs)
{
	int r = transaction->is_provisional ? model_confirm(transaction->model, errs) : 0;

	if (r < 0)
		return errors_system(errs, r, "the start took too long");
	transaction->is_provisional = false;
	transaction_record_start(transaction);
	transaction->running = true;
	return 0;
}

void transaction_unload(struct transaction *transaction)
{
	if (transaction->is_provisional && model_revert(transaction->model) == 0)
		log_warning("the policy of the earlier fwd goes on: generation %u",
			    datapath_generation(transaction->dp));
	transaction->model = NULL;
}

const char *transaction_policy_name(const struct transaction *transaction,
				    char text[POLICY_NAME_TEXT])
{
	uint64_t revision = history_revision(transaction->history);
	uint32_t generation = datapath_generation(transaction->dp);

	if (revision)
		snprintf(text, POLICY_NAME_TEXT, "revision %llu (generation %u)",
			 (unsigned long long)revision, generation);
	else
		snprintf(text, POLICY_NAME_TEXT, "generation %u", generation);
	return text;
}
