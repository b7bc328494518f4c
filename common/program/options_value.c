// SPDX-License-Identifier: MIT
/* Values of options: their types and ranges. */
#include "common/program/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/base/units.h"

/* "64Ki": as bytes are written in ranges, which are powers of 1024. */
static const char *bytes_text(uint64_t bytes, char text[UNITS_TEXT])
{
	static const char *const units[] = {"", "Ki", "Mi", "Gi", "Ti"};
	size_t unit = 0;

	while (bytes && bytes % 1024 == 0 && unit + 1 < array_size(units)) {
		bytes /= 1024;
		unit++;
	}
	snprintf(text, UNITS_TEXT, "%llu%s", (unsigned long long)bytes, units[unit]);
	return text;
}

static const char *number_text(const struct option_row *row, uint64_t number, char text[UNITS_TEXT])
{
	if (row->kind == OPTION_TIME)
		return duration_format(number, text);
	if (row->kind == OPTION_BYTES)
		return bytes_text(number, text);
	snprintf(text, UNITS_TEXT, "%llu", (unsigned long long)number);
	return text;
}

/* "must be 0 or a time from 100ms to 1d", "must be a number of bytes, at most 64Mi". */
static const char *range_problem(const struct option_row *row, char problem[OPTION_PROBLEM_TEXT])
{
	const char *what = row->kind == OPTION_TIME    ? "a time"
			   : row->kind == OPTION_BYTES ? "a number of bytes"
						       : "a number";
	const char *zero = row->or_zero ? "0 or " : "";
	char min[UNITS_TEXT], max[UNITS_TEXT];
	int used;

	used = snprintf(problem, OPTION_PROBLEM_TEXT, "must be %s%s", zero, what);
	number_text(row, row->min, min);
	number_text(row, row->max, max);
	problem += used;
	if (row->max && (row->min || row->kind == OPTION_NUMBER))
		snprintf(problem, OPTION_PROBLEM_TEXT - (size_t)used, " from %s to %s", min, max);
	else if (row->max)
		snprintf(problem, OPTION_PROBLEM_TEXT - (size_t)used, ", at most %s", max);
	else if (row->min)
		snprintf(problem, OPTION_PROBLEM_TEXT - (size_t)used, ", at least %s", min);
	return problem - used;
}

static bool number_parse(const char *text, uint64_t *ret)
{
	char *end;

	if (*text < '0' || *text > '9' || strlen(text) > 18)
		return false;
	*ret = strtoull(text, &end, 10);
	return *end == '\0';
}

static const char *set_number(const struct option_row *row, uint64_t *ret, const char *value,
			      char problem[OPTION_PROBLEM_TEXT])
{
	const char *time_problem = NULL;
	uint64_t number = 0;
	bool good;

	if (row->or_zero && strcmp(value, "0") == 0)
		good = true;
	else if (row->kind == OPTION_TIME)
		good = !(time_problem = duration_problem(value, &number));
	else if (row->kind == OPTION_BYTES)
		good = bytes_parse(value, &number) == 0;
	else
		good = number_parse(value, &number);
	if (time_problem)
		return time_problem;
	if (!good || (number < row->min && !(row->or_zero && number == 0)) ||
	    (row->max && number > row->max))
		return range_problem(row, problem);
	*ret = number;
	return NULL;
}

const char *option_set(const struct option_row *row, void *options, const char *value,
		       char problem[OPTION_PROBLEM_TEXT])
{
	void *member = (char *)options + row->member;

	switch (row->kind) {
	case OPTION_FLAG:
		*(bool *)member = true;
		return NULL;
	case OPTION_TEXT:
		if (!*value)
			return "must not be empty";
		*(const char **)member = value;
		return NULL;
	case OPTION_PATH:
		if (*value != '/')
			return "must be an absolute path";
		*(const char **)member = value;
		return NULL;
	case OPTION_NUMBER:
	case OPTION_BYTES:
	case OPTION_TIME:
		return set_number(row, member, value, problem);
	case OPTION_OTHER:
		return row->set(options, value);
	}
	return NULL;
}
