/* SPDX-License-Identifier: MIT */
/*
 * Giving up rights: a program that parses hostile bytes or serves the network keeps none.
 *
 *	started by root                 user, its group, the named groups; no others
 *	started as a user (DynamicUser) stays this user, with the groups it has
 *	all                             no capability in any set (bounding and ambient ones, too), and
 *	                                none to be had: no_new_privs, securebits locked
 *	                                not dumpable: other processes of the user cannot trace it
 *	                                resource limits as rows
 *
 * All of it is read back from the kernel. If anything is not as it should be, the call fails, and
 * the program must not run on. System calls are limited after that: syscalls.h.
 */
#ifndef FWD_PROGRAM_PRIVILEGES_H
#define FWD_PROGRAM_PRIVILEGES_H

#include <stddef.h>
#include <sys/resource.h>

#include "common/base/errors/errors.h"

struct resource_row {
	int resource; /* RLIMIT_... */
	rlim_t most;  /* soft and hard limit; a lower one stays */
};

struct privileges {
	const char *user;	   /* by name; only for a program that root starts */
	const char *const *groups; /* in addition to the user's own, ended by NULL; or NULL */
	const struct resource_row *resources; /* in addition to no core files */
	size_t resource_count;
};

/*
 * Before a second thread, which would keep its rights: -EBUSY. -EPERM: the rights to give up rights
 * are missing. What is wrong is in errs.
 */
int privileges_drop(const struct privileges *privileges, struct errors *errs);

#endif
