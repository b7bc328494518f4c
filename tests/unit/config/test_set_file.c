// SPDX-License-Identifier: MIT
#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support.h"

static char *main_of(const struct folder *folder, const char *more)
{
	cleanup_free char *text = NULL;

	cr_assert_geq(asprintf(&text, "{\"sets\": {\"s\": {\"file\": \"feed\"%s}}}", more), 0);
	return folder_write(folder, "main.json", text);
}

static const struct {
	const char *text;
	const char *codes;
	size_t count;
} rows[] = {
	{"", "", 0},
	{"\n\n\n", "", 0},
	{"# only\n; comments", "", 0},
	{"192.0.2.1", "", 1},
	{"192.0.2.1\n", "", 1},
	{"192.0.2.1\r\n192.0.2.0/24\r\n", "", 2},
	{" \t192.0.2.1\t \n", "", 1},
	{"192.0.2.1#x\n192.0.2.2;x\n::1 # x\n2001:db8::/32 ; y\n", "", 4},
	{"192.0.2.1\n192.0.2.1\n", "", 2},
	{"0.0.0.0/0\n::/0\n", "", 2},
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
	{"\xff\xfe\n", "E0203 1:1", 0},
	{"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n",
	 "E0203 1:1", 0},
};

Test(set_file, rows)
{
	for (size_t i = 0; i < array_size(rows); i++) {
		cleanup_folder struct folder folder = folder_new();
		cleanup_free char *feed = folder_write(&folder, "feed", rows[i].text);
		cleanup_free char *path = main_of(&folder, "");
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

Test(set_file, zero_bytes)
{
	cleanup_folder struct folder folder = folder_new();
	cleanup_free char *feed = folder_write(&folder, "feed", "");
	cleanup_free char *path = main_of(&folder, ""), *codes = NULL;
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
	cleanup_free char *enough = main_of(&folder, ", \"max\": 5");
	cleanup_free char *codes = told_of_file(enough, NULL), *codes_less = NULL;
	cleanup_free char *less = main_of(&folder, ", \"max\": 2");

	cr_expect_str_eq(codes, "");
	codes_less = told_of_file(less, NULL);
	cr_expect_str_eq(codes_less, "E0214 4:1", "one error is enough: %s", codes_less);
}

/* A FIFO would wait for a writer for ever, a device may have no end. */
Test(set_file, what_is_no_file)
{
	cleanup_folder struct folder folder = folder_new();
	cleanup_free char *path = main_of(&folder, ""), *fifo = NULL, *codes = NULL;

	alarm(10);
	cr_assert_geq(asprintf(&fifo, "%s/feed", folder.path), 0);
	cr_assert_eq(mkfifo(fifo, 0600), 0);
	codes = told_of_file(path, NULL);
	cr_expect_str_eq(codes, "E0001 1:25", "%s", codes);
}

Test(set_file, keep_last)
{
	cleanup_folder struct folder folder = folder_new();
	cleanup_free char *feed = folder_write(&folder, "feed", "192.0.2.0/24\n2001:db8::/32\n");
	cleanup_free char *path = main_of(&folder, ", \"on_error\": \"keep-last\"");
	cleanup_config struct config *last = config_of_file(path, NULL), *kept = NULL,
				     *first = NULL;
	struct config_overrides overrides = {.last = last};
	cleanup_free char *codes = NULL;

	cr_assert_eq(last->sets[0].prefixes.count, 2);
	free(folder_write(&folder, "feed", "192.0.2.0/24\nnonsense\n"));
	codes = told_of_file(path, &overrides);
	cr_expect_str_eq(codes, "W0314 1:25 E0203 2:1", "%s", codes);
	kept = config_of_file(path, &overrides);
	cr_expect_eq(kept->sets[0].prefixes.count, 2, "not half of the new file");
	cr_expect_eq(kept->sets[0].prefixes.items[1].family, 6);

	cr_assert_eq(unlink(feed), 0);
	config_free(kept);
	kept = config_of_file(path, &overrides);
	cr_expect_eq(kept->sets[0].prefixes.count, 2, "nor nothing");
	first = config_of_file(path, NULL);
	cr_expect_eq(first->sets[0].prefixes.count, 0, "at start there is nothing to keep");
}
