// SPDX-License-Identifier: MIT
#include <criterion/criterion.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/config/support.h"

static const struct {
	const char *text;
	const char *codes;
	size_t count;
} rows[] = {
	{"", "E0219 1:25", 0},
	{"\n\n\n", "E0219 1:25", 0},
	{"# only\n; comments", "E0219 1:25", 0},
	{"192.0.2.1", "", 1},
	{"192.0.2.1\n", "", 1},
	{"192.0.2.1\r\n192.0.2.0/24\r\n", "", 2},
	{" \t192.0.2.1\t \n", "", 1},
	{"192.0.2.1#x\n192.0.2.2;x\n::1 # x\n2001:db8::/32 ; y\n", "", 4},
	{"192.0.2.1\n192.0.2.1\n", "", 2},
	{"0.0.0.0/0\n::/0\n", "E0220 1:1", 0},
	{"192.0.2.1/24", "E0204 1:1", 0},
	{"\n  192.0.2.1/24", "E0204 2:3", 0},
	{"192.0.2.0/33\n", "E0205 1:1", 0},
	{"::/129\n", "E0205 1:1", 0},
	{"example.com\n", "E0203 1:1", 0},
	{"192.0.2.1,192.0.2.2\n", "E0203 1:1", 0},
	{"192.0.2.1 drop\n", "E0203 1:1", 0},
	{"@other\n", "E0203 1:1", 0},
	{"!192.0.2.1\n", "E0203 1:1", 0},
	{"\"192.0.2.1\"\n", "E0203 1:1", 0},
	{"192.0.2.1\nx\ny\n", "E0203 2:1 E0203 3:1", 0},
	{"\xff\xfe\n", "E0001 1:25", 0},
	{"\xfe\xff\n", "E0001 1:25", 0},
	{"a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n",
	 "E0203 1:1 E0203 2:1 E0203 3:1 E0203 4:1 E0203 5:1 E0203 6:1 E0203 7:1 E0203 8:1 "
	 "E0203 9:1 E0203 10:1",
	 0},
	/* Beyond ten, they are only counted. */
	{"a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\n",
	 "E0203 1:25 E0203 1:1 E0203 2:1 E0203 3:1 E0203 4:1 E0203 5:1 E0203 6:1 E0203 7:1 "
	 "E0203 8:1 E0203 9:1 E0203 10:1",
	 0},
	{"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n",
	 "E0203 1:1", 0},
};

Test(set_file, rows)
{
	for (size_t i = 0; i < array_size(rows); i++) {
		cleanup_folder struct folder folder = folder_new();
		cleanup_free char *feed = folder_write(&folder, "feed", rows[i].text);
		cleanup_free char *path = set_file_config(&folder, "");
		cleanup_free char *codes = told_of_file(path, NULL);
		cleanup_config struct config *config = NULL;

		cr_expect_str_eq(codes, rows[i].codes, "%s: %s", rows[i].text, codes);
		if (*codes)
			continue;
		config = config_of_file(path, NULL);
		cr_expect_eq(config->sets[0].prefixes.count, rows[i].count, "%s", rows[i].text);
		cr_expect_eq(config->sets[0].kind, SET_FILE);
		cr_expect_str_eq(config->sets[0].file, feed);
	}
}

#define ANY ", \"widest4\": 0, \"widest6\": 0, \"max_share\": 100"

