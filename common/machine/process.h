/* SPDX-License-Identifier: MIT */
/* A process, from /proc. The folder is an argument, so that tests can use another one. */
#ifndef FWD_PROCESS_H
#define FWD_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct process {
	pid_t pid;
	pid_t parent;
	uint32_t tty;	  /* its controlling terminal, as in proc(5); 0: none */
	uint64_t started; /* clock ticks after boot: differs if the pid is reused */
	char name[16];
};

/* 0, -ENOENT (it has ended) or another negative errno. */
int process_read(const char *proc, pid_t pid, struct process *ret);

/*
 * The uid that logged in, which sudo and su do not change. False: there was no login, or it is
 * unknown.
 */
bool process_login(const char *proc, pid_t pid, uid_t *ret);

/* Inodes of its sockets; appends to a malloced array. 0 or a negative errno (-EACCES). */
struct inode_list {
	uint32_t *items;
	size_t count;
};
int process_sockets(const char *proc, pid_t pid, struct inode_list *list);

/* Call back with each process, until it returns non-zero, which is returned. */
int process_each(const char *proc, int (*take)(void *userdata, const struct process *process),
		 void *userdata);

/*
 * Is a terminal a pseudo-terminal? Then its name ("pts/3") is written to name. Others (consoles,
 * serial lines) are used at the machine.
 */
bool tty_is_pseudo(uint32_t tty, char *name, size_t size);

#endif
