// SPDX-License-Identifier: MIT
#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"
#include "daemon/fwd/options/options.h"

/* Parse words after "fwd", up to a NULL. */
static int parse(const char *const *words, struct options *ret)
{
	char *argv[16] = {(char *)"fwd"};
	int argc = 1;

	for (; *words; words++)
		argv[argc++] = (char *)*words;
	return options_parse(argc, argv, ret);
}

Test(options, defaults)
{
	const char *const none[] = {NULL};
	struct options options;

	cr_assert(parse(none, &options) == 0);
	cr_expect_str_eq(options.config_path, FWD_SYSCONFDIR "/fwd/fwd.json");
	cr_expect_str_eq(options.log_format, "console");
	cr_expect_str_eq(options.socket_path, "/run/fwd/fwd.sock");
	cr_expect_str_eq(options.pin_dir, "/sys/fs/bpf/fwd");
	cr_expect(options.stats_interval_ns == 60000000000);
	cr_expect(options.interface_count == 0 && !options.drop_packets && !options.has_mode);
	options_clear(&options);
}

Test(options, all)
{
	const char *const words[] = {"-ieth0",
				     "-i",
				     "eth1",
				     "--config=x.json",
				     "--drop-packets",
				     "--mode",
				     "generic",
				     "--log-format=csv",
				     "--log-buffer-size=4Ki",
				     "--stats-interval=0",
				     "-v",
				     NULL};
	struct options options;

	cr_assert(parse(words, &options) == 0);
	cr_expect(options.interface_count == 2);
	cr_expect_str_eq(options.interfaces[0], "eth0");
	cr_expect_str_eq(options.interfaces[1], "eth1");
	cr_expect_str_eq(options.config_path, "x.json");
	cr_expect(options.drop_packets && options.verbose);
	cr_expect(options.has_mode && options.mode == ATTACH_GENERIC);
	cr_expect_str_eq(options.log_format, "csv");
	cr_expect(options.log_buffer_size == 4096);
	cr_expect(options.stats_interval_ns == 0);
	options_clear(&options);
}

Test(options, times_as_in_the_config)
{
	static const struct {
		const char *word;
		uint64_t ns;
	} times[] = {
		{"--stats-interval=90", 90000000000},
		{"--stats-interval=1m30s", 90000000000},
		{"--stats-interval=500ms", 500000000},
		{"--stats-interval=1d", 86400000000000},
	};

	for (size_t i = 0; i < array_size(times); i++) {
		const char *const words[] = {times[i].word, NULL};
		struct options options;

		cr_assert(parse(words, &options) == 0);
		cr_expect_eq(options.stats_interval_ns, times[i].ns);
		options_clear(&options);
	}
}

Test(options, flags_win_over_the_environment)
{
	const char *const words[] = {"--log-format=csv", NULL};
	struct options options;

	setenv("FWD_LOG_FORMAT", "jsonl", 1);
	setenv("FWD_SOCKET", "/tmp/x.sock", 1);
	cr_assert(parse(words, &options) == 0);
	cr_expect_str_eq(options.log_format, "csv");
	cr_expect_str_eq(options.socket_path, "/tmp/x.sock");
	options_clear(&options);
}

/* A usage error is one line, and names the culprit. */
static const struct {
	const char *words[4];
	const char *line;
} bad[] = {
	{{"--bogus"}, "error: unknown option --bogus; see fwd --help\n"},
	{{"-x"}, "error: unknown option -x; see fwd --help\n"},
	{{"-vx"}, "error: unknown option -x; see fwd --help\n"},
	{{"-c"}, "error: option -c needs a value; see fwd --help\n"},
	{{"--config"}, "error: option --config needs a value; see fwd --help\n"},
	{{"--drop-packets=yes"}, "error: option --drop-packets takes no value; see fwd --help\n"},
	{{"eth0"}, "error: \"eth0\" is not an option; interfaces are given as -i eth0\n"},
	{{"-i", ""}, "error: --interface \"\" is not an interface's name\n"},
	{{"-i", "a/b"}, "error: --interface \"a/b\" is not an interface's name\n"},
	{{"--mode", "fast"}, "error: --mode \"fast\" must be native or generic\n"},
	{{"--log-format", "xml"},
	 "error: --log-format \"xml\" must be console, json, jsonl, csv or journald\n"},
	{{"--stats-interval", "-1"},
	 "error: --stats-interval \"-1\" is not a time such as 500ms, 90s, 10m or 1h30m\n"},
	{{"--stats-interval", "0s"}, "error: --stats-interval \"0s\" must be above 0\n"},
	{{"--stats-interval", "2d"},
	 "error: --stats-interval \"2d\" must be 0 or a time from 100ms to 1d\n"},
	{{"--stats-interval", "99ms"},
	 "error: --stats-interval \"99ms\" must be 0 or a time from 100ms to 1d\n"},
	{{"--log-buffer-size", "1G"},
	 "error: --log-buffer-size \"1G\" must be a number of bytes, at most 64Mi\n"},
	{{"--pin-dir", "fwd"}, "error: --pin-dir \"fwd\" must be an absolute path\n"},
};

Test(options, usage_errors)
{
	FILE *saved = stderr;

	for (size_t i = 0; i < array_size(bad); i++) {
		struct options options;
		char *text = NULL, *line;
		size_t size = 0;

		stderr = open_memstream(&text, &size);
		cr_expect(parse(bad[i].words, &options) == -EINVAL);
		fclose(stderr);
		stderr = saved;
		line = strchr(text, ' ');
		cr_expect(line && strcmp(line + 1, bad[i].line) == 0, "%s", text);
		free(text);
	}
}

Test(options, bad_environment)
{
	const char *const none[] = {NULL};
	struct options options;

	cr_redirect_stderr();
	setenv("FWD_STATS_INTERVAL", "often", 1);
	cr_expect(parse(none, &options) == -EINVAL);
}

Test(options, help_and_version)
{
	const char *const help[] = {"--help", NULL}, *const version[] = {"-V", NULL};
	struct options options;

	cr_redirect_stdout();
	cr_expect(parse(help, &options) == 1);
	cr_expect(parse(version, &options) == 1);
}
