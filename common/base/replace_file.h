/* SPDX-License-Identifier: MIT */
/*
 * Files that are the old or the new one at any moment, whatever happens: written beside
 * the old one, synced, renamed over it, and the folder synced.
 */
#ifndef FWD_REPLACE_FILE_H
#define FWD_REPLACE_FILE_H

#include <stddef.h>
#include <sys/types.h>

/* Who the new file belongs to, and who may read it. */
struct replace_owner {
	mode_t mode;
	uid_t uid; /* (uid_t)-1: whoever we are */
	gid_t gid; /* (gid_t)-1: the group that the folder gives */
};

/*
 * Make data the content of the file `name` in a folder (a descriptor). Returns 0: the new
 * content is on the disk; or a negative errno: the old file is as it was, nothing is left over.
 * -EIO after the rename means that the new file is there but perhaps not on the disk yet.
 */
int replace_file(int folder, const char *name, const void *data, size_t length,
		 const struct replace_owner *owner);

/* Open a folder, making it (not its parents) with mode if it is missing. Descriptor or errno. */
int folder_open(const char *path, mode_t mode);

#endif
