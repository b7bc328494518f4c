// SPDX-License-Identifier: MIT
#include "common/base/replace_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/memory.h"

static int write_all(int fd, const char *data, size_t length)
{
	while (length > 0) {
		ssize_t written = write(fd, data, length);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return -errno;
		data += written;
		length -= (size_t)written;
	}
	return 0;
}

/* The mode last: a change of owner may clear bits, and fchmod ignores umask. */
static int set_owner(int fd, const struct replace_owner *owner)
{
	bool given = owner->uid != (uid_t)-1 || owner->gid != (gid_t)-1;

	if (given && fchown(fd, owner->uid, owner->gid) < 0)
		return -errno;
	return fchmod(fd, owner->mode) < 0 ? -errno : 0;
}

static int write_temporary(int folder, const char *temporary, const void *data, size_t length,
			   const struct replace_owner *owner)
{
	cleanup_fd int fd = -1;
	int r;

	/* A file of an earlier attempt is ours; O_EXCL refuses one that others created. */
	unlinkat(folder, temporary, 0);
	fd = openat(folder, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	r = write_all(fd, data, length);
	if (r == 0)
		r = set_owner(fd, owner);
	if (r == 0 && fsync(fd) < 0)
		r = -errno;
	return r;
}

int replace_file(int folder, const char *name, const void *data, size_t length,
		 const struct replace_owner *owner)
{
	cleanup_free char *temporary = NULL;
	int r;

	if (asprintf(&temporary, ".%s.new", name) < 0) {
		temporary = NULL;
		return -ENOMEM;
	}
	r = write_temporary(folder, temporary, data, length, owner);
	if (r == 0 && renameat(folder, temporary, folder, name) < 0)
		r = -errno;
	if (r < 0) {
		unlinkat(folder, temporary, 0);
		return r;
	}
	return fsync(folder) < 0 ? -EIO : 0;
}

int folder_open(const char *path, mode_t mode)
{
	int fd;

	if (mkdir(path, mode) < 0 && errno != EEXIST && errno != EROFS && errno != EACCES)
		return -errno;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}
