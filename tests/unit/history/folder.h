/* SPDX-License-Identifier: MIT */
/* A folder for the files of a test. */
#ifndef FWD_TEST_HISTORY_FOLDER_H
#define FWD_TEST_HISTORY_FOLDER_H

struct folder {
	char path[64];
};

void folder_make(struct folder *folder);
/* With all that is in it. */
void folder_remove(const struct folder *folder);

#endif
