// SPDX-License-Identifier: MIT
#include "cli/verbs/commands.h"

void print_reload(struct cli *cli, const struct call *call, const cJSON *result)
{
	char text[HUMAN_TEXT], policy[HUMAN_TEXT];

	(void)call;
	print_problems(cli, cli->err, field(result, "warnings"));
	fputs(field_true(result, "dry_run") ? "would reload " : "reloaded ", cli->out);
	text_put_line(cli->out, field_text(result, "config"));
	fprintf(cli->out, ": %s, %s\n", human_policy(result, policy),
		human_many(field_number(result, "rules"), "rule", text));
	if (field_number(result, "discarded") > 0)
		fprintf(cli->out, "%s gone, which the file did not have\n",
			human_many(field_number(result, "discarded"), "live edit", text));
}
