// SPDX-License-Identifier: MIT
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>

#include "rows.h"

static struct row row_of(unsigned a, unsigned b)
{
	struct row row = {0};

	row_set(&row, a);
	row_set(&row, b);
	return row;
}

Test(rows, row_0_is_all_rules)
{
	struct fw_image *image = calloc(1, sizeof(*image));
	struct rows *rows = rows_new(image, 70);

	cr_expect_eq(rows_count(rows), 1);
	cr_expect_eq(image->rows[0][0], ~0ULL);
	cr_expect_eq(image->rows[0][1], (1ULL << 6) - 1);
	cr_expect_eq(image->rows[0][2], 0);
	rows_free(rows);
	free(image);
}

Test(rows, equal_sets_have_one_number)
{
	struct fw_image *image = calloc(1, sizeof(*image));
	struct rows *rows = rows_new(image, FW_MAX_RULES);
	struct row first = row_of(3, 1000), second = row_of(3, 999);

	cr_expect_eq(rows_number(rows, &first), 1);
	cr_expect_eq(rows_number(rows, &second), 2);
	cr_expect_eq(rows_number(rows, &first), 1);
	cr_expect_eq(rows_count(rows), 3);
	cr_expect_eq(image->rows[1][1000 / 64], 1ULL << (1000 % 64));
	row_flip(&second, 999);
	row_flip(&second, 1000);
	cr_expect(row_has(&second, 1000) && !row_has(&second, 999));
	cr_expect_eq(rows_number(rows, &second), 1);
	rows_free(rows);
	free(image);
}

Test(rows, no_rules_at_all)
{
	struct fw_image *image = calloc(1, sizeof(*image));
	struct rows *rows = rows_new(image, 0);
	struct row none = {0};

	cr_expect_eq(rows_number(rows, &none), 0);
	cr_expect_eq(rows_count(rows), 1);
	cr_expect_null(rows_free(NULL));
	rows_free(rows);
	free(image);
}

Test(rows, full)
{
	struct fw_image *image = calloc(1, sizeof(*image));
	struct rows *rows = rows_new(image, FW_MAX_RULES);
	struct row row = {0};

	for (uint64_t i = 1; i < FW_MAX_ROWS; i++) {
		row.words[5] = i;
		cr_assert_eq(rows_number(rows, &row), (int)i);
	}
	row.words[5] = FW_MAX_ROWS;
	cr_expect_eq(rows_number(rows, &row), -ENOSPC);
	/* Those that are there are still found. */
	row.words[5] = 17;
	cr_expect_eq(rows_number(rows, &row), 17);
	rows_free(rows);
	free(image);
}
