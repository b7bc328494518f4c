// SPDX-License-Identifier: MIT
#include <string.h>

#include "cli/verbs/commands.h"

static void put_label(struct cli *cli, const char *label)
{
	fprintf(cli->out, "%s%-10s%s", cli->colour ? "\033[1m" : "", label,
		cli->colour ? "\033[0m" : "");
}

static void put_mode(struct cli *cli, const cJSON *result)
{
	bool enforce = strcmp(field_text(result, "mode"), "enforce") == 0;

	put_label(cli, "mode");
	text_put_colour(cli->out, cli->colour, enforce ? GREEN : YELLOW,
			field_text(result, "mode"));
	fputs(enforce ? "\n" : ": what the policy drops is reported, and passes\n", cli->out);
}

static void put_revision(struct cli *cli, const cJSON *result)
{
	if (!field(result, "revision"))
		return;
	put_label(cli, "revision");
	fprintf(cli->out, "%.0f", field_number(result, "revision"));
	if (field_number(result, "unsaved") == 0)
		fputs(", saved", cli->out);
	else if (field_number(result, "saved_revision") > 0)
		fprintf(cli->out, "; saved is %.0f", field_number(result, "saved_revision"));
	if (*field_text(result, "history_trouble")) {
		fputs("; not kept on disk: ", cli->out);
		text_put_line(cli->out, field_text(result, "history_trouble"));
	}
	fputc('\n', cli->out);
}

static void put_policy(struct cli *cli, const cJSON *result)
{
	static const struct {
		const char *key, *one;
	} parts[] = {{"rules", "rule"}, {"sets", "set"}, {"limits", "limit"}, {"blocks", "block"}};
	char text[HUMAN_TEXT];

	put_label(cli, "policy");
	if (!field(result, "revision"))
		fprintf(cli->out, "%s: ", human_policy(result, text));
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		fprintf(cli->out, "%s%s", i ? ", " : "",
			human_many(field_number(result, parts[i].key), parts[i].one, text));
	fputc('\n', cli->out);
	put_revision(cli, result);
	put_label(cli, "default");
	if (field_true(result, "permitted_cidrs"))
		fputs("drop sources outside permitted_cidrs", cli->out);
	else
		text_put_line(cli->out, field_text(result, "default_action"));
	fputc('\n', cli->out);
	put_label(cli, "config");
	text_put_line(cli->out, field_text(result, "config"));
	if (cli->config_fault)
		fputs(", which is not what runs", cli->out);
	else if (field_number(result, "unsaved") > 0)
		fprintf(cli->out, ", and %s that it does not have",
			human_many(field_number(result, "unsaved"), "live edit", text));
	fputc('\n', cli->out);
}

static void put_total(struct cli *cli, const cJSON *totals, const char *key, const char *text)
{
	const cJSON *count = field(totals, key);
	char packets[HUMAN_TEXT], bytes[HUMAN_TEXT];

	fprintf(cli->out, "%s %s (%s)", text, human_count(field_number(count, "packets"), packets),
		human_bytes(field_number(count, "bytes"), bytes));
}

/* Rare states, printed only if present. */
static void put_some(struct cli *cli, const cJSON *totals, const char *key, const char *text)
{
	if (field_number(field(totals, key), "packets") > 0)
		put_total(cli, totals, key, text);
}

static void put_traffic(struct cli *cli, const cJSON *result)
{
	const cJSON *totals = field(result, "totals"), *events = field(result, "events"), *event;
	char text[HUMAN_TEXT];

	put_label(cli, "packets");
	put_total(cli, totals, "passed", "passed");
	put_total(cli, totals, "dropped", ", dropped");
	put_total(cli, totals, "would_drop", ", would have dropped");
	put_some(cli, totals, "answered", ", answered");
	put_some(cli, totals, "would_answer", ", would have answered");
	fputc('\n', cli->out);
	put_label(cli, "events");
	cJSON_ArrayForEach (event, events) {
		fputs(event == events->child ? "" : ", ", cli->out);
		text_put_line(cli->out, human_name(event->string, text));
		fprintf(cli->out, " %s", human_count(item_number(event), text));
	}
	fputs("\n\n", cli->out);
}

static void put_problems(struct cli *cli, const cJSON *problems)
{
	const cJSON *problem;

	cJSON_ArrayForEach (problem, problems) {
		put_label(cli, "problem");
		text_put_colour(cli->out, cli->colour, YELLOW, cJSON_GetStringValue(problem));
		fputc('\n', cli->out);
	}
}

/* "trial     next.json, for 7m48s, ends in 52m11s: 33 of 85000 packets would end differently" */
static void put_trial(struct cli *cli, const cJSON *trial)
{
	double all = field_number(field(trial, "compared"), "packets");
	double some = field_number(field(trial, "different"), "packets");
	char text[HUMAN_TEXT];

	if (!trial)
		return;
	put_label(cli, "trial");
	text_put_line(cli->out, field_text(trial, "name"));
	fprintf(cli->out, ", for %s", human_seconds(field_number(trial, "started_s_ago"), text));
	fprintf(cli->out, ", ends in %s", human_seconds(field_number(trial, "ends_in_s"), text));
	fprintf(cli->out, ": %s of ", human_count(some, text));
	fprintf(cli->out, "%s would have ended differently; see fwctl try\n",
		human_many(all, "packet", text));
}

void print_status(struct cli *cli, const struct call *call, const cJSON *result)
{
	char text[HUMAN_TEXT];

	put_label(cli, "fwd");
	text_put_line(cli->out, field_text(result, "version"));
	fprintf(cli->out, ", pid %.0f, up %s\n", field_number(result, "pid"),
		human_seconds(field_number(result, "uptime_s"), text));
	put_mode(cli, result);
	put_policy(cli, result);
	put_trial(cli, field(result, "trial"));
	put_problems(cli, field(result, "problems"));
	put_traffic(cli, result);
	print_interfaces(cli, call, result);
}
