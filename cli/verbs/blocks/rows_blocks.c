// SPDX-License-Identifier: MIT
/* Blocks of addresses. */
#include "cli/grammar/verb_groups.h"

#include "cli/verbs/commands.h"
#include "cli/verbs/row_arguments.h"
#include "common/base/memory.h"

/* clang-format off */
static const struct verb verbs[] = {
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

const struct verb_group verbs_blocks = {verbs, array_size(verbs)};