/* What a file of a format gives: its prefixes, in their order, or what is reported of it. */
static const struct {
	const char *more;
	const char *text;
	const char *result;
} formats[] = {
	{"", "192.0.2.0-192.0.2.255\n", "192.0.2.0/24"},
	{"", "192.0.2.1-192.0.2.1\n", "192.0.2.1"},
	{"", " 192.0.2.1 - 192.0.2.4 # x\n", "192.0.2.1 192.0.2.2/31 192.0.2.4"},
	{ANY, "0.0.0.0-255.255.255.255\n", "0.0.0.0/0"},
	{ANY, "0.0.0.1-255.255.255.254", NULL},
	{"", "2001:db8::-2001:db8::ffff\n", "2001:db8::/112"},
	{ANY, "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff\n", "::/0"},
	{"", "192.0.2.2-192.0.2.1\n", "E0203 1:1"},
	{"", "192.0.2.2-::1\n", "E0203 1:1"},
	{"", "192.0.2.0/24-192.0.3.0/24\n", "E0203 1:1"},
	{"", "192.0.2.1-\n-192.0.2.1\n", "E0203 1:1 E0203 2:1"},
	{", \"max\": 2", "192.0.2.1-192.0.2.4\n", "E0214 1:1"},
	{"",
	 "\xef\xbb\xbf"
	 "192.0.2.1\n",
	 "192.0.2.1"},
	{"", "1.10.16.0/20 ; SBL256894\n; Expires\n", "1.10.16.0/20"},
	{", \"format\": \"jsonl\"",
	 "{\"cidr\":\"1.10.16.0/20\",\"sblid\":\"SBL1\"}\r\n"
	 "{\"cidr\":\"2001:db8::/32\"}\n{\"type\":\"metadata\",\"size\":2}\n",
	 "1.10.16.0/20 2001:db8::/32"},
	{", \"format\": \"jsonl\", \"column\": \"ip\"", "{\"ip\": \"192.0.2.1\"}", "192.0.2.1"},
	{", \"format\": \"jsonl\"", "{\"cidr\": 7}\n{\"x\": \"::\"}\n[]\n{\"cidr\": \"::\"} x\n{\n",
	 "E0203 1:1 E0203 2:1 E0203 3:1 E0203 4:1 E0203 5:1"},
	{", \"format\": \"csv\", \"column\": \"ip\"",
	 "# feed\nwhen,ip,why\n1,192.0.2.1,x\n2,\"192.0.2.2\",\"a, \"\"b\"\"\"\n3,,\n\n4, ::1 ,\n",
	 "192.0.2.1 192.0.2.2 ::1"},
	{", \"format\": \"csv\", \"column\": \"ip\"",
	 "\"ip\"\n192.0.2.1\n\"192.0.2.4-192.0.2.7\"\n", "192.0.2.1 192.0.2.4/30"},
	{", \"format\": \"csv\", \"column\": \"ip\"", "a,b\n192.0.2.1,2\n", "E0215 1:1"},
	{", \"format\": \"csv\", \"column\": \"ip\"", "a,ip\nx\ny,\"::1\nz,bad\n",
	 "E0203 2:1 E0203 3:4 E0203 4:3"},
	{", \"format\": \"csv\"", "", "E0103 1:16"},
	{", \"column\": \"ip\"", "", "E0109 1:33"},
	{", \"bad_lines\": \"skip\"", "x\n192.0.2.1\ny\n192.0.2.0/33\n", "192.0.2.1"},
	{", \"bad_lines\": \"skip\"", "<html>\n</html>\n",
	 "W0315 1:25 E0203 1:1 E0203 2:1 E0203 2:1"},
};

Test(set_file, formats)
{
	for (size_t i = 0; i < array_size(formats); i++) {
		cleanup_folder struct folder folder = folder_new();
		cleanup_free char *feed = folder_write(&folder, "feed", formats[i].text);
		cleanup_free char *path = set_file_config(&folder, formats[i].more), *texts = NULL;
		cleanup_config struct config *config = NULL;

		if (formats[i].result && strchr("EW", formats[i].result[0])) {
			texts = told_of_file(path, NULL);
		} else {
			config = config_of_file(path, NULL);
			texts = texts_of(&config->sets[0].prefixes);
		}
		if (formats[i].result)
			cr_expect_str_eq(texts, formats[i].result, "%s: %s", formats[i].text,
					 texts);
		else
			cr_expect_eq(config->sets[0].prefixes.count, 62, "%s", texts);
	}
}

static unsigned words_in(const char *text)
{
	unsigned words = *text != '\0';

	for (; *text; text++)
		words += *text == ' ';
	return words;
}

/* A million lines, a hundred of them broken: few words about them, and the rest is there. */
Test(set_file, many_lines_some_broken)
{
	cleanup_folder struct folder folder = folder_new();
	cleanup_free char *feed = folder_write(&folder, "feed", "");
	cleanup_free char *path = set_file_config(&folder, ", \"bad_lines\": \"skip\""),
			  *codes = NULL;
	cleanup_config struct config *config = NULL;
	unsigned lines = rounds(1000000);
	FILE *file = fopen(feed, "w");

	for (unsigned i = 0; i < lines; i++)
		fprintf(file, i % (lines / 100) == 7 ? "broken %u\n" : "10.%u.%u.%u\n",
			i >> 16 & 255, i >> 8 & 255, i & 255);
	fclose(file);
	config = config_of_file(path, NULL);
	cr_expect_eq(config->sets[0].prefixes.count, lines - 100);
	codes = told_of_file(path, NULL);
	cr_expect_eq(words_in(codes), 2 * 11, "ten lines and a summary: %s", codes);
}

