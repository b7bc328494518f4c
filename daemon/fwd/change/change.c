// SPDX-License-Identifier: MIT
#include "daemon/fwd/change/change.h"

#include <errno.h>
#include <libgen.h>
#include <string.h>

#include "common/base/errors/errors_log.h"
#include "common/base/log.h"
#include "common/base/memory.h"
#include "common/base/progress.h"
#include "common/policy/rewrite/rewrite.h"
#include "daemon/fwd/boot/boot.h"
#include "daemon/fwd/change/save.h"
#include "daemon/fwd/pending/marker.h"
#include "daemon/fwd/pending/pending.h"

static void free_document(struct document **document)
{
	document_free(*document);
}

/* What runs now is what the saved file has: nothing is unsaved, however it came here. */
static void note_saved(struct app *app)
{
	if (history_is_saved(app->history))
		model_set_unsaved(app->model, 0);
}

/*
 * A policy that waited when an earlier fwd ended: without the folder nobody knew of it at the
 * start, and the config file's was loaded. It shall not come up at the next start, after all that
 * was done since.
 */
static void forget_old_marker(struct app *app)
{
	struct marker marker;
	int r = marker_read(history_folder(app->history), &marker);

	if (r == -ENOENT)
		return;
	marker_remove(history_folder(app->history));
	log_warning("policy: the state folder told of a policy that was not confirmed, but it was "
		    "not there at the start: it is forgotten");
}

void change_retry_history(struct app *app)
{
	bool had_folder = history_folder(app->history) >= 0;
	struct errors errs = {0};

	if (!history_trouble(app->history))
		return;
	if (history_retry(app->history, &errs) == 0)
		log_info("history: revisions are written again, from %llu on",
			 (unsigned long long)history_revision(app->history));
	if (!had_folder && history_folder(app->history) >= 0)
		forget_old_marker(app);
	errors_log(&errs);
	errors_clear(&errs);
}

/* Once: that revisions are not kept from now on, or that they are again. */
static void tell_trouble(const struct app *app, bool was_well)
{
	const char *trouble = history_trouble(app->history);

	if (trouble && was_well)
		log_warning("history: %s", trouble);
	else if (!trouble && !was_well)
		log_info("history: revisions are written again");
}

void change_record(struct app *app, const struct history_change *change, bool fresh)
{
	struct document *document = model_document(app->model);
	bool was_well = !history_trouble(app->history);
	const char *base;
	size_t base_length = 0, length = 0;
	char *text;

	const struct change_terms *terms = pending_terms(app);
	struct history_change recorded = *change;

	pending_forget(app);
	if (fresh)
		boot_replaced(app);
	if (!app->history)
		return;
	recorded.unconfirmed |= terms && terms->confirm_ns;
	base = fresh ? document_text(document, &base_length)
		     : history_text(app->history, &base_length);
	text = rewrite_text(base, base_length, document_root(document), &length);
	if (!text)
		log_error("cannot write down revision %llu: out of memory",
			  (unsigned long long)history_revision(app->history) + 1);
	progress_begin(model_progress(app->model), PROGRESS_RECORD, NULL);
	history_record(app->history, &recorded, text, length, model_config(app->model));
	note_saved(app);
	tell_trouble(app, was_well);
	if (app->running && !model_is_pending(app->model))
		boot_settled(app);
}

void change_record_revision(struct app *app, const struct history_change *change, uint64_t number)
{
	const struct revision *revision;
	const char *why;

	if (history_load(app->history, number, &revision, &why) < 0)
		change_record(app, change, true);
	else
		history_record(app->history, change, strdup(revision->text), revision->length,
			       model_config(app->model));
	note_saved(app);
}

void change_record_start(struct app *app)
{
	bool was_well = !history_trouble(app->history);

	history_release(app->history);
	tell_trouble(app, was_well);
	if (!model_is_pending(app->model))
		boot_settled(app);
}

void change_record_file(struct app *app, const char *cause, const struct actor *actor)
{
	const struct history_change change = {.cause = cause, .actor = actor};

	change_record(app, &change, true);
	history_mark_saved(app->history);
	saved_file_free(app->saved);
	app->saved = saved_file_new(model_document(app->model));
	boot_file_good(app);
}

/* ---- texts ---- */

static char *config_folder(const struct app *app)
{
	cleanup_free char *copy = strdup(model_config_path(app->model));

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
static int check_files(const struct app *app, struct document *document, struct errors *errs)
{
	const cJSON *sets = cJSON_GetObjectItemCaseSensitive(document_root(document), "sets");
	const cJSON *set;
	int r = 0;

	cJSON_ArrayForEach (set, sets) {
		const cJSON *file = cJSON_GetObjectItemCaseSensitive(set, "file");
		cleanup_free char *path = document_resolve(document, file);
		struct place place = document_place(document, file);

		if (!cJSON_IsString(file) ||
		    (path && is_known_file(model_config(app->model), path)))
			continue;
		errors_add(errs, SEVERITY_ERROR, ERROR_SYSTEM, &place,
			   "only root can make fwd read a set file that the running policy does "
			   "not have: %s",
			   path ? path : "out of memory");
		r = -EACCES;
	}
	return r;
}

int change_read(const struct app *app, const struct policy_text *text, struct document **ret,
		struct errors *errs)
{
	cleanup_free char *home = config_folder(app);
	cleanup(free_document) struct document *document = NULL;
	int r;

	r = document_read_text(text->name, text->text, text->length, &document, errs);
	if (r < 0)
		return r;
	/* First where its paths start, then, with paths that stay right, where the config's do. */
	r = document_set_folder(document, text->folder ? text->folder : home ? home : "/");
	if (r == 0 && text->known_files_only)
		r = check_files(app, document, errs);
	if (r == 0)
		r = document_move(document, home ? home : "/");
	if (r == 0)
		*ret = steal(&document);
	return r;
}

int change_read_revision(const struct app *app, uint64_t number, struct document **ret,
			 struct errors *errs)
{
	const struct revision *revision;
	const char *why = "";
	char name[32];
	struct policy_text text = {.name = name};
	int r = history_load(app->history, number, &revision, &why);

	if (r < 0) {
		log_error("policy: revision %llu cannot be read: %s", (unsigned long long)number,
			  r == -EBADMSG ? why : strerror(-r));
		return r;
	}
	snprintf(name, sizeof(name), "revision %llu", (unsigned long long)number);
	text.text = revision->text;
	text.length = revision->length;
	return change_read(app, &text, ret, errs);
}

int change_apply(struct app *app, const struct policy_text *text,
		 const struct history_change *change, bool *ret_applied, struct errors *errs)
{
	struct document *document;
	int r;

	*ret_applied = false;
	r = change_read(app, text, &document, errs);
	if (r == 0)
		r = model_apply(app->model, document, errs);
	if (r < 0 || model_is_dry(app->model))
		return r;
	*ret_applied = true;
	change_record(app, change, true);
	log_info("%s: revision %llu, generation %u", change->cause,
		 (unsigned long long)history_revision(app->history), datapath_generation(app->dp));
	r = app_sync_interfaces(app, errs);
	app_tell_status(app);
	return r;
}
