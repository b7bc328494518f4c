/* SPDX-License-Identifier: MIT */
/* Lists of texts: what a value means, each part in one spelling. */
#ifndef FWD_TEXTS_H
#define FWD_TEXTS_H

#include <stdbool.h>
#include <stddef.h>

/* All 0: an empty one. */
struct texts {
	char **list;
	size_t count;
	bool failed; /* no memory */
};

void texts_clear(struct texts *texts);

/* Add one as printf makes it. No memory: failed. */
void texts_add(struct texts *texts, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Sort, and leave each text once. */
void texts_make_set(struct texts *texts);

/* If all are the same, one stays: one value for all keys of a limit, or the same one for each. */
void texts_make_one(struct texts *texts);

/* All of them, a line each: malloced. NULL: no memory, now or before. */
char *texts_join(const struct texts *texts);

#endif
