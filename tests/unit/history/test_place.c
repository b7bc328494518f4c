// SPDX-License-Identifier: MIT
/* Where revisions are kept: no place, another's, one that comes later or goes. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/history/folder.h"

/* ---- no place ---- */

Test(history, without_a_folder)
{
	struct folder folder = {"/proc/nosuch/fwd"};
	struct history *history = open_history(&folder, 1);

	cr_expect(history_trouble(history) != NULL);
	record(history, "{\"a\":1}");
	record(history, "{\"a\":2}");
	cr_expect(history_revision(history) == 2);
	expect_text(history, 2, "{\"a\":2}");
	expect_text(history, 1, NULL);
	history_close(history);
}

Test(history, two_in_one_folder)
{
	struct folder folder;
	struct history *first, *second;

	folder_make(&folder);
	first = open_history(&folder, 0);
	second = open_history(&folder, 1);
	cr_expect(history_trouble(second) && !history_trouble(first));
	record(second, "{\"of\":\"second\"}");
	record(first, "{\"of\":\"first\"}");
	second = history_close(second);
	first = history_close(first);
	first = open_history(&folder, 0);
	expect_text(first, 1, "{\"of\":\"first\"}");
	history_close(first);
	folder_remove(&folder);
}

/* ---- a place that comes later ---- */

static void retry(struct history *history, int expected, size_t warnings)
{
	struct errors errs = {0};

	cr_expect_eq(history_retry(history, &errs), expected);
	cr_expect(errs.warned == warnings && errs.failed == 0, "%zu: %s", errs.warned,
		  errs.count ? errs.list[0].message : "");
	errors_clear(&errs);
}

Test(history, a_folder_that_comes_later)
{
	struct history *history;
	struct folder parent, folder;

	folder_make(&parent);
	snprintf(folder.path, sizeof(folder.path), "%.40s/not/yet", parent.path);
	history = open_history(&folder, 1);
	retry(history, -EAGAIN, 0); /* there is nothing to write yet */
	record(history, "{\"a\":1}");
	record(history, "{\"a\":2}");
	history_mark_saved(history);
	retry(history, -ENOENT, 0);
	cr_expect(history_trouble(history) != NULL && history_revision(history) == 2);
	cr_expect(history_header(history, 1) != NULL, "a retry that fails changes nothing");

	snprintf(folder.path, sizeof(folder.path), "%.40s/not", parent.path);
	cr_assert(mkdir(folder.path, 0700) == 0);
	retry(history, 0, 0);
	cr_expect(!history_trouble(history) && history_folder(history) >= 0);
	cr_expect(history_revision(history) == 2 && history_saved(history) == 2);
	retry(history, 0, 0); /* no trouble: nothing to do */
	record(history, "{\"a\":3}");
	history = history_close(history);

	strcat(folder.path, "/yet");
	history = open_history(&folder, 0);
	expect_text(history, 1, NULL); /* it was never anywhere else */
	expect_text(history, 2, "{\"a\":2}");
	expect_text(history, 3, "{\"a\":3}");
	history_close(history);
	folder_remove(&parent);
}

/* With revisions of before: numbers go on from theirs, and none is written over. */
Test(history, a_folder_that_comes_later_with_revisions)
{
	struct history *history, *before;
	struct folder parent, folder, away;

	folder_make(&parent);
	snprintf(folder.path, sizeof(folder.path), "%.40s/state", parent.path);
	snprintf(away.path, sizeof(away.path), "%.40s/away", parent.path);
	before = open_history(&folder, 0);
	for (char text[] = "{\"b\":1}"; text[5] <= '5'; text[5]++)
		record(before, text);
	history_close(before);
	damage(&folder, 4, 10);
	cr_assert(rename(folder.path, away.path) == 0);
	close(open(folder.path, O_CREAT | O_WRONLY, 0600));

	history = open_history(&folder, 1);
	record(history, "{\"a\":1}");
	record(history, "{\"a\":2}");
	history_mark_saved(history);
	record(history, "{\"a\":3}");
	retry(history, -ENOTDIR, 0);
	unlink(folder.path);
	cr_assert(rename(away.path, folder.path) == 0);
	retry(history, 0, 1);
	cr_expect(history_revision(history) == 6, "not %d", (int)history_revision(history));
	cr_expect(history_saved(history) == 0, "2 is another's number now");
	expect_text(history, 2, "{\"b\":2}");
	expect_text(history, 6, "{\"a\":3}");
	record(history, "{\"a\":2}");
	cr_expect(history_is_saved(history));
	history = history_close(history);
	history = open_history(&folder, 1);
	expect_text(history, 5, "{\"b\":5}");
	expect_text(history, 6, "{\"a\":3}");
	expect_text(history, 7, "{\"a\":2}");
	history_close(history);
	folder_remove(&parent);
}

Test(history, a_folder_that_is_removed)
{
	struct history *history;
	struct folder folder;

	folder_make(&folder);
	history = open_history(&folder, 0);
	record(history, "{\"a\":1}");
	folder_remove(&folder);
	record(history, "{\"a\":2}");
	cr_expect(history_trouble(history) != NULL);
	retry(history, 0, 0);
	cr_expect(!history_trouble(history) && history_revision(history) == 2);
	history = history_close(history);
	history = open_history(&folder, 0);
	expect_text(history, 2, "{\"a\":2}");
	history_close(history);
	folder_remove(&folder);
}
