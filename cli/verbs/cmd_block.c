// SPDX-License-Identifier: MIT
#include <string.h>

#include "client.h"
#include "commands.h"
#include "run.h"

static const struct column columns[] = {
	{"PREFIX", false}, {"AGE", true}, {"ENDS IN", true}, {"REASON", false}, {NULL, false}};

static void put_row(struct table *table, const cJSON *item, size_t index)
{
	char text[HUMAN_TEXT];

	(void)index;
	table_put(table, field_text(item, "prefix"));
	table_put(table, human_seconds(field_number(item, "age_s"), text));
	table_put(table, field(item, "expires_in_s")
				 ? human_seconds(field_number(item, "expires_in_s"), text)
				 : "never");
	table_put(table, field_text(item, "reason"));
}

const struct list_view view_blocks = {
	.columns = columns,
	.row = put_row,
	.empty = "nothing is blocked",
};

/* Who blocks someone wants him gone: say so if he is not. */
int run_block(struct cli *cli, const struct call *call)
{
	cJSON *status = NULL;

	if (run_request(cli, call) < 0)
		return -1;
	if (cli->settings.json)
		return 0;
	if (client_request(cli, "status", NULL, &status) < 0)
		return -1;
	if (strcmp(field_text(status, "mode"), "monitor") == 0)
		cli_note(cli, "fwd is in monitor mode: packets from there are reported, and pass");
	cJSON_Delete(status);
	return 0;
}

void print_block(struct cli *cli, const struct call *call, const cJSON *result)
{
	char text[HUMAN_TEXT];

	(void)call;
	print_problems(cli, cli->err, field(result, "warnings"));
	text_put_line(cli->out, field_text(result, "prefix"));
	if (field_true(result, "dry_run") || field_false(result, "changed")) {
		fputs(" is blocked", cli->out);
		print_dry(cli, result);
		fputc('\n', cli->out);
		return;
	}
	fputs(field_false(result, "new") ? " was blocked already; now " : " is blocked ", cli->out);
	if (field(result, "expires_in_s"))
		fprintf(cli->out, "for %s\n",
			human_seconds(field_number(result, "expires_in_s"), text));
	else
		fputs("until it is unblocked\n", cli->out);
}

void print_unblock(struct cli *cli, const struct call *call, const cJSON *result)
{
	const char *wider = field_text(result, "still_blocked_by");

	(void)call;
	text_put_line(cli->out, field_text(result, "prefix"));
	if (*wider) {
		fputs(" is still blocked, as part of ", cli->out);
		text_put_line(cli->out, wider);
		fputc('\n', cli->out);
	} else if (field_true(result, "dry_run")) {
		fputs(field_false(result, "changed") ? " is not blocked" : " is no longer blocked",
		      cli->out);
		print_dry(cli, result);
		fputc('\n', cli->out);
	} else if (field_false(result, "changed")) {
		fputs(" was not blocked: nothing changed\n", cli->out);
	} else {
		fputs(" is no longer blocked\n", cli->out);
	}
}
