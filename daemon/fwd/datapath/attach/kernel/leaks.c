// SPDX-License-Identifier: MIT
/*
 * libxdp 1.3 leaves programs open: those of a chain that it read, also to attach and detach. That
 * would use up our file descriptors, and a program of ours that is open in fwd looks as if it were
 * still attached.
 */
#include "daemon/fwd/datapath/attach/kernel/leaks.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_program(int fd)
{
	char path[64], target[64];
	ssize_t length;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	length = readlink(path, target, sizeof(target) - 1);
	if (length < 0)
		return false;
	target[length] = '\0';
	return strcmp(target, "anon_inode:bpf-prog") == 0;
}

/* The next open descriptor, or -1. */
static int next_fd(DIR *folder)
{
	const struct dirent *entry;

	while ((entry = readdir(folder)))
		if (entry->d_name[0] != '.' && atoi(entry->d_name) != dirfd(folder))
			return atoi(entry->d_name);
	return -1;
}

void leaks_begin(struct open_fds *ret)
{
	DIR *folder = opendir("/proc/self/fd");
	int fd;

	memset(ret, 0, sizeof(*ret));
	ret->is_known = folder;
	while (folder && (fd = next_fd(folder)) >= 0)
		if (fd < MAX_WATCHED_FDS)
			ret->is_open[fd] = true;
	if (folder)
		closedir(folder);
}

void leaks_end(const struct open_fds *before, int keep, int keep_too)
{
	struct open_fds now;

	if (!before->is_known)
		return;
	leaks_begin(&now);
	for (int fd = 0; fd < MAX_WATCHED_FDS; fd++)
		if (now.is_open[fd] && !before->is_open[fd] && fd != keep && fd != keep_too &&
		    is_program(fd))
			close(fd);
}
