/* SPDX-License-Identifier: MIT */
/* The lexical part of the JSON reader: strings and numbers. Internal to json_*.c. */
#ifndef FWD_JSON_TEXT_H
#define FWD_JSON_TEXT_H

#include <stdbool.h>

#include "common/policy/document/config_sources.h"

struct json_text {
	const char *start;
	const char *at;
	const char *end;
	struct sources *sources;
	unsigned source;
	struct errors *errs;
	size_t values; /* how many more there may be */
};

/* Add an error at a byte of the text. */
void json_error(struct json_text *text, const char *at, enum error_code code, const char *format,
		...) __attribute__((format(printf, 4, 5)));

/* The bytes of a well-formed UTF-8 character (RFC 3629) at p, or 0. */
unsigned json_utf8(const char *p, const char *end);

/*
 * Read the string at the cursor (which is on its quote), malloced. NULL: no
 * closing quote (an error was added) or no memory. Invalid content is reported
 * and replaced.
 */
char *json_string(struct json_text *text);

/* Read the number at the cursor; invalid forms are reported and skipped. */
double json_number(struct json_text *text);

#endif
