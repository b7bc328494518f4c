// SPDX-License-Identifier: MIT
/*
 * Options as data: a row each. One loop reads the environment, one the command
 * line, and --help prints the same rows.
 */
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "event.h"
#include "log.h"
#include "memory.h"
#include "panic.h"
#include "units.h"
#include "wire.h"

#define FWD_STATEDIR	 "/var/lib/fwd"
#define MAX_BUFFER_BYTES (64 * 1024 * 1024)
#define MIN_LOG_BYTES	 (64 * 1024)
#define MAX_LOG_KEEP	 1000
#define MIN_STATS_NS	 100000000ULL
#define MAX_STATS_NS	 (86400 * NS_PER_SECOND)

struct option_row {
	const char *name;
	int letter;	      /* short option, or 0 */
	const char *argument; /* what --help calls it; NULL: takes none */
	const char *env;      /* NULL: only on the command line */
	/* Returns NULL, or what is wrong with the value. */
	const char *(*set)(struct options *options, const char *value);
	const char *help;
};

static const char *set_config(struct options *options, const char *value)
{
	options->config_path = value;
	return *value ? NULL : "must not be empty";
}

static const char *set_interface(struct options *options, const char *value)
{
	const char **slot;

	if (!*value || strlen(value) > 15 || strpbrk(value, "/: \t\n"))
		return "is not an interface's name";
	if (options->interface_count >= FW_MAX_INTERFACES - 1)
		return "is one interface too many";
	slot = array_grow(&options->interfaces, options->interface_count, sizeof(*slot));
	if (!slot)
		return "does not fit into memory";
	*slot = value;
	options->interface_count++;
	return NULL;
}

static const char *set_drop_packets(struct options *options, const char *value)
{
	(void)value;
	options->drop_packets = true;
	return NULL;
}

static const char *set_mode(struct options *options, const char *value)
{
	options->has_mode = true;
	options->mode = strcmp(value, "generic") == 0 ? ATTACH_GENERIC : ATTACH_NATIVE;
	if (options->mode == ATTACH_NATIVE && strcmp(value, "native") != 0)
		return "must be native or generic";
	return NULL;
}

static const char *set_log_format(struct options *options, const char *value)
{
	options->log_format = value;
	return sink_find(value) ? NULL : "must be console, json, jsonl or csv";
}

static const char *set_log_file(struct options *options, const char *value)
{
	options->log_file = value;
	return *value ? NULL : "must not be empty";
}

static const char *set_log_buffer_size(struct options *options, const char *value)
{
	uint64_t bytes;

	if (bytes_parse(value, &bytes) < 0 || bytes > MAX_BUFFER_BYTES)
		return "must be a number of bytes, at most 64Mi";
	options->log_buffer_size = bytes;
	return NULL;
}

static const char *set_log_max_size(struct options *options, const char *value)
{
	uint64_t bytes;

	if (bytes_parse(value, &bytes) < 0 || (bytes && bytes < MIN_LOG_BYTES))
		return "must be 0 or a number of bytes, at least 64Ki";
	options->log_max_size = bytes;
	return NULL;
}

static const char *set_log_keep(struct options *options, const char *value)
{
	char *end;
	unsigned long count = strtoul(value, &end, 10);

	if (*value < '0' || *value > '9' || *end || count > MAX_LOG_KEEP)
		return "must be a number from 0 to 1000";
	options->log_keep = (unsigned)count;
	return NULL;
}

static const char *set_stats_interval(struct options *options, const char *value)
{
	const char *problem;
	uint64_t ns = 0;

	problem = strcmp(value, "0") == 0 ? NULL : duration_problem(value, &ns);
	if (problem)
		return problem;
	if (ns && (ns < MIN_STATS_NS || ns > MAX_STATS_NS))
		return "must be 0 or a time from 100ms to 1d";
	options->stats_interval_ns = ns;
	return NULL;
}

static const char *set_socket(struct options *options, const char *value)
{
	options->socket_path = value;
	return *value ? NULL : "must not be empty";
}

static const char *set_pin_dir(struct options *options, const char *value)
{
	options->pin_dir = value;
	return *value == '/' ? NULL : "must be an absolute path";
}

static const char *set_state_dir(struct options *options, const char *value)
{
	options->state_dir = value;
	return *value == '/' ? NULL : "must be an absolute path";
}

static const char *set_compile(struct options *options, const char *value)
{
	options->compile_path = value;
	return *value ? NULL : "must not be empty";
}

/* "open", "close" or "end", and for how long: "close,10m". */
static const char *set_panic(struct options *options, const char *value)
{
	const char *comma = strchr(value, ','), *problem;
	size_t length = comma ? (size_t)(comma - value) : strlen(value);

	options->panic = value;
	options->panic_ns = PANIC_DEFAULT_NS;
	options->panic_mode = strncmp(value, "close", length) == 0 ? FW_PANIC_CLOSE : FW_PANIC_OPEN;
	options->panic_end = strcmp(value, "end") == 0;
	if (options->panic_end)
		return NULL;
	if (length != strlen(panic_name(options->panic_mode)) ||
	    strncmp(value, panic_name(options->panic_mode), length) != 0)
		return "must be open, close or end, with a time for the first two: close,10m";
	if (!comma)
		return NULL;
	problem = duration_problem(comma + 1, &options->panic_ns);
	if (!problem && (options->panic_ns < PANIC_MIN_NS || options->panic_ns > PANIC_MAX_NS))
		problem = "must have a time from 1s to 24h";
	return problem;
}

