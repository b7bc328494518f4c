// SPDX-License-Identifier: MIT
/* Edits of what runs: rules, sets, limits, blocks. */
#include "cli/grammar/verb_groups.h"

#include "cli/verbs/commands.h"
#include "common/base/memory.h"

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

#define FIELDS                                                                                  \
	{                                                                                       \
		.key = "fields", .label = "FIELD=VALUE", .kind = VALUE_FIELDS,                  \
		.flags = VALUE_MANY,                                                            \
		.help = "as match.dport=443; without value it goes; or JSON, \"-\", \"@FILE\"", \
	}
#define MISSING_OK                                                                \
	{                                                                         \
		.key = "missing_ok", .name = "missing-ok", .kind = VALUE_FLAG,    \
		.help = "succeed, too, if there is none of this name (any more)", \
	}
#define FIELDS_DETAILS                                                                          \
	"A dot leads into an object. VALUE is JSON if it can be read as such, else a string.\n" \
	"JSON is merged into what is there (RFC 7396): null removes a field."

static const char *const enforcement[] = {"monitor", "enforce", NULL};

/* clang-format off */
static const struct verb verbs[] = {
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
		.takes = TAKES_CHANGE,
		.op = "rule.add", .print = print_rule_add,
	},
	{
		.object = "rule", .name = "set",
		.help = "change fields of a rule, in its place",
		.details = FIELDS_DETAILS " It keeps what it\nhas counted.",
		.example = "fwctl rule set ssh 'match.dport=[22, 2222]' log=true\n"
			   "fwctl rule set ssh '{\"match\": {\"src\": null}}' --confirm 2m",
		.arguments = {RULE_ID, FIELDS},
		.takes = TAKES_CHANGE,
		.op = "rule.set", .print = print_rule_set,
	},
	{
		.object = "rule", .name = "move",
		.help = "move a rule in front of another, or behind it",
		.example = "fwctl rule move ssh --before drop-all",
		.arguments = {RULE_ID},
		.options = {{.key = "before", .name = "before", .label = "ID", .kind = VALUE_RULE,
			     .help = "stand in front of this rule"},
			    {.key = "after", .name = "after", .label = "ID", .kind = VALUE_RULE,
			     .help = "stand behind this rule"}},
		.takes = TAKES_CHANGE,
		.op = "rule.move", .print = print_rule_move,
	},
	{
		.object = "rule", .name = "rename",
		.help = "give a rule another id; its counters and bucket stay its own",
		.arguments = {RULE_ID, {.key = "name", .label = "NEW", .help = "the new id"}},
		.takes = TAKES_REVISION | TAKES_DRY,
		.op = "rule.rename", .print = print_rule_rename,
	},
	{
		.object = "rule", .name = "delete",
		.help = "delete a rule from the running policy",
		.arguments = {RULE_ID},
		.options = {MISSING_OK},
		.takes = TAKES_CHANGE,
		.op = "rule.delete", .print = print_rule_delete,
	},
	{
		.object = "rule", .name = "enable",
		.help = "make a disabled rule count again",
		.arguments = {RULE_ID},
		.takes = TAKES_CHANGE,
		.op = "rule.enable", .print = print_rule_switch,
	},
	{
		.object = "rule", .name = "disable",
		.help = "make a rule match nothing, but keep it in its place",
		.arguments = {RULE_ID},
		.takes = TAKES_CHANGE,
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
			     .kind = VALUE_STAY,
			     .help = "of a live set: stay so long, as 10m; or forever"}},
		.takes = TAKES_CHANGE,
		.op = "set.add", .run = run_set_edit, .print = print_set_edit,
	},
	{
		.object = "set", .name = "create",
		.help = "add a set to the running policy",
		.details = "The set is an object as in the config's \"sets\"; see fwd.json(5).",
		.example = "fwctl set create banned live=true timeout=1h\n"
			   "fwctl set create office '{\"elements\": [\"192.0.2.0/24\"]}'",
		.arguments = {{.key = "name", .label = "NAME", .help = "name of the new set"},
			      {.key = "set", .label = "FIELD=VALUE", .kind = VALUE_FIELDS,
			       .flags = VALUE_MANY,
			       .help = "as live=true; or JSON, \"-\", \"@FILE\""}},
		.takes = TAKES_CHANGE,
		.op = "set.create", .print = print_set_create,
	},
	{
		.object = "set", .name = "delete",
		.help = "delete prefixes from an inline or a live set, or a set that nothing uses",
		.details = "Prefixes that are not in the set are passed over. Without prefixes: the set\n"
			   "itself, if no rule, limit or management entry uses it and it has no live\n"
			   "entries.",
		.arguments = {SET_NAME, {.key = "prefixes", .label = "PREFIX",
					 .help = "addresses or prefixes; \"-\" reads them from stdin",
					 .kind = VALUE_PREFIX, .flags = VALUE_MANY | VALUE_OPTIONAL}},
		.options = {MISSING_OK},
		.takes = TAKES_CHANGE,
		.op = "set.delete", .run = run_set_edit, .print = print_set_edit,
	},
	{
		.object = "set", .name = "reload",
		.help = "read the files of sets again, and nothing else",
		.details = "Without names: of all sets from files. The rest of the policy stays as it runs,\n"
			   "with its unsaved edits. A file that cannot be used changes nothing, unless the\n"
			   "set's \"on_error\" says otherwise.",
		.example = "fwctl set reload drop_feed",
		.arguments = {{.key = "names", .label = "NAME", .help = "names of sets from files",
			       .kind = VALUE_SET, .flags = VALUE_MANY | VALUE_OPTIONAL}},
		.takes = TAKES_CHANGE,
		.op = "set.reload", .print = print_set_reload, .slow = true,
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
		.takes = TAKES_REVISION | TAKES_FORCE | TAKES_DRY,
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
		.takes = TAKES_CHANGE,
		.op = "limit.add", .print = print_limit_add,
	},
	{
		.object = "limit", .name = "set",
		.help = "change fields of a limit; buckets keep what they know",
		.details = FIELDS_DETAILS,
		.example = "fwctl limit set dns rate=200/s burst=400",
		.arguments = {LIMIT_NAME, FIELDS},
		.takes = TAKES_CHANGE,
		.op = "limit.set", .print = print_limit_set,
	},
	{
		.object = "limit", .name = "delete",
		.help = "delete a limit that no rule uses",
		.arguments = {LIMIT_NAME},
		.options = {MISSING_OK},
		.takes = TAKES_CHANGE,
		.op = "limit.delete", .print = print_limit_delete,
	},
	{
		.object = "defaults", .name = "set",
		.help = "change fields of \"defaults\"",
		.details = FIELDS_DETAILS,
		.example = "fwctl defaults set action=drop --confirm 5m",
		.arguments = {FIELDS},
		.takes = TAKES_CHANGE,
		.op = "defaults.set", .print = print_defaults_set,
	},
	{
		.name = "mode",
		.help = "enforce the policy, or only watch what it would do",
		.example = "fwctl mode enforce --confirm 5m",
		.arguments = {{.key = "mode", .label = "MODE", .help = "monitor or enforce",
			       .words = enforcement}},
		.takes = TAKES_CHANGE,
		.op = "mode", .print = print_mode,
	},
	{
		.name = "block",
		.help = "drop all packets from an address or prefix, at once",
		.details = "Blocks outrank all rules but management.allow, and outlive a reload. Of several\n"
			   "addresses all are blocked, or none.",
		.example = "fwctl block 192.0.2.66 --for 10m --reason 'port scan'\n"
			   "fwctl block - --for 1d <attackers.txt",
		.arguments = {{.key = "prefixes", .label = "ADDRESS", .kind = VALUE_PREFIX,
			       .flags = VALUE_MANY,
			       .help = "addresses or prefixes; \"-\" reads them from stdin"}},
		.options = {
			{.key = "timeout", .name = "for", .label = "TIME", .kind = VALUE_STAY,
			 .help = "end by itself, as 90s, 10m or 1h30m; else it stays until unblock"},
			{.key = "reason", .name = "reason", .label = "TEXT", .kind = VALUE_TEXT,
			 .help = "a note for the list of blocks"},
		},
		.takes = TAKES_REVISION | TAKES_FORCE | TAKES_DRY,
		.op = "block", .run = run_block, .print = print_block,
	},
	{
		.name = "unblock",
		.help = "end blocks; that there is none is no error",
		.arguments = {{.key = "prefixes", .label = "ADDRESS", .kind = VALUE_BLOCK,
			       .flags = VALUE_MANY,
			       .help = "as it was blocked; \"-\" reads them from stdin"}},
		.takes = TAKES_REVISION | TAKES_DRY,
		.op = "unblock", .run = run_unblock, .print = print_unblock,
	},
	{
		.name = "blocks",
		.help = "list the blocks",
		.op = "blocks", .list = &view_blocks,
	},
	{
		.object = "blocks", .name = "flush",
		.help = "end all blocks, or those for one reason",
		.details = "The reason is compared as a whole. Bans by a limit have \"limit NAME\". With\n"
			   "--dry-run, what would go is listed.",
		.example = "fwctl blocks flush --dry-run\n"
			   "fwctl blocks flush --reason 'limit dns'",
		.options = {{.key = "reason", .name = "reason", .label = "TEXT", .kind = VALUE_TEXT,
			     .help = "only those that 'fwctl blocks' shows with just this reason; "
				     "'': with none"}},
		.takes = TAKES_REVISION | TAKES_DRY,
		.op = "blocks.flush", .print = print_blocks_flush,
	},
};
/* clang-format on */

const struct verb_group verbs_edit = {verbs, array_size(verbs)};
