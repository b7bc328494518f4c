/* SPDX-License-Identifier: MIT */
/* The document of a config: see config.h, which includes this. */
#ifndef FWD_CONFIG_DOCUMENT_H
#define FWD_CONFIG_DOCUMENT_H

#include <glob.h>
#include <stddef.h>

#include <cjson/cJSON.h>

#include "common/base/errors/errors.h"

struct document;

/*
 * Read a file and what it includes, strictly (RFC 8259; no duplicate keys, no
 * bad UTF-8, bounded depth and size). Errors go to errs with their places.
 * Returns 0; -EBADMSG: errors were added; -ENOENT, -EACCES, ...: the file
 * could not be read (added to errs as well).
 */
int document_read_file(const char *path, struct document **ret, struct errors *errs);

/* The same, with relative paths (of set files and includes) from another, absolute folder. */
int document_read_file_in(const char *path, const char *folder, struct document **ret,
			  struct errors *errs);

/* The same from memory; name is shown in places. Includes are refused. */
int document_read_text(const char *name, const char *text, size_t length, struct document **ret,
		       struct errors *errs);

/*
 * Read one value of a live edit; its places are "name:line:column". Returns it as a
 * node that is not in the document yet: the caller puts it there or deletes it.
 * Returns 0; -EBADMSG: errors were added; -ENOMEM.
 */
int document_add_text(struct document *document, const char *name, const char *text, size_t length,
		      cJSON **ret, struct errors *errs);

/* The text that a document was read from; NULL if there are several (it included files). */
const char *document_text(const struct document *document, size_t *ret_length);

/* The files that a document was read from: the main one is 0, NULL after the last. */
const char *document_file(const struct document *document, size_t index, const char **ret_text,
			  size_t *ret_length);

/*
 * The tree of one of these files as its text has it: with its "include" and comments, and with the
 * positions of its values. Read again, for the document's own tree is what all files give together.
 * -EINVAL: there is no such file; -ENOMEM.
 */
int document_file_tree(struct document *document, size_t index, cJSON **ret);

/* The patterns by which its files were included, for include_find: NULL after the last. */
const char *document_include(const struct document *document, size_t index);

/*
 * The files that such a pattern finds now, as glob(3). Also an error if a folder cannot be read, as
 * it may have a part of the policy. The caller calls globfree.
 */
int include_find(const char *pattern, glob_t *ret);

/* Set the folder from which relative paths of a document start; absolute. -ENOMEM. */
int document_set_folder(struct document *document, const char *folder);

/* The same for a document with relative paths, which are changed to keep their meaning. -ENOMEM. */
int document_move(struct document *document, const char *folder);

/* A path of a document (a string node) as absolute path, malloced. NULL: no string, no memory. */
char *document_resolve(const struct document *document, const cJSON *path);

/* A deep copy; places are kept. NULL when out of memory. */
struct document *document_copy(const struct document *document);

/*
 * The JSON tree, owned by the document; edits are allowed (new values have no
 * place). Included files are merged into it and "include" is gone. Read numbers
 * from valuedouble: valueint is the document's own.
 */
cJSON *document_root(struct document *document);

/* The place of a value, by its node; file NULL and line 0 if it came from a live edit. */
struct place document_place(const struct document *document, const cJSON *node);

/* Free; NULL is allowed. Returns NULL. */
struct document *document_free(struct document *document);

#endif
