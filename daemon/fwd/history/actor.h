/* SPDX-License-Identifier: MIT */
/* Who changes something: what the kernel tells of the other end of the socket, and what it claims. */
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
	uid_t login;	       /* whose login it was before sudo (loginuid); (uid_t)-1: unknown */
	char user[ACTOR_TEXT]; /* of uid in /etc/passwd; "" if it is not there */
	char process[ACTOR_TEXT]; /* the command's name, printable */
	char from[ACTOR_TEXT];	  /* where from, as the client claims; "" if it does not */
};

/* The actor at the other end of a socket. process is copied, from may be NULL. */
void actor_fill(struct actor *actor, const struct ucred *peer, const char *process,
		const char *from);

/* fwd itself: at the start, or by a signal. */
void actor_self(struct actor *actor, const char *process);

/* {"uid", "user", "gid", "pid", "process", "login_uid", "claimed_from"}; the last two if known. */
cJSON *actor_json(const struct actor *actor);

#endif
