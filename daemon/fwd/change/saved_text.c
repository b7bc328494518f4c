// SPDX-License-Identifier: MIT
/*
 * The text of the saved file, for who asks for it in pieces: parsing 64 MiB takes seconds, which nobody who
 * may only read shall cost fwd again and again.
 */
#include "daemon/fwd/change/save.h"

#include <errno.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/policy/rewrite/rewrite.h"
#include "daemon/fwd/change/file_look.h"

struct saved_text {
	char *text;
	size_t length;
	struct file_look look; /* of the file that it is; not settled: of several, or unknown */
};

struct saved_text *saved_text_free(struct saved_text *saved)
{
	if (!saved)
		return NULL;
	free(saved->text);
	free(saved);
	return NULL;
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
		saved->look = (struct file_look){0};
	saved->text = text ? strndup(text, saved->length)
			   : rewrite_text(NULL, 0, document_root(document), &saved->length);
	document_free(document);
	return saved->text ? 0 : -ENOMEM;
}

int save_read(struct app *app, const char **ret_text, size_t *ret_length, struct errors *errs)
{
	const char *path = model_config_path(app->model);
	struct file_look look = file_look(path);
	struct saved_text *saved;
	int r = 0;

	if (!app->saved_text || !file_looks_same(&app->saved_text->look, &look)) {
		app->saved_text = saved_text_free(app->saved_text);
		saved = calloc(1, sizeof(*saved));
		if (!saved)
			return -ENOMEM;
		saved->look = look;
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
