// SPDX-License-Identifier: MIT
#include "common/machine/caller.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/machine/process.h"

/* A bound for nested shells and terminals. */
#define MAX_ANCESTORS 64

const struct caller_sources caller_sources_system = {"/proc", "/run/utmp"};

/* Login programs, which have a process with the connection for each session. */
static const char *const login_servers[] = {
	"sshd", "sshd-session", "dropbear", "in.telnetd", "telnetd", "in.rlogind",
};

struct search {
	const struct caller *caller;
	const struct caller_sources *sources;
	const struct socket_list *sockets;
	struct caller_found *found;
	unsigned servers;  /* login processes above the client */
	int unreadable;	   /* the error of reading their sockets, or 0 */
	bool lost;	   /* a process had ended */
	bool console;	   /* the client, or a process above it, has a terminal at the machine */
	char terminal[16]; /* the pseudo-terminal of the client; "": none */
	uid_t login;	   /* the login uid to search */
};

static void explain(struct caller_found *found, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(found->why, sizeof(found->why), format, args);
	va_end(args);
	found->kind = CALLER_UNKNOWN;
}

static bool is_login_server(const struct process *process)
{
	for (size_t i = 0; i < array_size(login_servers); i++) {
		if (strcmp(process->name, login_servers[i]) == 0)
			return true;
	}
	return false;
}

/* `ssh localhost` and tunnels: the user is on another connection. */
static bool is_inside(const struct socket_info *info)
{
	static const uint8_t loopback6[16] = {[15] = 1};

	return prefix_compare(&info->local, &info->remote) == 0 ||
	       (info->remote.family == 4 && info->remote.addr[0] == 127) ||
	       (info->remote.family == 6 && memcmp(info->remote.addr, loopback6, 16) == 0);
}

static int add(struct search *search, const struct socket_info *info)
{
	struct socket_list *list = &search->found->connections;
	struct socket_info *item;

	for (size_t i = 0; i < list->count; i++) {
		if (socket_is_same(&list->items[i], info))
			return 0;
	}
	item = array_grow(&list->items, list->count, sizeof(*item));
	if (!item)
		return -ENOMEM;
	*item = *info;
	list->count++;
	return 0;
}

static bool is_session(const struct socket_info *info)
{
	return info->protocol == IPPROTO_TCP && info->state == SOCKET_ESTABLISHED &&
	       !is_inside(info);
}

/* The connections of a process. */
static int add_process(struct search *search, const struct process *process)
{
	struct inode_list inodes = {0};
	int r = process_sockets(search->sources->proc, process->pid, &inodes);

	if (r == -ENOENT || r == -ESRCH) {
		search->lost = true;
		r = 0;
	} else if (r < 0 && r != -ENOMEM) {
		search->unreadable = r;
		r = 0;
	}
	for (size_t i = 0; i < inodes.count; i++) {
		for (size_t j = 0; j < search->sockets->count && r == 0; j++) {
			const struct socket_info *info = &search->sockets->items[j];

			if (info->inode && info->inode == inodes.items[i] && is_session(info))
				r = add(search, info);
		}
	}
	free(inodes.items);
	return r;
}

static void note_terminal(struct search *search, const struct process *process)
{
	char name[sizeof(search->terminal)];

	if (!process->tty)
		return;
	if (!tty_is_pseudo(process->tty, name, sizeof(name)))
		search->console = true;
	else if (!search->terminal[0])
		memcpy(search->terminal, name, sizeof(name));
}

/* The client and the processes above it. */
static int walk(struct search *search)
{
	const struct caller *caller = search->caller;
	pid_t pid = caller->pid;
	int r = 0;

	for (unsigned i = 0; i < MAX_ANCESTORS && pid > 0 && r == 0; i++) {
		struct process process;

		if (process_read(search->sources->proc, pid, &process) < 0 ||
		    (i == 0 && process.started != caller->started)) {
			search->lost = true;
			return 0;
		}
		note_terminal(search, &process);
		if (is_login_server(&process)) {
			search->servers++;
			r = add_process(search, &process);
		}
		pid = process.parent;
	}
	return r;
}

static int take_session(void *userdata, const struct process *process)
{
	struct search *search = userdata;
	uid_t login;

	if (!is_login_server(process) ||
	    !process_login(search->sources->proc, process->pid, &login) || login != search->login)
		return 0;
	return add_process(search, process);
}

/* The other sessions of the same login. */
static int find_by_login(struct search *search)
{
	int r;

	if (!search->caller->pid ||
	    !process_login(search->sources->proc, search->caller->pid, &search->login))
		return 0;
	r = process_each(search->sources->proc, take_session, search);
	return r == -ENOMEM ? r : 0;
}

