// SPDX-License-Identifier: MIT
/* The options of fwd, a row each (common/program/options.h). */
#include "daemon/fwd/options/options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/memory.h"
#include "common/base/units.h"
#include "common/program/options.h"
#include "common/protocol/wire.h"
#include "daemon/fwd/events/event.h"
#include "daemon/fwd/panic/panic.h"

#define STATE_DIR	 "/var/lib/fwd"
#define MAX_BUFFER_BYTES (64 * 1024 * 1024)
#define MIN_LOG_BYTES	 (64 * 1024)
#define MAX_LOG_KEEP	 1000
#define MIN_STATS_NS	 100000000ULL
#define MAX_STATS_NS	 (86400 * NS_PER_SECOND)

static const char *set_interface(void *all, const char *value)
{
	struct options *options = all;
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

static const char *set_mode(void *all, const char *value)
{
	struct options *options = all;
	options->has_mode = true;
	options->mode = strcmp(value, "generic") == 0 ? ATTACH_GENERIC : ATTACH_NATIVE;
	if (options->mode == ATTACH_NATIVE && strcmp(value, "native") != 0)
		return "must be native or generic";
	return NULL;
}

static const char *set_log_format(void *all, const char *value)
{
	struct options *options = all;
	options->log_format = value;
	return sink_find(value) ? NULL : "must be " SINK_NAMES;
}

/* "open", "close" or "end", and for how long: "close,10m". */
static const char *set_panic(void *all, const char *value)
{
	struct options *options = all;
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

#define MEMBER(name) .member = offsetof(struct options, name)

static const struct option_row rows[] = {
	{"config", "the config (" FWD_SYSCONFDIR "/fwd/fwd.json)", "FILE", "FWD_CONFIG", 'c',
	 OPTION_TEXT, MEMBER(config_path)},
	{"interface", "an interface in addition to those of the config; repeatable", "NAME", NULL,
	 'i', OPTION_OTHER, .set = set_interface},
	{"drop-packets", "enforce: drop what the policy drops, rather than only report it",
	 .kind = OPTION_FLAG, MEMBER(drop_packets)},
	{"mode", "attach mode of all interfaces", "native|generic", .kind = OPTION_OTHER,
	 .set = set_mode},
	{"log-format", "how events are written: " SINK_NAMES " (console)", "FORMAT",
	 "FWD_LOG_FORMAT", .kind = OPTION_OTHER, .set = set_log_format},
	{"log-file", "where events go (stdout)", "PATH", "FWD_LOG_FILE", .kind = OPTION_TEXT,
	 MEMBER(log_file)},
	{"log-buffer-size",
	 "bytes of events kept before they are written, for a second at most (64Ki); 0: none",
	 "BYTES", "FWD_LOG_BUFFER_SIZE", .kind = OPTION_BYTES, .max = MAX_BUFFER_BYTES,
	 MEMBER(log_buffer_size)},
	{"log-max-size", "rotate the log file beyond so many bytes, as 64Mi (0: never)", "BYTES",
	 "FWD_LOG_MAX_SIZE", .kind = OPTION_BYTES, .or_zero = true, .min = MIN_LOG_BYTES,
	 MEMBER(log_max_size)},
	{"log-keep", "keep so many rotated log files (8)", "N", "FWD_LOG_KEEP",
	 .kind = OPTION_NUMBER, .max = MAX_LOG_KEEP, MEMBER(log_keep)},
	{"stats-interval", "time between summaries of the counters, as 90s or 5m (60s); 0: none",
	 "TIME", "FWD_STATS_INTERVAL", .kind = OPTION_TIME, .or_zero = true, .min = MIN_STATS_NS,
	 .max = MAX_STATS_NS, MEMBER(stats_interval_ns)},
	{"socket", "the control socket (" WIRE_SOCKET ")", "PATH", "FWD_SOCKET",
	 .kind = OPTION_TEXT, MEMBER(socket_path)},
	{"pin-dir", "where the datapath is kept, on a bpffs (/sys/fs/bpf/fwd)", "PATH",
	 "FWD_PIN_DIR", .kind = OPTION_PATH, MEMBER(pin_dir)},
	{"state-dir", "where the history and the audit log are kept (" STATE_DIR ")", "PATH",
	 "FWD_STATE_DIR", .kind = OPTION_PATH, MEMBER(state_dir)},
	{"panic", "open or close what an earlier fwd left filtering (5m), or end that; and exit",
	 "MODE[,TIME]", .kind = OPTION_OTHER, .set = set_panic},
	{"compile", "print what a config compiles to, and exit", "FILE", .kind = OPTION_TEXT,
	 MEMBER(compile_path)},
	{"set-sysctls", "set what limits that answer SYNs need of net.ipv4 and net.netfilter",
	 .kind = OPTION_FLAG, MEMBER(set_sysctls)},
	{"strict-config",
	 "do not start if the config cannot be used, rather than with the last revision that can",
	 .kind = OPTION_FLAG, MEMBER(strict_config)},
	{"verbose", "say more on stderr", .letter = 'v', .kind = OPTION_FLAG, MEMBER(verbose)},
};

static const struct option_list list = {
	.program = "fwd",
	.about = "An XDP firewall and rate limiter. Runs in the foreground.\n",
	.after = "Signals: SIGHUP reloads the config, SIGUSR1 reopens the log file, SIGTERM and\n"
		 "SIGINT stop fwd as defaults.on_stop says. See fwd(8) and fwd.json(5).\n",
	.instead = "interfaces are given as -i",
	.rows = rows,
	.count = array_size(rows),
};

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
		.state_dir = STATE_DIR,
	};
	int result = option_list_parse(&list, argc, argv, &options);

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
