/* SPDX-License-Identifier: MIT */
/*
 * The saved file: what was read of it, whether it has changed since, and writing it.
 *
 * Only the main file is ever written, whole or not at all. What came from an included file stays
 * there: a policy that would need another included file is refused, or flattened into one.
 */
#ifndef FWD_SAVE_H
#define FWD_SAVE_H

#include "daemon/fwd/app.h"

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

struct save_options {
	bool force;   /* even if the file has changed on disk since it was read */
	bool flatten; /* one file without "include" */
};

/*
 * Write the running policy to the config file: it is the old or the new one at any moment, keeps
 * its owner and mode, and its text where nothing changed. 0; -ESTALE: it changed on disk since it
 * was read; -EXDEV: an included file would have to change; or what the system said. All explained
 * in errs; the file is as it was then.
 */
int save_config(struct app *app, const struct save_options *options, struct errors *errs);

/*
 * The saved file's policy as it is on disk now, included files merged in; borrowed until the next
 * call. As reload. One file that has not changed is read and parsed once, however often it is asked for.
 */
int save_read(struct app *app, const char **ret_text, size_t *ret_length, struct errors *errs);

struct saved_text; /* what save_read has read */
struct saved_text *saved_text_free(struct saved_text *saved);

#endif
