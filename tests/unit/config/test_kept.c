// SPDX-License-Identifier: MIT
/* The content of set files that is kept: from the policy before, and in copies. */
#include <criterion/criterion.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/policy/config/sets/kept.h"
#include "tests/unit/config/support.h"

Test(set_file, keep_last)
{
	cleanup_folder struct folder folder = folder_new();
	cleanup_free char *feed = folder_write(&folder, "feed", "192.0.2.0/24\n2001:db8::/32\n");
	cleanup_free char *path = set_file_config(&folder, ", \"on_error\": \"keep-last\"");
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

/* An edit of something else takes the content of files as it runs, whatever they are now. */
Test(set_file, kept_by_edits)
{
	cleanup_folder struct folder folder = folder_new();
	cleanup_free char *feed = folder_write(&folder, "feed", "2001:db8::/32\n192.0.2.0/24\n");
	cleanup_free char *path = set_file_config(&folder, ""), *other = NULL, *codes = NULL;
	cleanup_config struct config *last = config_of_file(path, NULL), *edited = NULL,
				     *reloaded = NULL;
	struct config_overrides overrides = {.last = last, .keep_files = true};

	cr_expect_eq(last->sets[0].prefixes.items[0].family, 4, "sorted");
	free(folder_write(&folder, "feed", "192.0.2.7\n"));
	edited = config_of_file(path, &overrides);
	cr_expect_eq(edited->sets[0].content, last->sets[0].content, "shared, not copied");
	config_free(last);
	last = NULL;
	cr_expect_eq(edited->sets[0].prefixes.count, 2, "and still there");

	overrides = (struct config_overrides){.last = edited};
	reloaded = config_of_file(path, &overrides);
	cr_expect_eq(reloaded->sets[0].prefixes.count, 1, "a reload reads");
	overrides.keep_files = true;
	other = set_file_config(&folder, ", \"max\": 7");
	config_free(reloaded);
	reloaded = config_of_file(other, &overrides);
	cr_expect_eq(reloaded->sets[0].prefixes.count, 1, "and so does another way to read");
	cr_assert_eq(unlink(feed), 0);
	codes = told_of_file(other, &overrides);
	cr_expect_str_eq(codes, "E0001 1:25", "%s", codes);
}

/* Change the last byte of a copy, or cut it off. */
static void damage(const struct folder *folder, bool cut)
{
	cleanup_free char *path = NULL;
	FILE *file;
	int c;

	cr_assert_geq(asprintf(&path, "%s/sets/s.kept", folder->path), 0);
	if (cut) {
		cr_assert_eq(truncate(path, 32 + 18), 0);
		return;
	}
	file = fopen(path, "r+");
	cr_assert(file);
	fseek(file, -1, SEEK_END);
	c = fgetc(file);
	fseek(file, -1, SEEK_END);
	fputc(c ^ 1, file);
	fclose(file);
}

Test(set_file, copies)
{
	cleanup_folder struct folder folder = folder_new();
	cleanup_free char *feed = folder_write(&folder, "feed", "192.0.2.0/24\n2001:db8::/32\n");
	cleanup_free char *path = set_file_config(&folder, ", \"on_error\": \"keep-last\"");
	cleanup_config struct config *good = config_of_file(path, NULL), *started = NULL;
	struct config_overrides overrides = {.state_dir = folder.path};
	const char *name = good->sets[0].name;
	struct prefix_content *content = NULL;
	uint64_t when = 0;

	cr_expect_eq(kept_read(folder.path, "s/x", &content, &when), -ENOENT);
	cr_assert_eq(kept_write(folder.path, "s/x", good->sets[0].content, 1234), 0);
	cr_assert_eq(kept_read(folder.path, "s/x", &content, &when), 0, "any name is a file's");
	cr_expect_eq(when, 1234);
	cr_expect_eq(content->list.count, 2);
	cr_expect(content->has4 && content->has6 && content->stored);
	prefix_content_drop(content);

	cr_assert_eq(kept_write(folder.path, name, good->sets[0].content, 1234), 0);
	cr_assert_eq(unlink(feed), 0);
	started = config_of_file(path, &overrides);
	cr_expect_eq(started->sets[0].prefixes.count, 2, "what it had before the restart");
	config_free(started);
	started = config_of_file(path, NULL);
	cr_expect_eq(started->sets[0].prefixes.count, 0, "no state directory, no copy");
}

Test(set_file, copies_when_shrunk)
{
	cleanup_folder struct folder folder = folder_new();
	cleanup_free char *feed = folder_write(&folder, "feed", "::1\n::2\n::3\n::4\n::5\n");
	cleanup_free char *path = set_file_config(&folder, ", \"on_shrink\": \"keep-last\""),
			  *codes = NULL;
	cleanup_config struct config *good = config_of_file(path, NULL), *started = NULL;
	struct config_overrides overrides = {.state_dir = folder.path};

	cr_assert_eq(kept_write(folder.path, good->sets[0].name, good->sets[0].content, 1), 0);
	free(folder_write(&folder, "feed", "::1\n"));
	codes = told_of_file(path, &overrides);
	cr_expect_str_eq(codes, "W0314 1:25 W0314 1:25", "%s", codes);
	started = config_of_file(path, &overrides);
	cr_expect_eq(started->sets[0].prefixes.count, 5);
}

/* A revision that runs instead of the config: every set has its copy, or it does not run. */
Test(set_file, copies_whatever_the_set_says)
{
	cleanup_folder struct folder folder = folder_new();
	cleanup_free char *feed = folder_write(&folder, "feed", "192.0.2.0/24\n2001:db8::/32\n");
	cleanup_free char *path = set_file_config(&folder, ""), *without = NULL, *strict = NULL,
			  *bad = NULL;
	cleanup_config struct config *good = config_of_file(path, NULL), *started = NULL;
	struct config_overrides overrides = {.state_dir = folder.path, .use_copies = true};

	cr_assert_eq(unlink(feed), 0);
	without = told_of_file(path, &overrides);
	cr_expect_str_eq(without, "E0001 1:25 E0001 1:25", "%s", without);
	cr_assert_eq(kept_write(folder.path, "s", good->sets[0].content, 1), 0);
	started = config_of_file(path, &overrides);
	cr_expect_eq(started->sets[0].prefixes.count, 2);
	cr_expect(started->sets[0].is_kept, "which is reported");
	free(folder_write(&folder, "feed", "nonsense\n"));
	config_free(started);
	started = config_of_file(path, &overrides);
	cr_expect_eq(started->sets[0].prefixes.count, 2, "nor is half of a file used");
	overrides.use_copies = false;
	strict = told_of_file(path, &overrides);
	cr_expect_str_eq(strict, "E0203 1:1", "%s", strict);
	free(folder_write(&folder, "feed", "192.0.2.7\n"));
	overrides.use_copies = true;
	config_free(started);
	started = config_of_file(path, &overrides);
	cr_expect_eq(started->sets[0].prefixes.count, 1, "a good file is what it is");
	bad = told_of_file(path, &overrides);
	cr_expect_str_eq(bad, "", "%s", bad);
}

/* A set that may be empty, and was: its copy is empty, which is not the same as no copy. */
Test(set_file, copies_of_nothing)
{
	cleanup_folder struct folder folder = folder_new();
	cleanup_free char *feed = folder_write(&folder, "feed", "");
	cleanup_free char *path = set_file_config(&folder, ", \"min\": 0"), *codes = NULL;
	cleanup_config struct config *empty = config_of_file(path, NULL), *started = NULL;
	struct config_overrides overrides = {.state_dir = folder.path, .use_copies = true};

	cr_assert_eq(empty->sets[0].prefixes.count, 0);
	cr_assert_eq(kept_write(folder.path, "s", empty->sets[0].content, 1), 0);
	cr_assert_eq(unlink(feed), 0);
	codes = told_of_file(path, &overrides);
	cr_expect_not(strstr(codes, "E0001 1:25 E0001"), "%s", codes);
	started = config_of_file(path, &overrides);
	cr_expect_eq(started->sets[0].prefixes.count, 0);
	cr_expect(started->sets[0].is_kept);
}

Test(set_file, copies_that_are_damaged)
{
	for (int cut = 0; cut < 2; cut++) {
		cleanup_folder struct folder folder = folder_new();
		cleanup_free char *feed = folder_write(&folder, "feed", "192.0.2.0/24\n::1\n");
		cleanup_free char *path = set_file_config(&folder, ", \"on_error\": \"keep-last\"");
		cleanup_free char *codes = NULL;
		cleanup_config struct config *good = config_of_file(path, NULL), *started = NULL;
		struct config_overrides overrides = {.state_dir = folder.path};

		cr_assert_str_eq(good->sets[0].name, "s");
		cr_assert_eq(kept_write(folder.path, "s", good->sets[0].content, 1), 0);
		damage(&folder, cut);
		cr_assert_eq(unlink(feed), 0);
		codes = told_of_file(path, &overrides);
		cr_expect_str_eq(codes, "E0001 1:25 W0314 1:25 W0314 1:25", "%s", codes);
		started = config_of_file(path, &overrides);
		cr_expect_eq(started->sets[0].prefixes.count, 0, "never half of it");
	}
}
