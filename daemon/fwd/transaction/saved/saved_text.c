// SPDX-License-Identifier: MIT
#include "daemon/fwd/transaction/saved/saved_text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/policy/document/document.h"
#include "common/policy/rewrite/rewrite.h"
#include "daemon/fwd/transaction/saved/file_look.h"

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

int saved_text_read(struct saved_text **saved, const char *path, const char **ret_text,
		    size_t *ret_length, struct errors *errs)
{
	struct file_look look = file_look(path);
	struct saved_text *fresh;
	int r = 0;

	if (!*saved || !file_looks_same(&(*saved)->look, &look)) {
		*saved = saved_text_free(*saved);
		fresh = calloc(1, sizeof(*fresh));
		if (!fresh)
			return -ENOMEM;
		fresh->look = look;
		r = read_document(path, fresh, errs);
		if (r < 0) {
			saved_text_free(fresh);
			return r;
		}
		*saved = fresh;
	}
	*ret_text = (*saved)->text;
	*ret_length = (*saved)->length;
	return 0;
}
