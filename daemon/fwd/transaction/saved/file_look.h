/* SPDX-License-Identifier: MIT */
/*
 * How a file looks from outside: size, times, and which one it is. What looks as it did before is
 * not read again.
 */
#ifndef FWD_FILE_LOOK_H
#define FWD_FILE_LOOK_H

#include <stdbool.h>
#include <sys/stat.h>

struct file_look {
	bool is_there;
	/* It was not written just now: a file may change twice within one tick of its clock. */
	bool is_settled;
	struct stat info;
};

/* Links are followed. */
struct file_look file_look(const char *path);

/* Has nothing happened to the file since the look before? False if that cannot be known. */
bool file_looks_same(const struct file_look *before, const struct file_look *now);

#endif
