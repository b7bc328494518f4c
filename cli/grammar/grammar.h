/* SPDX-License-Identifier: MIT */
/*
 * The grammar as data. A verb is one row of rows_*.c; parsing, --help, the
 * requests to fwd and the completion scripts all come from it:
 *
 *	{.object = "rule", .name = "delete", .help = "delete a rule", .op = "rule.delete",
 *	 .arguments = {{.key = "id", .label = "ID", .help = "the rule", .kind = VALUE_RULE}},
 *	 .print = print_rule_delete},
 *
 * A verb without object may have the name of an object: `stats` shows, `stats reset` is a verb of
 * the object. Such a verb takes no arguments.
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

/* An argument, or an option if it has a name. A row without key ends a list. */
struct parameter {
	const char *key;   /* its name in the request's "args", and for call_value */
	const char *name;  /* option: the word after "--" */
	char letter;	   /* option: the short form, or 0 */
	const char *label; /* what --help calls the value */
	const char *help;
	enum value_kind kind;
	unsigned flags;
	const char *const *words; /* all that the value can be, NULL at the end; or NULL */
};

/* What a verb can be told of fwctl's own options (settings.c) that not all verbs have a use for. */
#define TAKES_REVISION 1 /* it writes: --if-revision */
#define TAKES_CONFIRM  2 /* it changes the running policy: --confirm */
#define TAKES_FORCE    4 /* it is refused in cases that can be meant: --force */
#define TAKES_DRY      8 /* it can be tried without effect: --dry-run */
#define TAKES_CHANGE   (TAKES_REVISION | TAKES_CONFIRM | TAKES_FORCE | TAKES_DRY)

#define MAX_ARGUMENTS 3
#define MAX_OPTIONS   10

struct verb {
	const char *object; /* NULL: a verb without object */
	const char *name;
	const char *help;    /* one line; NULL: hidden */
	const char *details; /* for the verb's own --help; may be NULL */
	const char *example; /* lines of commands; may be NULL */
	struct parameter arguments[MAX_ARGUMENTS + 1];
	struct parameter options[MAX_OPTIONS + 1];
	unsigned takes; /* TAKES_ bits; such an option is refused where it is not taken */
	const char *op; /* what is asked of fwd, or NULL */
	/* NULL: ask op and print its result; for a list, all its pages. Returns 0, or -1 after cli_fail. */
	int (*run)(struct cli *cli, const struct call *call);
	/* Print the result of op as text. */
	void (*print)(struct cli *cli, const struct call *call, const cJSON *result);
	const struct list_view *list; /* op is a list that comes in pages: how its items look */
	bool slow;		      /* it may take long: people are shown how far it is */
};

struct object {
	const char *name;
	const char *help;
	const char *alias; /* another word for it, or NULL */
};

/* Rows by number, NULL after the last. */
const struct verb *verb_at(size_t index);
const struct object *object_at(size_t index);

/* Has the verb (NULL: any of them) a use for an option with these TAKES_ bits? */
bool verb_takes(const struct verb *verb, unsigned bits);

/* The verb of an object (NULL: without one), or NULL. */
const struct verb *verb_find(const char *object, const char *name);
const struct object *object_find(const char *name);

/* The object that has the name of a verb without object, and the verb that has that of an object; or NULL. */
const struct object *verb_as_object(const struct verb *verb);
const struct verb *object_as_verb(const struct object *object);

#endif
