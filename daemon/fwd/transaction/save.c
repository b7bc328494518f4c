// SPDX-License-Identifier: MIT
#include "daemon/fwd/transaction/save.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <string.h>
#include <sys/stat.h>

#include "common/base/log.h"
#include "common/base/memory.h"
#include "common/base/progress.h"
#include "common/base/replace_file.h"
#include "common/policy/rewrite/rewrite.h"
#include "common/policy/rewrite/unmerge.h"
#include "daemon/fwd/transaction/saved/saved_file.h"
#include "daemon/fwd/transaction/saved/saved_text.h"
#include "daemon/fwd/transaction/saved/set_files.h"
#include "daemon/fwd/transaction/transaction_internal.h"

static void free_document(struct document **document)
{
	document_free(*document);
}

static size_t count_files(const struct document *document)
{
	const char *text;
	size_t count = 0, length;

	while (document_file(document, count, &text, &length))
		count++;
	return count;
}

/* ---- what it shall say ---- */

static void delete_trees(cJSON **trees, size_t count)
{
	for (size_t i = 0; trees && i < count; i++)
		cJSON_Delete(trees[i]);
	free(trees);
}

/* Each file's own tree, in an array; NULL: no memory. */
static cJSON **trees_of(struct document *document, size_t count)
{
	cJSON **trees = calloc(count + 1, sizeof(*trees));

	for (size_t i = 0; trees && i < count; i++) {
		if (document_file_tree(document, i, &trees[i]) < 0) {
			delete_trees(trees, i);
			return NULL;
		}
	}
	return trees;
}

/* Say what an included file would have to say otherwise. */
static int refuse_included(const struct document *disk, size_t file, const char *what,
			   struct errors *errs)
{
	const char *text, *name;
	size_t length;

	name = document_file(disk, file + 1, &text, &length);
	errors_add(errs, SEVERITY_ERROR, ERROR_SYSTEM, NULL,
		   "%s is not as the included file %s has it; edit that file and reload, or save "
		   "with --flatten into one file",
		   what ? what : "something", name ? name : "?");
	return -EXDEV;
}

/* The main file's new text, where it includes others. */
static int write_main(const struct transaction *transaction, struct document *disk, char **ret,
		      size_t *ret_length, struct errors *errs)
{
	size_t count = count_files(disk), culprit = 0;
	cJSON **trees = trees_of(disk, count), *main = NULL;
	cleanup_free char *what = NULL;
	int r;

	if (!trees)
		return -ENOMEM;
	r = unmerge_main(document_root(model_document(transaction->model)), trees[0], trees + 1,
			 count - 1, &main, &culprit, &what);
	if (r == -EXDEV)
		refuse_included(disk, culprit, what, errs);
	if (r == 0) {
		*ret = rewrite_file(disk, 0, trees[0], main, ret_length);
		r = *ret ? 0 : -ENOMEM;
	}
	cJSON_Delete(main);
	delete_trees(trees, count);
	return r;
}

static int write_text(const struct transaction *transaction, struct document *disk, bool flatten,
		      char **ret, size_t *ret_length, struct errors *errs)
{
	const char *text;

	if (disk && count_files(disk) > 1 && !flatten)
		return write_main(transaction, disk, ret, ret_length, errs);
	text = history_text(transaction->history, ret_length);
	*ret = text ? strndup(text, *ret_length) : NULL;
	return *ret ? 0 : -ENOMEM;
}

/* ---- writing ---- */

static int write_file(const char *path, const char *text, size_t length)
{
	cleanup_free char *real = realpath(path, NULL);
	cleanup_free char *folder = strdup(real ? real : path), *name = strdup(real ? real : path);
	struct replace_owner owner = {0640, (uid_t)-1, (gid_t)-1};
	cleanup_fd int fd = -1;
	struct stat info;

	if (!folder || !name)
		return -ENOMEM;
	if (stat(path, &info) == 0)
		owner = (struct replace_owner){info.st_mode & 07777, info.st_uid, info.st_gid};
	fd = open(dirname(folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : replace_file(fd, basename(name), text, length, &owner);
}

static int fail_write(const char *path, int r, struct errors *errs)
{
	errors_add(errs, SEVERITY_ERROR, ERROR_SYSTEM, NULL,
		   "%s cannot be written: %s; it is as it was", path, strerror(-r));
	return r;
}

/* Now the file is what runs: until it changes, or what runs does. */
static void note_saved(struct transaction *transaction, const struct document *disk, bool flatten,
		       const char *text, size_t length)
{
	bool several = disk && !flatten && count_files(disk) > 1;

	saved_file_free(transaction->saved);
	transaction->saved =
		several ? saved_file_new(disk)
			: saved_file_of_text(model_config_path(transaction->model), text, length);
	saved_file_set_main(transaction->saved, text, length);
	boot_file_good(transaction);
	history_mark_saved(transaction->history);
	model_set_unsaved(transaction->model, 0);
}

int transaction_save(struct transaction *transaction, const struct save_options *options,
		     struct errors *errs)
{
	const char *path = model_config_path(transaction->model);
	cleanup(free_document) struct document *disk = NULL;
	cleanup_free char *text = NULL;
	struct errors unread = {0};
	size_t length = 0;
	int r;

	r = document_read_file(path, &disk, &unread);
	errors_clear(&unread);
	if (!options->force && boot_runs(transaction) != BOOT_RUNS_FILE) {
		errors_add(errs, SEVERITY_ERROR, ERROR_SYSTEM, NULL,
			   "%s could not be used when fwd started, and is not what runs: repair it "
			   "and reload, or overwrite it by --force",
			   path);
		return -ESTALE;
	}
	if (!options->force && (r < 0 || saved_file_differs(transaction->saved, disk))) {
		errors_add(errs, SEVERITY_ERROR, ERROR_SYSTEM, NULL,
			   "%s, or what it includes, has changed on disk since fwd read it: see "
			   "fwctl diff saved; reload takes it, --force overwrites it",
			   path);
		return -ESTALE;
	}
	r = write_text(transaction, disk, options->flatten, &text, &length, errs);
	if (r < 0)
		return r;
	progress_begin(options->progress, PROGRESS_RECORD, NULL);
	r = write_file(path, text, length);
	if (r < 0)
		return fail_write(path, r, errs);
	note_saved(transaction, disk, options->flatten, text, length);
	log_info("revision %llu is saved in %s",
		 (unsigned long long)history_revision(transaction->history), path);
	return 0;
}

int transaction_saved_text(struct transaction *transaction, const char **ret_text,
			   size_t *ret_length, struct errors *errs)
{
	return saved_text_read(&transaction->saved_text, model_config_path(transaction->model),
			       ret_text, ret_length, errs);
}

void transaction_add_set_problems(struct transaction *transaction, cJSON *list)
{
	set_files_add_problems(&transaction->set_files, model_config(transaction->model), list);
}
