/* SPDX-License-Identifier: MIT */
/*
 * A changed policy as text: what did not change stays byte for byte as it was written.
 *
 * The base text and the tree that is wanted are walked side by side. Values that are equal are
 * copied with the white space around them; members and elements that are new are written in the
 * indentation of their neighbours; those that are gone take their white space along.
 */
#ifndef FWD_REWRITE_H
#define FWD_REWRITE_H

#include <stddef.h>

#include <cjson/cJSON.h>

/*
 * The text of root, malloced with a final NUL. base: well-formed JSON (RFC 8259), a NUL behind
 * it, to keep as far as it goes, or NULL: everything is laid out afresh. NULL: no memory.
 */
char *rewrite_text(const char *base, size_t length, const cJSON *root, size_t *ret_length);

#endif
