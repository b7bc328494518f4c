// SPDX-License-Identifier: MIT
/* Parses the command line, word by word. */
#include "cli/grammar/call.h"

#include <errno.h>
#include <string.h>

#include "cli/grammar/fields_words.h"
#include "cli/grammar/input.h"
#include "cli/grammar/setting_rows.h"
#include "cli/grammar/value.h"
#include "common/base/memory.h"
#include "common/policy/config/config_fields.h"

/* The rest of the command line. */
struct parse {
	struct cli *cli;
	struct call *call;
	char **at;
	bool only_words; /* after "--" */
};

static bool is_option(const char *word)
{
	return word[0] == '-' && word[1];
}

bool call_wants_json(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strcmp(argv[i], "-j") == 0 || strcmp(argv[i], "--json") == 0)
			return true;
	}
	return false;
}

/* ---- objects and verbs ---- */

/* "; did you mean "x"?" for a word in place of a verb of object (NULL: none) or of an object. */
static void suggest_word(const struct object *object, const char *word, char *ret)
{
	struct suggestion suggestion = {.written = word};

	for (size_t i = 0; verb_at(i); i++) {
		const struct verb *verb = verb_at(i);

		if (verb_help(verb) && (verb->object ? object_find(verb->object) : NULL) == object)
			suggestion_offer(&suggestion, verb->name, NULL);
	}
	for (size_t i = 0; !object && object_at(i); i++)
		suggestion_offer(&suggestion, object_at(i)->name, NULL);
	suggestion_text(&suggestion, ret);
	for (size_t i = 0; !object && !*ret && object_at(i); i++) {
		if (verb_find(object_at(i)->name, word))
			snprintf(ret, SUGGESTION_TEXT, "; did you mean \"%s %.40s\"?",
				 object_at(i)->name, word);
	}
}

static int unknown_word(struct parse *parse, const char *word)
{
	const struct object *object = parse->call->object;
	char text[SUGGESTION_TEXT];

	suggest_word(object, word, text);
	if (!*text)
		snprintf(text, sizeof(text), "; see fwctl %s%s--help", object ? object->name : "",
			 object ? " " : "");
	if (object)
		return cli_fail(parse->cli, WIRE_ERROR_BAD_REQUEST, "%s has no verb \"%s\"%s",
				object->name, word, text);
	return cli_fail(parse->cli, WIRE_ERROR_BAD_REQUEST, "there is no command \"%s\"%s", word,
			text);
}

/* A word before the verb is known: an object, the verb, or "help". */
static int read_verb(struct parse *parse, const char *word)
{
	struct call *call = parse->call;

	call->verb = verb_find(call->object ? call->object->name : NULL, word);
	if (call->verb)
		return 0;
	if (strcmp(word, "help") == 0) {
		parse->cli->settings.help = true;
		return 0;
	}
	if (!call->object)
		call->object = object_find(word);
	else
		return unknown_word(parse, word);
	return call->object ? 0 : unknown_word(parse, word);
}

/* `stats reset` does not take the options of `stats`: with an option in between it is `stats`. */
static bool has_options(const struct call *call)
{
	for (size_t i = 0; i < MAX_OPTIONS; i++) {
		if (call->options[i])
			return true;
	}
	return false;
}

/* The word after a verb that is also an object: is it a verb of that object? */
static bool take_second_verb(struct parse *parse, const char *word)
{
	struct call *call = parse->call;
	const struct object *object = verb_as_object(call->verb);
	const struct verb *verb = object ? verb_find(object->name, word) : NULL;

	if (!verb || has_options(call) || parse->only_words)
		return false;
	call->object = object;
	call->verb = verb;
	return true;
}

static int take_word(struct parse *parse, const char *word)
{
	struct call *call = parse->call;
	const char **slot;

	if (!call->verb)
		return read_verb(parse, word);
	if (take_second_verb(parse, word))
		return 0;
	slot = array_grow(&call->words, call->word_count, sizeof(*slot));
	if (!slot)
		return cli_fail_errno(parse->cli, -ENOMEM, "command line");
	*slot = word;
	call->word_count++;
	return 0;
}

/* ---- options ---- */

/* An option of the verb or of fwctl itself. */
struct option_row {
	struct parameter parameter; /* without key: a setting */
	size_t index;		    /* of the verb's option */
	const struct setting *setting;
};

