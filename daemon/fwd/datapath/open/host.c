// SPDX-License-Identifier: MIT
/* Requirements that are checked before anything is touched, each with its own error. */
#include "daemon/fwd/datapath/open/host.h"
#include "daemon/fwd/datapath/internal.h"

#include <errno.h>
#include <cap-ng.h>
#include <fcntl.h>
#include <libgen.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

struct needed {
	const char *name;
	unsigned cap;
};

/*
 * CAP_SYS_ADMIN includes CAP_BPF and CAP_PERFMON, which are needed to load programs.
 * The kernel also requires it to read the programs of an interface: without it,
 * fwd could not recognize its own.
 */
static const struct needed needed[] = {
	{"CAP_NET_ADMIN", CAP_NET_ADMIN},
	{"CAP_SYS_ADMIN", CAP_SYS_ADMIN},
};

int host_check_capabilities(struct errors *errs)
{
	char missing[128] = "";
	int count = 0;

	if (capng_get_caps_process())
		return fail(errs, -EIO, "cannot read our capabilities");
	for (size_t i = 0; i < array_size(needed); i++) {
		if (capng_have_capability(CAPNG_EFFECTIVE, needed[i].cap))
			continue;
		if (missing[0])
			strcat(missing, " and ");
		strcat(missing, needed[i].name);
		count++;
	}
	if (!count)
		return 0;
	fail(errs, 0, "%s %s missing: run fwd as root, or give it the capabilit%s", missing,
	     count > 1 ? "are" : "is", count > 1 ? "ies" : "y");
	return -EPERM;
}

static int check_bpffs(const char *pin_dir, struct errors *errs)
{
	char copy[PATH_SIZE];
	const char *parent;
	struct statfs info;

	snprintf(copy, sizeof(copy), "%s", pin_dir);
	parent = dirname(copy);
	if (statfs(parent, &info) == 0 && info.f_type == BPF_FS_MAGIC)
		return 0;
	fail(errs, 0,
	     "%s is not on a BPF file system, where the datapath is kept: "
	     "mount -t bpf bpf /sys/fs/bpf",
	     parent);
	return -ENOTDIR;
}

/* The pid that holds the lock, from /proc/locks; 0 if it is not found. */
static int lock_holder(int fd)
{
	FILE *file = fopen("/proc/locks", "re");
	char line[256];
	struct stat st;
	int holder = 0;

	if (!file)
		return 0;
	while (!fstat(fd, &st) && fgets(line, sizeof(line), file)) {
		unsigned long inode;
		unsigned maj, min;
		int pid;

		if (sscanf(line, "%*d: FLOCK %*s %*s %d %x:%x:%lu", &pid, &maj, &min, &inode) ==
			    4 &&
		    inode == st.st_ino && maj == major(st.st_dev) && min == minor(st.st_dev))
			holder = pid;
	}
	fclose(file);
	return holder;
}

static int busy(const char *pin_dir, int fd, struct errors *errs)
{
	int pid = lock_holder(fd);

	if (pid > 0)
		fail(errs, 0, "another fwd (pid %d) runs on %s", pid, pin_dir);
	else
		fail(errs, 0, "another fwd runs on %s", pin_dir);
	return -EBUSY;
}

/*
 * The lock is a flock of the folder itself: it ends with its holder in any case.
 * The folder may be removed (by an fwd that detaches) between open
 * and flock; then it has no links any more.
 */
int host_lock(const char *pin_dir, int *ret, struct errors *errs)
{
	int err = check_bpffs(pin_dir, errs);

	if (err)
		return err;
	for (;;) {
		cleanup_fd int fd = -1;
		struct stat st;

		if (mkdir(pin_dir, 0700) && errno != EEXIST)
			return fail(errs, -errno, "cannot make %s", pin_dir);
		fd = open(pin_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0 && errno == ENOENT)
			continue;
		if (fd < 0)
			return fail(errs, -errno, "cannot open %s", pin_dir);
		if (flock(fd, LOCK_EX | LOCK_NB))
			return errno == EWOULDBLOCK ? busy(pin_dir, fd, errs)
						    : fail(errs, -errno, "cannot lock %s", pin_dir);
		if (fstat(fd, &st) || st.st_nlink == 0)
			continue;
		*ret = steal_fd(&fd);
		return 0;
	}
}
