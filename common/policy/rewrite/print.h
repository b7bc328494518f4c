/* SPDX-License-Identifier: MIT */
/* JSON formatted for people: short values are on one line. */
#ifndef FWD_PRINT_H
#define FWD_PRINT_H

#include <stdio.h>

#include <cjson/cJSON.h>

/* White space at the beginning of a line. */
struct indent {
	const char *text;
	size_t length;
};

struct print_style {
	struct indent unit; /* one level more */
};

/* Print a value that begins on a line with this indentation; no newline at the end. */
void print_value(FILE *out, const cJSON *value, struct indent indent,
		 const struct print_style *style);

/* A whole text: each member on a separate line, however short; and a newline. */
void print_text(FILE *out, const cJSON *root, const struct print_style *style);

/* A key with its quotes, and ": ". */
void print_key(FILE *out, const char *key);

#endif
