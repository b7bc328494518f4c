// SPDX-License-Identifier: MIT
#include "cli/completion/completion.h"
#include "cli/grammar/setting_rows.h"

/*
 * The script first walks the words before the cursor and separates options with their
 * values from arguments. Then the verb's case lists what can follow.
 */
static const char head[] =
	"# bash completion for fwctl. Written by `fwctl completion bash`.\n"
	"\n"
	"_fwctl_reply() {\n"
	"\tmapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$current\")\n"
	"}\n"
	"\n"
	"# _fwctl_value KIND: a value of this kind\n"
	"_fwctl_value() {\n"
	"\tcase $1 in\n"
	"\trule | set | limit | interface | block)\n"
	"\t\t_fwctl_reply \"$(\"${command[@]}\" _names \"$1\" 2>/dev/null)\" ;;\n"
	"\tfile)\n"
	"\t\tcompopt -o filenames\n"
	"\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$current\") ;;\n"
	"\t=*)\n"
	"\t\t_fwctl_reply \"${1#=}\" ;;\n"
	"\tesac\n"
	"}\n"
	"\n";

static const char tail[] =
	"# A name may hold colons, at which readline breaks words: go back over them.\n"
	"_fwctl() {\n"
	"\tlocal current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}\n"
	"\tlocal command=(fwctl) words=() kinds kind index verb=\n"
	"\n"
	"\tCOMPREPLY=()\n"
	"\tif declare -F _get_comp_words_by_ref >/dev/null; then\n"
	"\t\tlocal cword all\n"
	"\t\t_get_comp_words_by_ref -n : -c current -p previous -w all -i cword\n"
	"\telse\n"
	"\t\tlocal cword=$COMP_CWORD all=(\"${COMP_WORDS[@]}\")\n"
	"\tfi\n"
	"\tfor ((index = 1; index < cword; index++)); do\n"
	"\t\tcase ${all[index]} in\n"
	"\t\t-*)\n"
	"\t\t\tkind=$(_fwctl_option \"$verb\" \"${all[index]}\")\n"
	"\t\t\t[ -n \"$kind\" ] || continue\n"
	"\t\t\t[ $((index + 1)) -lt \"$cword\" ] || break\n"
	"\t\t\tindex=$((index + 1))\n"
	"\t\t\tcase ${all[index - 1]} in\n"
	"\t\t\t-s | --socket) command+=(-s \"${all[index]}\") ;;\n"
	"\t\t\tesac ;;\n"
	"\t\t*)\n"
	"\t\t\tif _fwctl_kinds \"$verb ${all[index]}\" >/dev/null; then\n"
	"\t\t\t\tverb=\"$verb ${all[index]}\"\n"
	"\t\t\telif _fwctl_kinds \"$verb\" >/dev/null; then\n"
	"\t\t\t\twords+=(\"${all[index]}\")\n"
	"\t\t\telse\n"
	"\t\t\t\tverb=\"${verb:+$verb }${all[index]}\"\n"
	"\t\t\tfi ;;\n"
	"\t\tesac\n"
	"\tdone\n"
	"\n"
	"\tkind=$(_fwctl_option \"$verb\" \"$previous\")\n"
	"\tif [ -n \"$kind\" ]; then\n"
	"\t\t_fwctl_value \"$kind\"\n"
	"\telif [[ $current == -* ]]; then\n"
	"\t\t_fwctl_reply \"$(_fwctl_options \"$verb\")\"\n"
	"\telif kinds=$(_fwctl_kinds \"$verb\"); then\n"
	"\t\tmapfile -t kinds <<<\"$kinds\"\n"
	"\t\tkind=${kinds[${#words[@]}]-}\n"
	"\t\t[ -n \"$kind\" ] || [[ ${kinds[-1]} != *... ]] || kind=${kinds[-1]}\n"
	"\t\t_fwctl_value \"${kind%...}\"\n"
	"\telse\n"
	"\t\t_fwctl_reply \"$(_fwctl_verbs \"$verb\")\"\n"
	"\tfi\n"
	"\tif declare -F __ltrim_colon_completions >/dev/null; then\n"
	"\t\t__ltrim_colon_completions \"$current\"\n"
	"\tfi\n"
	"}\n"
	"\n"
	"complete -F _fwctl fwctl\n";

/* "rule", "file", "=native generic", "text" */
static void put_kind(FILE *out, const struct parameter *parameter)
{
	const char *names = completion_names(parameter);

	if (parameter->words) {
		fputc('=', out);
		completion_words(out, parameter->words, " ");
	} else {
		fputs(names ? names : parameter->kind == VALUE_FILE ? "file" : "text", out);
	}
}

static void put_verb_name(FILE *out, const struct verb *verb)
{
	fprintf(out, "'%s%s%s'", verb->object ? verb->object : "", verb->object ? " " : "",
		verb->name);
}

static void put_object_verbs(FILE *out, const struct object *object)
{
	for (size_t i = 0; verb_at(i); i++) {
		if (verb_at(i)->object && object_find(verb_at(i)->object) == object)
			fprintf(out, " %s", verb_at(i)->name);
	}
}

