// SPDX-License-Identifier: MIT
#include "common/policy/compile/rows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"

#define MAX_PAGES 65536 /* of a column: their numbers have 16 bits */

/* Things of one size, each kept once: open addressing, never more than half full. */
struct pool {
	size_t size; /* bytes of a thing */
	uint32_t count;
	uint32_t limit;
	unsigned char *things;
	uint32_t capacity;
	uint32_t *index; /* number + 1; 0: free */
	uint32_t index_size;
};

struct rows {
	unsigned rules;
	unsigned columns;
	struct pool pages[FW_MAX_COLUMNS];
	struct pool lists[FW_SOURCE_MAX]; /* rows: page numbers, __u16 */
};

static void pool_free(struct pool *pool)
{
	free(pool->things);
	free(pool->index);
}

static const void *pool_get(const struct pool *pool, uint32_t number)
{
	return pool->things + number * pool->size;
}

/* All sizes are multiples of 2. */
static uint64_t hash_of(const void *thing, size_t size)
{
	const unsigned char *bytes = thing;
	uint64_t hash = 0, word;

	for (; size; bytes += sizeof(word), size -= sizeof(word)) {
		if (size < sizeof(word)) {
			word = 0;
			memcpy(&word, bytes, size);
			hash = (hash ^ word) * 0x9e3779b97f4a7c15ULL;
			break;
		}
		memcpy(&word, bytes, sizeof(word));
		hash = (hash ^ word) * 0x9e3779b97f4a7c15ULL;
		hash ^= hash >> 29;
	}
	return hash ^ hash >> 32;
}

/* The place of a thing in the index, or the free place for it. */
static uint32_t pool_place(const struct pool *pool, const void *thing)
{
	uint32_t place = (uint32_t)hash_of(thing, pool->size) & (pool->index_size - 1);

	while (pool->index[place] &&
	       memcmp(pool_get(pool, pool->index[place] - 1), thing, pool->size) != 0)
		place = (place + 1) & (pool->index_size - 1);
	return place;
}

static int pool_grow(struct pool *pool)
{
	uint32_t capacity = pool->capacity ? 2 * pool->capacity : 16;
	uint32_t *index = calloc(2 * (size_t)capacity, sizeof(*index));
	unsigned char *things = realloc(pool->things, capacity * pool->size);

	if (things)
		pool->things = things;
	if (!things || !index) {
		free(index);
		return -ENOMEM;
	}
	free(pool->index);
	pool->index = index;
	pool->index_size = 2 * capacity;
	pool->capacity = capacity;
	for (uint32_t i = 0; i < pool->count; i++) {
		uint32_t place = pool_place(pool, pool_get(pool, i));

		if (!index[place])
			index[place] = i + 1;
	}
	return 0;
}

static int pool_number(struct pool *pool, const void *thing)
{
	uint32_t place;

	if (pool->count == pool->capacity && pool_grow(pool) < 0)
		return -ENOMEM;
	place = pool_place(pool, thing);
	if (pool->index[place])
		return (int)pool->index[place] - 1;
	if (pool->count == pool->limit)
		return -ENOSPC;
	memcpy(pool->things + pool->count * pool->size, thing, pool->size);
	pool->index[place] = ++pool->count;
	return (int)pool->count - 1;
}

/* One more, which pool_number finds only if it is the first of its kind. */
static int pool_append(struct pool *pool, const void *thing)
{
	uint32_t place;

	if (pool->count == pool->limit)
		return -ENOSPC;
	if (pool->count == pool->capacity && pool_grow(pool) < 0)
		return -ENOMEM;
	place = pool_place(pool, thing);
	memcpy(pool->things + pool->count * pool->size, thing, pool->size);
	pool->count++;
	if (!pool->index[place])
		pool->index[place] = pool->count;
	return (int)pool->count - 1;
}

/* The set of all rules; the other bits of the last page are unused. */
static int make_first_rows(struct rows *rows)
{
	struct row all = {0};
	int err = 0;

	for (unsigned i = 0; i < rows->rules; i++)
		row_set(&all, i);
	for (unsigned source = 0; source < FW_SOURCE_MAX && err >= 0; source++)
		err = rows_number(rows, source, &all);
	return err;
}

struct rows *rows_new(unsigned rules)
{
	struct rows *rows = calloc(1, sizeof(*rows));

	if (!rows)
		return NULL;
	rows->rules = rules;
	rows->columns = rules ? (rules + FW_PAGE_RULES - 1) / FW_PAGE_RULES : 1;
	for (unsigned i = 0; i < rows->columns; i++) {
		rows->pages[i].size = FW_PAGE_WORDS * sizeof(uint64_t);
		rows->pages[i].limit = MAX_PAGES;
	}
	for (unsigned i = 0; i < FW_SOURCE_MAX; i++) {
		rows->lists[i].size = rows->columns * sizeof(uint16_t);
		rows->lists[i].limit = FW_MAX_ROWS;
	}
	if (make_first_rows(rows) < 0)
		return rows_free(rows);
	return rows;
}

