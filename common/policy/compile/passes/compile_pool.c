// SPDX-License-Identifier: MIT
/*
 * Rows to words of the pool: the merge table, then the rows of each source, then
 * the pages that they name. Rows that packets do not select (of merged fields and
 * of unused tables) are left out with their pages.
 */
#include "common/policy/compile/compile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"

struct layout {
	struct policy *policy;
	const struct rows *rows;
	unsigned columns;
	uint32_t *numbers[FW_MAX_COLUMNS]; /* by page: its number in the pool + 1; 0: not in use */
	uint32_t used[FW_MAX_COLUMNS];	   /* pages of a column in use */
};

static void layout_clear(struct layout *layout)
{
	for (unsigned i = 0; i < layout->columns; i++)
		free(layout->numbers[i]);
}

static bool source_is_used(const struct policy *policy, unsigned source)
{
	const struct fw_header *header = &policy->image->header;

	if (source == FW_SOURCE_MERGED)
		return header->merged;
	if (source < FW_SOURCE_TABLES)
		return (header->fields & ~header->merged) >> source & 1;
	source -= FW_SOURCE_TABLES;
	return header->tables >> source & 1 || header->table_miss[source];
}

/* Number the pages in use, in the order in which rows name them. */
static int number_pages(struct layout *layout)
{
	for (unsigned column = 0; column < layout->columns; column++) {
		uint32_t *numbers = calloc(rows_page_count(layout->rows, column), sizeof(*numbers));

		if (!numbers)
			return -ENOMEM;
		layout->numbers[column] = numbers;
		for (unsigned source = 0; source < FW_SOURCE_MAX; source++) {
			uint32_t count = source_is_used(layout->policy, source)
						 ? rows_count(layout->rows, source)
						 : 0;

			for (uint32_t row = 0; row < count; row++) {
				uint32_t page = rows_page_of(layout->rows, source, row, column);

				if (!numbers[page])
					numbers[page] = ++layout->used[column];
			}
		}
	}
	return 0;
}

/* Choose all places; returns the words needed. */
static size_t place_all(struct layout *layout)
{
	struct policy *policy = layout->policy;
	struct fw_header *header = &policy->image->header;
	/* Pages first: they start on multiples of their size. */
	size_t words = 0;

	header->row_words = FW_PAGE_WORDS;
	if (layout->columns > 1) {
		header->row_words = 1 + (layout->columns + 3) / 4;
		for (unsigned i = 0; i < layout->columns; i++) {
			header->page_base[i] = (uint32_t)words;
			words += (size_t)layout->used[i] * FW_PAGE_WORDS;
		}
	}
	for (unsigned source = 0; source < FW_SOURCE_MAX; source++) {
		if (!source_is_used(policy, source))
			continue;
		header->row_base[source] = header->row_all = (uint32_t)words;
		words += (size_t)rows_count(layout->rows, source) * header->row_words;
	}
	header->merge = (uint32_t)words;
	return words + (policy->merge_count + 3) / 4;
}

static bool page_is_empty(const uint64_t *page)
{
	return !(page[0] | page[1] | page[2] | page[3]);
}

static void put_pages(const struct layout *layout)
{
	const struct fw_header *header = &layout->policy->image->header;

	for (unsigned column = 0; column < layout->columns && layout->columns > 1; column++)
		for (uint32_t i = 0; i < rows_page_count(layout->rows, column); i++)
			if (layout->numbers[column][i])
				memcpy(layout->policy->pool + header->page_base[column] +
					       (layout->numbers[column][i] - 1) * FW_PAGE_WORDS,
				       rows_page(layout->rows, column, i),
				       FW_PAGE_WORDS * sizeof(uint64_t));
}

static void put_row(const struct layout *layout, unsigned source, uint32_t number, uint64_t *to)
{
	struct fw_row *row = (struct fw_row *)to;

	if (layout->columns == 1) {
		uint32_t page = rows_page_of(layout->rows, source, number, 0);

		memcpy(to, rows_page(layout->rows, 0, page), FW_PAGE_WORDS * sizeof(*to));
		return;
	}
	for (unsigned column = 0; column < layout->columns; column++) {
		uint32_t page = rows_page_of(layout->rows, source, number, column);

		row->pages[column] = (uint16_t)(layout->numbers[column][page] - 1);
		if (!page_is_empty(rows_page(layout->rows, column, page)))
			row->columns |= 1ULL << column;
	}
}

static void put_rows(const struct layout *layout)
{
	const struct policy *policy = layout->policy;
	const struct fw_header *header = &policy->image->header;

	for (unsigned source = 0; source < FW_SOURCE_MAX; source++) {
		if (!source_is_used(policy, source))
			continue;
		for (uint32_t i = 0; i < rows_count(layout->rows, source); i++)
			put_row(layout, source, i,
				policy->pool + header->row_base[source] +
					(size_t)i * header->row_words);
	}
	if (policy->merge_count)
		memcpy(policy->pool + header->merge, policy->merge,
		       policy->merge_count * sizeof(*policy->merge));
}

static int choose_pool(struct compile *compile, unsigned columns, size_t words)
{
	static const size_t sizes[FW_POOL_MAX] = {
		[FW_POOL_SMALL] = FW_POOL_SMALL_WORDS,
		[FW_POOL_MEDIUM] = FW_POOL_MEDIUM_WORDS,
		[FW_POOL_LARGE] = FW_POOL_LARGE_WORDS,
		[FW_POOL_HUGE] = FW_POOL_HUGE_WORDS,
	};

	/* Only single columns are searched in the image. */
	for (unsigned i = columns > 1 ? FW_POOL_MEDIUM : FW_POOL_SMALL; i < FW_POOL_MAX; i++) {
		if (words <= sizes[i]) {
			compile->policy->image->header.pool = i;
			return 0;
		}
	}
	errors_add(compile->errs, SEVERITY_ERROR, ERROR_ROWS, NULL,
		   "the combinations that the rules need take %zu MB, there can be %zu",
		   words >> 17, sizes[FW_POOL_HUGE] >> 17);
	return -EBADMSG;
}

int compile_pool(struct compile *compile)
{
	struct policy *policy = compile->policy;
	struct layout layout cleanup(layout_clear) = {
		.policy = policy, .rows = policy->rows, .columns = rows_columns(policy->rows)};
	int err = number_pages(&layout);

	if (err < 0)
		return err;
	policy->pool_words = place_all(&layout);
	err = choose_pool(compile, layout.columns, policy->pool_words);
	if (err < 0)
		return err;
	policy->pool = calloc(policy->pool_words + FW_POOL_SPARE, sizeof(*policy->pool));
	if (!policy->pool)
		return -ENOMEM;
	put_pages(&layout);
	put_rows(&layout);
	return 0;
}
