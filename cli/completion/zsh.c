// SPDX-License-Identifier: MIT
#include "cli/completion/completion.h"
#include "cli/grammar/setting_rows.h"

static const char head[] = "#compdef fwctl\n"
			   "# zsh completion for fwctl. Written by `fwctl completion zsh`.\n"
			   "\n"
			   "_fwctl_names() {\n"
			   "\tlocal -a names command=(fwctl)\n"
			   "\t[[ -z $fwctl_socket ]] || command+=(-s $fwctl_socket)\n"
			   "\tnames=(${(f)\"$($command _names $1 2>/dev/null)\"})\n"
			   "\tcompadd -a names\n"
			   "}\n"
			   "\n";

static const char tail[] = "_fwctl \"$@\"\n";

/* In a specification, [ ] and : have a meaning. */
static void put_spec_text(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '\'') {
			fputs("'\\''", out);
			continue;
		}
		if (*text == '[' || *text == ']' || *text == ':' || *text == '\\')
			fputc('\\', out);
		fputc(*text, out);
	}
}

/* ":LABEL:ACTION" */
static void put_value(FILE *out, const struct parameter *parameter)
{
	const char *names = completion_names(parameter);

	fputc(':', out);
	put_spec_text(out, parameter->label);
	fputc(':', out);
	if (parameter->words) {
		fputc('(', out);
		completion_words(out, parameter->words, " ");
		fputc(')', out);
	} else if (names) {
		/* The space keeps _arguments from inserting its own words in front. */
		fprintf(out, " _fwctl_names %s", names);
	} else {
		fputs(parameter->kind == VALUE_FILE ? "_files" : " ", out);
	}
}

static void put_option_name(FILE *out, char letter, const char *name)
{
	if (letter)
		fprintf(out, "'(-%c --%s)'{-%c,--%s}'[", letter, name, letter, name);
	else
		fprintf(out, "'--%s[", name);
}

/* An array of fwctl's own options that all verbs with these OP_TAKES_ bits use. */
static void put_settings(FILE *out, unsigned takes)
{
	const struct verb like = {.takes = takes};

	fprintf(out, "_fwctl_settings_%u=(\n", takes);
	for (size_t i = 0; setting_at(i); i++) {
		const struct setting *setting = setting_at(i);

		if (!setting_suits(setting, &like))
			continue;
		fputc('\t', out);
		put_option_name(out, setting->letter, setting->name);
		put_spec_text(out, setting->help);
		fputc(']', out);
		if (setting->label)
			fprintf(out, ":%s:", setting->label);
		if (setting->words) {
			fputc('(', out);
			completion_words(out, setting->words, " ");
			fputc(')', out);
		} else if (setting->label) {
			fputs(setting->letter == 's' ? "_files" : " ", out);
		}
		fputs("'\n", out);
	}
	fputs(")\n\n", out);
}

/* Is there a verb with exactly these bits? Before the verb, all options are possible. */
static bool is_taken(unsigned takes)
{
	for (size_t i = 0; verb_at(i); i++) {
		if (verb_takes(verb_at(i)) == takes)
			return true;
	}
	return takes == OP_TAKES_CHANGE;
}

static void put_function_name(FILE *out, const struct verb *verb)
{
	fprintf(out, "_fwctl_%s%s%s", verb->object ? verb->object : "", verb->object ? "_" : "",
		verb->name);
}

static void put_options(FILE *out, const struct verb *verb)
{
	for (size_t i = 0; verb->options[i].key; i++) {
		const struct parameter option = verb_option(verb, i);
		char text[HELP_TEXT];

		fputs(" \\\n\t\t", out);
		put_option_name(out, option.letter, option.name);
		put_spec_text(out, parameter_help(&option, text));
		fputc(']', out);
		if (option.kind != VALUE_FLAG)
			put_value(out, &option);
		fputc('\'', out);
	}
}

static void put_verb(FILE *out, const struct verb *verb)
{
	put_function_name(out, verb);
	fprintf(out, "() {\n\t_arguments $_fwctl_settings_%u", verb_takes(verb));
	put_options(out, verb);
	for (size_t i = 0; verb->arguments[i].key; i++) {
		const struct parameter argument = verb_argument(verb, i);

		if (argument.flags & (VALUE_MANY | VALUE_JOINED))
			fputs(" \\\n\t\t'*", out);
		else
			fprintf(out, " \\\n\t\t'%zu", i + 1);
		put_value(out, &argument);
		fputc('\'', out);
	}
	fputs("\n}\n\n", out);
}

static void put_described(FILE *out, const char *name, const char *help)
{
	fprintf(out, "\t\t'%s:", name);
	put_spec_text(out, help);
	fputs("'\n", out);
}

/*
 * The function of an object (NULL: of fwctl): its verbs, then what the chosen verb takes. If the
 * object is also a verb, its options follow.
 */
static void put_choice(FILE *out, const struct object *object)
{
	const struct verb *itself = object ? object_as_verb(object) : NULL;

	fprintf(out,
		"_fwctl%s%s() {\n\tlocal curcontext=$curcontext state line\n\tlocal -a verbs=(\n",
		object ? "_" : "", object ? object->name : "");
	for (size_t i = 0; verb_at(i); i++) {
		const struct verb *verb = verb_at(i);

		if (verb_help(verb) && (verb->object ? object_find(verb->object) : NULL) == object)
			put_described(out, verb->name, verb_help(verb));
	}
	for (size_t i = 0; !object && object_at(i); i++) {
		if (!object_as_verb(object_at(i)))
			put_described(out, object_at(i)->name, object_at(i)->help);
	}
	fprintf(out, "\t)\n\n\t_arguments -C $_fwctl_settings_%u", verb_takes(itself));
	if (itself)
		put_options(out, itself);
	fprintf(out,
		" '1: :->verb' '*:: :->rest' && return\n"
		"\tlocal fwctl_socket=${opt_args[-s]:-${opt_args[--socket]:-$fwctl_socket}}\n"
		"\tcase $state in\n"
		"\tverb) _describe -t commands '%s' verbs ;;\n"
		"\trest) (( ! $+functions[_fwctl%s%s_$words[1]] )) || _fwctl%s%s_$words[1] ;;\n"
		"\tesac\n}\n\n",
		object ? object->name : "command", object ? "_" : "", object ? object->name : "",
		object ? "_" : "", object ? object->name : "");
}

void completion_zsh(FILE *out)
{
	fputs(head, out);
	for (unsigned takes = 0; takes <= OP_TAKES_CHANGE; takes++) {
		if (is_taken(takes))
			put_settings(out, takes);
	}
	for (size_t i = 0; verb_at(i); i++) {
		if (verb_help(verb_at(i)) && !verb_as_object(verb_at(i)))
			put_verb(out, verb_at(i));
	}
	for (size_t i = 0; object_at(i); i++)
		put_choice(out, object_at(i));
	put_choice(out, NULL);
	fputs(tail, out);
}
