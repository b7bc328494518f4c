// SPDX-License-Identifier: MIT
/* What holds for every row, so that parsing, help and completion can rely on it. */
#include <criterion/criterion.h>
#include <ctype.h>
#include <string.h>

#include "cli/core/cli.h"
#include "cli/grammar/grammar.h"
#include "cli/grammar/setting_rows.h"

static void check_option(const struct verb *verb, size_t index)
{
	const struct parameter option = verb_option(verb, index);

	cr_expect(option.name && option.help, "%s: option %zu", verb->name, index);
	cr_expect((option.kind == VALUE_FLAG) == !option.label, "%s --%s", verb->name, option.name);
	for (size_t i = 0; i < index; i++) {
		cr_expect_str_neq(verb_option(verb, i).name, option.name);
		cr_expect_str_neq(verb->options[i].key, option.key);
	}
	/* The options that every verb has mean the same everywhere. */
	for (size_t i = 0; setting_at(i); i++) {
		cr_expect_str_neq(setting_at(i)->name, option.name, "%s --%s", verb->name,
				  option.name);
		cr_expect(!option.letter || setting_at(i)->letter != option.letter, "%s -%c",
			  verb->name, option.letter);
	}
}

static void check_arguments(const struct verb *verb)
{
	for (size_t i = 0; verb->arguments[i].key; i++) {
		const struct parameter argument = verb_argument(verb, i);
		const char *next = verb->arguments[i + 1].key;

		cr_expect(argument.label && argument.help && !argument.name, "%s", verb->name);
		if (argument.flags & (VALUE_MANY | VALUE_JOINED))
			cr_expect(!next, "%s: %s is not the last", verb->name, argument.label);
		if (argument.flags & VALUE_OPTIONAL)
			cr_expect(!next || verb->arguments[i + 1].flags & VALUE_OPTIONAL,
				  "%s: after %s no other can be missing", verb->name,
				  argument.label);
	}
}

/* A key that is not fwctl's own is one of the op, and says nothing that the op says. */
static void check_of_op(const struct verb *verb, const struct parameter *row)
{
	const struct op_argument *argument;
	char text[HELP_TEXT];

	if (row->flags & VALUE_LOCAL)
		return;
	cr_assert(verb->op, "%s: %s is not local, and there is no op", verb->name, row->key);
	argument = op_argument(op_row(verb->op), row->key);
	cr_assert(argument, "%s: %s takes no argument \"%s\"", verb->name, op_name(verb->op),
		  row->key);
	cr_expect(!row->help && !row->words && (!row->kind || row->kind != argument->kind),
		  "%s: %s", verb->name, row->key);
	cr_expect(!(row->flags & VALUE_OPTIONAL && argument->flags & OP_REQUIRED), "%s: %s",
		  verb->name, row->key);
	cr_expect(!row->hint || strlen(argument->help) + strlen(row->hint) < sizeof(text));
}

static void check_op(const struct verb *verb)
{
	const struct op_row *row = op_row(verb->op);

	cr_expect(!verb->takes, "%s: what it takes stands in its op", verb->name);
	cr_expect(!verb->help || strcmp(verb->help, row->help) != 0, "%s: help of its op",
		  verb->name);
	cr_expect(!verb->list || row->flags & OP_PAGES, "%s has no pages", op_name(verb->op));
}

/* The table of ops says most of it; what a row says wrong would be refused by fwd. */
Test(grammar, ops)
{
	size_t count = 0;

	for (size_t i = 0; verb_at(i); i++) {
		const struct verb *verb = verb_at(i);

		for (size_t j = 0; verb->arguments[j].key; j++)
			check_of_op(verb, &verb->arguments[j]);
		for (size_t j = 0; verb->options[j].key; j++)
			check_of_op(verb, &verb->options[j]);
		if (!verb->op)
			continue;
		check_op(verb);
		count++;
	}
	cr_expect(count > 30);
}

Test(grammar, rows)
{
	for (size_t i = 0; verb_at(i); i++) {
		const struct verb *verb = verb_at(i);
		const char *help;

		cr_expect(verb_find(verb->object, verb->name) == verb, "%s is there twice",
			  verb->name);
		cr_expect(!verb->object || object_find(verb->object), "%s", verb->name);
		cr_expect(verb->op || verb->run, "%s does nothing", verb->name);
		cr_expect(verb->run || verb->print || verb->list, "%s prints nothing", verb->name);
		help = verb_help(verb);
		if (!help)
			continue;
		cr_expect(islower((unsigned char)help[0]) && help[strlen(help) - 1] != '.',
			  "%s: \"%s\"", verb->name, help);
		check_arguments(verb);
		for (size_t j = 0; verb->options[j].key; j++)
			check_option(verb, j);
	}
}

/* What is refused before fwd is asked cannot be what all options were given for. */
Test(grammar, takes)
{
	unsigned taken = 0;

	for (size_t i = 0; verb_at(i); i++) {
		unsigned takes = verb_takes(verb_at(i));

		cr_expect((takes & ~(unsigned)OP_TAKES_CHANGE) == 0);
		cr_expect(!(takes & OP_TAKES_CONFIRM) || takes == OP_TAKES_CHANGE,
			  "%s: what can be taken back writes, and can cut off", verb_at(i)->name);
		taken |= takes;
	}
	cr_expect(taken == OP_TAKES_CHANGE);
	for (size_t i = 0; setting_at(i); i++)
		cr_expect(!setting_at(i)->takes == !setting_at(i)->use, "--%s",
			  setting_at(i)->name);
}

/* A word that is an object and a verb: the word after it can only be a verb of the object. */
Test(grammar, objects)
{
	for (size_t i = 0; object_at(i); i++) {
		const struct verb *verb = object_as_verb(object_at(i));

		if (!verb)
			continue;
		cr_expect(verb_as_object(verb) == object_at(i));
		cr_expect_null(verb->arguments[0].key, "%s", verb->name);
	}
}
