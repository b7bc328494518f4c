// SPDX-License-Identifier: MIT
/*
 * Merges fields with few rows: the ANDs of all combinations of their rows are
 * computed here, and not by the datapath for every packet.
 *
 * Each value of a merged field adds something to a place in a table of row
 * numbers: its row's digit in a number system whose bases are how many rows the
 * fields have. Fields join from the fewest rows on, while the table stays small.
 */
#include "common/policy/compile/compile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"

/* Places of the table: fits a first-level cache, and is made in milliseconds. */
#define MAX_PLACES (1 << 14)
#define MAX_WORK   (1 << 18) /* places times columns */

struct part {
	enum fw_field field;
	uint32_t base;	  /* of policy.numbers */
	uint32_t values;  /* ABSENT's place included */
	uint32_t count;	  /* of different rows */
	uint16_t *rows;	  /* by digit */
	uint16_t *digits; /* by value */
	uint32_t stride;  /* what one digit is worth */
};

struct merge {
	struct compile *compile;
	struct part parts[FW_FIELD_MAX]; /* the ones in use, fewest rows first */
	unsigned part_count;
	unsigned merged; /* of them */
	uint32_t places;
};

static void merge_clear(struct merge *merge)
{
	for (unsigned i = 0; i < merge->part_count; i++) {
		free(merge->parts[i].rows);
		free(merge->parts[i].digits);
	}
}

/* Number the rows that the values of a field have, as digits. */
static int make_digits(const struct policy *policy, struct part *part)
{
	cleanup_free uint32_t *seen = calloc(rows_count(policy->rows, part->field), sizeof(*seen));

	part->rows = malloc(part->values * sizeof(*part->rows));
	part->digits = malloc(part->values * sizeof(*part->digits));
	if (!seen || !part->rows || !part->digits)
		return -ENOMEM;
	for (uint32_t value = 0; value < part->values; value++) {
		uint16_t row = policy->numbers[part->base + value];

		if (!seen[row]) {
			part->rows[part->count++] = row;
			seen[row] = part->count;
		}
		part->digits[value] = (uint16_t)(seen[row] - 1);
	}
	return 0;
}

static int compare_parts(const void *a, const void *b)
{
	const struct part *left = a, *right = b;

	if (left->count != right->count)
		return left->count < right->count ? -1 : 1;
	return left->field < right->field ? -1 : 1;
}

static int find_parts(struct merge *merge)
{
	const struct policy *policy = merge->compile->policy;

	for (unsigned i = 0; i < FW_FIELD_MAX; i++) {
		const struct match_field *field = match_field_of((enum fw_field)i);
		struct part *part = &merge->parts[merge->part_count];

		if (!(policy->image->header.fields >> i & 1))
			continue;
		*part = (struct part){.field = i, .base = field->base, .values = field->values + 1};
		merge->part_count++;
		if (make_digits(policy, part) < 0)
			return -ENOMEM;
	}
	qsort(merge->parts, merge->part_count, sizeof(*merge->parts), compare_parts);
	return 0;
}

static void choose_parts(struct merge *merge)
{
	uint32_t most = MAX_WORK / rows_columns(merge->compile->policy->rows);

	if (most > MAX_PLACES)
		most = MAX_PLACES;
	merge->places = 1;
	for (unsigned i = 0; i < merge->part_count; i++) {
		struct part *part = &merge->parts[i];

		if (merge->places * part->count > most)
			break;
		part->stride = merge->places;
		merge->places *= part->count;
		merge->merged++;
	}
	/* A single field is its own table. */
	if (merge->merged < 2)
		merge->merged = 0;
}

/* The row of one place. */
static int merge_row(const struct merge *merge, uint32_t place)
{
	struct rows *rows = merge->compile->policy->rows;
	struct row row;

	memset(&row, 0xff, sizeof(row));
	for (unsigned i = 0; i < merge->merged; i++) {
		const struct part *part = &merge->parts[i];

		rows_and(rows, part->field, part->rows[place / part->stride % part->count], &row);
	}
	return compile_row(merge->compile, FW_SOURCE_MERGED, &row, NULL, "a combination");
}

static int make_table(struct merge *merge)
{
	struct policy *policy = merge->compile->policy;

	policy->merge = calloc(merge->places, sizeof(*policy->merge));
	if (!policy->merge)
		return -ENOMEM;
	policy->merge_count = merge->places;
	for (uint32_t place = 0; place < merge->places; place++) {
		int number = merge_row(merge, place);

		if (number < 0)
			return number;
		policy->merge[place] = (uint16_t)number;
	}
	return 0;
}

/* The row that each value selects, or the number that it adds. */
static void make_classes(const struct merge *merge)
{
	const struct policy *policy = merge->compile->policy;
	struct fw_image *image = policy->image;

	memcpy(image->classes, policy->numbers, FW_CLASSES * sizeof(*policy->numbers));
	for (unsigned i = 0; i < merge->merged; i++) {
		const struct part *part = &merge->parts[i];

		image->header.merged |= 1U << part->field;
		for (uint32_t value = 0; value < part->values; value++)
			image->classes[part->base + value] =
				(uint16_t)(part->digits[value] * part->stride);
	}
}

int compile_merge(struct compile *compile)
{
	struct merge merge cleanup(merge_clear) = {.compile = compile};
	int err = find_parts(&merge);

	if (err == 0)
		choose_parts(&merge);
	if (err == 0 && merge.merged)
		err = make_table(&merge);
	if (err == 0)
		make_classes(&merge);
	return err;
}
