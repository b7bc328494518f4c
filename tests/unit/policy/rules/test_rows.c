// SPDX-License-Identifier: MIT
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "common/policy/compile/rows.h"

static struct row row_of(unsigned a, unsigned b)
{
	struct row row = {0};

	row_set(&row, a);
	row_set(&row, b);
	return row;
}

Test(rows, row_0_is_all_rules)
{
	struct rows *rows = rows_new(70);
	struct row row;

	for (unsigned source = 0; source < FW_SOURCE_MAX; source++) {
		cr_expect_eq(rows_count(rows, source), 1);
		rows_get(rows, source, 0, &row);
		cr_expect_eq(row.words[0], ~0ULL);
		cr_expect_eq(row.words[1], (1ULL << 6) - 1);
		cr_expect_eq(row.words[2], 0);
	}
	rows_free(rows);
}

Test(rows, equal_sets_have_one_number)
{
	struct rows *rows = rows_new(FW_MAX_RULES);
	struct row first = row_of(3, 1000), second = row_of(3, 999), got;

	cr_expect_eq(rows_number(rows, 5, &first), 1);
	cr_expect_eq(rows_number(rows, 5, &second), 2);
	cr_expect_eq(rows_number(rows, 5, &first), 1);
	cr_expect_eq(rows_count(rows, 5), 3);
	/* Each source has numbers of its own. */
	cr_expect_eq(rows_number(rows, 6, &second), 1);
	rows_get(rows, 5, 1, &got);
	cr_expect(memcmp(&got, &first, sizeof(got)) == 0);
	cr_expect(rows_have(rows, 5, 1, 1000) && !rows_have(rows, 5, 2, 1000));
	row_flip(&second, 999);
	row_flip(&second, 1000);
	cr_expect(row_has(&second, 1000) && !row_has(&second, 999));
	cr_expect_eq(rows_number(rows, 5, &second), 1);
	rows_and(rows, 5, 2, &got);
	cr_expect(row_has(&got, 3) && !row_has(&got, 1000) && !row_has(&got, 999));
	rows_free(rows);
}

/* What rows have in common is kept once. */
Test(rows, equal_pages_are_one)
{
	struct rows *rows = rows_new(3 * FW_PAGE_RULES);
	struct row first = row_of(3, FW_PAGE_RULES), second = row_of(4, FW_PAGE_RULES);

	cr_assert_eq(rows_columns(rows), 3);
	cr_expect_eq(rows_number(rows, 0, &first), 1);
	cr_expect_eq(rows_number(rows, 1, &second), 1);
	cr_expect_eq(rows_page_count(rows, 0), 3);
	cr_expect_eq(rows_page_count(rows, 1), 2);
	cr_expect_eq(rows_page_of(rows, 0, 1, 1), rows_page_of(rows, 1, 1, 1));
	cr_expect_eq(rows_page(rows, 1, rows_page_of(rows, 0, 1, 1))[0], 1);
	rows_free(rows);
}

Test(rows, no_rules_at_all)
{
	struct rows *rows = rows_new(0);
	struct row none = {0};

	cr_expect_eq(rows_number(rows, 0, &none), 0);
	cr_expect_eq(rows_count(rows, 0), 1);
	cr_expect_null(rows_free(NULL));
	rows_free(rows);
}

Test(rows, full)
{
	struct rows *rows = rows_new(FW_MAX_RULES);
	struct row row = {0};

	for (uint64_t i = 1; i < FW_MAX_ROWS; i++) {
		row.words[5] = i;
		cr_assert_eq(rows_number(rows, 2, &row), (int)i);
	}
	row.words[5] = 0;
	row.words[9] = 1;
	cr_expect_eq(rows_number(rows, 2, &row), -ENOSPC);
	/* Those that are there are still found. */
	row.words[5] = 17;
	row.words[9] = 0;
	cr_expect_eq(rows_number(rows, 2, &row), 17);
	rows_free(rows);
}
