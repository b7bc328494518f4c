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
	const struct parameter *option = &verb->options[index];

	cr_expect(option->name && option->help, "%s: option %zu", verb->name, index);
	cr_expect((option->kind == VALUE_FLAG) == !option->label, "%s --%s", verb->name,
		  option->name);
	for (size_t i = 0; i < index; i++) {
		cr_expect_str_neq(verb->options[i].name, option->name);
		cr_expect_str_neq(verb->options[i].key, option->key);
	}
	/* The options that every verb has mean the same everywhere. */
	for (size_t i = 0; setting_at(i); i++) {
		cr_expect_str_neq(setting_at(i)->name, option->name, "%s --%s", verb->name,
				  option->name);
		cr_expect(!option->letter || setting_at(i)->letter != option->letter, "%s -%c",
			  verb->name, option->letter);
	}
}

static void check_arguments(const struct verb *verb)
{
	const struct parameter *argument = verb->arguments;

	for (; argument->key; argument++) {
		cr_expect(argument->label && argument->help && !argument->name, "%s", verb->name);
		if (argument->flags & (VALUE_MANY | VALUE_JOINED))
			cr_expect(!argument[1].key, "%s: %s is not the last", verb->name,
				  argument->label);
		if (argument->flags & VALUE_OPTIONAL)
			cr_expect(!argument[1].key || argument[1].flags & VALUE_OPTIONAL,
				  "%s: after %s no other can be missing", verb->name,
				  argument->label);
	}
}

Test(grammar, rows)
{
	for (size_t i = 0; verb_at(i); i++) {
		const struct verb *verb = verb_at(i);

		cr_expect(verb_find(verb->object, verb->name) == verb, "%s is there twice",
			  verb->name);
		cr_expect(!verb->object || object_find(verb->object), "%s", verb->name);
		cr_expect(verb->op || verb->run, "%s does nothing", verb->name);
		cr_expect(verb->run || verb->print || verb->list, "%s prints nothing", verb->name);
		if (!verb->help)
			continue;
		cr_expect(islower((unsigned char)verb->help[0]) &&
				  verb->help[strlen(verb->help) - 1] != '.',
			  "%s: \"%s\"", verb->name, verb->help);
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
		cr_expect((verb_at(i)->takes & ~(unsigned)TAKES_CHANGE) == 0);
		cr_expect(!(verb_at(i)->takes & TAKES_CONFIRM) || verb_at(i)->takes == TAKES_CHANGE,
			  "%s: what can be taken back writes, and can cut off", verb_at(i)->name);
		taken |= verb_at(i)->takes;
	}
	cr_expect(taken == TAKES_CHANGE);
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
