// SPDX-License-Identifier: MIT
/* Revisions: what is kept, and what is not believed. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/abi/fw_limits.h"
#include "common/base/memory.h"
#include "daemon/fwd/history/history.h"
#include "daemon/fwd/history/revision.h"
#include "tests/unit/history/folder.h"

Test(history, numbers_go_on)
{
	struct folder folder;
	struct history *history;

	folder_make(&folder);
	history = open_history(&folder, 0);
	cr_expect(history_revision(history) == 0);
	record(history, "{\"a\":1}");
	record(history, "{\"a\":1}"); /* no change */
	record(history, "{\"a\":2}");
	cr_expect(history_revision(history) == 2);
	history = history_close(history);

	history = open_history(&folder, 0);
	record(history, "{\"a\":2}"); /* a start with what was last */
	cr_expect(history_revision(history) == 2);
	record(history, "{\"a\":1}");
	cr_expect(history_revision(history) == 3);
	expect_text(history, 1, "{\"a\":1}");
	expect_text(history, 2, "{\"a\":2}");
	expect_text(history, 3, "{\"a\":1}");
	expect_text(history, 4, NULL);
	cr_expect_str_eq(
		cJSON_GetStringValue(cJSON_GetObjectItem(history_header(history, 0), "message")),
		"why");
	history_close(history);
	folder_remove(&folder);
}

/* What waits for its confirmation is no revision for a start, before that or without it. */
Test(history, unconfirmed)
{
	const struct history_change change = {.cause = "apply", .unconfirmed = true};
	struct folder folder;
	struct history *history;

	folder_make(&folder);
	history = open_history(&folder, 0);
	record(history, "{\"a\":1}");
	history_record(history, &change, strdup("{\"a\":2}"), 7, NULL);
	cr_expect(!history_is_usable(history_header(history, 0)));
	cr_expect(history_is_usable(history_header(history, 1)));
	history = history_close(history);

	history = open_history(&folder, 0);
	cr_expect(!history_is_usable(history_header(history, 0)), "the file has it");
	history_confirm(history);
	cr_expect(history_is_usable(history_header(history, 0)));
	cr_expect(!history_trouble(history));
	expect_text(history, 2, "{\"a\":2}");
	history = history_close(history);

	history = open_history(&folder, 0);
	cr_expect(history_is_usable(history_header(history, 0)), "that, too");
	expect_text(history, 2, "{\"a\":2}");
	history = history_close(history);
	damage(&folder, 2, 20);
	history = open_history(&folder, 1);
	cr_expect(!history_is_usable(history_header(history, 0)), "damaged");
	history_confirm(history);
	cr_expect(!history_is_usable(history_header(history, 0)), "that does not make it whole");
	history_close(history);
	folder_remove(&folder);
}

/* While a start may fail, nothing is written; of what is recorded meanwhile the last counts. */
Test(history, held_back)
{
	struct folder folder;
	struct history *history;

	folder_make(&folder);
	history = open_history(&folder, 0);
	record(history, "{\"a\":1}");
	history_hold(history);
	record(history, "{\"a\":2}");
	record(history, "{\"a\":3}");
	cr_expect(history_revision(history) == 2);
	expect_text(history, 2, "{\"a\":3}");
	history = history_close(history); /* it failed */

	history = open_history(&folder, 0);
	cr_expect(history_revision(history) == 1);
	expect_text(history, 2, NULL);
	history_hold(history);
	record(history, "{\"a\":1}"); /* what was last */
	history_release(history);
	cr_expect(history_revision(history) == 1);
	history_hold(history);
	record(history, "{\"a\":4}");
	history_release(history);
	record(history, "{\"a\":5}");
	history = history_close(history);

	history = open_history(&folder, 0);
	cr_expect(history_revision(history) == 3);
	expect_text(history, 2, "{\"a\":4}");
	expect_text(history, 3, "{\"a\":5}");
	history_close(history);
	folder_remove(&folder);
}

Test(history, saved)
{
	struct folder folder;
	struct history *history;

	folder_make(&folder);
	history = open_history(&folder, 0);
	cr_expect(!history_is_saved(history));
	record(history, "{}");
	history_mark_saved(history);
	cr_expect(history_is_saved(history) && history_saved(history) == 1);
	record(history, "{\"a\":1}");
	cr_expect(!history_is_saved(history) && history_saved(history) == 1);
	record(history, "{}");
	cr_expect(history_is_saved(history), "however it came there");
	history_note_saved(history, "{\"a\":2}", 7);
	cr_expect(!history_is_saved(history) && history_saved(history) == 0, "none that is known");
	history_note_saved(history, "{}", 2);
	cr_expect(history_is_saved(history) && history_saved(history) == 3);
	history_close(history);
	folder_remove(&folder);
}

Test(history, the_oldest_go)
{
	struct folder folder;
	struct history *history;
	char text[32];
	size_t count = 0;

	folder_make(&folder);
	history = open_history(&folder, 0);
	for (unsigned i = 1; i <= FW_MAX_REVISIONS + 5; i++) {
		snprintf(text, sizeof(text), "{\"a\":%u}", i);
		record(history, text);
	}
	while (history_header(history, count))
		count++;
	cr_expect(count == FW_MAX_REVISIONS);
	expect_text(history, 5, NULL);
	expect_text(history, 6, "{\"a\":6}");
	history = history_close(history);
	history = open_history(&folder, 0);
	expect_text(history, FW_MAX_REVISIONS + 5, text);
	expect_text(history, 5, NULL);
	history_close(history);
	folder_remove(&folder);
}

/* ---- which of too many ---- */

#define MORE 400

struct change_row {
	const char *cause, *command;
	uid_t uid;
};

