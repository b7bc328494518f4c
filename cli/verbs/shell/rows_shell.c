// SPDX-License-Identifier: MIT
/* Help for shells. */
#include "cli/grammar/verb_groups.h"

#include "cli/verbs/commands.h"
#include "common/base/memory.h"

static const char *const shells[] = {"bash", "zsh", "fish", NULL};
static const char *const name_kinds[] = {"rule", "set", "limit", "interface", "block", NULL};

/* clang-format off */
static const struct verb verbs[] = {
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

const struct verb_group verbs_shell = {verbs, array_size(verbs)};
