/* SPDX-License-Identifier: MIT */
/*
 * A changed policy as text: parts that did not change stay byte for byte as they were written.
 *
 * The base text and the new tree are walked together. Equal values are copied with the white space
 * around them; new members and elements get the indentation of their neighbours; removed ones are
 * left out with their white space.
 */
#ifndef FWD_REWRITE_H
#define FWD_REWRITE_H

#include <stddef.h>

#include <cjson/cJSON.h>

struct document;

/*
 * The text of root, malloced with a final NUL. base: JSON as a document is read from (RFC 8259), to
 * keep as far as it goes; if it is NULL, or is not JSON, everything is written in a new layout.
 * NULL: no memory.
 */
char *rewrite_text(const char *base, size_t length, const cJSON *root, size_t *ret_length);

/* The same, where the base is a file of a document and its tree, from document_file_tree. */
char *rewrite_file(const struct document *document, size_t file, const cJSON *tree,
		   const cJSON *root, size_t *ret_length);

#endif
