// SPDX-License-Identifier: MIT
/* Policies as texts: read as the running policy would be, and made the running policy. */
#include "daemon/fwd/transaction/transaction_internal.h"

#include <errno.h>
#include <libgen.h>
#include <string.h>

#include "common/base/log.h"
#include "common/base/memory.h"
#include "common/program/notify.h"
#include "daemon/fwd/transaction/saved/discard.h"

static void free_document(struct document **document)
{
	document_free(*document);
}

static char *config_folder(const struct transaction *transaction)
{
	cleanup_free char *copy = strdup(model_config_path(transaction->model));

	return copy ? realpath(dirname(copy), NULL) : NULL;
}

static bool is_known_file(const struct config *config, const char *path)
{
	for (size_t i = 0; config && i < config->set_count; i++) {
		if (config->sets[i].kind == SET_FILE && strcmp(config->sets[i].file, path) == 0)
			return true;
	}
	return false;
}

/* Refuse set files that the running policy does not read. */
static int check_files(const struct transaction *transaction, struct document *document,
		       struct errors *errs)
{
	const cJSON *sets = cJSON_GetObjectItemCaseSensitive(document_root(document), "sets");
	const cJSON *set;
	int r = 0;

	cJSON_ArrayForEach (set, sets) {
		const cJSON *file = cJSON_GetObjectItemCaseSensitive(set, "file");
		cleanup_free char *path = document_resolve(document, file);
		struct place place = document_place(document, file);

		if (!cJSON_IsString(file) ||
		    (path && is_known_file(model_config(transaction->model), path)))
			continue;
		errors_add(errs, SEVERITY_ERROR, ERROR_SYSTEM, &place,
			   "only root can make fwd read a set file that the running policy does "
			   "not have: %s",
			   path ? path : "out of memory");
		r = -EACCES;
	}
	return r;
}

int transaction_read(const struct transaction *transaction, const struct policy_text *text,
		     struct document **ret, struct errors *errs)
{
	cleanup_free char *home = config_folder(transaction);
	cleanup(free_document) struct document *document = NULL;
	int r;

	r = document_read_text(text->name, text->text, text->length, &document, errs);
	if (r < 0)
		return r;
	/* First where its paths start, then, with paths that stay right, where the config's do. */
	r = document_set_folder(document, text->folder ? text->folder : home ? home : "/");
	if (r == 0 && text->known_files_only)
		r = check_files(transaction, document, errs);
	if (r == 0)
		r = document_move(document, home ? home : "/");
	if (r == 0)
		*ret = steal(&document);
	return r;
}

int transaction_read_revision(const struct transaction *transaction, uint64_t number,
			      struct document **ret, struct errors *errs)
{
	const struct revision *revision;
	const char *why = "";
	char name[32];
	struct policy_text text = {.name = name};
	int r = history_load(transaction->history, number, &revision, &why);

	if (r < 0) {
		log_error("policy: revision %llu cannot be read: %s", (unsigned long long)number,
			  r == -EBADMSG ? why : strerror(-r));
		return r;
	}
	snprintf(name, sizeof(name), "revision %llu", (unsigned long long)number);
	text.text = revision->text;
	text.length = revision->length;
	return transaction_read(transaction, &text, ret, errs);
}

int transaction_apply(struct transaction *transaction, struct change *change,
		      const struct policy_text *text, const struct history_change *record,
		      bool *ret_applied, struct errors *errs)
{
	struct document *document;
	int r;

	*ret_applied = false;
	r = transaction_read(transaction, text, &document, errs);
	if (r == 0)
		r = model_apply(transaction->model, change, document, errs);
	if (r < 0 || change->dry)
		return r;
	*ret_applied = true;
	transaction_record(transaction, change, record, true);
	log_info("%s: revision %llu, generation %u", record->cause,
		 (unsigned long long)history_revision(transaction->history),
		 datapath_generation(transaction->dp));
	r = transaction_sync_interfaces(transaction, errs);
	transaction_report_status(transaction);
	return r;
}

int transaction_reload(struct transaction *transaction, struct change *change, bool discard,
		       struct errors *errs)
{
	struct model *model = transaction->model;
	char name[POLICY_NAME_TEXT];
	int r;

	transaction_retry_history(transaction);
	r = discard ? 0 : discard_check(transaction->model, transaction->history, errs);
	if (r < 0)
		return r;
	notify_reloading();
	r = model_reload(model, change, errs);
	/* A dry run only asks. */
	if (r < 0 && r != -EBUSY && !change->dry)
		boot_file_refused(transaction, errs);
	if (r == 0 && !change->dry) {
		transaction_record_file(transaction, change, "reload");
		log_info("config reloaded: %s", transaction_policy_name(transaction, name));
		r = transaction_sync_interfaces(transaction, errs);
		if (r < 0)
			errors_add(errs, SEVERITY_WARNING, ERROR_SYSTEM, NULL,
				   "the config is loaded all the same, as %s",
				   transaction_policy_name(transaction, name));
	}
	notify_reloaded();
	transaction_report_status(transaction);
	return r;
}
