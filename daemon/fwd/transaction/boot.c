// SPDX-License-Identifier: MIT
/* What runs when the config file cannot be used at a start. */
#include "daemon/fwd/transaction/transaction_internal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/errors/errors_log.h"
#include "common/base/log.h"
#include "common/base/memory.h"
#include "common/policy/rewrite/rewrite.h"
#include "daemon/fwd/transaction/boot/known.h"

static void free_json(cJSON **json)
{
	cJSON_Delete(*json);
}

void boot_clear(struct boot *boot)
{
	cJSON_Delete(boot->errors);
	free(boot->first);
	free(boot->why_passed);
	*boot = (struct boot){0};
}

bool boot_is_due(const struct transaction *transaction)
{
	return transaction->boot.is_due;
}

bool boot_is_state_unknown(const struct transaction *transaction)
{
	return transaction->boot.is_state_unknown;
}

enum boot_runs boot_runs(const struct transaction *transaction)
{
	return transaction->boot.runs;
}

/*
 * A first start is not for us: nothing has ever been filtered, so there is nothing to keep up, and who
 * starts it shall see at once that it does not start.
 */
int boot_begin(struct transaction *transaction, int error, struct errors *errs)
{
	int known;

	if (error == -ENOMEM || error == -EPERM || transaction->options.strict_config)
		return error;
	known = known_is_there(transaction->options.state_dir);
	transaction->boot.is_state_unknown = known < 0;
	if (known < 0)
		return errors_system(errs, known, "cannot look for earlier revisions in %s",
				     transaction->options.state_dir);
	if (!known)
		return error;
	boot_note_errors(&transaction->boot, errs);
	transaction->boot.is_due = true;
	errors_log(errs);
	errors_clear(errs);
	log_error("the config file %s cannot be used: the last revision that can is used instead",
		  transaction->options.config_path);
	return 0;
}

/* ---- revisions ---- */

/* There may be no room for both this policy and the earlier one: then it takes its place. */
static int apply_revision(struct transaction *transaction, uint64_t number, struct errors *errs)
{
	struct change *start = &transaction->start;
	uint64_t until = start->until;
	struct document *document = NULL;
	int r = transaction_read_revision(transaction, number, &document, errs);

	if (r < 0)
		return r;
	r = model_apply(transaction->model, start, document, errs);
	if (r == 0 || !until)
		return r;
	errors_clear(errs);
	start->until = 0;
	r = transaction_read_revision(transaction, number, &document, errs);
	if (r == 0)
		r = model_apply(transaction->model, start, document, errs);
	if (r < 0)
		start->until = until;
	return r;
}

static void record(struct transaction *transaction, uint64_t number)
{
	char command[80];
	struct actor self;
	const struct history_change change = {.cause = "start", .command = command, .actor = &self};

	snprintf(command, sizeof(command),
		 "revision %" PRIu64 ", as the config file cannot be used", number);
	actor_self(&self, "fwd");
	transaction_record_revision(transaction, &change, number);
}

static bool try_revision(struct transaction *transaction, uint64_t number, struct errors *errs)
{
	if (apply_revision(transaction, number, errs) == 0)
		return true;
	errors_log(errs);
	errors_clear(errs);
	log_error("revision %" PRIu64 " cannot be used", number);
	return false;
}

/* One that cannot be used gives way to the one before it. */
int boot_apply_confirmed(struct transaction *transaction, uint64_t first, uint64_t *ret_number,
			 struct errors *errs)
{
	uint64_t unconfirmed = pending_unconfirmed(transaction);
	const cJSON *header;

	if (first && try_revision(transaction, first, errs)) {
		*ret_number = first;
		return 0;
	}
	for (size_t i = 0; (header = history_header(transaction->history, i)); i++) {
		uint64_t number = (uint64_t)cJSON_GetNumberValue(
			cJSON_GetObjectItemCaseSensitive(header, "number"));

		if (!history_is_usable(header) || number == unconfirmed || number == first ||
		    !try_revision(transaction, number, errs))
			continue;
		*ret_number = number;
		return 0;
	}
	return -ENOENT;
}

/* ---- closed or open ---- */

/* Do packets still see a policy of an earlier fwd? Programs may have been taken off meanwhile. */
static bool is_filtering(const struct transaction *transaction)
{
	const struct attachment *attachments;
	size_t count = datapath_attachments(transaction->dp, &attachments);

	if (!datapath_adopted(transaction->dp))
		return false;
	for (size_t i = 0; i < count; i++) {
		if (attachment_is_attached(&attachments[i]))
			return true;
	}
	return !datapath_generation(transaction->dp);
}

#define CLOSED_COMMAND "boot_fail closed"
#define OPEN_COMMAND   "boot_fail open"

