/* SPDX-License-Identifier: MIT */
/* Where the values of a JSON tree stand in the text that it was parsed from. */
#ifndef FWD_JSON_SPAN_H
#define FWD_JSON_SPAN_H

#include <stdbool.h>
#include <stddef.h>

#include <cjson/cJSON.h>

/* lead ws, start "key": value, end. For an element, start is value. */
struct span {
	const cJSON *node;
	const char *lead;  /* the white space in front */
	const char *start; /* the key's quote, or the value */
	const char *value;
	const char *end; /* after the value */
};

/* The items of a value, in the order of the text; a comma before each lead but the first. */
struct spans {
	struct span *list;
	size_t count;
	const char *tail; /* the white space before the closing bracket; the end without items */
};

/* The span of a whole text, which must be well-formed and end with a NUL. */
struct span span_of_text(const char *text, size_t length, const cJSON *tree);

/* The items of an object or array. The caller frees ret->list. -ENOMEM. */
int spans_of(const struct span *span, struct spans *ret);

/* Same values; members of objects in any order. */
bool json_equal(const cJSON *a, const cJSON *b);

/*
 * Finds the element of an array that another array's element is or was: by "id", where it
 * has one, else by its value. Each is found once.
 */
struct span_index;
struct span_index *span_index_new(const struct spans *items);
struct span_index *span_index_free(struct span_index *index);
const struct span *span_index_take(struct span_index *index, const cJSON *value);

#endif
