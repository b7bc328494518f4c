// SPDX-License-Identifier: MIT
/* Edits of the running rules. */
#include "cli/grammar/verb_groups.h"

#include "cli/verbs/commands.h"
#include "cli/verbs/row_arguments.h"
#include "common/base/memory.h"

/* clang-format off */
#define RULE_ID {.key = "id", .label = "ID"}

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
};
/* clang-format on */

const struct verb_group verbs_rules = {verbs, array_size(verbs)};
