// SPDX-License-Identifier: MIT
/* All verbs of fwctl. docs/adding-a-verb.md describes how to add a row. */
#include "cli/grammar/grammar.h"

#include <stdio.h>
#include <string.h>

#include "cli/grammar/verb_groups.h"
#include "common/base/memory.h"

static const struct object objects[] = {
	{"rule", "the rules of the running policy", NULL},
	{"set", "named groups of prefixes", NULL},
	{"limit", "rates that rules refer to", NULL},
	{"iface", "the interfaces that fwd filters", "interface"},
	{"defaults", "the actions where no rule decides", NULL},
	{"panic", "open or close everything at once, for a time", NULL},
	{"stats", "the mark from which it counts", NULL},
	{"blocks", "remove many blocks at once", NULL},
};

static const struct verb_group *const groups[] = {
	&verbs_reports,	 &verbs_policy, &verbs_rules,	&verbs_sets,	   &verbs_limits,
	&verbs_settings, &verbs_blocks, &verbs_explain, &verbs_interfaces, &verbs_shell,
};

const struct verb *verb_at(size_t index)
{
	for (size_t i = 0; i < array_size(groups); i++) {
		if (index < groups[i]->count)
			return &groups[i]->verbs[index];
		index -= groups[i]->count;
	}
	return NULL;
}

const struct object *object_at(size_t index)
{
	return index < array_size(objects) ? &objects[index] : NULL;
}

unsigned verb_takes(const struct verb *verb)
{
	if (!verb)
		return OP_TAKES_CHANGE;
	return verb->op ? op_takes(op_row(verb->op)) : verb->takes;
}

const char *verb_help(const struct verb *verb)
{
	return verb->help || !verb->op ? verb->help : op_row(verb->op)->help;
}

/* How a value can also be given on a command line. */
static const char *kind_hint(const struct parameter *parameter)
{
	if (parameter->kind == VALUE_JSON)
		return "; \"-\" reads it from stdin, \"@FILE\" from a file";
	if (parameter->flags & VALUE_MANY &&
	    (parameter->kind == VALUE_PREFIX || parameter->kind == VALUE_BLOCK))
		return "; \"-\" reads them from stdin";
	return NULL;
}

/* The row, completed from the op's argument. */
static struct parameter complete(const struct verb *verb, struct parameter parameter)
{
	const struct op_argument *argument;

	if (!parameter.key || parameter.flags & VALUE_LOCAL || !verb->op)
		return parameter;
	argument = op_argument(op_row(verb->op), parameter.key);
	if (!argument)
		return parameter;
	parameter.help = argument->help;
	parameter.words = argument->words;
	if (!parameter.kind)
		parameter.kind = argument->kind;
	if (argument->flags & OP_MANY)
		parameter.flags |= VALUE_MANY;
	if (!parameter.hint)
		parameter.hint = kind_hint(&parameter);
	return parameter;
}

struct parameter verb_argument(const struct verb *verb, size_t index)
{
	return complete(verb, verb->arguments[index]);
}

struct parameter verb_option(const struct verb *verb, size_t index)
{
	struct parameter option = complete(verb, verb->options[index]);

	if (!option.name)
		option.name = option.key;
	return option;
}

const char *parameter_help(const struct parameter *parameter, char text[HELP_TEXT])
{
	snprintf(text, HELP_TEXT, "%s%s", parameter->help, parameter->hint ? parameter->hint : "");
	return text;
}

const struct verb *verb_find(const char *object, const char *name)
{
	const struct verb *verb;

	for (size_t i = 0; (verb = verb_at(i)); i++) {
		if (!verb->object == !object && (!object || strcmp(verb->object, object) == 0) &&
		    strcmp(verb->name, name) == 0)
			return verb;
	}
	return NULL;
}

const struct object *object_find(const char *name)
{
	for (size_t i = 0; i < array_size(objects); i++) {
		if (strcmp(objects[i].name, name) == 0 ||
		    (objects[i].alias && strcmp(objects[i].alias, name) == 0))
			return &objects[i];
	}
	return NULL;
}

const struct object *verb_as_object(const struct verb *verb)
{
	return verb->object ? NULL : object_find(verb->name);
}

const struct verb *object_as_verb(const struct object *object)
{
	return verb_find(NULL, object->name);
}
