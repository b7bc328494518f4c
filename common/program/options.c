// SPDX-License-Identifier: MIT
#include "common/program/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/log.h"
#include "common/base/memory.h"

#define ROW_BASE 256 /* getopt values of rows without a letter: ROW_BASE + index */
#define HELP	 'h'
#define VERSION	 'V'

static void print_help(const struct option_list *list)
{
	printf("usage: %s [OPTION]...\n%s\n", list->program, list->about);
	for (size_t i = 0; i < list->count; i++) {
		const struct option_row *row = &list->rows[i];
		char left[64];

		snprintf(left, sizeof(left), "--%s%s%s", row->name, row->argument ? " " : "",
			 row->argument ? row->argument : "");
		if (row->letter)
			printf("  -%c, %-26s", row->letter, left);
		else
			printf("      %-26s", left);
		printf(" %s%s%s\n", row->help, row->env ? "; environment: " : "",
		       row->env ? row->env : "");
	}
	printf("  -h, --help                     print this and exit\n"
	       "  -V, --version                  print the version and exit; with -j behind it, as "
	       "JSON\n");
	if (list->after)
		printf("\n%s", list->after);
}

static void print_version(const struct option_list *list, int argc, char **argv)
{
	bool json = false;

	for (int i = 1; i < argc; i++)
		json |= strcmp(argv[i], "-j") == 0 || strcmp(argv[i], "--json") == 0;
	if (json)
		printf("{\"ok\":true,\"result\":{\"%s\":\"" FWD_VERSION "\"}}\n", list->program);
	else
		printf("%s " FWD_VERSION "\n", list->program);
}

/* label: what the operator wrote, for the error. */
static int set_row(const struct option_row *row, void *options, const char *label,
		   const char *value)
{
	char text[OPTION_PROBLEM_TEXT];
	const char *problem = option_set(row, options, value, text);

	if (!problem)
		return 0;
	log_error("%s \"%s\" %s", label, value, problem);
	return -EINVAL;
}

static int read_environment(const struct option_list *list, void *options)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct option_row *row = &list->rows[i];
		const char *value = row->env ? getenv(row->env) : NULL;

		if (value && *value && set_row(row, options, row->env, value) < 0)
			return -EINVAL;
	}
	return 0;
}

/* Room: count + 3 options, 2 * count + 4 letters. */
static void fill_getopt(const struct option_list *list, struct option *longs, char *shorts)
{
	*shorts++ = ':';
	for (size_t i = 0; i < list->count; i++) {
		const struct option_row *row = &list->rows[i];

		longs[i] = (struct option){
			.name = row->name,
			.has_arg = row->argument ? required_argument : no_argument,
			.val = ROW_BASE + (int)i,
		};
		if (!row->letter)
			continue;
		*shorts++ = (char)row->letter;
		if (row->argument)
			*shorts++ = ':';
	}
	longs[list->count] = (struct option){"help", no_argument, NULL, HELP};
	longs[list->count + 1] = (struct option){"version", no_argument, NULL, VERSION};
	*shorts++ = HELP;
	*shorts = VERSION;
}

static const struct option_row *find_row(const struct option_list *list, int value)
{
	for (size_t i = 0; i < list->count; i++) {
		if (value == ROW_BASE + (int)i || value == list->rows[i].letter)
			return &list->rows[i];
	}
	return NULL;
}

/* What getopt did not like: missing is true if it was the argument's absence. */
static int explain_usage(const struct option_list *list, char **argv, bool missing)
{
	const char *word = argv[optind - 1];
	char letter[3] = {'-', (char)optopt, '\0'};
	bool is_long = strncmp(word, "--", 2) == 0;
	const char *what = is_long || optopt <= 0 || optopt >= ROW_BASE ? word : letter;

	if (missing)
		log_error("option %s needs a value; see %s --help", what, list->program);
	else if (is_long && strchr(word, '=') && optopt)
		log_error("option %.*s takes no value; see %s --help",
			  (int)(strchr(word, '=') - word), word, list->program);
	else
		log_error("unknown option %s; see %s --help", what, list->program);
	return -EINVAL;
}

static int refuse_word(const struct option_list *list, const char *word)
{
	if (list->instead)
		log_error("\"%s\" is not an option; %s %s", word, list->instead, word);
	else
		log_error("\"%s\" is not an option; see %s --help", word, list->program);
	return -EINVAL;
}

static int read_flags(const struct option_list *list, int argc, char **argv, void *options)
{
	cleanup_free struct option *longs = calloc(list->count + 3, sizeof(*longs));
	cleanup_free char *shorts = calloc(2 * list->count + 4, 1);
	int value;

	if (!longs || !shorts)
		return -ENOMEM;
	fill_getopt(list, longs, shorts);
	opterr = 0;
	optind = 1;
	while ((value = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		const struct option_row *row = find_row(list, value);
		char label[32];

		if (value == ':' || value == '?')
			return explain_usage(list, argv, value == ':');
		if (value == HELP)
			return print_help(list), 1;
		if (value == VERSION)
			return print_version(list, argc, argv), 1;
		snprintf(label, sizeof(label), "--%s", row->name);
		if (set_row(row, options, label, optarg) < 0)
			return -EINVAL;
	}
	return optind == argc ? 0 : refuse_word(list, argv[optind]);
}

int option_list_parse(const struct option_list *list, int argc, char **argv, void *options)
{
	int r = read_environment(list, options);

	return r < 0 ? r : read_flags(list, argc, argv, options);
}
