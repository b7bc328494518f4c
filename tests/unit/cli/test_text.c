// SPDX-License-Identifier: MIT
/* Text on its way to a terminal: nothing in it steers. And numbers, and tables. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "cli/output/output.h"
#include "common/base/memory.h"

enum way { LINES, LINE, JSON, CLEAN };

static char *put(enum way way, const char *text)
{
	char *result = NULL;
	size_t size = 0;
	FILE *out;

	if (way == CLEAN) {
		result = strdup(text);
		text_clean(result);
		return result;
	}
	out = open_memstream(&result, &size);
	if (way == LINES)
		text_put(out, text);
	else if (way == LINE)
		text_put_line(out, text);
	else
		text_put_json(out, text);
	fclose(out);
	return result;
}

static const struct {
	const char *text, *lines, *line, *json;
} rows[] = {
	{"plain", "plain", "plain", "plain"},
	{"gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f"},
	{"\xf0\x9f\x94\xa5", "\xf0\x9f\x94\xa5", "\xf0\x9f\x94\xa5", "\xf0\x9f\x94\xa5"},
	{"a\tb\nc", "a\tb\nc", "a?b?c", "a\tb\nc"},
	{"\033[2J", "?[2J", "?[2J", "\\u001b[2J"},
	{"a\rb\bc\x7f", "a?b?c?", "a?b?c?", "a\\u000db\\u0008c\\u007f"},
	{"\xc2\x9b"
	 "2J",
	 "?2J", "?2J", "\\u009b2J"},
	{"\xe2\x80\xae"
	 "evil",
	 "?evil", "?evil", "\\u202eevil"},
	/* Not UTF-8: stray, cut, overlong, a surrogate, beyond the last character. */
	{"\x9b", "?", "?", "\\ufffd"},
	{"\xff\xfe", "??", "??", "\\ufffd\\ufffd"},
	{"\xe2\x82", "??", "??", "\\ufffd\\ufffd"},
	{"\xc0\x9b", "??", "??", "\\ufffd\\ufffd"},
	{"\xe0\x82\x9b", "???", "???", "\\ufffd\\ufffd\\ufffd"},
	{"\xed\xa0\x80", "???", "???", "\\ufffd\\ufffd\\ufffd"},
	{"\xf4\x90\x80\x80", "????", "????", "\\ufffd\\ufffd\\ufffd\\ufffd"},
};

Test(text, sanitised)
{
	for (size_t i = 0; i < array_size(rows); i++) {
		cleanup_free char *lines = put(LINES, rows[i].text);
		cleanup_free char *line = put(LINE, rows[i].text);
		cleanup_free char *json = put(JSON, rows[i].text);
		cleanup_free char *clean = put(CLEAN, rows[i].text);

		cr_expect_str_eq(lines, rows[i].lines, "row %zu: %s", i, lines);
		cr_expect_str_eq(line, rows[i].line, "row %zu: %s", i, line);
		cr_expect_str_eq(json, rows[i].json, "row %zu: %s", i, json);
		cr_expect_str_eq(clean, rows[i].lines, "row %zu: %s", i, clean);
	}
}

Test(human, counts)
{
	static const struct {
		double count;
		const char *text;
	} counts[] = {{0, "0"},		 {99999, "99999"}, {100000, "100k"},   {123456, "123.5k"},
		      {999999, "1.00M"}, {1000000, "1M"},  {1234567, "1.23M"}, {98765432, "98.77M"},
		      {1e12, "1T"},	 {9.2e18, "9.20E"}};
	char text[HUMAN_TEXT];

	for (size_t i = 0; i < array_size(counts); i++)
		cr_expect_str_eq(human_count(counts[i].count, text), counts[i].text, "%.0f: %s",
				 counts[i].count, text);
}

Test(human, bytes)
{
	static const struct {
		double bytes;
		const char *text;
	} sizes[] = {{0, "0 B"},	 {999, "999 B"},    {1000, "1.0 kB"},
		     {1550, "1.6 kB"},	 {99960, "100 kB"}, {999499, "999 kB"},
		     {999999, "1.0 MB"}, {5e9, "5.0 GB"},   {9.2e18, "9.2 EB"}};
	char text[HUMAN_TEXT];

	for (size_t i = 0; i < array_size(sizes); i++)
		cr_expect_str_eq(human_bytes(sizes[i].bytes, text), sizes[i].text, "%.0f: %s",
				 sizes[i].bytes, text);
}

Test(human, seconds)
{
	static const struct {
		double seconds;
		const char *text;
	} times[] = {{0, "0s"},	    {0.4, "0s"},     {59.4, "59s"},   {59.6, "1m"},
		     {90, "1m30s"}, {3600, "1h"},    {3700, "1h1m"},  {86399, "23h59m"},
		     {86400, "1d"}, {90000, "1d1h"}, {1e8, "1157d9h"}};
	char text[HUMAN_TEXT];

	for (size_t i = 0; i < array_size(times); i++)
		cr_expect_str_eq(human_seconds(times[i].seconds, text), times[i].text, "%f: %s",
				 times[i].seconds, text);
}

static char *table_text(struct table *table, bool colour, unsigned indent)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	table_print(table, out, colour, indent);
	fclose(out);
	table_free(table);
	return text;
}

static const struct column columns[] = {
	{"NAME", false}, {"N", true}, {"EMPTY", false}, {"LAST", false}, {NULL, false}};

Test(table, aligned)
{
	struct table *table = table_new(columns);
	cleanup_free char *text = NULL;

	table_put(table, "gr\xc3\xbcn");
	table_putf(table, "%d", 7);
	table_put(table, "");
	table_put(table, "x");
	table_put(table, "longer\033");
	table_putf(table, "%d", 1234);
	table_put(table, "");
	table_put(table, "");
	text = table_text(table, false, 1);
	cr_expect_str_eq(text,
			 " NAME        N  LAST\n"
			 " gr\xc3\xbcn        7  x\n"
			 " longer?  1234\n",
			 "%s", text);
}

Test(table, empty)
{
	cleanup_free char *text = table_text(table_new(columns), true, 0);

	cr_expect_str_eq(text, "");
}