/* Returns 1 if utmp has the answer. */
static int find_by_utmp(struct search *search)
{
	struct caller_found *found = search->found;
	struct prefix address;
	char host[64];
	int r = 0;

	if (!search->terminal[0] ||
	    !login_host(search->sources->utmp, search->terminal, host, sizeof(host), &address))
		return 0;
	if (!host[0]) {
		found->kind = CALLER_LOCAL;
		return 1;
	}
	for (size_t i = 0; address.family && i < search->sockets->count && r == 0; i++) {
		const struct socket_info *info = &search->sockets->items[i];

		if (is_session(info) && prefix_compare(&info->remote, &address) == 0)
			r = add(search, info);
	}
	if (r < 0 || found->connections.count)
		return r;
	explain(found,
		"utmp has \"%s\" for its terminal %s, and no connection from there was found", host,
		search->terminal);
	return 1;
}

/* The client's claim counts if the kernel has such a connection. */
static int add_claim(struct search *search)
{
	struct socket_info claimed;

	if (!search->caller->claim || !socket_from_ssh(search->caller->claim, &claimed))
		return 0;
	for (size_t i = 0; i < search->sockets->count; i++) {
		const struct socket_info *info = &search->sockets->items[i];

		if (is_session(info) && socket_is_same(info, &claimed))
			return add(search, info);
	}
	return 0;
}

/* No connection was found: explain why. */
static void conclude(struct search *search)
{
	const struct caller *caller = search->caller;
	struct caller_found *found = search->found;

	if (search->unreadable)
		explain(found,
			"the sockets of sshd cannot be read: %s (is CAP_SYS_PTRACE missing?)",
			strerror(-search->unreadable));
	else if (search->servers)
		explain(found, "fwd's network namespace has no connection of the sshd above it");
	else if (search->console)
		found->kind = CALLER_LOCAL;
	else if (caller->claim)
		explain(found, "the kernel knows of no connection like SSH_CONNECTION");
	else if (!caller->pid)
		explain(found, "it runs in another pid namespace");
	else if (search->lost)
		explain(found, "its process has ended");
	else if (search->terminal[0])
		explain(found, "the origin of its terminal %s is unknown", search->terminal);
	else
		found->kind = CALLER_UNATTENDED;
}

int caller_find(const struct caller *caller, const struct caller_sources *sources,
		const struct socket_list *sockets, struct caller_found *ret)
{
	struct caller_found found = {.kind = CALLER_REMOTE};
	struct search search = {
		.caller = caller, .sources = sources, .sockets = sockets, .found = &found};
	int r = walk(&search);

	if (r == 0)
		r = add_claim(&search);
	if (r == 0 && !found.connections.count && !search.servers && !search.console)
		r = find_by_login(&search);
	if (r == 0 && !found.connections.count && !search.servers && !search.console)
		r = find_by_utmp(&search);
	if (r == 0 && !found.connections.count)
		conclude(&search);
	if (r < 0)
		caller_clear(&found);
	else
		*ret = found;
	return r < 0 ? r : 0;
}

void caller_clear(struct caller_found *found)
{
	sockets_clear(&found->connections);
}

static int take_logged_in(void *userdata, const struct process *process)
{
	struct search *search = userdata;
	uid_t login;

	if (!is_login_server(process) ||
	    !process_login(search->sources->proc, process->pid, &login))
		return 0;
	return add_process(search, process);
}

int caller_sessions(const struct caller_sources *sources, const struct socket_list *sockets,
		    struct socket_list *ret)
{
	cleanup(prefix_list_clear) struct prefix_list hosts = {0};
	struct caller_found found = {.connections = *ret};
	struct search search = {.sources = sources, .sockets = sockets, .found = &found};
	int r = process_each(sources->proc, take_logged_in, &search);

	if (r != -ENOMEM)
		r = login_addresses(sources->utmp, &hosts);
	for (size_t i = 0; i < sockets->count && r == 0; i++) {
		const struct socket_info *info = &sockets->items[i];

		for (size_t j = 0; j < hosts.count && r == 0 && is_session(info); j++) {
			if (prefix_compare(&info->remote, &hosts.items[j]) == 0)
				r = add(&search, info);
		}
	}
	*ret = found.connections;
	return r;
}

uint64_t caller_started(pid_t pid)
{
	struct process process;

	return pid > 0 && process_read(caller_sources_system.proc, pid, &process) == 0
		       ? process.started
		       : 0;
}
