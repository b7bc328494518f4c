// SPDX-License-Identifier: MIT
#include "cli/verbs/commands.h"

void print_defaults_set(struct cli *cli, const struct call *call, const cJSON *result)
{
	(void)call;
	print_changed(cli, result, "the defaults are changed");
}

void print_mode(struct cli *cli, const struct call *call, const cJSON *result)
{
	print_changed(cli, result, "the mode is %s", call_value(call, "mode"));
}
