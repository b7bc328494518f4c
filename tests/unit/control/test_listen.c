// SPDX-License-Identifier: MIT
/* Where the socket is made, whose file may be replaced, and who may connect. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/un.h>

#include "daemon/fwd/live/live.h"
#include "tests/unit/control/served.h"

#define GROUP_READ  54321
#define GROUP_ADMIN 54322

static int open_at(struct served *served, const char *path, struct control **ret,
		   struct errors *errs)
{
	return control_open(&served->core, ctl_verb_of, served->loop, path, ret, errs);
}

Test(listen, second_is_refused)
{
	struct control *second = NULL;
	struct errors errs = {0};
	struct served served;

	served_start(&served);
	cr_expect(open_at(&served, served.path, &second, &errs) == -EADDRINUSE);
	cr_assert(errs.count == 1);
	cr_expect(strstr(errs.list[0].message, "another fwd answers here"));
	errors_clear(&errs);
	expect_reply(served_ask(&served, "{\"op\":\"version\"}"), "ok", NULL);
	served_stop(&served);
}

/* What a killed fwd left. */
Test(listen, stale_is_replaced)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct control *control = NULL;
	struct errors errs = {0};
	struct served served;
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	served_start(&served);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s/stale", served.folder);
	cr_assert(bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0);
	close(fd);
	cr_expect(open_at(&served, address.sun_path, &control, &errs) == 0);
	control_close(control);
	served_stop(&served);
}

Test(listen, other_files_stay)
{
	struct control *control = NULL;
	struct errors errs = {0};
	struct served served;
	char path[128];
	int fd;

	served_start(&served);
	snprintf(path, sizeof(path), "%s/file", served.folder);
	fd = open(path, O_CREAT | O_WRONLY, 0644);
	cr_assert(write(fd, "x", 1) == 1);
	close(fd);
	cr_expect(open_at(&served, path, &control, &errs) == -EEXIST);
	cr_expect(strstr(errs.list[0].message, "not a socket"));
	errors_clear(&errs);
	cr_expect(access(path, F_OK) == 0);
	unlink(path);
	served_stop(&served);
}

/* A folder is made, but no tower of them; too long a path is reported. */
Test(listen, paths)
{
	struct control *control = NULL;
	struct errors errs = {0};
	struct served served;
	char path[200];

	served_start(&served);
	snprintf(path, sizeof(path), "%s/new/sock", served.folder);
	cr_expect(open_at(&served, path, &control, &errs) == 0);
	control = control_close(control);
	cr_expect(access(path, F_OK) < 0);
	snprintf(path, sizeof(path), "%s/new", served.folder);
	cr_expect(rmdir(path) == 0);
	snprintf(path, sizeof(path), "%s/new/newer/sock", served.folder);
	cr_expect(open_at(&served, path, &control, &errs) == -ENOENT && errs.count == 1);
	errors_clear(&errs);
	memset(path, 'x', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	cr_expect(open_at(&served, path, &control, &errs) == -ENAMETOOLONG && errs.count == 1);
	errors_clear(&errs);
	served_stop(&served);
}

/* The file of somebody else who took the path meanwhile is not removed. */
Test(listen, only_its_own_file_is_removed)
{
	struct served served;
	struct control *control = NULL;
	struct errors errs = {0};
	char path[128];
	int fd;

	served_start(&served);
	snprintf(path, sizeof(path), "%s/taken", served.folder);
	cr_assert(open_at(&served, path, &control, &errs) == 0);
	unlink(path);
	fd = open(path, O_CREAT | O_WRONLY, 0644);
	close(fd);
	control_close(control);
	cr_expect(access(path, F_OK) == 0);
	unlink(path);
	served_stop(&served);
}

Test(listen, mode)
{
	struct served served;
	struct stat status;

	served_start(&served);
	cr_assert(stat(served.path, &status) == 0);
	cr_expect((status.st_mode & 0007) == 0, "others have no access: %o", status.st_mode);
	served_stop(&served);
}

/* ---- who may what ---- */

static const char *const writes[] = {
	"{\"op\":\"block\",\"args\":{\"prefix\":\"192.0.2.1\"}}",
	"{\"op\":\"reload\"}",
};

struct peer {
	struct served *served;
	int fd;
	uid_t uid;
	gid_t gid;
	const gid_t *groups;
	size_t count;
	int result;
};

/* By the bare system calls: they change the thread, glibc's change the process. */
static void *connect_in_thread(void *argument)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct peer *peer = argument;

	strcpy(address.sun_path, peer->served->path);
	peer->result = syscall(SYS_setgroups, peer->count, peer->groups) < 0 ||
		       syscall(SYS_setresgid, peer->gid, peer->gid, peer->gid) < 0 ||
		       syscall(SYS_setresuid, peer->uid, peer->uid, peer->uid) < 0 ||
		       connect(peer->fd, (struct sockaddr *)&address, sizeof(address)) < 0;
	return NULL;
}

/* The kernel notes who connects; whose the socket is later does not matter. */
static int connect_as(struct served *served, uid_t uid, gid_t gid, const gid_t *groups,
		      size_t count)
{
	struct peer peer = {
		.served = served, .uid = uid, .gid = gid, .groups = groups, .count = count};
	pthread_t thread;

	cr_assert(chmod(served->folder, 0755) == 0);
	peer.fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	cr_assert(pthread_create(&thread, NULL, connect_in_thread, &peer) == 0);
	pthread_join(thread, NULL);
	if (peer.result != 0) {
		close(peer.fd);
		return -1;
	}
	served_run(served, 1);
	return peer.fd;
}

