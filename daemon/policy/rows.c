// SPDX-License-Identifier: MIT
#include "rows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Open addressing, never more than half full. */
#define INDEX_SIZE (2 * FW_MAX_ROWS)
_Static_assert((INDEX_SIZE & (INDEX_SIZE - 1)) == 0, "a power of two");

struct rows {
	struct fw_image *image;
	unsigned words;
	uint32_t count;
	uint32_t index[INDEX_SIZE]; /* row number + 1; 0: free */
};

static uint32_t hash_of(const uint64_t *words, unsigned count)
{
	uint64_t hash = 0;

	for (unsigned i = 0; i < count; i++) {
		hash = (hash ^ words[i]) * 0x9e3779b97f4a7c15ULL;
		hash ^= hash >> 29;
	}
	return (uint32_t)(hash >> 32) & (INDEX_SIZE - 1);
}

struct rows *rows_new(struct fw_image *image, unsigned rules)
{
	struct rows *rows = calloc(1, sizeof(*rows));
	struct row all = {0};

	if (!rows)
		return NULL;
	rows->image = image;
	rows->words = (rules + 63) / 64;
	for (unsigned i = 0; i < rules; i++)
		row_set(&all, i);
	rows_number(rows, &all);
	return rows;
}

struct rows *rows_free(struct rows *rows)
{
	free(rows);
	return NULL;
}

int rows_number(struct rows *rows, const struct row *row)
{
	size_t bytes = rows->words * sizeof(row->words[0]);
	uint32_t place = hash_of(row->words, rows->words);

	for (; rows->index[place]; place = (place + 1) & (INDEX_SIZE - 1)) {
		uint32_t number = rows->index[place] - 1;

		if (memcmp(rows->image->rows[number], row->words, bytes) == 0)
			return (int)number;
	}
	if (rows->count == FW_MAX_ROWS)
		return -ENOSPC;
	memcpy(rows->image->rows[rows->count], row->words, bytes);
	rows->index[place] = ++rows->count;
	return (int)rows->count - 1;
}

uint32_t rows_count(const struct rows *rows)
{
	return rows->count;
}
