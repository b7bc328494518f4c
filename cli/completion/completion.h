/* SPDX-License-Identifier: MIT */
/* Completion scripts, written from the grammar. Each shell is one file and one row. */
#ifndef FWCTL_COMPLETION_H
#define FWCTL_COMPLETION_H

#include <stdio.h>

#include "cli/grammar/grammar.h"

void completion_bash(FILE *out);
void completion_zsh(FILE *out);
void completion_fish(FILE *out);

/* The kind of names that `fwctl _names` lists for the value, as "rule"; NULL: none. */
const char *completion_names(const struct parameter *parameter);

/* Text in single quotes; a backslash goes before each of these, and a quote becomes `quote`. */
void completion_quote(FILE *out, const char *text, const char *escaped, const char *quote);

/* Words up to the NULL, with a separator between them. */
void completion_words(FILE *out, const char *const *words, const char *between);

#endif
