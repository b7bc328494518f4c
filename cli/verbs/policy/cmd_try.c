// SPDX-License-Identifier: MIT
#include <stdlib.h>
#include <string.h>

#include "cli/core/client.h"
#include "cli/policy/policy_file.h"
#include "cli/verbs/commands.h"
#include "cli/verbs/run.h"

static int ask(struct cli *cli, const struct call *call, enum op op, cJSON *args)
{
	cJSON *result = NULL;

	if (client_request(cli, op, args, &result) < 0)
		return -1;
	cli->output->result(cli, call, result);
	cJSON_Delete(result);
	return 0;
}

static int start(struct cli *cli, const struct call *call, const char *path)
{
	struct policy_file file;
	cJSON *args;
	int r = policy_file_read(cli, path, &file);

	if (r < 0)
		return r;
	args = call_args(call);
	r = policy_file_send(cli, &file, args);
	if (r < 0)
		cJSON_Delete(args);
	else
		r = ask(cli, call, OP_TRY_START, args);
	if (r < 0)
		policy_file_explain(cli, path, &file);
	policy_file_clear(&file);
	return r;
}

int run_try(struct cli *cli, const struct call *call)
{
	const char *path = call_value(call, "file");
	bool stop = call_value(call, "stop");

	if (path && stop)
		return cli_fail(cli, WIRE_ERROR_BAD_REQUEST, "--stop takes no file");
	if (call_value(call, "for") && !path)
		return cli_fail(cli, WIRE_ERROR_BAD_REQUEST, "--for takes a file");
	if (cli->settings.given & OP_TAKES_REVISION && !path && !stop)
		return cli_fail(cli, WIRE_ERROR_BAD_REQUEST,
				"--if-revision takes a file, or --stop: else nothing is written");
	if (path)
		return start(cli, call, path);
	return ask(cli, call, stop ? OP_TRY_STOP : OP_TRY_STATUS, call_args(call));
}

/* "drop by rule x", "pass (default)" */
static void put_end(struct table *table, const cJSON *end)
{
	const char *rule = field_text(end, "rule");
	char outcome[HUMAN_TEXT];

	human_name(field_text(end, "outcome"), outcome);
	if (*rule)
		table_putf(table, "%s by %s (%s)", outcome, rule, field_text(end, "reason"));
	else
		table_putf(table, "%s (%s)", outcome, field_text(end, "reason"));
}

static void put_differences(struct cli *cli, const cJSON *result)
{
	static const struct column columns[] = {{"PACKETS", true},
						{"BYTES", true},
						{"RUNNING POLICY", false},
						{"TRIAL POLICY", false},
						{NULL, false}};
	struct table *table = table_new(columns);
	char text[HUMAN_TEXT];
	const cJSON *item;

	cJSON_ArrayForEach (item, field(result, "differences")) {
		table_putf(table, "%.0f", field_number(item, "packets"));
		table_put(table, human_bytes(field_number(item, "bytes"), text));
		put_end(table, field(item, "running"));
		put_end(table, field(item, "tried"));
	}
	if (table_rows(table))
		table_print(table, cli->out, cli->colour, 2);
	table_free(table);
}

static char *flow_text(const cJSON *flow)
{
	const char *interface = field_text(flow, "interface");
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	fputs(*interface ? "in " : "", out);
	text_put_line(out, interface);
	fputs(*interface ? " " : "", out);
	print_packet(out, flow);
	fclose(out);
	return text;
}

static void put_flows(struct cli *cli, const cJSON *result)
{
	static const struct column columns[] = {{"PACKETS", true},
						{"FLOW", false},
						{"RUNNING POLICY", false},
						{"TRIAL POLICY", false},
						{NULL, false}};
	struct table *table = table_new(columns);
	const cJSON *item;

	cJSON_ArrayForEach (item, field(result, "flows")) {
		char *text = flow_text(field(item, "flow"));

		table_putf(table, "%.0f", field_number(item, "packets"));
		table_put(table, text ? text : "");
		put_end(table, field(item, "running"));
		put_end(table, field(item, "tried"));
		free(text);
	}
	if (table_rows(table)) {
		fputs("flows with the most differences:\n", cli->out);
		table_print(table, cli->out, cli->colour, 2);
	}
	table_free(table);
}

static void put_state(struct cli *cli, const cJSON *result)
{
	const char *state = field_text(result, "state");
	char text[HUMAN_TEXT];

	fputs("trial of ", cli->out);
	text_put_line(cli->out, field_text(result, "name"));
	if (strcmp(state, "running") == 0)
		fprintf(cli->out, ": runs, and ends in %s\n",
			human_seconds(field_number(result, "ends_in_s"), text));
	else if (strcmp(state, "overtaken") == 0)
		fputs(": ended, as the running policy has changed\n", cli->out);
	else
		fprintf(cli->out, ": %s\n",
			strcmp(state, "over") == 0 ? "its time is over" : "stopped");
}

void print_try(struct cli *cli, const struct call *call, const cJSON *result)
{
	const cJSON *compared = field(result, "compared"), *different = field(result, "different");
	double all = field_number(compared, "packets"), some = field_number(different, "packets");
	char text[HUMAN_TEXT];

	(void)call;
	print_problems(cli, cli->err, field(result, "warnings"));
	if (strcmp(field_text(result, "state"), "none") == 0) {
		fputs("there is no trial\n", cli->out);
		return;
	}
	put_state(cli, result);
	fprintf(cli->out, "%s compared, ", human_many(all, "packet", text));
	fprintf(cli->out, "%.0f would have ended differently (%.2f %%)\n", some,
		all > 0 ? 100 * some / all : 0);
	if (field_number(field(result, "elsewhere"), "packets") > 0)
		fprintf(cli->out, "%.0f more would have ended the same for another reason\n",
			field_number(field(result, "elsewhere"), "packets"));
	put_differences(cli, result);
	put_flows(cli, result);
}
