// SPDX-License-Identifier: MIT
/*
 * The text of the saved file, for who asks for it in pieces: parsing 64 MiB takes seconds, which nobody who
 * may only read shall cost fwd again and again.
 */
#include "save.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "clock.h"
#include "memory.h"
#include "rewrite.h"

/* A file may change twice within one tick of its clock: only a time as old as this tells. */
#define SETTLED_NS (2 * NS_PER_SECOND)

struct saved_text {
	char *text;
	size_t length;
	struct stat info; /* of the file that it is; st_nlink 0: of several, or who knows */
};

struct saved_text *saved_text_free(struct saved_text *saved)
{
	if (!saved)
		return NULL;
	free(saved->text);
	free(saved);
	return NULL;
}

static uint64_t time_ns(const struct timespec *time)
{
	return (uint64_t)time->tv_sec * NS_PER_SECOND + (uint64_t)time->tv_nsec;
}

static bool is_same(const struct stat *a, const struct stat *b)
{
	return a->st_nlink && b->st_nlink && a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
	       a->st_size == b->st_size && time_ns(&a->st_mtim) == time_ns(&b->st_mtim) &&
	       time_ns(&a->st_ctim) == time_ns(&b->st_ctim);
}

/* What the file is now; nothing that could be recognized, if it is not there or has just changed. */
static struct stat look_at(const char *path)
{
	struct stat info;

	if (stat(path, &info) < 0 || time_ns(&info.st_ctim) + SETTLED_NS > clock_realtime_ns())
		return (struct stat){0};
	return info;
}

static int read_document(const char *path, struct saved_text *saved, struct errors *errs)
{
	struct document *document;
	const char *text;
	int r = document_read_file(path, &document, errs);

	if (r < 0)
		return r;
	text = document_text(document, &saved->length);
	/* Of several files, any could change; nor is it known which there will be. */
	if (!text)
		saved->info = (struct stat){0};
	saved->text = text ? strndup(text, saved->length)
			   : rewrite_text(NULL, 0, document_root(document), &saved->length);
	document_free(document);
	return saved->text ? 0 : -ENOMEM;
}

int save_read(struct app *app, const char **ret_text, size_t *ret_length, struct errors *errs)
{
	const char *path = model_config_path(app->model);
	struct stat info = look_at(path);
	struct saved_text *saved;
	int r = 0;

	if (!app->saved_text || !is_same(&app->saved_text->info, &info)) {
		app->saved_text = saved_text_free(app->saved_text);
		saved = calloc(1, sizeof(*saved));
		if (!saved)
			return -ENOMEM;
		saved->info = info;
		r = read_document(path, saved, errs);
		if (r < 0) {
			saved_text_free(saved);
			return r;
		}
		app->saved_text = saved;
	}
	*ret_text = app->saved_text->text;
	*ret_length = app->saved_text->length;
	return 0;
}
