// SPDX-License-Identifier: MIT
/* The policy as a whole: from check to rollback. */
#include "cli/grammar/verb_groups.h"

#include "cli/verbs/commands.h"
#include "common/base/memory.h"

/* clang-format off */
#define PANIC_TIME {.key = "for", .label = "TIME"}

static const struct verb verbs[] = {
	{
		.name = "init",
		.help = "write a first policy for this host, without fwd",
		.details = "A default-deny router between --wan and each --lan, or a host if there is none, in\n"
			   "monitor mode. SSH is let in from where you are connected from and from --mgmt.\n"
			   "Services of this host are not opened, but listed. A file that is there is kept.",
		.example = "fwctl init --wan eth0 --lan eth1 -o /etc/fwd/fwd.json",
		.options = {
			{.key = "wan", .name = "wan", .label = "NAME", .kind = VALUE_TEXT,
			 .flags = VALUE_LOCAL, .help = "the interface of the uplink"},
			{.key = "lan", .name = "lan", .label = "NAME", .kind = VALUE_TEXT,
			 .flags = VALUE_LOCAL | VALUE_MANY,
			 .help = "an interface of our own hosts; may be repeated"},
			{.key = "management", .name = "mgmt", .label = "PREFIX", .kind = VALUE_PREFIX,
			 .flags = VALUE_LOCAL | VALUE_MANY,
			 .help = "from where SSH is let in; may be repeated"},
			{.key = "output", .name = "output", .letter = 'o', .label = "FILE",
			 .kind = VALUE_FILE, .flags = VALUE_LOCAL,
			 .help = "write it there, not to stdout"},
		},
		.takes = OP_TAKES_FORCE,
		.run = run_init, .print = print_init,
	},
	{
		.name = "check",
		.help = "validate config files, without fwd",
		.details = "All errors of all files are reported in one run, each with its place.\n"
			   "Warnings do not fail. \"-\" is stdin (which cannot include files).\n"
			   "With --folder, relative paths of set files and includes start from DIR, as for\n"
			   "a copy that is not in its place yet.\n"
			   "With --lockout, fwd is asked what this host cannot do without (its sessions,\n"
			   "gateways, leases), why, and what FILE or the running policy does with each.\n"
			   "Exits with 10 if one of them is dropped.",
		.example = "fwctl check /etc/fwd/fwd.json\n"
			   "fwctl check --folder /etc/fwd /tmp/new.json\n"
			   "fwctl check --lockout new.json",
		.arguments = {{.key = "files", .label = "FILE", .help = "configs of fwd",
			       .kind = VALUE_FILE,
			       .flags = VALUE_MANY | VALUE_LOCAL | VALUE_OPTIONAL}},
		.options = {{.key = "folder", .name = "folder", .label = "DIR", .kind = VALUE_FILE,
			     .flags = VALUE_LOCAL, .help = "where relative paths in FILE start"},
			    {.key = "lockout", .name = "lockout", .kind = VALUE_FLAG,
			     .flags = VALUE_LOCAL, .help = "what this host cannot do without"}},
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
		.options = {{.key = "message", .letter = 'm', .label = "TEXT"}},
		.op = OP_APPLY, .run = run_apply, .print = print_apply,
	},
	{
		.name = "try",
		.help = "let a policy judge packets next to the running one, without effect",
		.details = "With a file: begin. fwd enforces the running policy only, and counts the packets\n"
			   "that this one would have ended differently, by rule. It ends at its time, with\n"
			   "--stop, or when the running policy changes (as by apply).\n"
			   "Without a file: show what it has found so far.",
		.example = "fwctl try next.json --for 1h\n"
			   "fwctl try\n"
			   "fwctl try --stop",
		.arguments = {{.key = "file", .label = "FILE", .help = "a config of fwd",
			       .kind = VALUE_FILE, .flags = VALUE_LOCAL | VALUE_OPTIONAL}},
		.options = {
			{.key = "for", .label = "TIME"},
			{.key = "stop", .name = "stop", .kind = VALUE_FLAG, .flags = VALUE_LOCAL,
			 .help = "end it now"},
			{.key = "flows", .letter = 'n', .label = "N"},
		},
		.op = OP_TRY_START, .run = run_try, .print = print_try,
	},
	{
		.name = "confirm",
		.details = "A change that was made with --confirm TIME is taken back after that time,\n"
			   "by the kernel itself, unless this comes before. Exits with 6 if nothing\n"
			   "waits, or not any more.",
		.example = "fwctl apply new.json --confirm 5m\n"
			   "fwctl confirm",
		.op = OP_CONFIRM, .print = print_confirm,
	},
	{
		.name = "abort",
		.op = OP_ABORT, .print = print_abort,
	},
	{
		.object = "panic", .name = "open",
		.details = "At once, by one write in the kernel, whatever the policy is. It ends by itself,\n"
			   "or with \"panic end\". Until then each reply of fwd says so, and health exits\n"
			   "with 7. Without a running fwd: fwd --panic open.",
		.example = "fwctl panic open --for 5m",
		.options = {PANIC_TIME},
		.op = OP_PANIC_OPEN, .run = run_panic, .print = print_panic,
	},
	{
		.object = "panic", .name = "close",
		.details = "As \"panic open\"; also in monitor mode. ARP, neighbor discovery, MLD, LACP,\n"
			   "802.1X, LLDP and spanning tree pass. Refused without management.allow,\n"
			   "unless --force.",
		.example = "fwctl panic close --for 5m",
		.options = {PANIC_TIME},
		.op = OP_PANIC_CLOSE, .run = run_panic, .print = print_panic,
	},
	{
		.object = "panic", .name = "end",
		.op = OP_PANIC_END, .run = run_panic, .print = print_panic_end,
	},
	{
		.name = "reload",
		.details = "If the file has an error it is reported, and the running policy stays. If live\n"
			   "edits would be lost that the file does not have, they are shown and nothing\n"
			   "is done (exit 6).",
		.options = {{.key = "discard"}},
		.op = OP_RELOAD, .print = print_reload,
	},
	{
		.name = "save",
		.details = "What did not change stays as it was written, comments and white space included.\n"
			   "The file is the old or the new one at any moment. If it has changed on disk\n"
			   "since fwd read it, save is refused (exit 6). Included files are not written:\n"
			   "what came from them must be as they have it.",
		.options = {
			{.key = "flatten"},
		},
		.op = OP_SAVE, .print = print_save,
	},
	{
		.name = "diff",
		.help = "show how two policies differ: by rule, set, limit, interface",
		.details = "A and B are \"running\", \"saved\" (the config file of fwd), the number of a\n"
			   "revision, @TIME (the revision that ran then: @yesterday, \"@2h ago\",\n"
			   "\"@2026-11-21 14:00\"), or a FILE. Without B: a FILE or \"saved\" against what runs (what apply\n"
			   "or reload would change); a revision to what runs (what has changed since).\n"
			   "Without both: what runs against the config file (what save would change).\n"
			   "Exits with 0 if they are the same, with 10 if they differ.",
		.example = "fwctl diff\nfwctl diff 12 14\nfwctl diff @yesterday\nfwctl diff new.json",
		.arguments = {{.key = "a", .label = "A", .kind = VALUE_FILE,
			       .flags = VALUE_LOCAL | VALUE_OPTIONAL, .help = "from this one"},
			      {.key = "b", .label = "B", .kind = VALUE_FILE,
			       .flags = VALUE_LOCAL | VALUE_OPTIONAL, .help = "to this one"}},
		.op = OP_TEXT, .run = run_diff, .print = print_diff,
	},
	{
		.name = "history",
		.options = {
			{.key = "limit", .letter = 'n', .label = "N", .kind = VALUE_SOME},
			{.key = "audit", .name = "audit", .kind = VALUE_FLAG, .flags = VALUE_LOCAL,
			 .help = "every write, refused ones too: who, when, what, and its result"},
		},
		.op = OP_HISTORY, .run = run_history, .print = print_history,
	},
	{
		.name = "show",
		.help = "print the text of a revision",
		.example = "fwctl show 12 >old.json\nfwctl show @yesterday",
		.arguments = {{.key = "revision", .label = "N", .kind = VALUE_REVISION,
			       .flags = VALUE_OPTIONAL | VALUE_LOCAL,
			       .help = "its number or @TIME; else what runs"}},
		.op = OP_TEXT, .run = run_show, .print = print_show,
	},
	{
		.name = "rollback",
		.details = "That is a new revision. Set files are read as they are now; fwd warns of those\n"
			   "that held something else then.",
		.example = "fwctl rollback 12\nfwctl rollback --to 'yesterday 14:00'",
		.arguments = {{.key = "revision", .label = "N", .kind = VALUE_REVISION,
			       .flags = VALUE_OPTIONAL | VALUE_LOCAL,
			       .help = "number of the revision, or @TIME"}},
		.options = {{.key = "to", .name = "to", .label = "TIME", .kind = VALUE_TEXT,
			     .flags = VALUE_LOCAL, .help = "to the revision that ran then"},
			    {.key = "message", .letter = 'm', .label = "TEXT"}},
		.op = OP_ROLLBACK, .run = run_rollback, .print = print_rollback,
	},
};
/* clang-format on */

const struct verb_group verbs_policy = {verbs, array_size(verbs)};
