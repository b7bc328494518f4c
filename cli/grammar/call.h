/* SPDX-License-Identifier: MIT */
/* A command line, read by the grammar. */
#ifndef FWCTL_CALL_H
#define FWCTL_CALL_H

#include "cli/core/cli.h"
#include "cli/grammar/grammar.h"

struct call_repeat {
	size_t option; /* row of the verb's options */
	const char *value;
};

struct call {
	const struct verb *verb;     /* NULL: only --help or --version was asked for */
	const struct object *object; /* with --help: of the object; may be NULL */
	const char **words;	     /* the arguments; borrowed from argv, or loaded */
	size_t word_count;
	const char *options[MAX_OPTIONS]; /* by row of the verb's options; NULL: not given */
	struct call_repeat *repeats;	  /* values of those with VALUE_MANY, in order */
	size_t repeat_count;
	char *loaded; /* what "-" or "@FILE" of a VALUE_JSON held */
};

/* Is there a -j on the command line? If so, even the error of an invalid line is JSON. */
bool call_wants_json(int argc, char **argv);

/* Parse the command line; fills cli->settings. Returns 0, or -1 after cli_fail (a usage error). */
int call_parse(struct cli *cli, int argc, char **argv, struct call *ret);
void call_clear(struct call *call);

/* The value of an argument or option by its key; NULL if it was not given. Flags: "" if given. */
const char *call_value(const struct call *call, const char *key);

/* The words of the argument that takes many: returns their number, and the first in *ret. */
size_t call_many(const struct call *call, const char *const **ret);

/*
 * All values of an option with VALUE_MANY, by its key. The caller frees the array, the texts are
 * borrowed. Returns 0 or -ENOMEM.
 */
int call_repeated(const struct call *call, const char *key, const char ***ret, size_t *ret_count);

/* The "args" of the request: all values that are not fwctl's own. The caller frees them. */
cJSON *call_args(const struct call *call);

#endif
