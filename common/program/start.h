/* SPDX-License-Identifier: MIT */
/* What each program does first and last. */
#ifndef FWD_PROGRAM_START_H
#define FWD_PROGRAM_START_H

/* Exit codes of all programs; those of fwctl begin with the same (common/protocol/wire.h). */
enum program_exit {
	PROGRAM_EXIT_OK,
	PROGRAM_EXIT_FAILED,
	PROGRAM_EXIT_USAGE,
	PROGRAM_EXIT_CONFIG,
	PROGRAM_EXIT_PERMISSION = 5,
};

/*
 * Close what is open above stderr, but for what systemd passes (sd_listen_fds(3)): a program
 * without rights must not have a file of the process that started it. To be called first of all: it
 * also closes what the program has opened.
 */
void program_close_inherited_fds(void);

/* Open those of stdin, stdout and stderr that are closed: no other file must become one of them. */
void program_open_standard_fds(void);

/* What was asked for has been printed: OK, or FAILED if it could not be written (a full disk). */
enum program_exit program_finish_output(void);

#endif
