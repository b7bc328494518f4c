/* SPDX-License-Identifier: MIT */
/*
 * Options as data: a row each. One loop reads the environment, one the command line; --help and
 * --version are made from the same rows.
 *
 *	defaults < environment < command line
 *
 * A row says where its value goes in the program's own struct of options, of which type and in
 * which range it is. Values that are strings are borrowed from argv or the environment.
 */
#ifndef FWD_PROGRAM_OPTIONS_H
#define FWD_PROGRAM_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a value is, and the type of its member. */
enum option_kind {
	OPTION_FLAG,   /* takes none; bool */
	OPTION_TEXT,   /* not empty; const char * */
	OPTION_PATH,   /* an absolute path; const char * */
	OPTION_NUMBER, /* uint64_t */
	OPTION_BYTES,  /* "64k", "1Mi"; uint64_t */
	OPTION_TIME,   /* "90s", "5m"; uint64_t, ns */
	OPTION_OTHER,  /* what `set` says; any */
};

struct option_row {
	const char *name;
	const char *help;
	const char *argument; /* what --help calls the value; NULL: takes none */
	const char *env;      /* NULL: only on the command line */
	int letter;	      /* short option, or 0 */
	enum option_kind kind;
	bool or_zero;  /* NUMBER, BYTES, TIME: 0 is allowed below min */
	uint64_t min;  /* of these */
	uint64_t max;  /* of these; 0: any */
	size_t member; /* offsetof in the struct of options */
	/* OTHER: returns NULL, or a predicate that describes the error of the value. */
	const char *(*set)(void *options, const char *value);
};

struct option_list {
	const char *program; /* name */
	const char *about;   /* what it is, for --help; whole lines */
	const char *after;   /* the end of --help, or NULL; whole lines */
	/* "interfaces are given as -i": what the error at a word that is no option suggests; or NULL */
	const char *instead;
	const struct option_row *rows;
	size_t count;
};

/*
 * Fill the struct of options, which has its defaults. 0; 1: printed what --help or --version asks
 * for, the program ends with program_finish_output(); -EINVAL: refused, and one line in the log
 * says why; -ENOMEM. On a failure options may be filled in part.
 */
int option_list_parse(const struct option_list *list, int argc, char **argv, void *options);

#define OPTION_PROBLEM_TEXT 96

/*
 * Store a value as its row describes. NULL, or a predicate that describes the error ("must be a
 * number from 1 to 9"); the text is in problem, or static. Nothing is changed then.
 */
const char *option_set(const struct option_row *row, void *options, const char *value,
		       char problem[OPTION_PROBLEM_TEXT]);

#endif
