/* SPDX-License-Identifier: MIT */
/*
 * fwctl: what all its parts share.
 *
 * A run goes: argv -> call (the verb's row and its words) -> run -> reply -> text
 * or JSON. Verbs are rows in grammar/; most of them only say which op they ask
 * for and how its result is printed.
 *
 * Whatever comes from fwd is printed through text_put or a table, which let no
 * control character through to the terminal.
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
	bool progress; /* requests ask how far they are */
	int exit_code; /* of a run that went well: 0, or 10 for a difference */
	/* What went wrong; told once, at the end of the run. */
	enum wire_error error;
	char *message;	/* NULL: nothing did */
	cJSON *details; /* list of errors with places, or NULL */
	/* What the last reply said of these; NULL: nothing. Noted at the end. */
	cJSON *panic;
	cJSON *pending;	     /* a policy that waits for its confirmation */
	cJSON *config_fault; /* fwd could not use its config file, and something else runs */
};

/* Note what went wrong. Returns -1, so that callers can `return cli_fail(...)`. */
int cli_fail(struct cli *cli, enum wire_error error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* What went wrong last is none of our trouble: forget it. */
void cli_forgive(struct cli *cli);

/* The same for an errno of the kind that should not happen. */
int cli_fail_errno(struct cli *cli, int error, const char *what);

/* A line for people beside the result: on stderr, not with -j. */
void cli_note(struct cli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Close the connection and free what the run left. */
void cli_clear(struct cli *cli);

#endif
