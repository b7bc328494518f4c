// SPDX-License-Identifier: MIT
/*
 * Options as data: a row each. One loop reads the environment, one the command
 * line, and --help prints the same rows.
 */
#include "daemon/fwd/options_rows.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/memory.h"
#include "common/protocol/wire.h"

#define ROW_BASE 256 /* getopt values of rows without a letter: ROW_BASE + index */
#define HELP	 'h'
#define VERSION	 'V'

static void print_help(void)
{
	printf("usage: fwd [OPTION]...\n"
	       "An XDP firewall and rate limiter. Runs in the foreground.\n\n");
	for (size_t i = 0; i < option_row_count; i++) {
		char left[64];

		snprintf(left, sizeof(left), "--%s%s%s", option_rows[i].name,
			 option_rows[i].argument ? " " : "",
			 option_rows[i].argument ? option_rows[i].argument : "");
		if (option_rows[i].letter)
			printf("  -%c, %-26s", option_rows[i].letter, left);
		else
			printf("      %-26s", left);
		printf(" %s%s%s\n", option_rows[i].help,
		       option_rows[i].env ? "; environment: " : "",
		       option_rows[i].env ? option_rows[i].env : "");
	}
	printf("  -h, --help                     print this and exit\n"
	       "  -V, --version                  print the version and exit; with -j behind it, as "
	       "JSON\n\n"
	       "Signals: SIGHUP reloads the config, SIGUSR1 reopens the log file, SIGTERM and\n"
	       "SIGINT stop fwd as defaults.on_stop says. See fwd(8) and fwd.json(5).\n");
}

static int set_row(struct options *options, const struct option_row *row, const char *label,
		   const char *value)
{
	const char *problem = row->set(options, value);

	if (!problem)
		return 0;
	log_error("%s \"%s\" %s", label, value, problem);
	return -EINVAL;
}

static int read_environment(struct options *options)
{
	for (size_t i = 0; i < option_row_count; i++) {
		const char *value = option_rows[i].env ? getenv(option_rows[i].env) : NULL;

		if (value && *value &&
		    set_row(options, &option_rows[i], option_rows[i].env, value) < 0)
			return -EINVAL;
	}
	return 0;
}

static void fill_getopt(struct option *longs, char *shorts)
{
	size_t used = 0;

	shorts[used++] = ':';
	for (size_t i = 0; i < option_row_count; i++) {
		longs[i] = (struct option){
			.name = option_rows[i].name,
			.has_arg = option_rows[i].argument ? required_argument : no_argument,
			.val = ROW_BASE + (int)i,
		};
		if (option_rows[i].letter) {
			shorts[used++] = (char)option_rows[i].letter;
			if (option_rows[i].argument)
				shorts[used++] = ':';
		}
	}
	longs[option_row_count] = (struct option){"help", no_argument, NULL, HELP};
	longs[option_row_count + 1] = (struct option){"version", no_argument, NULL, VERSION};
	shorts[used++] = HELP;
	shorts[used++] = VERSION;
	shorts[used] = '\0';
}

static const struct option_row *find_row(int value)
{
	for (size_t i = 0; i < option_row_count; i++) {
		if (value == ROW_BASE + (int)i || value == option_rows[i].letter)
			return &option_rows[i];
	}
	return NULL;
}

/* What getopt did not like: missing is true if it was the argument's absence. */
static int explain_usage(char **argv, bool missing)
{
	const char *word = argv[optind - 1];
	char letter[3] = {'-', (char)optopt, '\0'};
	bool is_long = strncmp(word, "--", 2) == 0;
	const char *what = is_long || optopt <= 0 || optopt >= ROW_BASE ? word : letter;

	if (missing)
		log_error("option %s needs a value; see fwd --help", what);
	else if (is_long && strchr(word, '=') && optopt)
		log_error("option %.*s takes no value; see fwd --help",
			  (int)(strchr(word, '=') - word), word);
	else
		log_error("unknown option %s; see fwd --help", what);
	return -EINVAL;
}

static void print_version(int argc, char **argv)
{
	bool json = false;

	for (int i = 1; i < argc; i++)
		json |= strcmp(argv[i], "-j") == 0 || strcmp(argv[i], "--json") == 0;
	puts(json ? "{\"ok\":true,\"result\":{\"fwd\":\"" FWD_VERSION "\"}}" : "fwd " FWD_VERSION);
}

static int read_flags(struct options *options, int argc, char **argv)
{
	struct option longs[MAX_OPTION_ROWS + 3] = {0};
	char shorts[2 * MAX_OPTION_ROWS + 4];
	int value;

	fill_getopt(longs, shorts);
	opterr = 0;
	optind = 1;
	while ((value = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		const struct option_row *row = find_row(value);
		char label[32];

		if (value == ':' || value == '?')
			return explain_usage(argv, value == ':');
		if (value == HELP)
			return print_help(), 1;
		if (value == VERSION)
			return print_version(argc, argv), 1;
		snprintf(label, sizeof(label), "--%s", row->name);
		if (set_row(options, row, label, optarg) < 0)
			return -EINVAL;
	}
	if (optind == argc)
		return 0;
	log_error("\"%s\" is not an option; interfaces are given as -i %s", argv[optind],
		  argv[optind]);
	return -EINVAL;
}

int options_parse(int argc, char **argv, struct options *ret)
{
	struct options options = {
		.config_path = FWD_SYSCONFDIR "/fwd/fwd.json",
		.log_format = "console",
		.log_buffer_size = 64 * 1024,
		.log_keep = 8,
		.stats_interval_ns = 60 * NS_PER_SECOND,
		.socket_path = WIRE_SOCKET,
		.pin_dir = "/sys/fs/bpf/fwd",
		.state_dir = FWD_STATEDIR,
	};
	int result = read_environment(&options);

	if (result == 0)
		result = read_flags(&options, argc, argv);
	if (result != 0) {
		options_clear(&options);
		return result;
	}
	*ret = options;
	return 0;
}

void options_clear(struct options *options)
{
	free(options->interfaces);
	*options = (struct options){0};
}
