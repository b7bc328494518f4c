// SPDX-License-Identifier: MIT
#include "daemon/fwd/host/sysctl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"

#define MAX_PATH 256
#define MAX_TEXT 256

static int open_setting(const char *path, int flags)
{
	char name[MAX_PATH];
	int fd;

	if (snprintf(name, sizeof(name), "/proc/sys/%s", path) >= (int)sizeof(name))
		return -ENAMETOOLONG;
	fd = open(name, flags | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int sysctl_read(const char *path, long *numbers, size_t count)
{
	cleanup_fd int fd = open_setting(path, O_RDONLY);
	char text[MAX_TEXT], *at = text, *end;
	ssize_t length;
	size_t found = 0;

	if (fd < 0)
		return fd;
	length = read(fd, text, sizeof(text) - 1);
	if (length < 0)
		return -errno;
	text[length] = '\0';
	for (; found < count; found++, at = end) {
		long number = strtol(at, &end, 10);

		if (end == at)
			break;
		numbers[found] = number;
	}
	return (int)found;
}

int sysctl_write(const char *path, long number)
{
	cleanup_fd int fd = open_setting(path, O_WRONLY);
	char text[32];
	int length;

	if (fd < 0)
		return fd;
	length = snprintf(text, sizeof(text), "%ld\n", number);
	return write(fd, text, (size_t)length) == length ? 0 : -errno;
}
