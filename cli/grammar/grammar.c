// SPDX-License-Identifier: MIT
/* All that fwctl can do. docs/adding-a-verb.md tells how a row comes here. */
#include "grammar.h"

#include <string.h>

#include "commands.h"
#include "fw_lists.h"
#include "memory.h"

static const char *const reasons[] = {FW_REASONS(FW_AS_NAME) NULL};
static const char *const outcomes[] = {FW_OUTCOMES(FW_AS_NAME) NULL};
static const char *const event_types[] = {FW_EVENT_TYPES(FW_AS_NAME) NULL};
static const char *const modes[] = {"native", "generic", NULL};
static const char *const shells[] = {"bash", "zsh", "fish", NULL};
static const char *const name_kinds[] = {"rule", "set", "limit", "interface", "block", NULL};

#define RULE_ID                                                                          \
	{                                                                                \
		.key = "id", .label = "ID", .help = "id of the rule", .kind = VALUE_RULE \
	}
#define SET_NAME                                                                             \
	{                                                                                    \
		.key = "name", .label = "NAME", .help = "name of the set", .kind = VALUE_SET \
	}
#define PREFIXES                                                              \
	{                                                                     \
		.key = "prefixes", .label = "PREFIX",                         \
		.help = "addresses or prefixes; \"-\" reads them from stdin", \
		.kind = VALUE_PREFIX, .flags = VALUE_MANY                     \
	}
#define LIMIT_NAME                                                                               \
	{                                                                                        \
		.key = "name", .label = "NAME", .help = "name of the limit", .kind = VALUE_LIMIT \
	}
#define FILTER(word, text, type, list)                                                           \
	{                                                                                        \
		.key = word, .name = word, .label = text, .help = "only events with this " word, \
		.kind = type, .flags = VALUE_LOCAL, .words = list                                \
	}

/* clang-format off */
static const struct object objects[] = {
	{"rule", "the rules of the running policy"},
	{"set", "named groups of prefixes"},
	{"limit", "rates that rules refer to"},
	{"iface", "the interfaces that fwd filters"},
};

