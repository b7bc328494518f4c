/* SPDX-License-Identifier: MIT */
/*
 * A program without rights: the steps that all of them share, in this order.
 *
 *	options ► signals ► loop ► prepare ► rights given up ► start ► READY ► loop ► stop
 *
 * First of all, files that it inherited are closed, but for those of sd_listen_fds(3). prepare has
 * the rights that the program was started with, and opens what cannot be opened later: listening
 * sockets, databases; it starts no thread. start has no rights, and no system calls but those of the
 * list. Nothing that others have sent is read before that.
 *
 *	struct web {
 *		struct program base; // first
 *		...
 *	};
 *	static const struct program_kind kind = {.options = {.program = "fwd-web", ...}, ...};
 *
 *	int main(int argc, char **argv)
 *	{
 *		struct web web = {...the defaults of its options...};
 *
 *		return program_run(&kind, argc, argv, &web.base);
 *	}
 */
#ifndef FWD_PROGRAM_H
#define FWD_PROGRAM_H

#include <stdbool.h>
#include <systemd/sd-event.h>

#include "common/base/errors/errors.h"
#include "common/program/options.h"
#include "common/program/rights/privileges.h"
#include "common/program/rights/syscalls.h"
#include "common/program/signals.h"
#include "common/program/start.h"

/* The part that all programs share: the first member of a program's struct of options. */
struct program {
	const char *socket_path; /* --socket, FWD_SOCKET */
	const char *user;	 /* --user; that of the kind */
	bool verbose;		 /* -v */
	sd_event *loop;
};

/* The functions return 0 or a negative errno with the reason in errs; all but start may be NULL. */
struct program_kind {
	struct option_list options; /* the program's own; those above are added */
	struct privileges privileges;
	struct syscall_list syscalls;
	const struct signal_row *signals;
	size_t signal_count;
	int (*prepare)(struct program *program, struct errors *errs);
	int (*start)(struct program *program, struct errors *errs);
	void (*stop)(struct program *program); /* also after a start that failed */
};

/* Returns the exit code. */
int program_run(const struct program_kind *kind, int argc, char **argv, struct program *program);

#endif
