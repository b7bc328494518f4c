/* SPDX-License-Identifier: MIT */
/* Do the files of the running policy's sets still hold what was read? */
#ifndef FWD_SET_FILES_H
#define FWD_SET_FILES_H

#include <cjson/cJSON.h>

#include "common/policy/config/config.h"

/* How the files looked when they were last compared; NULL: they never were. */
struct set_files;

/*
 * Add a sentence for each set whose file holds something else by now, or cannot be read any more.
 * Often asked: a file is read again only if it looks otherwise than before. Sets that were not made
 * from their file (is_kept) are left out. *files is the caller's, to be kept for the next call.
 */
void set_files_add_problems(struct set_files **files, const struct config *config, cJSON *list);

/* NULL is allowed; returns NULL. */
struct set_files *set_files_free(struct set_files *files);

#endif
