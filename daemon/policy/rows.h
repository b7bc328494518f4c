/* SPDX-License-Identifier: MIT */
/*
 * Rows: sets of rules, each kept once. Whoever needs a set asks for its
 * number; equal sets have one number. Row 0 is the set of all rules.
 */
#ifndef FWD_ROWS_H
#define FWD_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include "fw_abi.h"

/* A set of rules while it is being made: bit n is rule n. */
struct row {
	uint64_t words[FW_RULE_WORDS];
};

static inline void row_set(struct row *row, unsigned rule)
{
	row->words[rule / 64] |= 1ULL << (rule % 64);
}

static inline void row_flip(struct row *row, unsigned rule)
{
	row->words[rule / 64] ^= 1ULL << (rule % 64);
}

static inline bool row_has(const struct row *row, unsigned rule)
{
	return row->words[rule / 64] >> (rule % 64) & 1;
}

struct rows;

/* Rows go to image->rows; rules: how many there are. Makes row 0. NULL: no memory. */
struct rows *rows_new(struct fw_image *image, unsigned rules);
struct rows *rows_free(struct rows *rows);

/* The number of a set, or -ENOSPC when the image holds no more. */
int rows_number(struct rows *rows, const struct row *row);

/* How many there are. */
uint32_t rows_count(const struct rows *rows);

#endif
