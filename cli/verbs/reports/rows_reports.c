// SPDX-License-Identifier: MIT
/* What fwd is and sees: status, counters, events. */
#include "cli/grammar/verb_groups.h"

#include "cli/verbs/commands.h"
#include "common/abi/fw_lists.h"
#include "common/base/memory.h"
#include "common/records/types.h"

static const char *const reasons[] = {FW_REASONS(FW_AS_NAME) NULL};
static const char *const outcomes[] = {FW_OUTCOMES(FW_AS_NAME) NULL};
static const char *const event_types[] = {EVENT_TYPES(EVENT_AS_TYPE_NAME) NULL};

#define FILTER(word, text, type, list)                                                           \
	{                                                                                        \
		.key = word, .name = word, .label = text, .help = "only events with this " word, \
		.kind = type, .flags = VALUE_LOCAL, .words = list                                \
	}

/* clang-format off */
static const struct verb verbs[] = {
	{
		.name = "status",
		.op = OP_STATUS, .print = print_status,
	},
	{
		.name = "health",
		.help = "exit with 7 if something is not as the config wants it",
		.details = "Degraded means: an interface is not attached, no policy is active, the history or\n"
			   "the audit cannot be written, the host lacks what the policy needs of it, or a\n"
			   "set keeps its last entries. The message says which.",
		.op = OP_STATUS, .run = run_health, .print = print_health,
	},
	{
		.name = "version",
		.help = "show the versions of fwctl and of the running fwd",
		.op = OP_VERSION, .run = run_version, .print = print_version,
	},
	{
		.name = "stats",
		.details = "Counted from the mark that \"stats reset\" has set, if it was asked for.",
		.options = {{.key = "all", .name = "all", .letter = 'a', .kind = VALUE_FLAG,
			     .flags = VALUE_LOCAL, .help = "also rules that matched nothing"},
			    {.key = "total", .name = "total", .letter = 't', .kind = VALUE_FLAG,
			     .flags = VALUE_LOCAL, .help = "all that was counted, whatever the mark"}},
		.op = OP_STATS, .run = run_stats, .print = print_stats,
	},
	{
		.object = "stats", .name = "reset",
		.details = "This sets a mark, the same for all users. The counters continue: --total, -j and\n"
			   "other commands see no jump.",
		.example = "fwctl stats reset\n"
			   "fwctl stats reset ssh web",
		.arguments = {{.key = "rules", .label = "RULE", .flags = VALUE_OPTIONAL}},
		.op = OP_STATS_RESET, .print = print_stats_reset,
	},
	{
		.name = "top",
		.help = "show rates live: passed, dropped and why, rules, limits, limited keys",
		.details = "Each refresh shows what was counted since the one before, by the second.\n"
			   "On a terminal it fills the screen: q or ^C ends it, and in a narrow one some\n"
			   "columns are left out. Elsewhere refreshes follow each other, and with -j each\n"
			   "is one JSON object on a line.",
		.example = "fwctl top --interval 5s\n"
			   "fwctl -j top --count 1 | jq .totals.dropped.packets_per_s",
		.options = {
			{.key = "interval", .name = "interval", .letter = 'i', .label = "TIME",
			 .kind = VALUE_TIME, .flags = VALUE_LOCAL,
			 .help = "time between two refreshes, 100ms or more (1s)"},
			{.key = "count", .name = "count", .letter = 'n', .label = "N",
			 .kind = VALUE_SOME, .flags = VALUE_LOCAL,
			 .help = "stop after so many refreshes"},
		},
		.run = run_top,
	},
	{
		.name = "monitor",
		.help = "show events as they come, until interrupted",
		.details = "All filters that are given must hold. With -j, each line is one JSON\n"
			   "object; {\"dropped\": N} is printed where events were left out because\n"
			   "fwctl did not read them fast enough.",
		.example = "fwctl monitor --outcome drop --src 192.0.2.0/24\n"
			   "fwctl -j monitor --rule scan | jq -r .src\n"
			   "fwctl monitor --type ban",
		.options = {
			FILTER("outcome", "OUTCOME", VALUE_TEXT, outcomes),
			FILTER("reason", "REASON", VALUE_TEXT, reasons),
			FILTER("rule", "ID", VALUE_RULE, NULL),
			FILTER("limit", "NAME", VALUE_LIMIT, NULL),
			FILTER("type", "TYPE", VALUE_TEXT, event_types),
			FILTER("interface", "NAME", VALUE_INTERFACE, NULL),
			{.key = "src", .name = "src", .label = "PREFIX", .kind = VALUE_PREFIX,
			 .flags = VALUE_LOCAL, .help = "only events with a source in this prefix"},
			{.key = "dst", .name = "dst", .label = "PREFIX", .kind = VALUE_PREFIX,
			 .flags = VALUE_LOCAL,
			 .help = "only events with a destination in this prefix"},
			{.key = "count", .name = "count", .letter = 'n', .label = "N",
			 .kind = VALUE_SOME, .flags = VALUE_LOCAL,
			 .help = "stop after so many events"},
		},
		.op = OP_MONITOR, .run = run_monitor,
	},
};
/* clang-format on */

const struct verb_group verbs_reports = {verbs, array_size(verbs)};