/* The kinds of a verb's arguments, one a line; fails for a word that is not a verb. */
static void put_kinds(FILE *out)
{
	fputs("# _fwctl_kinds VERB: the kinds of its arguments; fails if it is not a verb\n"
	      "_fwctl_kinds() {\n\tcase $1 in\n",
	      out);
	for (size_t i = 0; verb_at(i); i++) {
		const struct verb *verb = verb_at(i);

		if (!verb_help(verb))
			continue;
		fputc('\t', out);
		put_verb_name(out, verb);
		fputs(") printf '%s\\n'", out);
		for (size_t j = 0; verb->arguments[j].key; j++) {
			const struct parameter argument = verb_argument(verb, j);

			fputs(" '", out);
			put_kind(out, &argument);
			fputs(argument.flags & VALUE_MANY ? "...'" : "'", out);
		}
		if (verb_as_object(verb)) {
			fputs(" '=", out);
			put_object_verbs(out, verb_as_object(verb));
			fputs("' ;;\n", out);
			continue;
		}
		fputs(verb->arguments[0].key ? " ;;\n" : " '' ;;\n", out);
	}
	fputs("\t*) return 1 ;;\n\tesac\n}\n\n", out);
}

static void put_verbs(FILE *out)
{
	fputs("# _fwctl_verbs OBJECT: the words that can follow\n"
	      "_fwctl_verbs() {\n\tcase $1 in\n",
	      out);
	for (size_t i = 0; object_at(i); i++) {
		fprintf(out, "\t'%s') echo '", object_at(i)->name);
		put_object_verbs(out, object_at(i));
		fputs("' ;;\n", out);
	}
	fputs("\t'') echo '", out);
	for (size_t i = 0; object_at(i); i++) {
		if (!object_as_verb(object_at(i)))
			fprintf(out, "%s ", object_at(i)->name);
	}
	for (size_t i = 0; verb_at(i); i++) {
		if (!verb_at(i)->object && verb_help(verb_at(i)))
			fprintf(out, "%s ", verb_at(i)->name);
	}
	fputs("help' ;;\n\tesac\n}\n\n", out);
}

/* fwctl's own options that a verb (NULL: any) uses. */
static void put_settings(FILE *out, const struct verb *verb)
{
	const char *space = "";

	for (size_t i = 0; setting_at(i); i++) {
		if (!setting_suits(setting_at(i), verb))
			continue;
		fprintf(out, "%s--%s", space, setting_at(i)->name);
		space = " ";
	}
}

static void put_options(FILE *out)
{
	fputs("# _fwctl_options VERB: its options\n"
	      "_fwctl_options() {\n\tcase $1 in\n",
	      out);
	for (size_t i = 0; verb_at(i); i++) {
		const struct verb *verb = verb_at(i);

		if (!verb_help(verb))
			continue;
		fputc('\t', out);
		put_verb_name(out, verb);
		fputs(") echo '", out);
		for (size_t j = 0; verb->options[j].key; j++)
			fprintf(out, "--%s ", verb_option(verb, j).name);
		put_settings(out, verb);
		fputs("' ;;\n", out);
	}
	/* Before the verb, all of them are possible. */
	fputs("\t*) echo '", out);
	put_settings(out, NULL);
	fputs("' ;;\n\tesac\n}\n\n", out);
}

/* The kind of each option's value; options without a value are not listed. */
static void put_option_values(FILE *out)
{
	fputs("# _fwctl_option VERB OPTION: the kind of its value, if it takes one\n"
	      "_fwctl_option() {\n\tcase \"$1 $2\" in\n",
	      out);
	for (size_t i = 0; verb_at(i); i++) {
		const struct verb *verb = verb_at(i);

		for (size_t j = 0; verb->options[j].key; j++) {
			const struct parameter option = verb_option(verb, j);

			if (option.kind == VALUE_FLAG)
				continue;
			fprintf(out, "\t'%s%s%s --%s'", verb->object ? verb->object : "",
				verb->object ? " " : "", verb->name, option.name);
			if (option.letter)
				fprintf(out, " | '%s%s%s -%c'", verb->object ? verb->object : "",
					verb->object ? " " : "", verb->name, option.letter);
			fputs(") echo '", out);
			put_kind(out, &option);
			fputs("' ;;\n", out);
		}
	}
	for (size_t i = 0; setting_at(i); i++) {
		const struct setting *setting = setting_at(i);

		if (!setting->label)
			continue;
		fprintf(out, "\t*' --%s'", setting->name);
		if (setting->letter)
			fprintf(out, " | *' -%c'", setting->letter);
		fputs(setting->words ? ") echo '=" : ") echo '", out);
		if (setting->words)
			completion_words(out, setting->words, " ");
		else
			fputs(setting->letter == 's' ? "file" : "text", out);
		fputs("' ;;\n", out);
	}
	fputs("\tesac\n}\n\n", out);
}

void completion_bash(FILE *out)
{
	fputs(head, out);
	put_verbs(out);
	put_kinds(out);
	put_options(out);
	put_option_values(out);
	fputs(tail, out);
}
