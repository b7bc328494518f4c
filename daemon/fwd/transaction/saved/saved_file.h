/* SPDX-License-Identifier: MIT */
/* The config file as it was read, and whether it is another by now. */
#ifndef FWD_SAVED_FILE_H
#define FWD_SAVED_FILE_H

#include "common/policy/document/document.h"

struct saved_file; /* the digests of what was read last */

/* Remember the files that a document was read from. NULL: no memory (then saving needs force). */
struct saved_file *saved_file_new(const struct document *document);
struct saved_file *saved_file_free(struct saved_file *file);

/* As if one file of this text had been read. */
struct saved_file *saved_file_of_text(const char *path, const char *text, size_t length);
/* The main file's text is this one now. NULL is allowed. */
void saved_file_set_main(struct saved_file *file, const char *text, size_t length);

/* Is a document that was read now of other files or texts? */
bool saved_file_differs(const struct saved_file *before, const struct document *now);

/*
 * Has one of the files changed on disk, or gone, since it was read, or would "include" find
 * others? Often asked: the contents are read again only when times or sizes have changed.
 * NULL: false.
 */
bool saved_file_has_changed(struct saved_file *file);

#endif
