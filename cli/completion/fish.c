// SPDX-License-Identifier: MIT
#include "cli/completion/completion.h"
#include "cli/grammar/setting_rows.h"

/* In single quotes, fish takes a backslash before quotes and backslashes. */
#define QUOTED "\\'"

static const char head[] = "# fish completion for fwctl. Written by `fwctl completion fish`.\n"
			   "\n"
			   "complete -c fwctl -f\n"
			   "\n";

static const char functions[] =
	"\n"
	"# The words before the cursor that are neither options nor their values.\n"
	"function __fwctl_words\n"
	"    set -l skip 0\n"
	"    for word in (commandline -opc)[2..-1]\n"
	"        if test $skip = 1\n"
	"            set skip 0\n"
	"        else if contains -- $word $__fwctl_valued\n"
	"            set skip 1\n"
	"        else if not string match -q -- '-*' $word\n"
	"            echo $word\n"
	"        end\n"
	"    end\n"
	"end\n"
	"\n"
	"# COUNT WORD...: these words come first, and COUNT others after them (\"+\": any "
	"number)\n"
	"function __fwctl_at\n"
	"    set -l words (__fwctl_words)\n"
	"    set -l wanted $argv[2..-1]\n"
	"    set -l first\n"
	"    test (count $words) -ge (count $wanted); or return 1\n"
	"    test (count $wanted) = 0; or set first $words[1..(count $wanted)]\n"
	"    test \"$first\" = \"$wanted\"; or return 1\n"
	"    test $argv[1] = +; or test (math (count $words) - (count $wanted)) = $argv[1]\n"
	"end\n"
	"\n"
	"function __fwctl_names\n"
	"    set -l command fwctl\n"
	"    set -l all (commandline -opc)\n"
	"    for i in (seq (count $all))\n"
	"        contains -- $all[$i] -s --socket; and set -a command -s $all[(math $i + 1)]\n"
	"    end\n"
	"    $command _names $argv[1] 2>/dev/null\n"
	"end\n"
	"\n";

static void put_text(FILE *out, const char *flag, const char *text)
{
	fprintf(out, " %s ", flag);
	completion_quote(out, text, "\\", QUOTED);
}

/* All options that take a value, short and long. */
static void put_valued(FILE *out)
{
	fputs("set -g __fwctl_valued", out);
	for (size_t i = 0; setting_at(i); i++) {
		if (setting_at(i)->label)
			fprintf(out, " --%s", setting_at(i)->name);
		if (setting_at(i)->label && setting_at(i)->letter)
			fprintf(out, " -%c", setting_at(i)->letter);
	}
	for (size_t i = 0; verb_at(i); i++) {
		for (size_t j = 0; verb_at(i)->options[j].key; j++) {
			const struct parameter option = verb_option(verb_at(i), j);

			if (option.kind == VALUE_FLAG)
				continue;
			fprintf(out, " --%s", option.name);
			if (option.letter)
				fprintf(out, " -%c", option.letter);
		}
	}
	fputc('\n', out);
}

static void put_setting(FILE *out, const struct setting *setting)
{
	fprintf(out, " -l %s", setting->name);
	if (setting->letter)
		fprintf(out, " -s %c", setting->letter);
	if (setting->words) {
		fputs(" -x -a '", out);
		completion_words(out, setting->words, " ");
		fputs("'", out);
	} else if (setting->label) {
		fputs(setting->letter == 's' ? " -r -F" : " -x", out);
	}
	put_text(out, "-d", setting->help);
	fputc('\n', out);
}

/* The options that every verb has. */
static void put_settings(FILE *out)
{
	for (size_t i = 0; setting_at(i); i++) {
		if (setting_at(i)->takes)
			continue;
		fputs("complete -c fwctl", out);
		put_setting(out, setting_at(i));
	}
}

/* -a with the possible values, if they are known. */
static void put_value(FILE *out, const struct parameter *parameter)
{
	const char *names = completion_names(parameter);

	if (parameter->words) {
		fputs(" -a '", out);
		completion_words(out, parameter->words, " ");
		fputs("'", out);
	} else if (names) {
		fprintf(out, " -a '(__fwctl_names %s)'", names);
	}
}

static void put_condition(FILE *out, const char *count, const struct verb *verb)
{
	fprintf(out, "complete -c fwctl -n '__fwctl_at %s%s%s %s'", count, verb->object ? " " : "",
		verb->object ? verb->object : "", verb->name);
}

static void put_verb(FILE *out, const struct verb *verb)
{
	/* A verb can follow `stats` (as `stats reset`), with other options. */
	const char *any = verb_as_object(verb) ? "0" : "+";

	fprintf(out, "complete -c fwctl -n '__fwctl_at 0%s%s' -a %s", verb->object ? " " : "",
		verb->object ? verb->object : "", verb->name);
	put_text(out, "-d", verb_help(verb));
	fputc('\n', out);
	for (size_t i = 0; verb->arguments[i].key; i++) {
		const struct parameter argument = verb_argument(verb, i);
		char count[8], text[HELP_TEXT];

		snprintf(count, sizeof(count), "%zu", i);
		put_condition(out, argument.flags & VALUE_MANY ? "+" : count, verb);
		if (argument.kind == VALUE_FILE)
			fputs(" -F", out);
		put_value(out, &argument);
		put_text(out, "-d", parameter_help(&argument, text));
		fputc('\n', out);
	}
	for (size_t i = 0; verb->options[i].key; i++) {
		const struct parameter option = verb_option(verb, i);
		char text[HELP_TEXT];

		put_condition(out, any, verb);
		fprintf(out, " -l %s", option.name);
		if (option.letter)
			fprintf(out, " -s %c", option.letter);
		if (option.kind != VALUE_FLAG)
			fputs(" -x", out);
		put_value(out, &option);
		put_text(out, "-d", parameter_help(&option, text));
		fputc('\n', out);
	}
	for (size_t i = 0; setting_at(i); i++) {
		if (!setting_at(i)->takes || !setting_suits(setting_at(i), verb))
			continue;
		put_condition(out, any, verb);
		put_setting(out, setting_at(i));
	}
}

void completion_fish(FILE *out)
{
	fputs(head, out);
	put_valued(out);
	fputs(functions, out);
	put_settings(out);
	for (size_t i = 0; object_at(i); i++) {
		if (object_as_verb(object_at(i)))
			continue;
		fprintf(out, "complete -c fwctl -n '__fwctl_at 0' -a %s", object_at(i)->name);
		put_text(out, "-d", object_at(i)->help);
		fputc('\n', out);
	}
	for (size_t i = 0; verb_at(i); i++) {
		if (verb_help(verb_at(i)))
			put_verb(out, verb_at(i));
	}
}
