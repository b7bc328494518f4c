// SPDX-License-Identifier: MIT
#include <string.h>

#include "cli/core/client.h"
#include "cli/explain/replay.h"
#include "cli/policy/policy_file.h"
#include "cli/verbs/commands.h"
#include "cli/verbs/run.h"
#include "common/abi/fw_lists.h"

/* One packet, judged by a policy that is sent with the request. */
static int explain_with(struct cli *cli, const struct call *call, const struct policy_file *with)
{
	cJSON *args = call_args(call), *result = NULL;

	cJSON_AddTrueToObject(args, "candidate");
	if (policy_file_send(cli, with, args) < 0) {
		cJSON_Delete(args);
		return -1;
	}
	if (client_request(cli, call->verb->op, args, &result) < 0)
		return -1;
	cli->output->result(cli, call, result);
	cJSON_Delete(result);
	return 0;
}

int run_explain(struct cli *cli, const struct call *call)
{
	bool words = call->word_count > 0, frame = call_value(call, "frame");
	bool capture = call_value(call, "pcap");
	const char *path = call_value(call, "with");
	struct policy_file with = {0};
	int r = 0;

	if (words + frame + capture != 1)
		return cli_fail(cli, WIRE_ERROR_BAD_REQUEST,
				"give a packet in words, --hex BYTES or --pcap FILE; see fwctl "
				"explain --help");
	if (path)
		r = policy_file_read(cli, path, &with);
	if (r < 0)
		return r;
	if (capture)
		r = replay_run(cli, call, path ? &with : NULL);
	else
		r = path ? explain_with(cli, call, &with) : run_request(cli, call);
	if (r < 0 && path)
		policy_file_explain(cli, path, &with);
	policy_file_clear(&with);
	return r;
}