static void open_to_all(struct served *served)
{
	cr_assert(chmod(served->path, 0666) == 0);
}

static void expect_access(struct served *served, int fd, bool reads, bool may_write)
{
	served_say(served, fd, "{\"op\":\"blocks\"}");
	expect_reply(served_hear(served, fd), reads ? "ok" : "permission",
		     reads ? NULL : "group fwd");
	served_say(served, fd, writes[0]);
	expect_reply(served_hear(served, fd), may_write ? "ok" : "permission",
		     may_write ? NULL : "group fwd-admin");
	if (!may_write) {
		served_say(served, fd, writes[1]);
		expect_reply(served_hear(served, fd), "permission", NULL);
	}
	close(fd);
}

Test(access, by_group)
{
	const gid_t both[] = {7, GROUP_READ, 9}, admin[] = {GROUP_ADMIN}, others[] = {7, 8};
	struct control *control;
	struct served served;

	if (geteuid() != 0)
		cr_skip_test("other users need root");
	served_start(&served);
	open_to_all(&served);
	control = served.control;
	control->has_read_group = control->has_admin_group = true;
	control->read_group = GROUP_READ;
	control->admin_group = GROUP_ADMIN;
	expect_access(&served, connect_as(&served, 12345, 12345, NULL, 0), false, false);
	expect_access(&served, connect_as(&served, 12345, 12345, others, 2), false, false);
	expect_access(&served, connect_as(&served, 12345, 12345, both, 3), true, false);
	expect_access(&served, connect_as(&served, 12345, GROUP_READ, NULL, 0), true, false);
	expect_access(&served, connect_as(&served, 12345, 12345, admin, 1), true, true);
	expect_access(&served, connect_as(&served, 12345, GROUP_ADMIN, NULL, 0), true, true);
	expect_access(&served, connect_as(&served, 0, 0, NULL, 0), true, true);
	/* Without these groups in the system, only root. */
	control->has_read_group = control->has_admin_group = false;
	expect_access(&served, connect_as(&served, 12345, GROUP_ADMIN, both, 3), false, false);
	served_stop(&served);
}

/* The file lets in who may do something, and nobody else; admins without being readers, too. */
Test(access, of_the_file)
{
	const gid_t readers[] = {GROUP_READ}, admins[] = {7, GROUP_ADMIN};
	struct errors errs = {0};
	struct control *control;
	struct served served;

	if (geteuid() != 0)
		cr_skip_test("other users need root");
	served_start(&served);
	control = served.control;
	control->has_admin_group = true;
	control->admin_group = GROUP_ADMIN;
	cr_assert(control_admit(control, &errs) == 0);
	cr_expect(connect_as(&served, 12345, 12345, readers, 1) < 0);
	expect_access(&served, connect_as(&served, 12345, 12345, admins, 2), true, true);
	control->has_read_group = true;
	control->read_group = GROUP_READ;
	cr_assert(control_admit(control, &errs) == 0);
	cr_expect(connect_as(&served, 12345, 12345, NULL, 0) < 0);
	expect_access(&served, connect_as(&served, 12345, 12345, readers, 1), true, false);
	expect_access(&served, connect_as(&served, 12345, 12345, admins, 2), true, true);
	served_stop(&served);
}

/* Nothing has happened after a refused write. */
Test(access, refused_changes_nothing)
{
	const struct live_entry *entries;
	struct served served;
	int fd;

	if (geteuid() != 0)
		cr_skip_test("other users need root");
	served_start(&served);
	open_to_all(&served);
	fd = connect_as(&served, 12345, 12345, NULL, 0);
	served_say(&served, fd, writes[0]);
	expect_reply(served_hear(&served, fd), "permission", NULL);
	cr_expect(live_list(served.core.live, FW_LIVE_BLOCKS, &entries) == 0);
	close(fd);
	served_stop(&served);
}

/* One user cannot take the places of the others; readers leave room for writers. */
Test(access, places)
{
	const gid_t readers[] = {GROUP_READ};
	struct served served;
	int fds[FW_MAX_CLIENTS_USER + 4];

	if (geteuid() != 0)
		cr_skip_test("other users need root");
	served_start(&served);
	open_to_all(&served);
	served.control->has_read_group = true;
	served.control->read_group = GROUP_READ;
	for (size_t i = 0; i < FW_MAX_CLIENTS_USER + 4; i++)
		fds[i] = connect_as(&served, 12345, 12345, readers, 1);
	for (size_t i = 0; i < FW_MAX_CLIENTS_USER; i++)
		served_say(&served, fds[i], "{\"op\":\"version\"}");
	for (size_t i = 0; i < FW_MAX_CLIENTS_USER + 4; i++)
		expect_reply(served_hear(&served, fds[i]),
			     i < FW_MAX_CLIENTS_USER ? "ok" : "failed", NULL);
	expect_access(&served, connect_as(&served, 12346, 12346, readers, 1), true, false);
	expect_reply(served_ask(&served, "{\"op\":\"version\"}"), "ok", NULL);
	for (size_t i = 0; i < FW_MAX_CLIENTS_USER + 4; i++)
		close(fds[i]);
	served_stop(&served);
}
