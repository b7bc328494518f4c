// SPDX-License-Identifier: MIT
/* The sets of the running policy, and edits of them. */
#include "cli/grammar/verb_groups.h"

#include "cli/verbs/commands.h"
#include "cli/verbs/row_arguments.h"
#include "common/base/memory.h"

/* clang-format off */
#define PREFIXES {.key = "prefixes", .label = "PREFIX"}

static const struct verb verbs[] = {
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
			   "all. On stdin, white space separates prefixes; \"#\" begins a comment.",
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
		.name = "find",
		.details = "A rule that names one of these sets can match the address; fwctl explain shows\n"
			   "which rule decides. A prefix is found if one entry covers all of it.",
		.example = "fwctl find 192.0.2.66",
		.arguments = {{.key = "prefix", .label = "ADDRESS"}},
		.op = OP_FIND, .list = &view_found,
	},
};
/* clang-format on */

const struct verb_group verbs_sets = {verbs, array_size(verbs)};
