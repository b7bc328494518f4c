/* SPDX-License-Identifier: MIT */
/*
 * The grammar as data. A verb is one row of rows_*.c; parsing, --help, the
 * requests to fwd and the completion scripts all come from it:
 *
 *	{.object = "rule", .name = "delete",
 *	 .arguments = {{.key = "id", .label = "ID"}}, .options = {MISSING_OK},
 *	 .op = OP_RULE_DELETE, .print = print_rule_delete},
 *
 * What a verb does, which values it takes and what they mean is in the row of its op
 * (common/protocol/ops.h). This table has their form on a command line.
 *
 * A verb without object may have the name of an object: `stats` is a verb, `stats reset` a verb
 * of the object. A verb with such a name takes no arguments.
 */
#ifndef FWCTL_GRAMMAR_H
#define FWCTL_GRAMMAR_H

#include <stdbool.h>
#include <stddef.h>

#include <cjson/cJSON.h>

#include "common/protocol/ops.h"

struct call;
struct cli;
struct list_view;

#define VALUE_OPTIONAL 1
#define VALUE_MANY     2 /* the last argument: one or more words; an option: may be repeated */
#define VALUE_JOINED   4 /* the last argument: words, joined to one text by spaces */
#define VALUE_LOCAL    8 /* fwctl's own, not sent to fwd */

/*
 * An argument, or an option if it has a name. A row without key ends a list. Unless the row is
 * VALUE_LOCAL, its key is that of an argument of the op. Kind, help, words and VALUE_MANY of that
 * argument complete what the row leaves out (verb_argument, verb_option).
 */
struct parameter {
	const char *key;   /* its name in the request's "args", and for call_value */
	const char *name;  /* option: the word after "--", if that is not the key */
	char letter;	   /* option: the short form, or 0 */
	const char *label; /* the name of the value in --help */
	const char *help;
	const char *hint; /* appended to the help: what only a command line takes */
	enum value_kind kind;
	unsigned flags;
	const char *const *words; /* all possible values, NULL at the end; or NULL */
};

#define MAX_ARGUMENTS 3
#define MAX_OPTIONS   10

struct verb {
	const char *object; /* NULL: a verb without object */
	const char *name;
	const char *help;    /* one line, if it differs from the op's; see verb_help */
	const char *details; /* for the verb's own --help; may be NULL */
	const char *example; /* lines of commands; may be NULL */
	struct parameter arguments[MAX_ARGUMENTS + 1];
	struct parameter options[MAX_OPTIONS + 1];
	enum op op;	/* the op that is requested, or OP_NONE */
	unsigned takes; /* without op: OP_TAKES_ bits of fwctl's options that it takes */
	/* NULL: request op (of a list all pages), print the result. 0, or -1 after cli_fail. */
	int (*run)(struct cli *cli, const struct call *call);
	/* Print the result of op as text. */
	void (*print)(struct cli *cli, const struct call *call, const cJSON *result);
	const struct list_view *list; /* op is a list that comes in pages: prints its items */
};

struct object {
	const char *name;
	const char *help;
	const char *alias; /* another word for it, or NULL */
};

/* Rows by number, NULL after the last. */
const struct verb *verb_at(size_t index);
const struct object *object_at(size_t index);

/* One line; NULL: the verb is hidden. */
const char *verb_help(const struct verb *verb);

/* Arguments and options by number, completed from the op; after the last, key is NULL. */
struct parameter verb_argument(const struct verb *verb, size_t index);
struct parameter verb_option(const struct verb *verb, size_t index);

/* Its help and hint as one text. */
#define HELP_TEXT 160
const char *parameter_help(const struct parameter *parameter, char text[HELP_TEXT]);

/*
 * The OP_TAKES_ bits of fwctl's own options (setting_rows.h) that a verb uses; others are
 * refused. NULL: any verb, all of them.
 */
unsigned verb_takes(const struct verb *verb);

/* The verb of an object (NULL: without one), or NULL. */
const struct verb *verb_find(const char *object, const char *name);
const struct object *object_find(const char *name);

/* The object with the name of a verb without object, and the reverse; or NULL. */
const struct object *verb_as_object(const struct verb *verb);
const struct verb *object_as_verb(const struct object *object);

#endif
