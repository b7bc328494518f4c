// SPDX-License-Identifier: MIT
#include <string.h>

#include "client.h"
#include "commands.h"
#include "fw_lists.h"
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
	const char *verdict = field_text(result, "verdict");
	bool drop = strcmp(verdict, "drop") == 0, answer = strcmp(verdict, "answer") == 0;
	bool would = field_false(result, "enforced");

	if (answer)
		text_put_colour(cli->out, cli->colour, would ? YELLOW : PLAIN,
				would ? "would be answered" : "is answered");
	else if (drop && would)
		text_put_colour(cli->out, cli->colour, YELLOW, "would be dropped");
	else if (drop)
		text_put_colour(cli->out, cli->colour, RED, "is dropped");
	else
		text_put_colour(cli->out, cli->colour, GREEN, "passes");
	fputs(would ? ", but passes for now: monitor mode, or the rule only monitors\n" : "\n",
	      cli->out);
}

/* What a reason means; those that mean "malformed" share one. */
static const char *const meanings[FW_REASON_MALFORMED] = {
	[FW_REASON_DEFAULT] = "no rule decided, so defaults.action does",
	[FW_REASON_RULE] = "a rule decided",
	[FW_REASON_MANAGEMENT] = "management.allow lets it in",
	[FW_REASON_PERMITTED] = "its source is in permitted_cidrs",
	[FW_REASON_NOT_PERMITTED] = "its source is not in permitted_cidrs",
	[FW_REASON_BLOCKED] = "its source is blocked; see fwctl blocks",
	[FW_REASON_WITHIN_LIMIT] = "a rule's limit has room for it",
	[FW_REASON_OVER_LIMIT] = "a rule's limit is used up",
	[FW_REASON_LIMIT_FULL] = "there is no room for one more bucket, so when_full decides",
	[FW_REASON_NON_IP] = "it is not IP, so defaults.non_ip decides",
	[FW_REASON_LINK] = "the link needs it: ARP, neighbour discovery, MLD",
	[FW_REASON_FRAGMENT] = "the first fragment of its datagram decided",
	[FW_REASON_SYN_COOKIE] = "a rule's limit is used up, so the SYN gets a cookie",
	[FW_REASON_SYN_QUEUE] = "a rule's limit is used up, but the socket's queue has room",
	[FW_REASON_NO_POLICY] = "no policy is active",
	[FW_REASON_MISSED_TAIL_CALL] = "a stage of the datapath is missing",
};

static const char *meaning_of(const char *reason)
{
	static const char *const names[] = {FW_REASONS(FW_AS_NAME)};

	for (size_t i = 0; i < FW_REASON_MAX; i++) {
		if (strcmp(names[i], reason) == 0)
			return i < FW_REASON_MALFORMED
				       ? meanings[i]
				       : "it is malformed: defaults.malformed decides";
	}
	return "";
}

static void put_reason(struct cli *cli, const char *reason)
{
	const char *meaning = meaning_of(reason);

	fputs("  reason: ", cli->out);
	text_put_line(cli->out, reason);
	fprintf(cli->out, "%s%s%s", *meaning ? " (" : "", meaning, *meaning ? ")" : "");
}

void print_explain(struct cli *cli, const struct call *call, const cJSON *result)
{
	const char *rule = field_text(result, "rule"), *limit = field_text(result, "limit");
	const char *interface = field_text(result, "interface");

	(void)call;
	fputs("the packet ", cli->out);
	put_verdict(cli, result);
	put_reason(cli, field_text(result, "reason"));
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
