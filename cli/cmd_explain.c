// SPDX-License-Identifier: MIT
#include <string.h>

#include "client.h"
#include "commands.h"
#include "run.h"

int run_explain(struct cli *cli, const struct call *call)
{
	bool words = call->word_count > 0, frame = call_value(call, "frame");

	if (words == frame)
		return cli_fail(cli, WIRE_ERROR_BAD_REQUEST,
				"give a packet in words or --hex BYTES; see fwctl explain --help");
	return run_request(cli, call);
}

static void put_verdict(struct cli *cli, const cJSON *result)
{
	bool drop = strcmp(field_text(result, "verdict"), "drop") == 0;
	bool would = drop && field_false(result, "enforced");

	if (would)
		text_put_colour(cli->out, cli->colour, YELLOW, "would be dropped");
	else if (drop)
		text_put_colour(cli->out, cli->colour, RED, "is dropped");
	else
		text_put_colour(cli->out, cli->colour, GREEN, "passes");
	fputs(would ? ", but passes for now: monitor mode, or the rule only monitors\n" : "\n",
	      cli->out);
}

void print_explain(struct cli *cli, const struct call *call, const cJSON *result)
{
	const char *rule = field_text(result, "rule"), *limit = field_text(result, "limit");
	const char *interface = field_text(result, "interface");

	(void)call;
	fputs("the packet ", cli->out);
	put_verdict(cli, result);
	fputs("  reason: ", cli->out);
	text_put_line(cli->out, field_text(result, "reason"));
	fputs(*rule ? "\n  rule:   " : "", cli->out);
	text_put_line(cli->out, rule);
	fputs(*limit ? "\n  limit:  " : "", cli->out);
	text_put_line(cli->out, limit);
	fprintf(cli->out, "\n  policy: generation %.0f\n", field_number(result, "generation"));
	if (!field(result, "packet"))
		return;
	fputs("  packet: ", cli->out);
	if (*interface) {
		fputs("in ", cli->out);
		text_put_line(cli->out, interface);
		fputc(' ', cli->out);
	}
	print_packet(cli->out, field(result, "packet"));
	fputc('\n', cli->out);
}