static const char *set_sysctls(struct options *options, const char *value)
{
	(void)value;
	options->set_sysctls = true;
	return NULL;
}

static const char *set_strict_config(struct options *options, const char *value)
{
	(void)value;
	options->strict_config = true;
	return NULL;
}

static const char *set_verbose(struct options *options, const char *value)
{
	(void)value;
	options->verbose = true;
	return NULL;
}

static const struct option_row rows[] = {
	{"config", 'c', "FILE", "FWD_CONFIG", set_config,
	 "the config (" FWD_SYSCONFDIR "/fwd/fwd.json)"},
	{"interface", 'i', "NAME", NULL, set_interface,
	 "one more interface, besides the config's; repeatable"},
	{"drop-packets", 0, NULL, NULL, set_drop_packets,
	 "enforce: drop what the policy drops, rather than only report it"},
	{"mode", 0, "native|generic", NULL, set_mode, "attach mode of all interfaces"},
	{"log-format", 0, "FORMAT", "FWD_LOG_FORMAT", set_log_format,
	 "how events are written: console, json, jsonl or csv (console)"},
	{"log-file", 0, "PATH", "FWD_LOG_FILE", set_log_file, "where events go (stdout)"},
	{"log-buffer-size", 0, "BYTES", "FWD_LOG_BUFFER_SIZE", set_log_buffer_size,
	 "bytes of events kept before they are written, for a second at most (64Ki); 0: none"},
	{"log-max-size", 0, "BYTES", "FWD_LOG_MAX_SIZE", set_log_max_size,
	 "rotate the log file beyond so many bytes, as 64Mi (0: never)"},
	{"log-keep", 0, "N", "FWD_LOG_KEEP", set_log_keep, "keep so many rotated log files (8)"},
	{"stats-interval", 0, "TIME", "FWD_STATS_INTERVAL", set_stats_interval,
	 "time between summaries of the counters, as 90s or 5m (60s); 0: none"},
	{"socket", 0, "PATH", "FWD_SOCKET", set_socket, "the control socket (" WIRE_SOCKET ")"},
	{"pin-dir", 0, "PATH", "FWD_PIN_DIR", set_pin_dir,
	 "where the datapath is kept, on a bpffs (/sys/fs/bpf/fwd)"},
	{"state-dir", 0, "PATH", "FWD_STATE_DIR", set_state_dir,
	 "where the history and the audit log are kept (" FWD_STATEDIR ")"},
	{"panic", 0, "MODE[,TIME]", NULL, set_panic,
	 "open or close what an earlier fwd left filtering (5m), or end that; and exit"},
	{"compile", 0, "FILE", NULL, set_compile, "print what a config compiles to, and exit"},
	{"set-sysctls", 0, NULL, NULL, set_sysctls,
	 "set what limits that answer SYNs need of net.ipv4 and net.netfilter"},
	{"strict-config", 0, NULL, NULL, set_strict_config,
	 "do not start if the config cannot be used, rather than with the last revision that can"},
	{"verbose", 'v', NULL, NULL, set_verbose, "say more on stderr"},
};

#define ROW_BASE 256 /* getopt values of rows without a letter: ROW_BASE + index */
#define HELP	 'h'
#define VERSION	 'V'

static void print_help(void)
{
	printf("usage: fwd [OPTION]...\n"
	       "An XDP firewall and rate limiter. Runs in the foreground.\n\n");
	for (size_t i = 0; i < array_size(rows); i++) {
		char left[64];

		snprintf(left, sizeof(left), "--%s%s%s", rows[i].name, rows[i].argument ? " " : "",
			 rows[i].argument ? rows[i].argument : "");
		if (rows[i].letter)
			printf("  -%c, %-26s", rows[i].letter, left);
		else
			printf("      %-26s", left);
		printf(" %s%s%s\n", rows[i].help, rows[i].env ? "; environment: " : "",
		       rows[i].env ? rows[i].env : "");
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
	for (size_t i = 0; i < array_size(rows); i++) {
		const char *value = rows[i].env ? getenv(rows[i].env) : NULL;

		if (value && *value && set_row(options, &rows[i], rows[i].env, value) < 0)
			return -EINVAL;
	}
	return 0;
}

static void fill_getopt(struct option *longs, char *shorts)
{
	size_t used = 0;

	shorts[used++] = ':';
	for (size_t i = 0; i < array_size(rows); i++) {
		longs[i] = (struct option){
			.name = rows[i].name,
			.has_arg = rows[i].argument ? required_argument : no_argument,
			.val = ROW_BASE + (int)i,
		};
		if (rows[i].letter) {
			shorts[used++] = (char)rows[i].letter;
			if (rows[i].argument)
				shorts[used++] = ':';
		}
	}
	longs[array_size(rows)] = (struct option){"help", no_argument, NULL, HELP};
	longs[array_size(rows) + 1] = (struct option){"version", no_argument, NULL, VERSION};
	shorts[used++] = HELP;
	shorts[used++] = VERSION;
	shorts[used] = '\0';
}

static const struct option_row *find_row(int value)
{
	for (size_t i = 0; i < array_size(rows); i++) {
		if (value == ROW_BASE + (int)i || value == rows[i].letter)
			return &rows[i];
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
	struct option longs[array_size(rows) + 3] = {0};
	char shorts[2 * array_size(rows) + 4];
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
