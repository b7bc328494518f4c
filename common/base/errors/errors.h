/* SPDX-License-Identifier: MIT */
/*
 * Errors of the operator's input: a place, a code, a sentence.
 *
 * Parsers and validators add to a list and continue, so that one run reports all
 * errors; only the edges (main, fwctl, control handlers) print it. The codes are
 * listed in error_codes.h; each code that a file can cause has a golden test.
 */
#ifndef FWD_ERRORS_H
#define FWD_ERRORS_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "common/base/errors/error_codes.h"

/* Where in the input. Line and column count from 1 (columns in characters); line 0: no place. */
struct place {
	const char *file; /* as shown to people; owned by the document, or static */
	unsigned line;
	unsigned column;
};

enum severity { SEVERITY_ERROR, SEVERITY_WARNING };

struct error {
	enum severity severity;
	enum error_code code;
	char *file; /* the error's own copy; NULL: no place */
	unsigned line;
	unsigned column;
	char *message; /* one sentence, no final newline */
	char *excerpt; /* the line of the input, or of a long one the part around column; or NULL */
	unsigned caret; /* the column in excerpt */
};

struct errors {
	struct error *list;
	size_t count;  /* kept: at most FW_MAX_ERRORS */
	size_t failed; /* errors, kept or not */
	size_t warned; /* warnings, kept or not */
	/* Fetches a line of the input for the excerpt: malloced, or NULL. May be NULL. */
	char *(*line_of)(void *userdata, const char *file, unsigned line);
	void *userdata;
};

/* Add one error or warning; place may be NULL. Never fails (out of memory: only counted). */
void errors_add(struct errors *errs, enum severity severity, enum error_code code,
		const struct place *place, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* Add an error of the system (code SYSTEM, no place): "<what>: <strerror>". Returns error. */
int errors_system(struct errors *errs, int error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* True if an error was added, not only warnings. */
bool errors_failed(const struct errors *errs);

/* Make warnings of all errors: what was asked for is done all the same. */
void errors_demote(struct errors *errs);

/* The bytes of the character at p (a string), as columns count them: 1 for invalid UTF-8. */
size_t errors_character(const char *p);

/*
 * A line of input for an excerpt, malloced (NULL: no memory): its NUL bytes, which would
 * end it, become another control character.
 */
char *errors_line(const char *line, size_t length);

/* "E0102" for a code; "W0406" for one that is always a warning. */
const char *error_code_name(enum error_code code);

/*
 * Print all, sorted by file, line, column:
 *	edge.json:14:23: error: prefix 10.0.0.1/8 has host bits set; meant 10.0.0.0/8? [E0204]
 *	    "src": "10.0.0.1/8"
 *	           ^
 * colour: ANSI colours.
 */
void errors_print(const struct errors *errs, FILE *out, bool colour);

/* The same as a malloced string, without colours; NULL when out of memory. */
char *errors_text(const struct errors *errs);

/* Free the list and empty it. */
void errors_clear(struct errors *errs);

#endif
