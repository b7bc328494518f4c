// SPDX-License-Identifier: MIT
/* "where": addresses of a feed that are taken by what else their object has. */
#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#include "tests/unit/config/support.h"
#include "tests/unit/lib/valgrind.h"

#define PATH(path)	   ", \"format\": \"json\", \"path\": \"" path "\""
#define WHERE(path, where) PATH(path) ", \"where\": {" where "}"

/* A set's keys and its file: codes with their places, or prefixes. */
static const struct {
	const char *more, *text, *result;
} rows[] = {
	/* The innermost object that has a key decides, wherever in it the key stands. */
	{WHERE("[].a", "\"s\": \"x\""),
	 "[{\"a\": \"::1\", \"s\": \"x\"}, {\"s\": \"x\", \"a\": \"::2\"}, "
	 "{\"a\": \"::3\", \"s\": \"y\"}, {\"a\": \"::4\"}]",
	 "::1 ::2"},
	{WHERE("*.b[].a", "\"s\": \"x\""),
	 "{\"s\": \"y\", \"k\": {\"b\": [{\"a\": \"::1\"}, {\"a\": \"::2\", \"s\": \"y\"}], \"s\": "
	 "\"x\"}}",
	 "::1"},
	{WHERE("[].a", "\"s\": \"x\""),
	 "[{\"a\": \"::1\", \"s\": {\"s\": \"x\"}}, {\"a\": \"::2\", \"s\": [\"y\", \"x\"]}, "
	 "{\"a\": \"::3\", \"s\": [{\"t\": \"x\"}]}, {\"a\": \"::4\", \"t\": [\"x\"], \"s\": []}]",
	 "::2"},
	{WHERE("[].a", "\"s\": [\"1\", \"true\"]"),
	 "[{\"a\": \"::1\", \"s\": 1}, {\"a\": \"::2\", \"s\": true}, {\"a\": \"::3\", \"s\": 11}, "
	 "{\"a\": "
	 "\"::4\", \"s\": null}]",
	 "::1 ::2"},
	{WHERE("[].a", "\"a\": \"::2\""), "[{\"a\": \"::1\"}, {\"a\": \"::2\"}]", "::2"},
	{WHERE("[].a", "\"s\": \"x\", \"t\": \"x\""),
	 "[{\"a\": \"::1\", \"s\": \"x\", \"t\": \"y\"}, {\"t\": \"x\", \"a\": \"::2\", \"s\": "
	 "\"x\"}]",
	 "::2"},
	{WHERE("[].a", "\"s\": \"z\""), "[{\"a\": \"::1\", \"s\": \"x\"}]", "E0219 1:25"},
	{WHERE("[].a", "\"s\": \"x\""), "[{\"a\": \"::1\"}, {\"s\": \"x\"}]", "E0215 0:1"},
	{WHERE("[]", "\"s\": \"x\""), "[\"::1\"]", "E0215 0:1"},
	{WHERE("[].a", "\"s\": \"x\""),
	 "[{\"s\": \"y\", \"a\": \"q\"}, {\"s\": \"x\",\n\"a\": \"q\"}]", "E0203 2:6"},
	{PATH("a") ", \"where\": {}", "", "E0104 1:73"},
	{PATH("a") ", \"where\": []", "", "E0102 1:73"},
	{WHERE("a", "\"s\": 1"), "", "E0102 1:79"},
	{WHERE("a", "\"s\": []"), "", "E0104 1:79"},
	{WHERE("a", "\"\": \"x\""), "", "E0105 1:74"},
	{", \"where\": {\"s\": \"x\"}", "", "E0109 1:33"},
	{", \"format\": \"jsonl\", \"column\": \"a\", \"where\": {\"s\": \"x\"}",
	 "{\"a\": \"::1\", \"s\": \"x\"}\n{\"a\": \"::2\"}\n{\"b\": 1, \"s\": \"y\"}\n", "::1"},
	{", \"format\": \"jsonl\", \"column\": \"a\", \"where\": {\"s\": \"x\"}",
	 "{\"s\": [\"y\", \"x\"], \"a\": \"q\"}\n", "E0203 1:1"},
	{", \"format\": \"csv\", \"column\": \"ip\", \"where\": {\"s\": \"x\"}",
	 "s,ip\ny,q\nx,::1\n\"x\",::2\n", "::1 ::2"},
	{", \"format\": \"csv\", \"column\": \"ip\", \"where\": {\"t\": \"x\"}", "s,ip\nx,::1\n",
	 "E0215 1:1"},
	{", \"format\": \"csv\", \"column\": 1, \"where\": {\"2\": \"x\"}", "::1,x\n::2,y\n::3\n",
	 "E0203 3:1"},
	{", \"format\": \"csv\", \"column\": 1, \"where\": {\"s\": \"x\"}", "", "E0109 1:73"},
	{", \"format\": \"csv\", \"column\": 1, \"where\": {\"0\": \"x\"}", "", "E0109 1:73"},
	{", \"path\": \"a\"", "", "E0109 1:33"},
	{", \"format\": \"jsonl\"", "[{\n", "E0203 1:1"},
};

