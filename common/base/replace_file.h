/* SPDX-License-Identifier: MIT */
/*
 * Atomic replacement of files: the new file is written next to the old one, synced and renamed
 * over it, and the folder is synced. At any moment the file is the old or the new one.
 */
#ifndef FWD_REPLACE_FILE_H
#define FWD_REPLACE_FILE_H

#include <stddef.h>
#include <sys/types.h>

/* Owner and permissions of the new file. */
struct replace_owner {
	mode_t mode;
	uid_t uid; /* (uid_t)-1: the process's */
	gid_t gid; /* (gid_t)-1: the folder's default */
};

/*
 * Make data the content of the file `name` in a folder (a descriptor). Returns 0: the new
 * content is on the disk; or a negative errno: the old file is unchanged, nothing is left over.
 * After the rename, -EIO means that the new file exists but may not be on the disk yet.
 */
int replace_file(int folder, const char *name, const void *data, size_t length,
		 const struct replace_owner *owner);

/* Open a folder, which is created with mode if missing (not its parents). Descriptor or -errno. */
int folder_open(const char *path, mode_t mode);

#endif