static void put_verdict(struct cli *cli, const cJSON *result)
{
	const char *verdict = field_text(result, "verdict");
	bool drop = strcmp(verdict, "drop") == 0, answer = strcmp(verdict, "answer") == 0;
	bool would = field_false(result, "enforced");

	if (answer)
		text_put_colour(cli->out, cli->colour, would ? YELLOW : CYAN,
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

/* The meaning of each reason; the malformed ones share one text. */
static const char *const meanings[FW_REASON_MALFORMED] = {
	[FW_REASON_DEFAULT] = "no rule decided, so defaults.action does",
	[FW_REASON_RULE] = "a rule decided",
	[FW_REASON_MANAGEMENT] = "management.allow passes it",
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
	[FW_REASON_PANIC] = "fwctl panic is in force, above the policy",
	[FW_REASON_MISSED_TAIL_CALL] = "a stage of the datapath is missing",
};

/* The live block of its source, and whether management.allow overrides it. */
static void put_block(FILE *out, const cJSON *result)
{
	const cJSON *block = field(result, "block");
	char text[HUMAN_TEXT];

	if (!block)
		return;
	fputs("  block:  ", out);
	text_put_line(out, field_text(block, "prefix"));
	if (field(block, "expires_in_s"))
		fprintf(out, ", for another %s",
			human_seconds(field_number(block, "expires_in_s"), text));
	if (field(block, "reason")) {
		fputs(" (", out);
		text_put_line(out, field_text(block, "reason"));
		fputc(')', out);
	}
	fputs(strcmp(field_text(result, "reason"), "management") == 0
		      ? ", but management.allow comes first\n"
		      : "\n",
	      out);
}

static void put_bucket(FILE *out, const cJSON *result, const char *before)
{
	const cJSON *bucket = field(result, "bucket");

	if (!bucket)
		return;
	fprintf(out, "%s%.0f of %.0f ", before, field_number(bucket, "level"),
		field_number(bucket, "burst"));
	text_put_line(out, field_text(bucket, "unit"));
	fprintf(out, " are left; the packet takes %.0f", field_number(bucket, "cost"));
}

/* The limits after which the packet continued, and what remained in them. */
static void put_way(FILE *out, const cJSON *result)
{
	const cJSON *item;

	cJSON_ArrayForEach (item, field(result, "limits_on_way")) {
		fputs("  earlier: limit ", out);
		text_put_line(out, field_text(item, "limit"));
		fputs(" of rule ", out);
		text_put_line(out, field_text(item, "rule"));
		fputs(" continues (", out);
		text_put_line(out, field_text(item, "reason"));
		fputc(')', out);
		put_bucket(out, item, "; ");
		fputc('\n', out);
	}
}

/* Rules that matched without deciding. */
static void put_passed_by(FILE *out, const cJSON *result)
{
	const cJSON *item;

	cJSON_ArrayForEach (item, field(result, "passed_by")) {
		fputs("  earlier: rule ", out);
		text_put_line(out, field_text(item, "rule"));
		if (strcmp(field_text(item, "action"), "log") == 0) {
			fputs(" logs it\n", out);
			continue;
		}
		fputs(" (a canary) would ", out);
		if (field(item, "limit")) {
			fputs("hold it to limit ", out);
			text_put_line(out, field_text(item, "limit"));
		} else {
			text_put_line(out, field_text(item, "action"));
			fputs(" it", out);
		}
		fputc('\n', out);
	}
}

static void put_near(FILE *out, const cJSON *result)
{
	const cJSON *item;

	cJSON_ArrayForEach (item, field(result, "near")) {
		const char *has = field_text(item, "packet");

		fputs("  rule ", out);
		text_put_line(out, field_text(item, "rule"));
		fputs(" does not match: ", out);
		text_put_line(out, field_text(item, "field"));
		fputs(*has ? " is " : " is missing", out);
		text_put_line(out, has);
		fputs(", not ", out);
		text_put_line(out, field_text(item, "wanted"));
		fputc('\n', out);
	}
}

static const char *meaning_of(const char *reason)
{
	static const char *const names[] = {FW_REASONS(FW_AS_NAME)};

	/* Not a reason of the datapath: there is no program on the interface. */
	if (strcmp(reason, "detached") == 0)
		return "the interface has \"attach\": false, so fwd filters nothing there";
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

static void put_value(FILE *out, const cJSON *result, const char *name, const char *chosen)
{
	const cJSON *value = field(field(result, "packet"), name);

	if (cJSON_IsNumber(value))
		fprintf(out, "%.0f", value->valuedouble);
	else
		text_put_line(out, field_text(field(result, "packet"), name));
	fputs(field(result, chosen) ? " (chosen)" : "", out);
}

/* What is in front of the IP packet, and its flow label, if a rule may depend on it. */
static void put_frame(FILE *out, const cJSON *result)
{
	if (!field_true(result, "frame_rules"))
		return;
	fputs("  frame:  from ", out);
	put_value(out, result, "src_mac", "chosen_src_mac");
	fputs(" to ", out);
	put_value(out, result, "dst_mac", "chosen_dst_mac");
	if (field(field(result, "packet"), "flow_label")) {
		fputs(", flow label ", out);
		put_value(out, result, "flow_label", "chosen_flow_label");
	}
	fputs("; rules ask for this\n", out);
}

void print_explain(struct cli *cli, const struct call *call, const cJSON *result)
{
	const char *rule = field_text(result, "rule"), *limit = field_text(result, "limit");
	const char *interface = field_text(result, "interface");
	char policy[HUMAN_TEXT];

	fputs("the packet ", cli->out);
	put_verdict(cli, result);
	put_reason(cli, field_text(result, "reason"));
	fputs(*rule ? "\n  rule:   " : "", cli->out);
	text_put_line(cli->out, rule);
	fputs(*limit ? "\n  limit:  " : "", cli->out);
	text_put_line(cli->out, limit);
	fputc('\n', cli->out);
	if (field(result, "bucket")) {
		put_bucket(cli->out, result, "  bucket: ");
		fputc('\n', cli->out);
	}
	put_block(cli->out, result);
	put_way(cli->out, result);
	put_passed_by(cli->out, result);
	put_near(cli->out, result);
	if (strcmp(field_text(result, "policy"), "candidate") == 0)
		fprintf(cli->out, "  policy: that of %s\n", call_value(call, "with"));
	else
		fprintf(cli->out, "  policy: %s\n", human_policy(result, policy));
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
	put_frame(cli->out, result);
	if (field(result, "chosen_sport"))
		fprintf(cli->out,
			"  source port: none was given; %.0f is assumed, a port of clients\n",
			field_number(result, "chosen_sport"));
}
