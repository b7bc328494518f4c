// SPDX-License-Identifier: MIT
/*
 * Where the socket is. Its file is made under a closed umask and opened to
 * the groups afterwards, so there is no moment in which others could connect.
 */
#include "daemon/fwd/control/server.h"

#include <errno.h>
#include <grp.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/acl.h>
#include <sys/un.h>

#include "common/base/memory.h"

/*
 * Connections that wait to be accepted. Somebody who opens and drops them in a loop keeps any queue full:
 * a short one is short to wait in, and before it the kernel has a line for all who connect without haste.
 */
#define BACKLOG 256

static bool find_group(const char *name, gid_t *ret)
{
	struct group *group = getgrnam(name);

	if (!group)
		return false;
	*ret = group->gr_gid;
	return true;
}

static int fail(struct errors *errs, int r, const char *path, const char *what)
{
	errors_add(errs, SEVERITY_ERROR, ERROR_SYSTEM, NULL, "socket %s: %s: %s", path, what,
		   strerror(-r));
	return r;
}

/* Make the folder of the socket (one level: /run/fwd). */
static int make_folder(const char *path, struct errors *errs)
{
	cleanup_free char *copy = strdup(path);
	const char *folder;

	if (!copy)
		return -ENOMEM;
	folder = dirname(copy);
	if (mkdir(folder, 0755) < 0 && errno != EEXIST)
		return fail(errs, -errno, path, "cannot make its folder");
	return 0;
}

/* Remove the socket file of a dead fwd; refuse if somebody listens, or if it is no socket. */
static int remove_stale(const struct sockaddr_un *address, struct errors *errs)
{
	const char *path = address->sun_path;
	cleanup_fd int fd = -1;
	struct stat status;

	if (lstat(path, &status) < 0)
		return errno == ENOENT ? 0 : fail(errs, -errno, path, "cannot look at it");
	if (!S_ISSOCK(status.st_mode))
		return fail(errs, -EEXIST, path, "this is not a socket, leaving it alone");
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return fail(errs, -errno, path, "cannot make a socket");
	/* EAGAIN: its queue of connections is full, so it lives. */
	if (connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0 ||
	    errno == EAGAIN) {
		errors_add(errs, SEVERITY_ERROR, ERROR_SYSTEM, NULL,
			   "socket %s: another fwd answers here; stop it or choose --socket", path);
		return -EADDRINUSE;
	}
	if (errno == ENOENT)
		return 0;
	if (errno != ECONNREFUSED)
		return fail(errs, -errno, path, "cannot find out whether a process listens");
	if (unlink(path) < 0 && errno != ENOENT)
		return fail(errs, -errno, path, "cannot remove the old socket");
	return 0;
}

/*
 * Group fwd by the mode, fwd-admin by an ACL entry (acl(5)): its members need not be
 * members of both.
 */
static int set_acl(const struct control *control)
{
	char text[96];
	acl_t acl;
	int r;

	snprintf(text, sizeof(text), "u::rw,g::%s,g:%u:rw,m::rw,o::-",
		 control->has_read_group ? "rw" : "-", control->admin_group);
	acl = acl_from_text(text);
	if (!acl)
		return -errno;
	r = acl_set_file(control->path, ACL_TYPE_ACCESS, acl) ? -errno : 0;
	acl_free(acl);
	/* Without ACLs here, admins have to be members of fwd as well. */
	return r == -EOPNOTSUPP ? 0 : r;
}

int control_admit(const struct control *control, struct errors *errs)
{
	int r;

	if (control->has_read_group) {
		if (lchown(control->path, (uid_t)-1, control->read_group) < 0)
			return fail(errs, -errno, control->path, "cannot give it to group fwd");
		if (chmod(control->path, 0660) < 0)
			return fail(errs, -errno, control->path, "cannot set its mode");
	}
	r = control->has_admin_group ? set_acl(control) : 0;
	return r < 0 ? fail(errs, r, control->path, "cannot open it to group fwd-admin") : 0;
}

static int bind_closed(int fd, const struct sockaddr_un *address)
{
	mode_t mask = umask(0177);
	int r = bind(fd, (const struct sockaddr *)address, sizeof(*address)) < 0 ? -errno : 0;

	umask(mask);
	return r;
}

int control_listen(struct control *control, const char *path, struct errors *errs)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct stat status;
	int r;

	if (strlen(path) >= sizeof(address.sun_path))
		return fail(errs, -ENAMETOOLONG, path, "cannot listen");
	strcpy(address.sun_path, path);
	r = make_folder(path, errs);
	if (r < 0)
		return r;
	r = remove_stale(&address, errs);
	if (r < 0)
		return r;
	control->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (control->fd < 0)
		return fail(errs, -errno, path, "cannot make a socket");
	r = bind_closed(control->fd, &address);
	if (r < 0)
		return fail(errs, r, path, "cannot bind");
	control->path = strdup(path);
	if (!control->path || lstat(path, &status) < 0) {
		unlink(path);
		return -ENOMEM;
	}
	control->path_device = status.st_dev;
	control->path_inode = status.st_ino;
	control->has_read_group = find_group("fwd", &control->read_group);
	control->has_admin_group = find_group("fwd-admin", &control->admin_group);
	r = control_admit(control, errs);
	if (r < 0)
		return r;
	return listen(control->fd, BACKLOG) < 0 ? fail(errs, -errno, path, "cannot listen") : 0;
}

void control_unlink(struct control *control)
{
	struct stat status;

	if (control->path && lstat(control->path, &status) == 0 &&
	    status.st_dev == control->path_device && status.st_ino == control->path_inode)
		unlink(control->path);
}
