/* SPDX-License-Identifier: MIT */
/*
 * The system calls that a program may make, as data (seccomp(2)). All programs have a base: memory,
 * the event loop, the clocks, open descriptors, and sockets of AF_UNIX, for fwd and systemd. The
 * base opens no file, makes no process and no other socket, and maps no executable memory. A
 * program's further calls are in separate rows.
 *
 * Calls that are not listed are refused:
 *
 *	SYSCALLS_FAIL  the call fails with EPERM, and the program continues. For one with large
 *	               libraries: what a new libc asks for in addition costs a feature, not the service.
 *	SYSCALLS_KILL  the process ends with SIGSYS, and the kernel logs the call. For a program that
 *	               parses hostile bytes with its own code: an attacker in it gets one attempt.
 *
 * Calls of another architecture (32 bits, x32) always end the process.
 */
#ifndef FWD_PROGRAM_SYSCALLS_H
#define FWD_PROGRAM_SYSCALLS_H

#include <stddef.h>
#include <stdint.h>

#include "common/base/errors/errors.h"

struct syscall_row {
	const char *name;
	unsigned argument; /* from 0 */
	uint64_t mask;	   /* allowed only if (argument & mask) == value; 0: always */
	uint64_t value;
	int fails; /* an errno: not allowed, and fails with it */
};

#define SYSCALL(name)            \
	{                        \
		name, 0, 0, 0, 0 \
	}
#define SYSCALL_IF(name, argument, mask, value) \
	{                                       \
		name, argument, mask, value, 0  \
	}
/* ENOSYS, where libc then tries an older call that can be judged by its arguments. */
#define SYSCALL_FAILS(name, error)   \
	{                            \
		name, 0, 0, 0, error \
	}

/* The mask of an argument that is an int: the kernel ignores the bits above it. */
#define SYSCALL_INT 0xffffffff

enum syscall_refusal { SYSCALLS_FAIL, SYSCALLS_KILL };

struct syscall_list {
	const struct syscall_row *rows; /* in addition to the base */
	size_t count;
	enum syscall_refusal refusal;
};

/*
 * Permanent, for all threads. Errors are in errs, and the program must not continue then. A
 * build with a sanitizer limits nothing (sanitizer.h) and returns 0.
 */
int syscalls_limit(const struct syscall_list *list, struct errors *errs);

/* The base. */
extern const struct syscall_row syscalls_base[];
extern const size_t syscalls_base_count;

#endif