static const struct verb verbs[] = {
	{
		.name = "status",
		.help = "tell what fwd is doing: mode, policy, packets, interfaces",
		.op = "status", .print = print_status,
	},
	{
		.name = "health",
		.help = "exit with 7 if something is not as the config wants it",
		.details = "Degraded means: an interface is not attached, or no policy is active.",
		.op = "status", .run = run_health, .print = print_health,
	},
	{
		.name = "version",
		.help = "tell the versions of fwctl and of the running fwd",
		.op = "version", .run = run_version, .print = print_version,
	},
	{
		.name = "stats",
		.help = "show the counters of interfaces, rules, limits and events",
		.options = {{.key = "all", .name = "all", .letter = 'a', .kind = VALUE_FLAG,
			     .flags = VALUE_LOCAL, .help = "also rules that matched nothing"}},
		.op = "stats", .print = print_stats,
	},
	{
		.name = "top",
		.help = "show rates live: passed, dropped and why, rules, limits, limited keys",
		.details = "Each refresh shows what was counted since the one before, by the second.\n"
			   "On a terminal it fills the screen until interrupted; elsewhere refreshes\n"
			   "follow each other, and with -j each is one JSON object on a line.",
		.example = "fwctl top --interval 5s\n"
			   "fwctl -j top --count 1 | jq .totals.dropped.packets_per_s",
		.options = {
			{.key = "interval", .name = "interval", .letter = 'i', .label = "TIME",
			 .kind = VALUE_TEXT, .flags = VALUE_LOCAL,
			 .help = "time between two refreshes, 100ms or more (1s)"},
			{.key = "count", .name = "count", .letter = 'n', .label = "N",
			 .kind = VALUE_COUNT, .flags = VALUE_LOCAL,
			 .help = "stop after so many refreshes"},
		},
		.run = run_top,
	},
	{
		.name = "monitor",
		.help = "show events as they come, until interrupted",
		.details = "All filters that are given must hold. With -j, each line is one JSON\n"
			   "object; {\"dropped\": N} stands where events were left out because\n"
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
			 .kind = VALUE_COUNT, .flags = VALUE_LOCAL,
			 .help = "stop after so many events"},
		},
		.op = "monitor", .run = run_monitor,
	},
	{
		.name = "check",
		.help = "validate config files, without fwd",
		.details = "All errors of all files are told in one run, each with its place.\n"
			   "Warnings do not fail. \"-\" is stdin (which cannot include files).",
		.example = "fwctl check /etc/fwd/fwd.json",
		.arguments = {{.key = "files", .label = "FILE", .help = "configs of fwd",
			       .kind = VALUE_FILE, .flags = VALUE_MANY | VALUE_LOCAL}},
		.run = run_check, .print = print_check,
	},
	{
		.name = "apply",
		.help = "make a config file the running policy, at once",
		.details = "The file is read and sent by fwctl, with all that it includes; set files are\n"
			   "opened by fwd, relative to the file. \"-\" is stdin, relative to the config of\n"
			   "fwd. An error changes nothing. The config of fwd stays as it is: see save.",
		.example = "fwctl apply new.json -m 'telnet is closed'",
		.arguments = {{.key = "file", .label = "FILE", .help = "a config of fwd",
			       .kind = VALUE_FILE, .flags = VALUE_LOCAL}},
		.options = {{.key = "message", .name = "message", .letter = 'm', .label = "TEXT",
			     .kind = VALUE_TEXT, .help = "a note for the history"}},
		.op = "apply", .run = run_apply, .print = print_apply, .slow = true,
	},
	{
		.name = "try",
		.help = "let a policy judge packets beside the running one, without effect",
		.details = "With a file: begin. fwd enforces the running policy only, and counts the packets\n"
			   "that this one would have ended differently, by rule. It ends at its time, with\n"
			   "--stop, or when the running policy changes (as by apply).\n"
			   "Without a file: tell what it has found so far.",
		.example = "fwctl try next.json --for 1h\n"
			   "fwctl try\n"
			   "fwctl try --stop",
		.arguments = {{.key = "file", .label = "FILE", .help = "a config of fwd",
			       .kind = VALUE_FILE, .flags = VALUE_LOCAL | VALUE_OPTIONAL}},
		.options = {
			{.key = "for", .name = "for", .label = "TIME", .kind = VALUE_TEXT,
			 .help = "how long, as 90s or 1h30m (10m)"},
			{.key = "stop", .name = "stop", .kind = VALUE_FLAG, .flags = VALUE_LOCAL,
			 .help = "end it now"},
			{.key = "flows", .name = "flows", .letter = 'n', .label = "N",
			 .kind = VALUE_COUNT, .help = "tell so many flows (10)"},
		},
		.run = run_try, .print = print_try,
	},
	{
		.name = "confirm",
		.help = "keep the policy that waits for its confirmation",
		.details = "A change that was made with --confirm TIME is taken back after that time,\n"
			   "by the kernel itself, unless this comes before. Exits with 6 if nothing\n"
			   "waits, or not any more.",
		.example = "fwctl apply new.json --confirm 5m\n"
			   "fwctl confirm",
		.op = "confirm", .print = print_confirm,
	},
	{
		.name = "abort",
		.help = "take the policy that waits for its confirmation back at once",
		.op = "abort", .print = print_abort,
	},
	{
		.name = "reload",
		.help = "make fwd read its config file; drops unsaved edits",
		.details = "If the file has an error it is told, and the running policy stays.",
		.op = "reload", .print = print_reload, .slow = true,
	},
	{
		.name = "save",
		.help = "write the running policy to fwd's config file",
		.details = "What did not change stays as it was written, comments and white space included.\n"
			   "The file is the old or the new one at any moment. If it has changed on disk\n"
			   "since fwd read it, save is refused (exit 6). Included files are not written:\n"
			   "what came from them must be as they have it.",
		.options = {
			{.key = "flatten", .name = "flatten", .kind = VALUE_FLAG,
			 .help = "write all into one file that includes none"},
		},
		.op = "save", .print = print_save,
	},
	{
		.name = "diff",
		.help = "tell how two policies differ: by rule, set, limit, interface",
		.details = "A and B are \"running\", \"saved\" (the config file of fwd), the number of a\n"
			   "revision, or a FILE. Without B: a FILE or \"saved\" against what runs (what apply\n"
			   "or reload would change); a revision to what runs (what has changed since).\n"
			   "Without both: what runs against the config file (what save would change).\n"
			   "Exits with 0 if they are the same, with 10 if they differ.",
		.example = "fwctl diff\nfwctl diff 12 14\nfwctl diff new.json",
		.arguments = {{.key = "a", .label = "A", .kind = VALUE_FILE,
			       .flags = VALUE_LOCAL | VALUE_OPTIONAL, .help = "from this one"},
			      {.key = "b", .label = "B", .kind = VALUE_FILE,
			       .flags = VALUE_LOCAL | VALUE_OPTIONAL, .help = "to this one"}},
		.op = "text", .run = run_diff, .print = print_diff,
	},
	{
		.name = "history",
		.help = "list the revisions of the running policy, newest first",
		.options = {
			{.key = "limit", .name = "limit", .letter = 'n', .label = "N",
			 .kind = VALUE_COUNT, .help = "so many"},
			{.key = "audit", .name = "audit", .kind = VALUE_FLAG, .flags = VALUE_LOCAL,
			 .help = "every write, refused ones too: who, when, what, and its result"},
		},
		.op = "history", .run = run_history, .print = print_history,
	},
	{
		.name = "show",
		.help = "print the text of a revision",
		.example = "fwctl show 12 >old.json",
		.arguments = {{.key = "revision", .label = "N", .kind = VALUE_COUNT,
			       .flags = VALUE_OPTIONAL, .help = "its number; else what runs"}},
		.op = "text", .run = run_show, .print = print_show,
	},
	{
		.name = "rollback",
		.help = "make an earlier revision the running policy again",
		.details = "That is a new revision. Set files are read as they are now; fwd warns of those\n"
			   "that held something else then.",
		.arguments = {{.key = "revision", .label = "N", .kind = VALUE_COUNT,
			       .help = "number of the revision"}},
		.options = {{.key = "message", .name = "message", .letter = 'm', .label = "TEXT",
			     .kind = VALUE_TEXT, .help = "a note for the history"}},
		.op = "rollback", .print = print_rollback,
	},
	{
		.object = "rule", .name = "list",
		.help = "list all rules in the order in which they are tried",
		.op = "rule.list", .list = &view_rules,
	},
	{
		.object = "rule", .name = "show",
		.help = "show one rule with its whole match",
		.arguments = {RULE_ID},
		.op = "rule.show", .print = print_rule,
	},
	{
		.object = "rule", .name = "add",
		.help = "add a rule to the running policy",
		.details = "The rule is an object as in the config's \"rules\"; see fwd.json(5).",
		.example = "fwctl rule add '{\"id\": \"no-telnet\", \"match\": {\"proto\": \"tcp\", "
			   "\"dport\": 23}, \"action\": \"drop\"}'\n"
			   "fwctl rule add @rule.json --before web",
		.arguments = {{.key = "rule", .label = "JSON", .kind = VALUE_JSON,
			       .help = "the rule; \"-\" reads it from stdin, \"@FILE\" from a file"}},
		.options = {{.key = "before", .name = "before", .label = "ID", .kind = VALUE_RULE,
			     .help = "stand in front of this rule, not at the end"}},
		.op = "rule.add", .print = print_rule_add,
	},
	{
		.object = "rule", .name = "delete",
		.help = "delete a rule from the running policy",
		.arguments = {RULE_ID},
		.op = "rule.delete", .print = print_rule_delete,
	},
	{
		.object = "rule", .name = "enable",
		.help = "make a disabled rule count again",
		.arguments = {RULE_ID},
		.op = "rule.enable", .print = print_rule_switch,
	},
	{
		.object = "rule", .name = "disable",
		.help = "make a rule match nothing, but keep it in its place",
		.arguments = {RULE_ID},
		.op = "rule.disable", .print = print_rule_switch,
	},
	{
		.object = "set", .name = "list",
		.help = "list all sets",
		.op = "set.list", .list = &view_sets,
	},
	{
		.object = "set", .name = "show",
		.help = "show the entries of a set",
		.arguments = {SET_NAME},
		.op = "set.show", .list = &view_set,
	},
	{
		.object = "set", .name = "add",
		.help = "add prefixes to an inline or a live set",
		.details = "Many prefixes are sent in several requests: each is done whole or not at\n"
			   "all. On stdin, prefixes stand between white space; \"#\" begins a comment.",
		.example = "fwctl set add banned 192.0.2.66 203.0.113.0/24 --timeout 1h\n"
			   "fwctl set add banned - <list.netset",
		.arguments = {SET_NAME, PREFIXES},
		.options = {{.key = "timeout", .name = "timeout", .label = "TIME",
			     .kind = VALUE_TEXT,
			     .help = "of a live set: stay so long, as 10m; or forever"}},
		.op = "set.add", .run = run_set_edit, .print = print_set_edit,
	},
	{
		.object = "set", .name = "delete",
		.help = "delete prefixes from an inline or a live set",
		.arguments = {SET_NAME, PREFIXES},
		.op = "set.delete", .run = run_set_edit, .print = print_set_edit,
	},
	{
		.object = "set", .name = "test",
		.help = "tell whether an address or prefix is in a set",
		.arguments = {SET_NAME, {.key = "prefix", .label = "ADDRESS",
					 .help = "address or prefix", .kind = VALUE_PREFIX}},
		.op = "set.test", .print = print_set_test,
	},
	{
		.object = "set", .name = "flush",
		.help = "delete all entries of a live set",
		.arguments = {SET_NAME},
		.op = "set.flush", .print = print_set_flush,
	},
	{
		.object = "limit", .name = "list",
		.help = "list all limits",
		.op = "limit.list", .list = &view_limits,
	},
	{
		.object = "limit", .name = "show",
		.help = "show one limit, and the keys that it limits most",
		.example = "fwctl limit show dns --top 20",
		.arguments = {LIMIT_NAME},
		.options = {{.key = "top", .name = "top", .label = "N", .kind = VALUE_COUNT,
			     .help = "also the N keys with most limited packets, at most 1000"}},
		.op = "limit.show", .print = print_limit,
	},
	{
		.object = "limit", .name = "add",
		.help = "add a limit to the running policy",
		.details = "The limit is an object as in the config's \"limits\"; see fwd.json(5).",
		.example = "fwctl limit add icmp '{\"rate\": \"100/s\", \"per\": \"src/32\"}'",
		.arguments = {{.key = "name", .label = "NAME", .help = "name of the new limit"},
			      {.key = "limit", .label = "JSON", .kind = VALUE_JSON,
			       .help = "the limit; \"-\" reads it from stdin, \"@FILE\" from a file"}},
		.op = "limit.add", .print = print_limit_add,
	},
	{
		.object = "limit", .name = "delete",
		.help = "delete a limit that no rule uses",
		.arguments = {LIMIT_NAME},
		.op = "limit.delete", .print = print_limit_delete,
	},
	{
		.name = "block",
		.help = "drop all packets from an address or prefix, at once",
		.details = "Blocks outrank all rules but management.allow, and outlive a reload.",
		.example = "fwctl block 192.0.2.66 --for 10m --reason 'port scan'",
		.arguments = {{.key = "prefix", .label = "ADDRESS", .help = "address or prefix",
			       .kind = VALUE_PREFIX}},
		.options = {
			{.key = "timeout", .name = "for", .label = "TIME", .kind = VALUE_TEXT,
			 .help = "end by itself, as 90s, 10m or 1h30m; else it stays until unblock"},
			{.key = "reason", .name = "reason", .label = "TEXT", .kind = VALUE_TEXT,
			 .help = "a note for the list of blocks"},
		},
		.op = "block", .run = run_block, .print = print_block,
	},
	{
		.name = "unblock",
		.help = "end a block",
		.arguments = {{.key = "prefix", .label = "ADDRESS", .kind = VALUE_BLOCK,
			       .help = "address or prefix, as it was blocked"}},
		.op = "unblock", .print = print_unblock,
	},
	{
		.name = "blocks",
		.help = "list the blocks",
		.op = "blocks", .list = &view_blocks,
	},
	{
		.name = "explain",
		.help = "tell what would become of a packet, and why",
		.details =
			"The loaded programs run on the packet without counting it. In words, it is\n"
			"  [in INTERFACE] PROTO SRC[:PORT] > DST[:PORT] [OPTION...]\n"
			"with PROTO tcp, udp, sctp, icmp, icmpv6 or a number, and options vlan N,\n"
			"frag first|later, len N, ttl N, dscp N, type N, code N, and TCP flags.\n"
			"\"frag later from state\": of the datagram whose first fragment was seen last.\n"
			"Of a capture, each packet is judged by itself.",
		.example =
			"fwctl explain 'in eth0 tcp 192.0.2.7:40000 > 203.0.113.9:443 syn'\n"
			"fwctl explain --interface eth0 --hex 'ffffffffffff 020000000001 0806 ...'\n"
			"fwctl explain --interface eth0 --pcap trace.pcapng --with next.json",
		.arguments = {{.key = "packet", .label = "PACKET", .help = "the packet in words",
			       .flags = VALUE_JOINED | VALUE_OPTIONAL}},
		.options = {
			{.key = "frame", .name = "hex", .label = "BYTES", .kind = VALUE_TEXT,
			 .help = "the packet as hex digits, from its Ethernet header on"},
			{.key = "pcap", .name = "pcap", .label = "FILE", .kind = VALUE_FILE,
			 .flags = VALUE_LOCAL, .help = "all packets of a capture: pcap or pcapng"},
			{.key = "with", .name = "with", .label = "FILE", .kind = VALUE_FILE,
			 .flags = VALUE_LOCAL,
			 .help = "let this policy judge, not the running one"},
			{.key = "interface", .name = "interface", .letter = 'i', .label = "NAME",
			 .kind = VALUE_INTERFACE, .help = "where it comes in"},
		},
		.op = "explain", .run = run_explain, .print = print_explain,
	},
	{
		.object = "iface", .name = "list",
		.help = "list the interfaces and how fwd is attached to them",
		.op = "iface.list", .print = print_interfaces,
	},
	{
		.object = "iface", .name = "attach",
		.help = "filter one more interface",
		.arguments = {{.key = "name", .label = "NAME", .help = "name of the interface",
			       .kind = VALUE_INTERFACE}},
		.options = {
			{.key = "zone", .name = "zone", .label = "ZONE", .kind = VALUE_TEXT,
			 .help = "the zone that it is in"},
			{.key = "mode", .name = "mode", .label = "MODE", .kind = VALUE_TEXT,
			 .words = modes, .help = "native (in the driver) or generic"},
		},
		.op = "iface.attach", .print = print_iface_attach,
	},
	{
		.object = "iface", .name = "detach",
		.help = "stop filtering an interface",
		.arguments = {{.key = "name", .label = "NAME", .help = "name of the interface",
			       .kind = VALUE_INTERFACE}},
		.op = "iface.detach", .print = print_iface_detach,
	},
	{
		.name = "completion",
		.help = "print a script that completes fwctl's command line",
		.example = "source <(fwctl completion bash)",
		.arguments = {{.key = "shell", .label = "SHELL", .help = "bash, zsh or fish",
			       .flags = VALUE_LOCAL, .words = shells}},
		.run = run_completion, .print = print_completion,
	},
	{ /* for the scripts: what the words of one kind are now */
		.name = "_names",
		.arguments = {{.key = "kind", .label = "KIND", .flags = VALUE_LOCAL,
			       .words = name_kinds}},
		.run = run_names, .print = print_names,
	},
};
/* clang-format on */

const struct verb *verb_at(size_t index)
{
	return index < array_size(verbs) ? &verbs[index] : NULL;
}

const struct object *object_at(size_t index)
{
	return index < array_size(objects) ? &objects[index] : NULL;
}

const struct verb *verb_find(const char *object, const char *name)
{
	for (size_t i = 0; i < array_size(verbs); i++) {
		const struct verb *verb = &verbs[i];

		if (!verb->object == !object && (!object || strcmp(verb->object, object) == 0) &&
		    strcmp(verb->name, name) == 0)
			return verb;
	}
	return NULL;
}

const struct object *object_find(const char *name)
{
	for (size_t i = 0; i < array_size(objects); i++) {
		if (strcmp(objects[i].name, name) == 0)
			return &objects[i];
	}
	return NULL;
}