/* A line that is longer than memory should be is one bad line, wherever its parts end. */
Test(set_file, long_lines)
{
	static const size_t lengths[] = {FW_MAX_SET_LINE, FW_MAX_SET_LINE + 1, 16 * FW_MAX_SET_LINE,
					 16 * FW_MAX_SET_LINE + 1, 100 * FW_MAX_SET_LINE};

	for (size_t i = 0; i < array_size(lengths); i++) {
		cleanup_folder struct folder folder = folder_new();
		cleanup_free char *feed = folder_write(&folder, "feed", "");
		cleanup_free char *path = set_file_config(&folder, ""), *codes = NULL;
		FILE *file = fopen(feed, "w");

		fputs("192.0.2.1\n", file);
		for (size_t n = 0; n < lengths[i]; n++)
			fputc('x', file);
		fputs("\nbad\n192.0.2.2", file);
		fclose(file);
		codes = told_of_file(path, NULL);
		cr_expect_str_eq(codes, "E0203 2:1 E0203 3:1", "%zu: %s", lengths[i], codes);
	}
}

/* Refused by its size, before a byte of it is read. */
Test(set_file, too_large)
{
	cleanup_folder struct folder folder = folder_new();
	cleanup_free char *feed = folder_write(&folder, "feed", "192.0.2.1\n");
	cleanup_free char *path = set_file_config(&folder, ""), *codes = NULL;

	cr_assert_eq(truncate(feed, 2LL << 30), 0);
	codes = told_of_file(path, NULL);
	cr_expect_str_eq(codes, "E0001 1:25", "%s", codes);
}

Test(set_file, shrunk)
{
	cleanup_folder struct folder folder = folder_new();
	cleanup_free char *feed = folder_write(&folder, "feed", "::1\n::2\n::3\n::4\n::5\n");
	cleanup_free char *path = set_file_config(&folder, ", \"on_shrink\": \"keep-last\"");
	cleanup_free char *accepting = set_file_config(&folder, ""), *codes = NULL;
	cleanup_config struct config *last = NULL, *now = NULL;
	struct config_overrides overrides = {0};

	/* Both are one file: the one without the key was written last. */
	last = config_of_file(accepting, NULL);
	overrides.last = last;
	free(folder_write(&folder, "feed", "::1\n::2\n"));
	now = config_of_file(accepting, &overrides);
	cr_expect_eq(now->sets[0].prefixes.count, 2, "it is taken as it is by default");

	free(path);
	path = set_file_config(&folder, ", \"on_shrink\": \"keep-last\"");
	codes = told_of_file(path, &overrides);
	cr_expect_str_eq(codes, "W0314 1:25 W0314 1:25", "%s", codes);
	config_free(now);
	now = config_of_file(path, &overrides);
	cr_expect_eq(now->sets[0].prefixes.count, 5);

	free(folder_write(&folder, "feed", ""));
	config_free(now);
	now = config_of_file(path, &overrides);
	cr_expect_eq(now->sets[0].prefixes.count, 5, "nothing is less than half");
	free(folder_write(&folder, "feed", "::1\n::2\n::3\n"));
	config_free(now);
	now = config_of_file(path, &overrides);
	cr_expect_eq(now->sets[0].prefixes.count, 3, "more than half is taken");
}

Test(set_file, zero_bytes)
{
	cleanup_folder struct folder folder = folder_new();
	cleanup_free char *feed = folder_write(&folder, "feed", "");
	cleanup_free char *path = set_file_config(&folder, ""), *codes = NULL;
	FILE *file = fopen(feed, "w");

	fwrite("192.0.2.1\0/8\n\0\n192.0.2.0\n", 1, 25, file);
	fclose(file);
	codes = told_of_file(path, NULL);
	cr_expect_str_eq(codes, "E0203 1:1 E0203 2:1", "%s", codes);
}

Test(set_file, max)
{
	cleanup_folder struct folder folder = folder_new();
	cleanup_free char *feed = folder_write(&folder, "feed", "::1\n# x\n::2\n::3\n::4\n::5\n");
	cleanup_free char *enough = set_file_config(&folder, ", \"max\": 5");
	cleanup_free char *codes = told_of_file(enough, NULL), *codes_less = NULL;
	cleanup_free char *less = set_file_config(&folder, ", \"max\": 2");

	cr_expect_str_eq(codes, "");
	codes_less = told_of_file(less, NULL);
	cr_expect_str_eq(codes_less, "E0214 4:1", "one error is enough: %s", codes_less);
}

/* A FIFO would wait for a writer for ever, a device may have no end. */
Test(set_file, what_is_no_file)
{
	cleanup_folder struct folder folder = folder_new();
	cleanup_free char *path = set_file_config(&folder, ""), *fifo = NULL, *codes = NULL;

	alarm(300);
	cr_assert_geq(asprintf(&fifo, "%s/feed", folder.path), 0);
	cr_assert_eq(mkfifo(fifo, 0600), 0);
	codes = told_of_file(path, NULL);
	cr_expect_str_eq(codes, "E0001 1:25", "%s", codes);
}
