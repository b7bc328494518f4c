/* SPDX-License-Identifier: MIT */
/*
 * The texts that a document was read from, and the places of its values in them.
 *
 * Shared by a document, its copies and the configs parsed from them (counted
 * references), so that the places in a config stay valid without the document.
 *
 * A node of the JSON tree has the number of its position in `valueint`, a member
 * that cJSON itself only writes, so a place moves, is copied and is freed with its
 * node. Numbers are therefore read from `valuedouble`.
 */
#ifndef FWD_CONFIG_SOURCES_H
#define FWD_CONFIG_SOURCES_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <cjson/cJSON.h>

#include "common/base/errors/errors.h"

struct sources;

/* NULL: no memory. */
struct sources *sources_new(void);
struct sources *sources_share(struct sources *sources);
struct sources *sources_drop(struct sources *sources);

/* Add a text; takes both strings, also on failure. Its number, or -ENOMEM. */
int sources_add(struct sources *sources, char *name, char *text, size_t length);

size_t sources_count(const struct sources *sources);
/* Values that were marked, in all texts. */
size_t sources_values(const struct sources *sources);
const char *sources_name(const struct sources *sources, unsigned source);
const char *sources_text(const struct sources *sources, unsigned source, size_t *ret_length);

/* Where a value is in its text, in bytes from the start. */
struct extent {
	unsigned source;
	uint32_t key; /* the quote of its key; an element's is its value */
	uint32_t value;
	uint32_t end; /* the byte after the value */
};

/* Set a node's position: the bytes of its value, and later that of its key. */
int sources_mark(struct sources *sources, cJSON *node, unsigned source, size_t start, size_t end);
void sources_mark_key(struct sources *sources, const cJSON *node, size_t offset);

/* The position of a node; false: the node is not from a text. */
bool sources_extent(const struct sources *sources, const cJSON *node, struct extent *ret);

/* Line and column of a byte of a text. */
struct place sources_place(struct sources *sources, unsigned source, size_t offset);

/* The place of a node's value, or of its key; all zero if it is not from these texts. */
struct place sources_value_place(struct sources *sources, const cJSON *node);
struct place sources_key_place(struct sources *sources, const cJSON *node);

/* For errors.line_of; userdata is a struct sources. */
char *sources_line_of(void *userdata, const char *file, unsigned line);

/* Errors added from now on show lines of these sources, until the earlier sources are restored. */
struct errors_lines {
	char *(*line_of)(void *userdata, const char *file, unsigned line);
	void *userdata;
};
struct errors_lines sources_show(struct sources *sources, struct errors *errs);
void sources_show_again(struct errors *errs, struct errors_lines before);

#endif
