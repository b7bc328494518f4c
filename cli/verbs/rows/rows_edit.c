// SPDX-License-Identifier: MIT
/* Edits of what runs: rules, sets, limits, blocks. */
#include "cli/grammar/verb_groups.h"

#include "cli/verbs/commands.h"
#include "common/base/memory.h"

/* clang-format off */
#define RULE_ID	   {.key = "id", .label = "ID"}
#define NAME	   {.key = "name", .label = "NAME"}
#define PREFIXES   {.key = "prefixes", .label = "PREFIX"}
#define MISSING_OK {.key = "missing_ok", .name = "missing-ok"}
#define FIELDS                                                          \
	{                                                               \
		.key = "fields", .label = "FIELD=VALUE", .flags = VALUE_MANY, \
		.hint = ", as match.dport=443; without value it goes; or JSON, \"-\", \"@FILE\"", \
	}
/* clang-format on */
#define FIELDS_DETAILS                                                                          \
	"A dot leads into an object. VALUE is JSON if it can be read as such, else a string.\n" \
	"JSON is merged into what is there (RFC 7396): null removes a field."

/* clang-format off */
static const struct verb verbs[] = {
	{
		.object = "rule", .name = "list",
		.op = OP_RULE_LIST, .list = &view_rules,
	},
	{
		.object = "rule", .name = "show",
		.arguments = {RULE_ID},
		.op = OP_RULE_SHOW, .print = print_rule,
	},
	{
		.object = "rule", .name = "add",
		.details = "The rule is an object as in the config's \"rules\"; see fwd.json(5).",
		.example = "fwctl rule add '{\"id\": \"no-telnet\", \"match\": {\"proto\": \"tcp\", "
			   "\"dport\": 23}, \"action\": \"drop\"}'\n"
			   "fwctl rule add @rule.json --before web",
		.arguments = {{.key = "rule", .label = "JSON"}},
		.options = {{.key = "before", .label = "ID"}},
		.op = OP_RULE_ADD, .print = print_rule_add,
	},
	{
		.object = "rule", .name = "set",
		.details = FIELDS_DETAILS " It keeps what it\nhas counted.",
		.example = "fwctl rule set ssh 'match.dport=[22, 2222]' log=true\n"
			   "fwctl rule set ssh '{\"match\": {\"src\": null}}' --confirm 2m",
		.arguments = {RULE_ID, FIELDS},
		.op = OP_RULE_SET, .print = print_rule_set,
	},
	{
		.object = "rule", .name = "move",
		.example = "fwctl rule move ssh --before drop-all",
		.arguments = {RULE_ID},
		.options = {{.key = "before", .label = "ID"},
			    {.key = "after", .label = "ID"}},
		.op = OP_RULE_MOVE, .print = print_rule_move,
	},
	{
		.object = "rule", .name = "rename",
		.arguments = {RULE_ID, {.key = "name", .label = "NEW"}},
		.op = OP_RULE_RENAME, .print = print_rule_rename,
	},
	{
		.object = "rule", .name = "delete",
		.arguments = {RULE_ID},
		.options = {MISSING_OK},
		.op = OP_RULE_DELETE, .print = print_rule_delete,
	},
	{
		.object = "rule", .name = "enable",
		.arguments = {RULE_ID},
		.op = OP_RULE_ENABLE, .print = print_rule_switch,
	},
	{
		.object = "rule", .name = "disable",
		.arguments = {RULE_ID},
		.op = OP_RULE_DISABLE, .print = print_rule_switch,
	},
	{
		.object = "set", .name = "list",
		.op = OP_SET_LIST, .list = &view_sets,
	},
	{
		.object = "set", .name = "show",
		.arguments = {NAME},
		.op = OP_SET_SHOW, .list = &view_set,
	},
	{
		.object = "set", .name = "add",
		.details = "Many prefixes are sent in several requests: each is done whole or not at\n"
			   "all. On stdin, prefixes stand between white space; \"#\" begins a comment.",
		.example = "fwctl set add banned 192.0.2.66 203.0.113.0/24 --timeout 1h\n"
			   "fwctl set add banned - <list.netset",
		.arguments = {NAME, PREFIXES},
		.options = {{.key = "timeout", .label = "TIME"}},
		.op = OP_SET_ADD, .run = run_set_edit, .print = print_set_edit,
	},
	{
		.object = "set", .name = "create",
		.details = "The set is an object as in the config's \"sets\"; see fwd.json(5).",
		.example = "fwctl set create banned live=true timeout=1h\n"
			   "fwctl set create office '{\"elements\": [\"192.0.2.0/24\"]}'",
		.arguments = {NAME,
			      {.key = "set", .label = "FIELD=VALUE", .flags = VALUE_MANY,
			       .hint = ", as live=true; or JSON, \"-\", \"@FILE\""}},
		.op = OP_SET_CREATE, .print = print_set_create,
	},
	{
		.object = "set", .name = "delete",
		.details = "Prefixes that are not in the set are passed over. Without prefixes: the set\n"
			   "itself, if no rule, limit or management entry uses it and it has no live\n"
			   "entries.",
		.arguments = {NAME, {.key = "prefixes", .label = "PREFIX", .flags = VALUE_OPTIONAL}},
		.options = {MISSING_OK},
		.op = OP_SET_DELETE, .run = run_set_edit, .print = print_set_edit,
	},
	{
		.object = "set", .name = "reload",
		.details = "Without names: of all sets from files. The rest of the policy stays as it runs,\n"
			   "with its unsaved edits. A file that cannot be used changes nothing, unless the\n"
			   "set's \"on_error\" says otherwise.",
		.example = "fwctl set reload drop_feed",
		.arguments = {{.key = "names", .label = "NAME", .flags = VALUE_OPTIONAL}},
		.op = OP_SET_RELOAD, .print = print_set_reload,
	},
	{
		.object = "set", .name = "test",
		.arguments = {NAME, {.key = "prefix", .label = "ADDRESS"}},
		.op = OP_SET_TEST, .print = print_set_test,
	},
	{
		.object = "set", .name = "flush",
		.arguments = {NAME},
		.op = OP_SET_FLUSH, .print = print_set_flush,
	},
	{
		.object = "limit", .name = "list",
		.op = OP_LIMIT_LIST, .list = &view_limits,
	},
	{
		.object = "limit", .name = "show",
		.example = "fwctl limit show dns --top 20",
		.arguments = {NAME},
		.options = {{.key = "top", .label = "N"}},
		.op = OP_LIMIT_SHOW, .print = print_limit,
	},
	{
		.object = "limit", .name = "add",
		.details = "The limit is an object as in the config's \"limits\"; see fwd.json(5).",
		.example = "fwctl limit add icmp '{\"rate\": \"100/s\", \"per\": \"src/32\"}'",
		.arguments = {NAME, {.key = "limit", .label = "JSON"}},
		.op = OP_LIMIT_ADD, .print = print_limit_add,
	},
	{
		.object = "limit", .name = "set",
		.details = FIELDS_DETAILS,
		.example = "fwctl limit set dns rate=200/s burst=400",
		.arguments = {NAME, FIELDS},
		.op = OP_LIMIT_SET, .print = print_limit_set,
	},
	{
		.object = "limit", .name = "delete",
		.arguments = {NAME},
		.options = {MISSING_OK},
		.op = OP_LIMIT_DELETE, .print = print_limit_delete,
	},
	{
		.object = "defaults", .name = "set",
		.details = FIELDS_DETAILS,
		.example = "fwctl defaults set action=drop --confirm 5m",
		.arguments = {FIELDS},
		.op = OP_DEFAULTS_SET, .print = print_defaults_set,
	},
	{
		.name = "mode",
		.example = "fwctl mode enforce --confirm 5m",
		.arguments = {{.key = "mode", .label = "MODE"}},
		.op = OP_MODE, .print = print_mode,
	},
	{
		.name = "block",
		.details = "Blocks outrank all rules but management.allow, and outlive a reload. Of several\n"
			   "addresses all are blocked, or none.",
		.example = "fwctl block 192.0.2.66 --for 10m --reason 'port scan'\n"
			   "fwctl block - --for 1d <attackers.txt",
		.arguments = {{.key = "prefixes", .label = "ADDRESS"}},
		.options = {
			{.key = "timeout", .name = "for", .label = "TIME"},
			{.key = "reason", .label = "TEXT"},
		},
		.op = OP_BLOCK, .run = run_block, .print = print_block,
	},
	{
		.name = "unblock",
		.arguments = {{.key = "prefixes", .label = "ADDRESS"}},
		.op = OP_UNBLOCK, .run = run_unblock, .print = print_unblock,
	},
	{
		.name = "blocks",
		.op = OP_BLOCKS, .list = &view_blocks,
	},
	{
		.object = "blocks", .name = "flush",
		.details = "The reason is compared as a whole. Bans by a limit have \"limit NAME\". With\n"
			   "--dry-run, what would go is listed.",
		.example = "fwctl blocks flush --dry-run\n"
			   "fwctl blocks flush --reason 'limit dns'",
		.options = {{.key = "reason", .label = "TEXT"}},
		.op = OP_BLOCKS_FLUSH, .print = print_blocks_flush,
	},
};
/* clang-format on */

const struct verb_group verbs_edit = {verbs, array_size(verbs)};
