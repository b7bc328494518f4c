// SPDX-License-Identifier: MIT
/* What holds where no rule decides, and the mode. */
#include "cli/grammar/verb_groups.h"

#include "cli/verbs/commands.h"
#include "cli/verbs/row_arguments.h"
#include "common/base/memory.h"

/* clang-format off */
static const struct verb verbs[] = {
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
};
/* clang-format on */

const struct verb_group verbs_settings = {verbs, array_size(verbs)};
