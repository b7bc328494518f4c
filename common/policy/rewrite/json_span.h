/* SPDX-License-Identifier: MIT */
/* Where the values of a JSON tree are in the text that it was read from. */
#ifndef FWD_JSON_SPAN_H
#define FWD_JSON_SPAN_H

#include <stddef.h>

#include "common/policy/document/config_sources.h"

/* A text with the positions that its reader recorded. */
struct span_text {
	const struct sources *sources;
	unsigned source;
	const char *start;
};

/* lead ws, start "key": value, end. For an element, start is value. */
struct span {
	const cJSON *node;
	const char *lead;  /* the white space in front */
	const char *start; /* the key's quote, or the value */
	const char *value;
	const char *end; /* after the value */
};

/* The items of a value, in the order of the text; a comma before each lead except the first. */
struct spans {
	struct span *list;
	size_t count;
	const char *tail; /* the white space before the closing bracket; the end without items */
};

/* A value's span, but for its lead. -EINVAL: the node is not from this text. */
int span_of(const struct span_text *text, const cJSON *node, struct span *ret);

/* The items of an object or array. The caller frees ret->list. -EINVAL, as above; -ENOMEM. */
int spans_of(const struct span_text *text, const struct span *span, struct spans *ret);

/*
 * Finds the element of an array that corresponds to another array's element: by "id" if it
 * has one, else by its value. Each is found once.
 */
struct span_index;
struct span_index *span_index_new(const struct spans *items);
struct span_index *span_index_free(struct span_index *index);
const struct span *span_index_take(struct span_index *index, const cJSON *value);

#endif
