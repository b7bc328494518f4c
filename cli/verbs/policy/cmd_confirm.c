// SPDX-License-Identifier: MIT
/* Confirm or revert a policy that waits for its confirmation. */
#include "cli/verbs/commands.h"

static void print_settled(struct cli *cli, const cJSON *result, const char *what)
{
	char policy[HUMAN_TEXT];

	print_problems(cli, cli->err, field(result, "warnings"));
	fprintf(cli->out, "%s: %s is active\n", what, human_policy(result, policy));
}

void print_confirm(struct cli *cli, const struct call *call, const cJSON *result)
{
	(void)call;
	print_settled(cli, result, "confirmed");
}

void print_abort(struct cli *cli, const struct call *call, const cJSON *result)
{
	(void)call;
	print_settled(cli, result, "taken back");
}
