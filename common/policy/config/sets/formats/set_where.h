/* SPDX-License-Identifier: MIT */
/*
 * Conditions on values next to an address in a JSON file: {"service": "S3"}. Each object around an
 * address may have the key; the innermost one with it counts. All conditions must be true.
 */
#ifndef FWD_SET_WHERE_H
#define FWD_SET_WHERE_H

#include <stdbool.h>
#include <stddef.h>

#define SET_WHERES	 8  /* conditions of one set */
#define SET_WHERE_VALUES 64 /* values of one condition */
#define SET_WHERE_TEXT	 128

/* A key, and the values of which it must have one. */
struct set_where {
	char key[SET_WHERE_TEXT];
	char (*values)[SET_WHERE_TEXT];
	size_t value_count;
};

/* A bit for each condition of a set. */
typedef unsigned where_bits;

static inline where_bits where_all(size_t count)
{
	return (1u << count) - 1;
}

/* The conditions on a key. */
where_bits set_where_keys(const struct set_where *wheres, size_t count, const char *key);

/*
 * Of these conditions, those that are true for a value: a text, or a number or word as in the file.
 */
where_bits set_where_values(const struct set_where *wheres, where_bits asked, const char *value);

void set_where_clear(struct set_where *wheres, size_t count);

#endif
