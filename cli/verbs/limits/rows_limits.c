// SPDX-License-Identifier: MIT
/* The limits of the running policy, and edits of them. */
#include "cli/grammar/verb_groups.h"

#include "cli/verbs/commands.h"
#include "cli/verbs/row_arguments.h"
#include "common/base/memory.h"

/* clang-format off */
static const struct verb verbs[] = {
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
};
/* clang-format on */

const struct verb_group verbs_limits = {verbs, array_size(verbs)};
