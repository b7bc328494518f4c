/* SPDX-License-Identifier: MIT */
/*
 * Finds from where a client of the control socket is used. Its own claim (SSH_CONNECTION) is
 * only a hint: sudo removes it. The kernel has more, which is searched in this order:
 *
 *	1. the processes above the client, up to sshd, and the connections of that sshd
 *	2. their terminal: a console or a serial line is used at the machine itself
 *	3. the login uid of the client (sudo, su, tmux and screen keep it): the connections of all
 *	   sessions of sshd with the same one
 *	4. utmp: the host from which the terminal was logged in
 *
 * A client without a terminal and without any of these is unattended: a timer, a boot script. It
 * has no connection to lose.
 */
#ifndef FWD_CALLER_H
#define FWD_CALLER_H

#include <stdint.h>
#include <sys/types.h>

#include "common/machine/sockets.h"

struct caller {
	pid_t pid;	   /* 0: the kernel does not show it (another pid namespace) */
	uint64_t started;  /* start time of the process, as in struct process; 0: it had ended */
	const char *claim; /* SSH_CONNECTION of the client, as it claims; or NULL */
};

enum caller_kind {
	CALLER_REMOTE,	   /* by the connections found */
	CALLER_LOCAL,	   /* at the machine itself */
	CALLER_UNATTENDED, /* unattended */
	CALLER_UNKNOWN,	   /* `why` has the reason */
};

struct caller_found {
	enum caller_kind kind;
	struct socket_list connections;
	char why[200];
};

/* Where to look: "/proc", "/run/utmp". */
struct caller_sources {
	const char *proc;
	const char *utmp;
};
extern const struct caller_sources caller_sources_system;

/* Find the origin. sockets: those of this machine. 0 or -ENOMEM; caller_clear frees *ret. */
int caller_find(const struct caller *caller, const struct caller_sources *sources,
		const struct socket_list *sockets, struct caller_found *ret);
void caller_clear(struct caller_found *found);

/*
 * Connections of users who are logged in: of each sshd whose session has a login uid, and those
 * from the hosts in utmp. Appends. 0 or -ENOMEM.
 */
int caller_sessions(const struct caller_sources *sources, const struct socket_list *sockets,
		    struct socket_list *ret);

/* The start time of a process, for struct caller; 0: it has ended, or is unknown. */
uint64_t caller_started(pid_t pid);

/*
 * The host that utmp has for a terminal ("pts/3"). False: utmp does not have the terminal. The
 * text is empty for a login at the machine; address is of family 0 if utmp has none.
 */
bool login_host(const char *utmp, const char *line, char *host, size_t size,
		struct prefix *ret_address);

/* The addresses of all hosts that utmp has. Appends. 0 or -ENOMEM. */
int login_addresses(const char *utmp, struct prefix_list *list);

#endif
