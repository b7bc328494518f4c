// SPDX-License-Identifier: MIT
#include "tests/unit/history/folder.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void folder_make(struct folder *folder)
{
	strcpy(folder->path, "/tmp/fwd-history.XXXXXX");
	cr_assert(mkdtemp(folder->path));
}

void folder_remove(const struct folder *folder)
{
	char command[96];

	snprintf(command, sizeof(command), "rm -rf '%s'", folder->path);
	cr_assert(system(command) == 0);
}

struct history *open_history(const struct folder *folder, size_t warnings)
{
	struct history *history = NULL;
	struct errors errs = {0};

	cr_assert(history_open(folder->path, &history, &errs) == 0);
	cr_expect(errs.warned == warnings && errs.failed == 0, "%zu: %s", errs.warned,
		  errs.count ? errs.list[0].message : "");
	errors_clear(&errs);
	return history;
}

void record_as(struct history *history, const char *text, const char *cause, const char *command,
	       uid_t uid)
{
	struct actor actor = {.uid = uid, .process = "test", .login = (uid_t)-1};
	const struct history_change change = {
		.cause = cause, .command = command, .message = "why", .actor = &actor};

	history_record(history, &change, strdup(text), strlen(text), NULL);
}

void record(struct history *history, const char *text)
{
	record_as(history, text, "edit", "rule.add {}", 7);
}

void expect_text(struct history *history, uint64_t number, const char *text)
{
	const struct revision *revision;
	const char *why = "";
	int r = history_load(history, number, &revision, &why);

	if (!text) {
		cr_expect(r == -ENOENT, "%d", r);
		return;
	}
	cr_assert(r == 0, "revision %d: %d %s", (int)number, r, why);
	cr_expect_str_eq(revision->text, text);
	cr_expect(revision->number == number && revision->length == strlen(text));
}

void damage(const struct folder *folder, unsigned number, off_t length)
{
	char path[96];

	snprintf(path, sizeof(path), "%s/revisions/%u", folder->path, number);
	cr_assert(truncate(path, length) == 0);
}