/* Record `policies` applies, then MORE edits as the rows say in turns; then which numbers are there? */
static void fill(const struct folder *folder, unsigned policies, const struct change_row *rows,
		 size_t count, bool kept[MORE + FW_MAX_REVISIONS + 1])
{
	struct history *history = open_history(folder, 0);
	unsigned number = 0, total = 0;
	char text[32];

	for (; number < policies + MORE; number++) {
		const struct change_row *row = &rows[(number - policies) % count];

		snprintf(text, sizeof(text), "{\"a\":%u}", number);
		if (number < policies)
			record_as(history, text, "apply", "apply {}", 0);
		else
			record_as(history, text, row->cause, row->command, row->uid);
		/* After a restart it goes on with what is on disk. */
		if (number % 100 == 99) {
			history_close(history);
			history = open_history(folder, 0);
		}
	}
	memset(kept, 0, MORE + FW_MAX_REVISIONS + 1);
	for (size_t i = 0; history_header(history, i); i++, total++)
		kept[(size_t)cJSON_GetObjectItem(history_header(history, i), "number")
			     ->valuedouble] = true;
	cr_expect(total == FW_MAX_REVISIONS, "%u", total);
	for (unsigned i = 0; i < 10; i++)
		cr_expect(kept[number - i], "one of the last ten is gone");
	history_close(history);
}

/* A script's edits go one by one, oldest first; what was applied before stays. */
Test(history, steps_go_first)
{
	static const struct change_row rows[] = {{"edit", "set.add {}", 0},
						 {"edit", "set.delete {}", 0}};
	bool kept[MORE + FW_MAX_REVISIONS + 1];
	struct folder folder;

	folder_make(&folder);
	fill(&folder, 35, rows, array_size(rows), kept);
	for (unsigned i = 1; i <= 35; i++)
		cr_expect(kept[i], "revision %u", i);
	cr_expect(!kept[36] && !kept[MORE + 20] && kept[MORE + 21]);
	folder_remove(&folder);
}

/* Edits that are no steps push out policies, but not more than half of what is kept. */
Test(history, half_are_policies)
{
	static const struct change_row rows[] = {
		{"edit", "set.add {}", 0}, {"edit", "rule.add {}", 0}, {"edit", "rule.add {}", 1}};
	bool kept[MORE + FW_MAX_REVISIONS + 1];
	struct folder folder;

	folder_make(&folder);
	fill(&folder, 40, rows, array_size(rows), kept);
	cr_expect(!kept[15] && kept[16] && kept[40] && !kept[41]);
	cr_expect(!kept[MORE + 15] && kept[MORE + 16]);
	folder_remove(&folder);
}

/* Without edits it is the age. */
Test(history, policies_go_by_age)
{
	static const struct change_row rows[] = {{"apply", "apply {}", 0}};
	bool kept[MORE + FW_MAX_REVISIONS + 1];
	struct folder folder;

	folder_make(&folder);
	fill(&folder, 40, rows, array_size(rows), kept);
	cr_expect(!kept[MORE - 10] && kept[MORE - 9]);
	folder_remove(&folder);
}

Test(history, damaged_files_are_passed_over)
{
	const struct revision *revision;
	struct history *history;
	struct folder folder;
	const char *why;

	folder_make(&folder);
	history = open_history(&folder, 0);
	record(history, "{\"a\":1}");
	record(history, "{\"a\":2}");
	record(history, "{\"a\":3}");
	history = history_close(history);
	damage(&folder, 2, 0);
	damage(&folder, 3, 200);

	history = open_history(&folder, 2);
	cr_expect(cJSON_HasObjectItem(history_header(history, 0), "damaged"));
	expect_text(history, 1, "{\"a\":1}");
	cr_expect(history_load(history, 2, &revision, &why) == -EBADMSG);
	/* It is the newest, and the same text, but not whole: it is not gone on with. */
	record(history, "{\"a\":3}");
	cr_expect(history_revision(history) == 4, "numbers of damaged ones are not given again");
	expect_text(history, 4, "{\"a\":3}");
	history_close(history);
	folder_remove(&folder);
}

/* A bit of the text is only found when the text is read: but then it is. */
Test(history, a_flipped_bit_on_disk)
{
	const struct revision *revision;
	struct history *history;
	struct folder folder;
	const char *why;
	char path[96];
	int fd;

	folder_make(&folder);
	history = open_history(&folder, 0);
	record(history, "{\"a\":1}");
	history = history_close(history);
	snprintf(path, sizeof(path), "%s/revisions/1", folder.path);
	fd = open(path, O_RDWR);
	cr_assert(fd >= 0 && pwrite(fd, "2", 1, lseek(fd, 0, SEEK_END) - 65 - 3) == 1);
	close(fd);
	history = open_history(&folder, 0);
	cr_expect(history_load(history, 1, &revision, &why) == -EBADMSG);
	record(history, "{\"a\":1}");
	cr_expect(history_revision(history) == 2);
	history_close(history);
	folder_remove(&folder);
}

Test(history, what_is_none_of_ours)
{
	static const char *const names[] = {
		"0", "01", "x", "1x", "-1", ".1.new", "99999999999999999999"};
	struct history *history;
	struct folder folder;
	char path[128];

	folder_make(&folder);
	history_close(open_history(&folder, 0));
	for (size_t i = 0; i < array_size(names); i++) {
		snprintf(path, sizeof(path), "%s/revisions/%s", folder.path, names[i]);
		close(open(path, O_CREAT | O_WRONLY, 0600));
	}
	history = open_history(&folder, 0);
	cr_expect(history_revision(history) == 0 && !history_header(history, 0));
	history_close(history);
	folder_remove(&folder);
}
