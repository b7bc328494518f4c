/* SPDX-License-Identifier: MIT */
/* The author of a change: from the kernel, for the other end of the socket, and from its claims. */
#ifndef FWD_ACTOR_H
#define FWD_ACTOR_H

#include <sys/socket.h>
#include <sys/types.h>

#include <cjson/cJSON.h>

#define ACTOR_TEXT 64

struct actor {
	uid_t uid;
	gid_t gid;
	pid_t pid;
	uid_t login;		  /* of the login, before sudo (loginuid); (uid_t)-1: unknown */
	char user[ACTOR_TEXT];	  /* of uid in /etc/passwd; "" if it is missing */
	char process[ACTOR_TEXT]; /* the command's name, printable */
	char from[ACTOR_TEXT];	  /* its origin, as the client claims; "" without claim */
};

/* The actor at the other end of a socket. process is copied, from may be NULL. */
void actor_fill(struct actor *actor, const struct ucred *peer, const char *process,
		const char *from);

/* fwd itself: at the start, or by a signal. */
void actor_self(struct actor *actor, const char *process);

/* {"uid", "user", "gid", "pid", "process", "login_uid", "claimed_from"}; the last two if known. */
cJSON *actor_json(const struct actor *actor);

#endif