Test(feed_where, rows)
{
	for (size_t i = 0; i < array_size(rows); i++) {
		cleanup_folder struct folder folder = folder_new();
		cleanup_free char *feed = folder_write(&folder, "feed", rows[i].text);
		cleanup_free char *path = set_file_config(&folder, rows[i].more);
		cleanup_free char *codes = told_of_file(path, NULL), *texts = NULL;
		cleanup_config struct config *config = NULL;

		if (*codes || *rows[i].result == 'E') {
			cr_expect_str_eq(codes, rows[i].result, "%s %s: %s", rows[i].more,
					 rows[i].text, codes);
			continue;
		}
		config = config_of_file(path, NULL);
		texts = texts_of(&config->sets[0].prefixes);
		cr_expect_str_eq(texts, rows[i].result, "%s %s: %s", rows[i].more, rows[i].text,
				 texts);
	}
}

Test(feed_where, messages)
{
	static const struct {
		const char *text, *hint;
	} messages[] = {
		{"[{\"a\": \"::1\", \"s\": \"y\"}]", "\"where\" takes"},
		{"[{\"a\": \"::1\"}]", "has \"s\""},
	};

	for (size_t i = 0; i < array_size(messages); i++) {
		cleanup_folder struct folder folder = folder_new();
		cleanup_free char *feed = folder_write(&folder, "feed", messages[i].text);
		cleanup_free char *path = set_file_config(&folder, WHERE("[].a", "\"s\": \"x\"")),
				  *text = NULL;

		text = told_in_words(path);
		cr_expect_not_null(strstr(text, messages[i].hint), "%s: %s", messages[i].hint,
				   text);
	}
}

/* Addresses in front of what decides about them: many may wait, not without end. */
Test(feed_where, waiting)
{
	static const struct {
		unsigned objects, each;
		const char *codes;
	} files[] = {{100, 100, ""}, {100000, 1, ""}, {1, 3000000, "E0215 1:"}};

	/* Under valgrind only the first: the others are there for their size. */
	for (size_t i = 0; i < (under_valgrind() ? 1 : array_size(files)); i++) {
		cleanup_folder struct folder folder = folder_new();
		cleanup_free char *feed = folder_write(&folder, "feed", "");
		cleanup_free char *path = set_file_config(&folder, WHERE("[].a[]", "\"s\": \"x\"")),
				  *codes = NULL;
		FILE *out = fopen(feed, "w");

		for (unsigned n = 0; n < files[i].objects; n++) {
			fputs(n ? ", {\"a\": [" : "[{\"a\": [", out);
			for (unsigned m = 0; m < files[i].each; m++)
				fputs(m ? ",\"::1\"" : "\"::1\"", out);
			fputs("], \"s\": \"x\"}", out);
		}
		fputs("]", out);
		fclose(out);
		codes = told_of_file(path, NULL);
		cr_expect(strncmp(codes, files[i].codes, strlen(files[i].codes)) == 0 &&
				  !*codes == !*files[i].codes,
			  "%zu: %s", i, codes);
	}
}