static bool find_option(const struct verb *verb, const char *name, size_t length, char letter,
			struct option_row *ret)
{
	for (size_t i = 0; verb && verb->options[i].key; i++) {
		const struct parameter option = verb_option(verb, i);

		if (letter ? option.letter == letter
			   : strlen(option.name) == length && !memcmp(option.name, name, length)) {
			*ret = (struct option_row){.parameter = option, .index = i};
			return true;
		}
	}
	for (size_t i = 0; setting_at(i); i++) {
		const struct setting *setting = setting_at(i);

		if (letter ? setting->letter == letter
			   : strlen(setting->name) == length &&
				     !memcmp(setting->name, name, length)) {
			*ret = (struct option_row){.setting = setting};
			return true;
		}
	}
	return false;
}

static int unknown_option(struct parse *parse, const char *word, size_t length)
{
	const struct verb *verb = parse->call->verb;
	cleanup_free char *name = strndup(word, length);
	struct suggestion suggestion = {.written = name ? name : ""};
	char text[SUGGESTION_TEXT] = "", label[64];

	for (size_t i = 0; verb && verb->options[i].key; i++) {
		const char *own = verb_option(verb, i).name;

		snprintf(label, sizeof(label), "--%s", own);
		suggestion_offer(&suggestion, label, own);
	}
	for (size_t i = 0; setting_at(i); i++) {
		snprintf(label, sizeof(label), "--%s", setting_at(i)->name);
		suggestion_offer(&suggestion, label, setting_at(i)->name);
	}
	if (suggestion.best)
		snprintf(text, sizeof(text), "; did you mean --%s?", suggestion.best);
	return cli_fail(parse->cli, WIRE_ERROR_BAD_REQUEST, "unknown option %s%s", name, text);
}

static bool takes_value(const struct option_row *row)
{
	return row->setting ? row->setting->label != NULL : row->parameter.kind != VALUE_FLAG;
}

static int add_repeat(struct parse *parse, size_t option, const char *value)
{
	struct call *call = parse->call;
	struct call_repeat *repeat =
		array_grow(&call->repeats, call->repeat_count, sizeof(*repeat));

	if (!repeat)
		return cli_fail_errno(parse->cli, -ENOMEM, "command line");
	*repeat = (struct call_repeat){.option = option, .value = value};
	call->repeat_count++;
	return 0;
}

static int set_option(struct parse *parse, const struct option_row *row, const char *value)
{
	const char *problem;

	if (row->parameter.key) {
		bool many = row->parameter.flags & VALUE_MANY;

		if (many && add_repeat(parse, row->index, value) < 0)
			return -1;
		if (parse->call->options[row->index] && !many)
			return cli_fail(parse->cli, WIRE_ERROR_BAD_REQUEST, "--%s is given twice",
					row->parameter.name);
		parse->call->options[row->index] = value;
		return takes_value(row) ? value_check(parse->cli, &row->parameter, value) : 0;
	}
	problem = row->setting->set(&parse->cli->settings, value);
	if (problem)
		return cli_fail(parse->cli, WIRE_ERROR_BAD_REQUEST, "--%s \"%s\" %s",
				row->setting->name, value, problem);
	parse->cli->settings.given |= row->setting->takes;
	return 0;
}

/* The value of an option: after the "=", or the next word. */
static int take_value(struct parse *parse, const char *label, int length, const char **value)
{
	if (*value)
		return 0;
	if (!*parse->at)
		return cli_fail(parse->cli, WIRE_ERROR_BAD_REQUEST, "%.*s needs a value", length,
				label);
	*value = *parse->at++;
	return 0;
}

static int read_long(struct parse *parse, const char *word)
{
	size_t length = strcspn(word, "=");
	const char *value = word[length] ? word + length + 1 : NULL;
	struct option_row row;

	if (!find_option(parse->call->verb, word + 2, length - 2, 0, &row))
		return unknown_option(parse, word, length);
	if (!takes_value(&row) && value)
		return cli_fail(parse->cli, WIRE_ERROR_BAD_REQUEST, "%.*s takes no value",
				(int)length, word);
	if (takes_value(&row) && take_value(parse, word, (int)length, &value) < 0)
		return -1;
	return set_option(parse, &row, value ? value : "");
}

