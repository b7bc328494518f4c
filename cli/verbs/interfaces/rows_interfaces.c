// SPDX-License-Identifier: MIT
/* Interfaces that fwd filters. */
#include "cli/grammar/verb_groups.h"

#include "cli/verbs/commands.h"
#include "cli/verbs/row_arguments.h"
#include "common/base/memory.h"

/* clang-format off */
static const struct verb verbs[] = {
	{
		.object = "iface", .name = "list",
		.op = OP_IFACE_LIST, .print = print_interfaces,
	},
	{
		.object = "iface", .name = "attach",
		.arguments = {{.key = "name", .label = "NAME"}},
		.options = {
			{.key = "zone", .label = "ZONE"},
			{.key = "mode", .label = "MODE"},
		},
		.op = OP_IFACE_ATTACH, .print = print_iface_attach,
	},
	{
		.object = "iface", .name = "set",
		.example = "fwctl iface set eth1 zone=lan",
		.arguments = {{.key = "name", .label = "NAME"},
			      {.key = "fields", .label = "FIELD=VALUE", .flags = VALUE_MANY,
			       .hint = ", as zone=lan; without value it goes; or JSON, \"-\", \"@FILE\""}},
		.op = OP_IFACE_SET, .print = print_iface_set,
	},
	{
		.object = "iface", .name = "detach",
		.arguments = {{.key = "name", .label = "NAME"}},
		.options = {{.key = "missing_ok", .name = "missing-ok"}},
		.op = OP_IFACE_DETACH, .print = print_iface_detach,
	},
};
/* clang-format on */

const struct verb_group verbs_interfaces = {verbs, array_size(verbs)};