/* The fwd before was here too: what it loaded is what packets see, and its revision. */
static int load_same(struct transaction *transaction, struct errors *errs)
{
	const cJSON *header = history_header(transaction->history, 0);
	const char *command =
		cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(header, "command"));
	bool closed = command && strcmp(command, CLOSED_COMMAND) == 0;
	int r;

	if (!closed && (!command || strcmp(command, OPEN_COMMAND) != 0))
		return -ENOENT;
	r = apply_revision(transaction, history_revision(transaction->history), errs);
	if (r < 0)
		return r;
	record(transaction, history_revision(transaction->history));
	transaction->boot.runs = closed ? BOOT_RUNS_CLOSED : BOOT_RUNS_OPEN;
	return 0;
}

static int apply_known(struct transaction *transaction, const cJSON *policy, bool closed,
		       struct errors *errs)
{
	struct actor self;
	const struct history_change change = {.cause = "start",
					      .command = closed ? CLOSED_COMMAND : OPEN_COMMAND,
					      .actor = &self,
					      .unconfirmed = true};
	struct policy_text text = {.name = "boot.json"};
	struct document *document = NULL;
	cleanup_free char *written = rewrite_text(NULL, 0, policy, &text.length);
	int r;

	if (!written)
		return -ENOMEM;
	text.text = written;
	r = transaction_read(transaction, &text, &document, errs);
	if (r == 0)
		r = model_apply(transaction->model, &transaction->start, document, errs);
	if (r < 0)
		return r;
	actor_self(&self, "fwd");
	history_record(transaction->history, &change, steal(&written), text.length,
		       model_config(transaction->model));
	return 0;
}

static int load_known(struct transaction *transaction, struct errors *errs)
{
	cleanup(free_json) cJSON *policy = NULL;
	bool closed = false;
	unsigned ssh = 0;
	int r;

	if (is_filtering(transaction)) {
		r = load_same(transaction, errs);
		if (r == 0)
			return 0;
		errors_add(errs, SEVERITY_ERROR, ERROR_SYSTEM, NULL,
			   "no revision can be used: what the earlier fwd left attached goes on "
			   "filtering as it is");
		return -EBADMSG;
	}
	r = known_read(history_folder(transaction->history), &closed, &policy);
	if (r < 0) {
		errors_add(errs, SEVERITY_ERROR, ERROR_SYSTEM, NULL,
			   "no revision can be used, and boot.json in %s cannot be read: %s",
			   transaction->options.state_dir,
			   r == -EBADMSG ? "it is damaged" : strerror(-r));
		return history_trouble(transaction->history) ? -EIO : -EBADMSG;
	}
	if (closed)
		ssh = known_keep_ssh(policy);
	r = apply_known(transaction, policy, closed, errs);
	if (r < 0)
		return r;
	transaction->boot.runs = closed ? BOOT_RUNS_CLOSED : BOOT_RUNS_OPEN;
	if (ssh)
		log_warning("no management.allow is known: only the SSH connections that exist now "
			    "(%u) go on, new ones are dropped",
			    ssh);
	return 0;
}

int boot_load(struct transaction *transaction, struct errors *errs)
{
	uint64_t number;
	int r = boot_apply_confirmed(transaction, 0, &number, errs);

	if (r == 0) {
		record(transaction, number);
		transaction->boot.runs = BOOT_RUNS_REVISION;
	} else {
		r = load_known(transaction, errs);
	}
	if (r == 0)
		boot_report(transaction);
	return r;
}

void boot_passed_by(struct transaction *transaction)
{
	if (!boot_is_due(transaction))
		return;
	transaction->boot.runs = BOOT_RUNS_REVISION;
	boot_report(transaction);
}

void boot_replaced(struct transaction *transaction)
{
	if (transaction->running && transaction->boot.runs != BOOT_RUNS_FILE)
		transaction->boot.runs = BOOT_RUNS_REVISION;
}

/* ---- for the next start ---- */

static void remember(struct transaction *transaction)
{
	const struct config *config = model_config(transaction->model);
	cJSON *policy = known_policy(config, model_document(transaction->model));
	char digest[DIGEST_TEXT];
	size_t length = 0;
	cleanup_free char *text =
		policy ? known_encode(known_is_closed(config), policy, &length) : NULL;
	int r;

	if (text && strcmp(digest_text(text, length, digest), transaction->boot.remembered) == 0)
		return;
	r = text ? known_write(history_folder(transaction->history), text, length) : -ENOMEM;
	if (r == 0)
		memcpy(transaction->boot.remembered, digest, sizeof(digest));
	else if (!history_trouble(transaction->history))
		log_warning("boot.json cannot be written in %s: %s", transaction->options.state_dir,
			    strerror(-r));
}

void boot_settled(struct transaction *transaction)
{
	/* What is closed or open knows less than the policy that it was made of. */
	if (transaction->boot.runs == BOOT_RUNS_CLOSED || transaction->boot.runs == BOOT_RUNS_OPEN)
		return;
	history_confirm(transaction->history);
	remember(transaction);
}
