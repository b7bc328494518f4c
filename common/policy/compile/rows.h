/* SPDX-License-Identifier: MIT */
/*
 * Rows: sets of rules, each kept once for each source (a match field, an
 * address table). A set is used by its number. Row 0 of every source is the
 * set of all rules.
 *
 * A set is stored in the form of the datapath: cut into pages, equal pages of a
 * column once, for all sources together.
 */
#ifndef FWD_ROWS_H
#define FWD_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/abi/fw_abi.h"

/* A set of rules while it is being made: bit n is rule n. */
struct row {
	uint64_t words[FW_RULE_WORDS];
};

static inline void row_set(struct row *row, unsigned rule)
{
	row->words[rule / 64] |= 1ULL << (rule % 64);
}

static inline void row_clear(struct row *row, unsigned rule)
{
	row->words[rule / 64] &= ~(1ULL << (rule % 64));
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

/* rules: how many there are. Makes row 0 of all sources. NULL: no memory. */
struct rows *rows_new(unsigned rules);
struct rows *rows_free(struct rows *rows);

/* The number of a set, -ENOSPC when the source holds no more, or -ENOMEM. */
int rows_number(struct rows *rows, unsigned source, const struct row *row);

/* Add the set as a new row of the source, even if a row already has it. As rows_number. */
int rows_append(struct rows *rows, unsigned source, const struct row *row);

/* Does the source have only row 0? */
void rows_forget(struct rows *rows, unsigned source);

/* The set with a number. */
void rows_get(const struct rows *rows, unsigned source, uint32_t number, struct row *ret);

/* And the set of a number into another. */
void rows_and(const struct rows *rows, unsigned source, uint32_t number, struct row *row);

bool rows_have(const struct rows *rows, unsigned source, uint32_t number, unsigned rule);

/* A set of few rules: those of its words that are not 0, and where they are, in their order. */
struct few {
	unsigned count;
	uint16_t at[FW_RULE_WORDS];
	uint64_t words[FW_RULE_WORDS];
};

/* The first words of a set of rules. */
void few_of(const struct row *row, unsigned words, struct few *ret);

/* The intersection. ret may be a. */
void few_and(const struct few *a, const struct few *b, struct few *ret);

/* And the set of a number into a set of few rules. ret may be that set. */
void rows_and_few(const struct rows *rows, unsigned source, uint32_t number, const struct few *few,
		  struct few *ret);

/* Does the set of a number have one of them? */
bool rows_have_any(const struct rows *rows, unsigned source, uint32_t number,
		   const struct few *few);

/* The number of rows of a source. */
uint32_t rows_count(const struct rows *rows, unsigned source);

/* Columns of FW_PAGE_RULES rules; at least one. */
unsigned rows_columns(const struct rows *rows);

/* The number of pages of a column, each page, and the page of a row. */
uint32_t rows_page_count(const struct rows *rows, unsigned column);
const uint64_t *rows_page(const struct rows *rows, unsigned column, uint32_t page);
uint32_t rows_page_of(const struct rows *rows, unsigned source, uint32_t number, unsigned column);

#endif
