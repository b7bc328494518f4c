// SPDX-License-Identifier: MIT
#include "cli/grammar/help.h"

#include <string.h>

#include "cli/grammar/setting_rows.h"
#include "common/base/memory.h"

#define LEFT 26 /* width of the names' column */

static void put_row(FILE *out, const char *left, const char *right)
{
	fprintf(out, "  %-*s %s\n", LEFT, left, right);
}

/* "ID", "[ID]", "PREFIX..." */
static void put_argument(FILE *out, const struct parameter *argument)
{
	bool optional = argument->flags & VALUE_OPTIONAL;

	fprintf(out, " %s%s%s%s", optional ? "[" : "", argument->label,
		argument->flags & VALUE_MANY ? "..." : "", optional ? "]" : "");
}

/* "rule add JSON [--before ID]" */
static void put_synopsis(FILE *out, const struct verb *verb, bool options)
{
	fprintf(out, "%s%s%s", verb->object ? verb->object : "", verb->object ? " " : "",
		verb->name);
	for (size_t i = 0; verb->arguments[i].key; i++) {
		const struct parameter argument = verb_argument(verb, i);

		put_argument(out, &argument);
	}
	for (size_t i = 0; options && verb->options[i].key; i++) {
		const struct parameter option = verb_option(verb, i);

		fprintf(out, "%s[--%s%s%s]", i && i % 4 == 0 ? "\n\t" : " ", option.name,
			option.label ? " " : "", option.label ? option.label : "");
	}
}

static void put_option(FILE *out, char letter, const char *name, const char *label,
		       const char *help, const char *env)
{
	char left[64];

	snprintf(left, sizeof(left), "%s%c%s--%s%s%s", letter ? "-" : "", letter ? letter : ' ',
		 letter ? ", " : "   ", name, label ? " " : "", label ? label : "");
	fprintf(out, "  %-*s %s%s%s\n", LEFT, left, help, env ? "; environment: " : "",
		env ? env : "");
}

/* The options that a verb (NULL: any) uses. */
static void put_settings(FILE *out, const struct verb *verb)
{
	fputs(verb ? "\nOptions of fwctl:\n" : "\nOptions:\n", out);
	for (size_t i = 0; setting_at(i); i++) {
		const struct setting *setting = setting_at(i);

		if (!setting_suits(setting, verb))
			continue;
		put_option(out, setting->letter, setting->name, setting->label, setting->help,
			   setting->env);
	}
}

/* Lines of a text, indented. */
static void put_lines(FILE *out, const char *text)
{
	while (*text) {
		size_t length = strcspn(text, "\n");

		fprintf(out, "  %.*s\n", (int)length, text);
		text += length + (text[length] == '\n');
	}
}

static void put_verbs(FILE *out, const char *object);

static void put_options(FILE *out, const struct verb *verb)
{
	char text[HELP_TEXT];

	if (verb->options[0].key)
		fputs("\nOptions:\n", out);
	for (size_t i = 0; verb->options[i].key; i++) {
		const struct parameter option = verb_option(verb, i);

		put_option(out, option.letter, option.name, option.label,
			   parameter_help(&option, text), NULL);
	}
}

static void put_verb_help(FILE *out, const struct verb *verb)
{
	const char *help = verb_help(verb);
	char text[HELP_TEXT];

	fputs("usage: fwctl ", out);
	put_synopsis(out, verb, true);
	fprintf(out, "\n\n%c%s.\n", help[0] - 'a' + 'A', help + 1);
	if (verb->details)
		fprintf(out, "\n%s\n", verb->details);
	if (verb->arguments[0].key)
		fputs("\nArguments:\n", out);
	for (size_t i = 0; verb->arguments[i].key; i++) {
		const struct parameter argument = verb_argument(verb, i);

		put_row(out, argument.label, parameter_help(&argument, text));
	}
	put_options(out, verb);
	put_settings(out, verb);
	if (verb_as_object(verb)) {
		fputs("\nVerbs:\n", out);
		put_verbs(out, verb->name);
	}
	if (verb->example) {
		fputs("\nExamples:\n", out);
		put_lines(out, verb->example);
	}
}

/* The verbs of an object; NULL: those without one. */
static void put_verbs(FILE *out, const char *object)
{
	for (size_t i = 0; verb_at(i); i++) {
		const struct verb *verb = verb_at(i);
		cleanup_free char *left = NULL;
		size_t size = 0;
		FILE *text;

		if (!verb_help(verb) || (object ? !verb->object || strcmp(verb->object, object) != 0
						: verb->object != NULL))
			continue;
		text = open_memstream(&left, &size);
		if (!text)
			return;
		put_synopsis(text, verb, false);
		fclose(text);
		put_row(out, left, verb_help(verb));
	}
}

static void object_help(FILE *out, const struct object *object)
{
	fprintf(out, "usage: fwctl %s VERB [ARGUMENT]...\n\n%c%s.\n\n", object->name,
		object->help[0] - 'a' + 'A', object->help + 1);
	put_verbs(out, object->name);
	put_settings(out, NULL);
	fprintf(out, "\nfwctl %s VERB --help shows more.\n", object->name);
}

static void all_help(FILE *out)
{
	fputs("usage: fwctl [OPTION]... [OBJECT] VERB [ARGUMENT]...\n"
	      "Watch and edit a running fwd.\n\n",
	      out);
	put_verbs(out, NULL);
	for (size_t i = 0; object_at(i); i++) {
		fprintf(out, "\n%s: %s\n", object_at(i)->name, object_at(i)->help);
		put_verbs(out, object_at(i)->name);
	}
	put_settings(out, NULL);
	fputs("\nExit codes: 0 ok, 1 refused or failed, 2 usage, 3 invalid config, 4 fwd "
	      "unreachable,\n"
	      "5 not permitted, 6 conflict, 7 degraded, 8 timeout, 10 diff: they differ. See "
	      "fwctl(1).\n",
	      out);
}

void help_print(FILE *out, const struct call *call)
{
	if (call->verb && verb_help(call->verb))
		put_verb_help(out, call->verb);
	else if (call->object)
		object_help(out, call->object);
	else
		all_help(out);
}
