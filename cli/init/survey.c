// SPDX-License-Identifier: MIT
#include "cli/init/survey.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/memory.h"
#include "common/machine/caller.h"
#include "common/machine/process.h"

/* Lease files of dhclient, dhcpcd, NetworkManager and systemd-networkd. */
static const char *const lease_files[] = {
	"/var/lib/dhcp/dhclient*.leases",  "/var/lib/dhcpcd/*.lease",
	"/var/lib/NetworkManager/*.lease", "/run/systemd/netif/leases/*",
	"/run/dhcpcd/*/*.lease",
};

static bool has_lease_file(void)
{
	for (size_t i = 0; i < array_size(lease_files); i++) {
		glob_t found = {0};
		bool any = glob(lease_files[i], 0, NULL, &found) == 0;

		globfree(&found);
		if (any)
			return true;
	}
	return false;
}

/* ---- listeners ---- */

static int read_listeners(struct survey *found)
{
	struct socket_list sockets = {0};
	int r = sockets_read_listening(&sockets);

	for (size_t i = 0; i < sockets.count && r == 0; i++) {
		struct survey_listener *listener =
			array_grow(&found->listeners, found->listener_count, sizeof(*listener));

		if (!listener) {
			r = -ENOMEM;
			break;
		}
		listener->socket = sockets.items[i];
		found->listener_count++;
	}
	sockets_clear(&sockets);
	return r;
}

/* Without root the sockets of others cannot be read: their names stay empty. */
static int name_process(void *userdata, const struct process *process)
{
	struct survey *found = userdata;
	struct inode_list inodes = {0};

	if (process_sockets("/proc", process->pid, &inodes) == 0) {
		for (size_t i = 0; i < found->listener_count; i++) {
			struct survey_listener *listener = &found->listeners[i];

			for (size_t j = 0; j < inodes.count && !*listener->process; j++) {
				if (listener->socket.inode == inodes.items[j])
					memcpy(listener->process, process->name,
					       sizeof(listener->process));
			}
		}
	}
	free(inodes.items);
	return 0;
}

/* ---- the client ---- */

static int read_operators(const char *claim, struct survey *found)
{
	const struct caller caller = {
		.pid = getpid(), .started = caller_started(getpid()), .claim = claim};
	struct socket_list sockets = {0};
	struct caller_found who = {0};
	int r = sockets_read(&sockets);

	if (r == 0)
		r = caller_find(&caller, &caller_sources_system, &sockets, &who);
	if (r == 0) {
		found->operators = who.connections;
		who.connections = (struct socket_list){0};
	}
	caller_clear(&who);
	sockets_clear(&sockets);
	return r;
}

/* ---- the whole ---- */

int survey_read(const char *claim, struct survey *ret)
{
	struct survey found = {0};
	int r = survey_network(&found);

	if (r == 0)
		r = own_read(&found.addresses);
	if (r == 0)
		r = read_listeners(&found);
	if (r == 0)
		r = process_each("/proc", name_process, &found);
	if (r == 0)
		r = read_operators(claim, &found);
	if (r < 0) {
		survey_clear(&found);
		return r;
	}
	found.has_lease = has_lease_file();
	*ret = found;
	return 0;
}

void survey_clear(struct survey *found)
{
	free(found->links);
	free(found->routes);
	free(found->listeners);
	own_clear(&found->addresses);
	sockets_clear(&found->operators);
	*found = (struct survey){0};
}

const struct survey_link *survey_link(const struct survey *found, const char *name)
{
	for (size_t i = 0; i < found->link_count; i++) {
		if (strcmp(found->links[i].name, name) == 0)
			return &found->links[i];
	}
	return NULL;
}
