// SPDX-License-Identifier: MIT
#include "commands.h"

/* Cells for {"packets", "bytes"}. */
static void put_count(struct table *table, const cJSON *count)
{
	char text[HUMAN_TEXT];

	table_put(table, human_count(field_number(count, "packets"), text));
	table_put(table, human_bytes(field_number(count, "bytes"), text));
}

/* Print a table with its heading, if it has rows; frees it. */
static void finish(struct cli *cli, struct table *table)
{
	if (table_rows(table) > 0) {
		fputc('\n', cli->out);
		table_print(table, cli->out, cli->colour, 0);
	}
	table_free(table);
}

static void print_totals(struct cli *cli, const cJSON *totals)
{
	static const struct column columns[] = {
		{"TOTAL", false}, {"PACKETS", true}, {"BYTES", true}, {NULL, false}};
	struct table *table = table_new(columns);
	const cJSON *total;

	cJSON_ArrayForEach (total, totals) {
		char text[HUMAN_TEXT];

		table_put(table, human_name(total->string, text));
		put_count(table, total);
	}
	table_print(table, cli->out, cli->colour, 0);
	table_free(table);
}

static void print_reasons(struct cli *cli, const cJSON *interfaces)
{
	static const struct column columns[] = {{"INTERFACE", false}, {"OUTCOME", false},
						{"REASON", false},    {"PACKETS", true},
						{"BYTES", true},      {NULL, false}};
	struct table *table = table_new(columns);
	const cJSON *interface, *reason;

	cJSON_ArrayForEach (interface, interfaces) {
		const char *name = field_text(interface, "name");

		cJSON_ArrayForEach (reason, field(interface, "reasons")) {
			char text[HUMAN_TEXT];

			table_put(table, *name ? name : "(none of ours)");
			table_put(table, human_name(field_text(reason, "outcome"), text));
			table_put(table, field_text(reason, "reason"));
			put_count(table, reason);
		}
	}
	finish(cli, table);
}

/* Rules that no packet matched are only named with --all: there may be a thousand. */
static void print_rules(struct cli *cli, const cJSON *rules, bool all)
{
	static const struct column columns[] = {
		{"RULE", false}, {"PACKETS", true}, {"BYTES", true}, {NULL, false}};
	struct table *table = table_new(columns);
	char text[HUMAN_TEXT];
	unsigned silent = 0;
	const cJSON *rule;

	cJSON_ArrayForEach (rule, rules) {
		if (!all && field_number(rule, "packets") == 0) {
			silent++;
			continue;
		}
		table_put(table, field_text(rule, "id"));
		put_count(table, rule);
	}
	finish(cli, table);
	if (silent > 0)
		fprintf(cli->out, "\n%s matched nothing; --all shows %s\n",
			human_many(silent, "rule", text), silent == 1 ? "it" : "them");
}

static void print_limits(struct cli *cli, const cJSON *limits)
{
	static const struct column columns[] = {{"LIMIT", false}, {"PASSED", true}, {"BYTES", true},
						{"OVER", true},	  {"BYTES", true},  {"FULL", true},
						{"KEYS", true},	  {NULL, false}};
	struct table *table = table_new(columns);
	const cJSON *limit;

	cJSON_ArrayForEach (limit, limits) {
		char text[HUMAN_TEXT];

		table_put(table, field_text(limit, "name"));
		put_count(table, field(limit, "passed"));
		put_count(table, field(limit, "over"));
		table_put(table, human_count(field_number(limit, "full"), text));
		table_put(table, human_count(field_number(limit, "keys"), text));
	}
	finish(cli, table);
}

static void print_events(struct cli *cli, const cJSON *events)
{
	static const struct column columns[] = {{"EVENTS", false}, {"COUNT", true}, {NULL, false}};
	struct table *table = table_new(columns);
	const cJSON *event;

	cJSON_ArrayForEach (event, events) {
		char text[HUMAN_TEXT];

		table_put(table, human_name(event->string, text));
		table_put(table, human_count(item_number(event), text));
	}
	finish(cli, table);
}

void print_stats(struct cli *cli, const struct call *call, const cJSON *result)
{
	print_totals(cli, field(result, "totals"));
	print_reasons(cli, field(result, "interfaces"));
	print_rules(cli, field(result, "rules"), call_value(call, "all") != NULL);
	print_limits(cli, field(result, "limits"));
	print_events(cli, field(result, "events"));
}
