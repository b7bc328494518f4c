/* SPDX-License-Identifier: MIT */
/*
 * fwctl: state that all its parts share.
 *
 * The steps of a run: argv -> call (the verb's row and its words) -> run -> reply -> text
 * or JSON. Verbs are rows in grammar/; most of them only name the op that they request
 * and how its result is printed.
 *
 * Text from fwd is printed through text_put or a table, which let no control
 * character through to the terminal.
 */
#ifndef FWCTL_CLI_H
#define FWCTL_CLI_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

#include <cjson/cJSON.h>

#include "cli/core/settings.h"
#include "common/protocol/wire.h"

struct output_ops;

struct cli {
	struct settings settings;
	const struct output_ops *output; /* text or json */
	FILE *out;			 /* stdout */
	FILE *err;			 /* stderr */
	bool colour;			 /* on out */
	bool colour_err;
	int fd;	       /* the connection to fwd, or -1 */
	bool progress; /* requests ask for reports of progress */
	int exit_code; /* of a run without error: 0, or 10 for a difference */
	/* The error, which is printed once, at the end of the run. */
	enum wire_error error;
	char *message;	/* NULL: no error */
	cJSON *details; /* list of errors with places, or NULL */
	/* From the last reply; NULL: it had none. Printed as notes at the end. */
	cJSON *panic;
	cJSON *pending;	     /* a policy that waits for its confirmation */
	cJSON *config_fault; /* fwd could not use its config file, and another policy runs */
};

/* Record an error. Returns -1, so that callers can `return cli_fail(...)`. */
int cli_fail(struct cli *cli, enum wire_error error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Forget the last error: the caller does not depend on what failed. */
void cli_forgive(struct cli *cli);

/* The same for an errno that should not happen. */
int cli_fail_errno(struct cli *cli, int error, const char *what);

/* A line for people in addition to the result: on stderr, not with -j. */
void cli_note(struct cli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Close the connection and free all that the run allocated. */
void cli_clear(struct cli *cli);

#endif
