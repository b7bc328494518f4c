/* SPDX-License-Identifier: MIT */
/*
 * The text of the config file, for a client that asks for it in pieces: parsing 64 MiB takes seconds,
 * which a client that may only read must not cost fwd again and again.
 */
#ifndef FWD_SAVED_TEXT_H
#define FWD_SAVED_TEXT_H

#include <stddef.h>

#include "common/base/errors/errors.h"

struct saved_text;

/*
 * The file's text as it is on disk now, included files merged in; borrowed until the next call.
 * *saved is the caller's, to be kept for the next call: a file that has not changed is read and
 * parsed once. Errors as document_read_file.
 */
int saved_text_read(struct saved_text **saved, const char *path, const char **ret_text,
		    size_t *ret_length, struct errors *errs);

/* NULL is allowed; returns NULL. */
struct saved_text *saved_text_free(struct saved_text *saved);

#endif
