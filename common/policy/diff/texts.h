/* SPDX-License-Identifier: MIT */
/* Lists of texts: the meaning of a value, each part in one spelling. */
#ifndef FWD_TEXTS_H
#define FWD_TEXTS_H

#include <stdbool.h>
#include <stddef.h>

/* All 0: an empty list. */
struct texts {
	char **list;
	size_t count;
	bool failed; /* no memory */
};

void texts_clear(struct texts *texts);

/* Add a text, formatted as by printf. No memory: failed. */
void texts_add(struct texts *texts, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Sort, and remove duplicates. */
void texts_make_set(struct texts *texts);

/* If all are equal, keep one: a value for all keys of a limit equals the same value for each. */
void texts_make_one(struct texts *texts);

/* All texts, one a line, malloced. NULL: no memory, now or before. */
char *texts_join(const struct texts *texts);

#endif
