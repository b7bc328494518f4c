/* SPDX-License-Identifier: MIT */
/* Untrusted text for a terminal, which must not control it. */
#ifndef FWD_TERMINAL_H
#define FWD_TERMINAL_H

#include <stddef.h>
#include <stdio.h>

/*
 * Write untrusted text: control characters, invalid UTF-8 and marks that reverse
 * the direction of writing become '?'; newlines and tabs stay.
 */
void text_put(FILE *out, const char *text);
/* The same on one line: newlines and tabs also become '?'. Returns the characters written. */
size_t text_put_line(FILE *out, const char *text);
/* Replace such characters in place. NULL is allowed. */
void text_clean(char *text);
/* In JSON such characters are escaped. */
void text_put_json(FILE *out, const char *json);

#endif
