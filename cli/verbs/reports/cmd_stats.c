// SPDX-License-Identifier: MIT
#include "cli/verbs/commands.h"

#include <string.h>

#include "cli/core/stats_request.h"

/* A counter since its mark, or its total. */
static double counted(const cJSON *object, const char *key, bool total)
{
	return field_number(object, key) - (total ? 0 : field_number(field(object, "mark"), key));
}

/* Cells for {"packets", "bytes"}. */
static void put_count(struct table *table, const cJSON *count, bool total)
{
	char text[HUMAN_TEXT];

	table_put(table, human_count(counted(count, "packets", total), text));
	table_put(table, human_bytes(counted(count, "bytes", total), text));
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

static void print_totals(struct cli *cli, const cJSON *totals, bool all)
{
	static const struct column columns[] = {
		{"TOTAL", false}, {"PACKETS", true}, {"BYTES", true}, {NULL, false}};
	struct table *table = table_new(columns);
	const cJSON *total;

	cJSON_ArrayForEach (total, totals) {
		char text[HUMAN_TEXT];

		table_put(table, human_name(total->string, text));
		put_count(table, total, all);
	}
	table_print(table, cli->out, cli->colour, 0);
	table_free(table);
}

static void print_reasons(struct cli *cli, const cJSON *interfaces, bool total)
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

			if (counted(reason, "packets", total) == 0)
				continue;
			table_put(table, *name ? name : "(none of ours)");
			table_put(table, human_name(field_text(reason, "outcome"), text));
			table_put(table, field_text(reason, "reason"));
			put_count(table, reason, total);
		}
	}
	finish(cli, table);
}

/* Rules that no packet matched are only named with --all: there may be a thousand. */
static void print_rules(struct cli *cli, const cJSON *rules, bool all, bool total)
{
	static const struct column columns[] = {{"RULE", false},
						{"PACKETS", true},
						{"BYTES", true},
						{"SINCE", false},
						{NULL, false}};
	struct table *table = table_new(columns);
	char text[HUMAN_TEXT];
	unsigned silent = 0;
	const cJSON *rule;

	cJSON_ArrayForEach (rule, rules) {
		if (!all && counted(rule, "packets", total) == 0) {
			silent++;
			continue;
		}
		table_put(table, field_text(rule, "id"));
		put_count(table, rule, total);
		table_put(table, total || !field(rule, "since")
					 ? ""
					 : human_time(field_text(rule, "since"), text));
	}
	finish(cli, table);
	if (silent > 0)
		fprintf(cli->out, "\n%s matched nothing; --all shows %s\n",
			human_many(silent, "rule", text), silent == 1 ? "it" : "them");
}

static void print_limits(struct cli *cli, const cJSON *limits, bool total)
{
	static const struct column columns[] = {{"LIMIT", false}, {"PASSED", true}, {"BYTES", true},
						{"OVER", true},	  {"BYTES", true},  {"FULL", true},
						{"KEYS", true},	  {NULL, false}};
	struct table *table = table_new(columns);
	const cJSON *limit;

	cJSON_ArrayForEach (limit, limits) {
		char text[HUMAN_TEXT];

		table_put(table, field_text(limit, "name"));
		put_count(table, field(limit, "passed"), total);
		put_count(table, field(limit, "over"), total);
		table_put(table, human_count(counted(limit, "full", total), text));
		table_put(table, human_count(field_number(limit, "keys"), text));
	}
	finish(cli, table);
}

static void print_events(struct cli *cli, const cJSON *events, bool total)
{
	static const struct column columns[] = {{"EVENTS", false}, {"COUNT", true}, {NULL, false}};
	struct table *table = table_new(columns);
	const cJSON *event;

	cJSON_ArrayForEach (event, events) {
		char text[HUMAN_TEXT];

		if (strcmp(event->string, "mark") == 0)
			continue;
		table_put(table, human_name(event->string, text));
		table_put(table, human_count(counted(events, event->string, total), text));
	}
	finish(cli, table);
}

void print_stats(struct cli *cli, const struct call *call, const cJSON *result)
{
	bool total = call_value(call, "total") != NULL, all = call_value(call, "all") != NULL;
	char text[HUMAN_TEXT];

	if (field(result, "since") && !total) {
		fputs("since ", cli->out);
		text_put_line(cli->out, human_time(field_text(result, "since"), text));
		fputs(" (stats reset); --total shows all\n\n", cli->out);
	}
	print_totals(cli, field(result, "totals"), total);
	print_reasons(cli, field(result, "interfaces"), total);
	print_rules(cli, field(result, "rules"), all, total);
	print_limits(cli, field(result, "limits"), total);
	print_events(cli, field(result, "events"), total);
}

int run_stats(struct cli *cli, const struct call *call)
{
	cJSON *result = NULL;

	if (stats_request(cli, &result) < 0)
		return -1;
	cli->output->result(cli, call, result);
	cJSON_Delete(result);
	return 0;
}

void print_stats_reset(struct cli *cli, const struct call *call, const cJSON *result)
{
	const char *const *rules;
	size_t count = call_many(call, &rules);
	char text[HUMAN_TEXT];

	if (count == 1) {
		fputs("rule ", cli->out);
		text_put_line(cli->out, rules[0]);
	} else {
		fputs(count ? human_many((double)count, "rule", text) : "stats", cli->out);
	}
	fprintf(cli->out, " count%s from now on: ", count > 1 ? "" : "s");
	text_put_line(cli->out, human_time(field_text(result, "since"), text));
	print_dry(cli, result);
	fputc('\n', cli->out);
}