/* Letters can be joined; the value of an option is the rest of the word, or the next word. */
static int read_letters(struct parse *parse, const char *word)
{
	for (const char *at = word + 1; *at; at++) {
		const char *value = at[1] ? at + 1 : NULL;
		char label[3] = {'-', *at, '\0'};
		struct option_row row;

		if (!find_option(parse->call->verb, NULL, 0, *at, &row))
			return unknown_option(parse, label, 2);
		if (!takes_value(&row)) {
			if (set_option(parse, &row, "") < 0)
				return -1;
			continue;
		}
		if (take_value(parse, label, 2, &value) < 0)
			return -1;
		return set_option(parse, &row, value);
	}
	return 0;
}

static int read_next(struct parse *parse)
{
	const char *word = *parse->at++;

	if (parse->only_words || !is_option(word))
		return take_word(parse, word);
	if (strcmp(word, "--") == 0) {
		parse->only_words = true;
		return 0;
	}
	return word[1] == '-' ? read_long(parse, word) : read_letters(parse, word);
}

/* ---- the whole ---- */

static int check_arguments(struct cli *cli, struct call *call)
{
	const struct parameter *arguments = call->verb->arguments;
	const char *object = call->verb->object ? call->verb->object : "";
	size_t count = 0;
	bool open = false;

	for (; arguments[count].key; count++) {
		const struct parameter argument = verb_argument(call->verb, count);

		open = argument.flags & (VALUE_MANY | VALUE_JOINED);
		if (count >= call->word_count) {
			if (argument.flags & VALUE_OPTIONAL)
				continue;
			return cli_fail(cli, WIRE_ERROR_BAD_REQUEST,
					"%s is missing; see fwctl %s%s%s --help", argument.label,
					object, *object ? " " : "", call->verb->name);
		}
		for (size_t i = count; i < (open ? call->word_count : count + 1); i++) {
			if (value_check(cli, &argument, call->words[i]) < 0)
				return -1;
		}
	}
	if (call->word_count > count && !open)
		return cli_fail(cli, WIRE_ERROR_BAD_REQUEST,
				"unexpected word \"%s\"; see fwctl %s%s%s --help",
				call->words[count], object, *object ? " " : "", call->verb->name);
	return 0;
}

/* An option that the verb does not take may be important to its user: nothing is done. */
static int check_settings(struct cli *cli, const struct call *call)
{
	const char *object = call->verb->object ? call->verb->object : "";

	for (size_t i = 0; setting_at(i); i++) {
		const struct setting *setting = setting_at(i);

		if (setting->takes & cli->settings.given && !setting_suits(setting, call->verb))
			return cli_fail(cli, WIRE_ERROR_BAD_REQUEST,
					"%s%s%s takes no --%s, which is for %s; nothing was done",
					object, *object ? " " : "", call->verb->name, setting->name,
					setting->use);
	}
	return 0;
}

static int load_json(struct cli *cli, struct call *call)
{
	for (size_t i = 0; i < MAX_ARGUMENTS && i < call->word_count; i++) {
		enum value_kind kind = verb_argument(call->verb, i).kind;

		if (kind == VALUE_FIELDS)
			return fields_load(cli, call, i);
		if (kind != VALUE_JSON)
			continue;
		if (input_argument(cli, call->words[i], &call->loaded) < 0)
			return -1;
		if (call->loaded)
			call->words[i] = call->loaded;
	}
	return 0;
}

int call_parse(struct cli *cli, int argc, char **argv, struct call *ret)
{
	struct parse parse = {.cli = cli, .call = ret, .at = argv + (argc > 0)};

	*ret = (struct call){0};
	while (*parse.at) {
		if (read_next(&parse) < 0)
			return -1;
	}
	if (cli->settings.help || cli->settings.version)
		return 0;
	if (!ret->verb && ret->object)
		return cli_fail(cli, WIRE_ERROR_BAD_REQUEST, "%s needs a verb; see fwctl %s --help",
				ret->object->name, ret->object->name);
	if (!ret->verb)
		return cli_fail(cli, WIRE_ERROR_BAD_REQUEST,
				"no command is given; see fwctl --help");
	if (check_arguments(cli, ret) < 0 || check_settings(cli, ret) < 0)
		return -1;
	return load_json(cli, ret);
}
