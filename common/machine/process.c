// SPDX-License-Identifier: MIT
#include "common/machine/process.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/memory.h"

#define PATH 128

/* Majors of the slaves of pseudo-terminals: Documentation/admin-guide/devices.txt. */
#define PTS_FIRST_MAJOR 136
#define PTS_LAST_MAJOR	143

static void close_folder(DIR **folder)
{
	if (*folder)
		closedir(*folder);
}

/* A small file as text. Returns its length or a negative errno. */
static ssize_t read_text(const char *proc, pid_t pid, const char *name, char *text, size_t size)
{
	cleanup_fd int fd = -1;
	char path[PATH];
	ssize_t got;

	snprintf(path, sizeof(path), "%s/%d/%s", proc, pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	got = read(fd, text, size - 1);
	if (got < 0)
		return errno == ESRCH ? -ENOENT : -errno;
	text[got] = '\0';
	return got;
}

int process_read(const char *proc, pid_t pid, struct process *ret)
{
	char text[1024], *name, *rest;
	ssize_t got = read_text(proc, pid, "stat", text, sizeof(text));
	struct process process = {.pid = pid};

	if (got < 0)
		return (int)got;
	/* The name is in parentheses, and may contain parentheses. */
	name = strchr(text, '(');
	rest = strrchr(text, ')');
	if (!name || !rest || rest < name)
		return -EIO;
	*rest = '\0';
	snprintf(process.name, sizeof(process.name), "%s", name + 1);
	if (sscanf(rest + 1,
		   " %*c %d %*d %*d %" SCNu32 " %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d "
		   "%*d %*d %" SCNu64,
		   &process.parent, &process.tty, &process.started) != 3)
		return -EIO;
	*ret = process;
	return 0;
}

bool process_login(const char *proc, pid_t pid, uid_t *ret)
{
	char text[32];
	unsigned uid;

	if (read_text(proc, pid, "loginuid", text, sizeof(text)) <= 0 ||
	    sscanf(text, "%u", &uid) != 1 || uid == (uid_t)-1)
		return false;
	*ret = uid;
	return true;
}

int process_sockets(const char *proc, pid_t pid, struct inode_list *list)
{
	cleanup(close_folder) DIR *folder = NULL;
	const struct dirent *entry;
	char path[PATH], target[64];

	snprintf(path, sizeof(path), "%s/%d/fd", proc, pid);
	folder = opendir(path);
	if (!folder)
		return -errno;
	while ((entry = readdir(folder))) {
		ssize_t length = readlinkat(dirfd(folder), entry->d_name, target, sizeof(target));
		uint32_t inode, *item;

		/* The first error ends it: the files of a process have the same permissions. */
		if (length < 0 && (errno == EACCES || errno == EPERM))
			return -errno;
		if (length <= 0 || (size_t)length == sizeof(target))
			continue;
		target[length] = '\0';
		if (sscanf(target, "socket:[%" SCNu32 "]", &inode) != 1)
			continue;
		item = array_grow(&list->items, list->count, sizeof(*item));
		if (!item)
			return -ENOMEM;
		*item = inode;
		list->count++;
	}
	return 0;
}

int process_each(const char *proc, int (*take)(void *userdata, const struct process *process),
		 void *userdata)
{
	cleanup(close_folder) DIR *folder = opendir(proc);
	const struct dirent *entry;
	struct process process;
	int r = 0;

	if (!folder)
		return -errno;
	while (r == 0 && (entry = readdir(folder))) {
		if (isdigit((unsigned char)entry->d_name[0]) &&
		    process_read(proc, (pid_t)strtol(entry->d_name, NULL, 10), &process) == 0)
			r = take(userdata, &process);
	}
	return r;
}

bool tty_is_pseudo(uint32_t tty, char *name, size_t size)
{
	unsigned major = tty >> 8 & 0xfff, minor = (tty & 0xff) | (tty >> 12 & 0xfff00);

	if (major < PTS_FIRST_MAJOR || major > PTS_LAST_MAJOR)
		return false;
	snprintf(name, size, "pts/%u", (major - PTS_FIRST_MAJOR) * 256 + minor);
	return true;
}
