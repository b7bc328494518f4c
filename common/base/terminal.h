/* SPDX-License-Identifier: MIT */
/* Text from elsewhere on its way to a terminal: nothing in it may steer one. */
#ifndef FWD_TERMINAL_H
#define FWD_TERMINAL_H

#include <stddef.h>
#include <stdio.h>

/*
 * Write text from elsewhere: what could steer a terminal (control characters,
 * what is not UTF-8, marks that reverse the direction of writing) becomes '?';
 * newlines and tabs stay.
 */
void text_put(FILE *out, const char *text);
/* The same on one line: newlines and tabs become '?', too. Returns the characters written. */
size_t text_put_line(FILE *out, const char *text);
/* Replace such characters in place. NULL is allowed. */
void text_clean(char *text);
/* In JSON such characters are escaped. */
void text_put_json(FILE *out, const char *json);

#endif
