// SPDX-License-Identifier: MIT
#include <string.h>

#include "commands.h"

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

void print_block(struct cli *cli, const struct call *call, const cJSON *result)
{
	char text[HUMAN_TEXT];

	(void)call;
	text_put_line(cli->out, field_text(result, "prefix"));
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
	} else {
		fputs(" is no longer blocked\n", cli->out);
	}
}
