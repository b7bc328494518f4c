/* SPDX-License-Identifier: MIT */
/* Internal to the reader of packets: a text as words with their columns. */
#ifndef FWD_PACKET_WORDS_H
#define FWD_PACKET_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/errors/errors.h"

#define WORD_SIZE 80

struct packet_word {
	char text[WORD_SIZE]; /* "" at the end of the text */
	unsigned column;      /* in characters, from 1 */
};

struct words {
	const char *text;
	const char *at;		 /* after the current word */
	struct packet_word word; /* the current one */
	struct errors *errs;
};

/* Begin at the first word. Errors have excerpts from text, which must outlive them. */
void words_begin(struct words *words, const char *text, struct errors *errs);

/* Go to the next word; ">" is always a separate word. */
void words_next(struct words *words);

/* If the current word is this one, go to the next. */
bool words_take(struct words *words, const char *text);

/* Read a whole number from low to high. what: "a VLAN id", for the error. */
int words_number(struct words *words, const char *what, uint32_t low, uint32_t high, uint32_t *ret);

/* Add an error about a word. Returns -EBADMSG. */
int words_fail(struct words *words, const struct packet_word *word, enum error_code code,
	       const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
