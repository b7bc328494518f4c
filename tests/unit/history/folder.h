/* SPDX-License-Identifier: MIT */
/* A folder for the files of a test, and a history in it. */
#ifndef FWD_TEST_HISTORY_FOLDER_H
#define FWD_TEST_HISTORY_FOLDER_H

#include <sys/types.h>

#include "daemon/fwd/history/history.h"

struct folder {
	char path[64];
};

void folder_make(struct folder *folder);
/* With all that is in it. */
void folder_remove(const struct folder *folder);

/* Open; warnings: how many are expected. */
struct history *open_history(const struct folder *folder, size_t warnings);

/* Make a text the running policy's, by that cause, command and user; or as an edit. */
void record_as(struct history *history, const char *text, const char *cause, const char *command,
	       uid_t uid);
void record(struct history *history, const char *text);

/* The text of a revision; NULL: there is none. */
void expect_text(struct history *history, uint64_t number, const char *text);

/* Cut the file of a revision. */
void damage(const struct folder *folder, unsigned number, off_t length);

#endif
