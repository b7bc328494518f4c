// SPDX-License-Identifier: MIT
/* fwctl check --lockout: traffic that this host depends on, and a policy's verdict on it. */
#include <string.h>

#include "cli/core/client.h"
#include "cli/policy/policy_file.h"
#include "cli/verbs/commands.h"

#define DROPS 10 /* exit code */

static int request(struct cli *cli, const struct call *call, const struct policy_file *file)
{
	cJSON *args = cJSON_CreateObject(), *result = NULL;

	if (file) {
		cJSON_AddTrueToObject(args, "candidate");
		if (policy_file_send(cli, file, args) < 0) {
			cJSON_Delete(args);
			return -1;
		}
	}
	if (client_request(cli, OP_LOCKOUT, args, &result) < 0)
		return -1;
	cli->output->result(cli, call, result);
	cli->exit_code = field_number(result, "dropped") > 0 ? DROPS : 0;
	cJSON_Delete(result);
	return 0;
}

int check_lockout(struct cli *cli, const struct call *call, const char *path)
{
	struct policy_file file = {0};
	int r = path ? policy_file_read(cli, path, &file) : 0;

	if (r < 0)
		return r;
	r = request(cli, call, path ? &file : NULL);
	if (r < 0 && path)
		policy_file_explain(cli, path, &file);
	policy_file_clear(&file);
	return r;
}

/* "  dropped  the BGP session with 192.0.2.2, in by eth0: rule "x" drops it" */
static void put_packet(struct cli *cli, const cJSON *packet)
{
	const char *verdict = field_text(packet, "verdict");
	bool drops = field(packet, "why");

	fputs("  ", cli->out);
	if (!drops)
		text_put_colour(cli->out, cli->colour, GREEN, "passes");
	else if (strcmp(verdict, "drop") == 0)
		text_put_colour(cli->out, cli->colour, RED, "is dropped");
	else
		text_put_colour(cli->out, cli->colour, YELLOW, "would be dropped");
	fputs(": ", cli->out);
	text_put_line(cli->out, field_text(packet, "what"));
	fputs(", in by ", cli->out);
	text_put_line(cli->out, field_text(packet, "interface"));
	if (drops) {
		fputs(": ", cli->out);
		text_put_line(cli->out, field_text(packet, "why"));
	}
	fputc('\n', cli->out);
}

static void put_need(struct cli *cli, const cJSON *need)
{
	const cJSON *packet;

	text_put_line(cli->out, field_text(need, "what"));
	fputs(": without it, ", cli->out);
	text_put_line(cli->out, field_text(need, "why"));
	fputc('\n', cli->out);
	cJSON_ArrayForEach (packet, field(need, "packets"))
		put_packet(cli, packet);
}

void print_lockout(struct cli *cli, const cJSON *result)
{
	const cJSON *need;

	print_problems(cli, cli->err, field(result, "warnings"));
	cJSON_ArrayForEach (need, field(result, "needs")) {
		if (field_true(need, "applies"))
			put_need(cli, need);
	}
	fputs("\nNot on this host now, so not checked. A row applies if\n", cli->out);
	cJSON_ArrayForEach (need, field(result, "needs")) {
		if (field_true(need, "applies"))
			continue;
		fputs("  ", cli->out);
		text_put_line(cli->out, field_text(need, "what"));
		fputs(": ", cli->out);
		text_put_line(cli->out, field_text(need, "when"));
		fputc('\n', cli->out);
	}
}
