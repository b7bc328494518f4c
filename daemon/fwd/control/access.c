// SPDX-License-Identifier: MIT
/*
 * Permissions of clients. The kernel reports the groups that the peer had when it
 * connected (SO_PEERGROUPS): no name service is asked, so none can stall the loop.
 */
#include "daemon/fwd/control/server.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/machine/caller.h"

#ifndef SO_PEERGROUPS
#define SO_PEERGROUPS 59
#endif

/* The groups other than the primary one: count, malloced array in *ret. */
static int peer_groups(int fd, gid_t **ret)
{
	cleanup_free gid_t *groups = NULL;
	socklen_t size = 0;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, NULL, &size) == 0 || size == 0)
		return 0; /* none, or a kernel that does not report them */
	if (errno != ERANGE)
		return -errno;
	groups = malloc(size);
	if (!groups)
		return -ENOMEM;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &size) < 0)
		return -errno;
	*ret = steal(&groups);
	return (int)(size / sizeof(gid_t));
}

static bool is_member(const struct ucred *peer, const gid_t *groups, int count, gid_t group)
{
	if (peer->gid == group)
		return true;
	for (int i = 0; i < count; i++) {
		if (groups[i] == group)
			return true;
	}
	return false;
}

static void read_command(pid_t pid, char *command, size_t size)
{
	cleanup_fd int fd = -1;
	char path[64];
	ssize_t got;

	snprintf(command, size, "?");
	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	got = read(fd, command, size - 1);
	if (got <= 0)
		return;
	command[got] = '\0';
	command[strcspn(command, "\n")] = '\0';
	/* It goes to the log, and its owner chose it. */
	for (char *at = command; *at; at++) {
		if (!isprint((unsigned char)*at))
			*at = '?';
	}
}

int client_identify(struct ctl_client *client)
{
	const struct control *control = client->control;
	cleanup_free gid_t *groups = NULL;
	socklen_t size = sizeof(client->peer);
	int count;

	if (getsockopt(client->fd, SOL_SOCKET, SO_PEERCRED, &client->peer, &size) < 0)
		return -errno;
	client->peer_started = caller_started(client->peer.pid);
	read_command(client->peer.pid, client->command, sizeof(client->command));
	count = peer_groups(client->fd, &groups);
	if (count < 0)
		return count;
	client->access = ACCESS_NONE;
	if (control->has_read_group && is_member(&client->peer, groups, count, control->read_group))
		client->access = ACCESS_READ;
	if (control->has_admin_group &&
	    is_member(&client->peer, groups, count, control->admin_group))
		client->access = ACCESS_WRITE;
	if (client->peer.uid == 0 || client->peer.uid == geteuid())
		client->access = ACCESS_WRITE;
	return 0;
}