struct rows *rows_free(struct rows *rows)
{
	if (!rows)
		return NULL;
	for (unsigned i = 0; i < rows->columns; i++)
		pool_free(&rows->pages[i]);
	for (unsigned i = 0; i < FW_SOURCE_MAX; i++)
		pool_free(&rows->lists[i]);
	free(rows);
	return NULL;
}

/* The page numbers of a set. */
static int make_list(struct rows *rows, const struct row *row, uint16_t *ret)
{
	for (unsigned i = 0; i < rows->columns; i++) {
		int page = pool_number(&rows->pages[i], row->words + i * FW_PAGE_WORDS);

		if (page < 0)
			return page;
		ret[i] = (uint16_t)page;
	}
	return 0;
}

int rows_number(struct rows *rows, unsigned source, const struct row *row)
{
	uint16_t list[FW_MAX_COLUMNS];
	int err = make_list(rows, row, list);

	return err < 0 ? err : pool_number(&rows->lists[source], list);
}

int rows_append(struct rows *rows, unsigned source, const struct row *row)
{
	uint16_t list[FW_MAX_COLUMNS];
	int err = make_list(rows, row, list);

	return err < 0 ? err : pool_append(&rows->lists[source], list);
}

void rows_forget(struct rows *rows, unsigned source)
{
	struct pool *pool = &rows->lists[source];

	memset(pool->index, 0, pool->index_size * sizeof(*pool->index));
	pool->index[pool_place(pool, pool->things)] = 1;
	pool->count = 1;
}

uint32_t rows_page_of(const struct rows *rows, unsigned source, uint32_t number, unsigned column)
{
	const uint16_t *list = pool_get(&rows->lists[source], number);

	return list[column];
}

const uint64_t *rows_page(const struct rows *rows, unsigned column, uint32_t page)
{
	return pool_get(&rows->pages[column], page);
}

void rows_get(const struct rows *rows, unsigned source, uint32_t number, struct row *ret)
{
	memset(ret, 0xff, sizeof(*ret));
	rows_and(rows, source, number, ret);
}

void rows_and(const struct rows *rows, unsigned source, uint32_t number, struct row *row)
{
	const uint16_t *list = pool_get(&rows->lists[source], number);

	for (unsigned i = 0; i < rows->columns; i++) {
		const uint64_t *page = rows_page(rows, i, list[i]);

		for (unsigned j = 0; j < FW_PAGE_WORDS; j++)
			row->words[i * FW_PAGE_WORDS + j] &= page[j];
	}
	memset(row->words + rows->columns * FW_PAGE_WORDS, 0,
	       (FW_RULE_WORDS - rows->columns * FW_PAGE_WORDS) * sizeof(row->words[0]));
}

bool rows_have(const struct rows *rows, unsigned source, uint32_t number, unsigned rule)
{
	unsigned column = rule / FW_PAGE_RULES, bit = rule % FW_PAGE_RULES;
	const uint64_t *page = rows_page(rows, column, rows_page_of(rows, source, number, column));

	return page[bit / 64] >> (bit % 64) & 1;
}

void few_of(const struct row *row, unsigned words, struct few *ret)
{
	unsigned count = 0;

	for (unsigned i = 0; i < words; i++) {
		ret->at[count] = (uint16_t)i;
		ret->words[count] = row->words[i];
		count += row->words[i] != 0;
	}
	ret->count = count;
}

void few_and(const struct few *a, const struct few *b, struct few *ret)
{
	unsigned count = 0, j = 0;

	for (unsigned i = 0; i < a->count && j < b->count; i++) {
		uint16_t at = a->at[i];
		uint64_t word;

		while (j < b->count && b->at[j] < at)
			j++;
		word = j < b->count && b->at[j] == at ? a->words[i] & b->words[j] : 0;
		ret->at[count] = at;
		ret->words[count] = word;
		count += word != 0;
	}
	ret->count = count;
}

static uint64_t word_of(const struct rows *rows, const uint16_t *list, unsigned at)
{
	unsigned column = at / FW_PAGE_WORDS;

	return rows_page(rows, column, list[column])[at % FW_PAGE_WORDS];
}

void rows_and_few(const struct rows *rows, unsigned source, uint32_t number, const struct few *few,
		  struct few *ret)
{
	const uint16_t *list = pool_get(&rows->lists[source], number);
	unsigned count = 0;

	for (unsigned i = 0; i < few->count; i++) {
		uint16_t at = few->at[i];
		uint64_t word = few->words[i] & word_of(rows, list, at);

		ret->at[count] = at;
		ret->words[count] = word;
		count += word != 0;
	}
	ret->count = count;
}

bool rows_have_any(const struct rows *rows, unsigned source, uint32_t number, const struct few *few)
{
	const uint16_t *list = pool_get(&rows->lists[source], number);
	unsigned i = 0;

	while (i < few->count && !(few->words[i] & word_of(rows, list, few->at[i])))
		i++;
	return i < few->count;
}

uint32_t rows_count(const struct rows *rows, unsigned source)
{
	return rows->lists[source].count;
}

unsigned rows_columns(const struct rows *rows)
{
	return rows->columns;
}

uint32_t rows_page_count(const struct rows *rows, unsigned column)
{
	return rows->pages[column].count;
}
