// SPDX-License-Identifier: MIT
/* What each option is, and what its value does. */
#include "daemon/fwd/options_rows.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/memory.h"
#include "common/base/units.h"
#include "common/protocol/wire.h"
#include "daemon/fwd/panic/panic.h"
#include "daemon/fwd/events/event.h"

#define MAX_BUFFER_BYTES (64 * 1024 * 1024)
#define MIN_LOG_BYTES	 (64 * 1024)
#define MAX_LOG_KEEP	 1000
#define MIN_STATS_NS	 100000000ULL
#define MAX_STATS_NS	 (86400 * NS_PER_SECOND)

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

const struct option_row option_rows[] = {
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

_Static_assert(array_size(option_rows) <= MAX_OPTION_ROWS, "room for getopt");
const size_t option_row_count = array_size(option_rows);
