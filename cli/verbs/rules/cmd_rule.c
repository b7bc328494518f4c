// SPDX-License-Identifier: MIT
#include <stdlib.h>
#include <string.h>

#include "cli/verbs/commands.h"
#include "common/base/memory.h"

#define MATCH_WIDTH 60 /* of a list of values in a table; rule show has all of it */

/* rule show has no MATCH: it prints the whole of it. */
#define RULE_COLUMNS                                                                          \
	{"#", true}, {"RULE", false}, {"ACTION", false}, {"STATE", false}, {"PACKETS", true}, \
	{                                                                                     \
		"BYTES", true                                                                 \
	}
static const struct column columns[] = {RULE_COLUMNS, {"MATCH", false}, {NULL, false}};
static const struct column show_columns[] = {RULE_COLUMNS, {NULL, false}};

static void put_value(FILE *out, const cJSON *value)
{
	if (cJSON_IsString(value))
		fputs(value->valuestring, out);
	else if (cJSON_IsNumber(value))
		fprintf(out, "%.0f", value->valuedouble);
	else if (cJSON_IsBool(value))
		fputs(cJSON_IsTrue(value) ? "true" : "false", out);
}

/* "80,443,8000-8099", and of long lists the first ones: "10.0.0.0/8,... (312)". */
static void put_values(FILE *out, const cJSON *values)
{
	long start = ftell(out);
	const cJSON *value;

	if (!cJSON_IsArray(values)) {
		put_value(out, values);
		return;
	}
	cJSON_ArrayForEach (value, values) {
		if (value != values->child)
			fputc(',', out);
		if (ftell(out) - start > MATCH_WIDTH) {
			fprintf(out, "... (%d)", cJSON_GetArraySize(values));
			return;
		}
		put_value(out, value);
	}
}

/* "zone=wan proto=tcp dport=80,443" */
static char *match_text(const cJSON *rule)
{
	const cJSON *match = field(rule, "match"), *item;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	cJSON_ArrayForEach (item, match) {
		fprintf(out, "%s%s=", item == match->child ? "" : " ", item->string);
		put_values(out, item);
	}
	if (field_true(rule, "match_left_out"))
		fputs("(see rule show)", out);
	else if (!match && strcmp(field_text(rule, "origin"), "implicit") == 0)
		fputs("permitted_cidrs", out);
	else if (!match || !match->child)
		fputs("any", out);
	fclose(out);
	return text;
}

/* Notable properties: "disabled", "monitor", "log 1/100", the origin. */
static void put_state(struct table *table, const cJSON *rule)
{
	const char *origin = field_text(rule, "origin");
	char text[128] = "";
	size_t used = 0;

	if (strcmp(origin, "rule") != 0)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%.20s ", origin);
	if (field_false(rule, "enabled"))
		used += (size_t)snprintf(text + used, sizeof(text) - used, "disabled ");
	if (field_false(rule, "enforce"))
		used += (size_t)snprintf(text + used, sizeof(text) - used, "monitor ");
	if (field(rule, "log_every"))
		used += (size_t)snprintf(text + used, sizeof(text) - used, "log 1/%.0f ",
					 field_number(rule, "log_every"));
	if (used > 0)
		text[used - 1] = '\0';
	table_put(table, text);
}

static void put_cells(struct table *table, const cJSON *rule, size_t index)
{
	const char *limit = field_text(rule, "limit");
	char text[HUMAN_TEXT];

	table_putf(table, "%zu", index + 1);
	table_put(table, field_text(rule, "id"));
	table_putf(table, "%s%s", *limit ? "limit " : field_text(rule, "action"), limit);
	put_state(table, rule);
	table_put(table, human_count(field_number(rule, "packets"), text));
	table_put(table, human_bytes(field_number(rule, "bytes"), text));
}

static void put_row(struct table *table, const cJSON *rule, size_t index)
{
	cleanup_free char *match = match_text(rule);

	put_cells(table, rule, index);
	table_put(table, match ? match : "?");
}

const struct list_view view_rules = {
	.columns = columns,
	.row = put_row,
	.empty = "there are no rules",
};

void print_rule(struct cli *cli, const struct call *call, const cJSON *result)
{
	cleanup_free char *match = cJSON_Print(field(result, "match"));
	double position = field_number(result, "position");
	const char *comment = field_text(result, "comment");
	struct table *table = table_new(show_columns);

	(void)call;
	put_cells(table, result, position > 0 ? (size_t)position - 1 : 0);
	table_print(table, cli->out, cli->colour, 0);
	table_free(table);
	if (*comment) {
		fputs("comment: ", cli->out);
		text_put_line(cli->out, comment);
		fputc('\n', cli->out);
	}
	if (match) {
		fputs("match: ", cli->out);
		text_put_json(cli->out, match);
		fputc('\n', cli->out);
	}
}

/* The id is in the JSON that was given. */
void print_rule_add(struct cli *cli, const struct call *call, const cJSON *result)
{
	cJSON *rule = cJSON_Parse(call_value(call, "rule"));
	const char *before = call_value(call, "before");

	print_changed(cli, result, "rule %s is added%s%s", field_text(rule, "id"),
		      before ? " before " : "", before ? before : "");
	cJSON_Delete(rule);
}

void print_rule_delete(struct cli *cli, const struct call *call, const cJSON *result)
{
	print_changed(cli, result, "rule %s is deleted", call_value(call, "id"));
}

void print_rule_switch(struct cli *cli, const struct call *call, const cJSON *result)
{
	print_changed(cli, result, "rule %s is %sd", call_value(call, "id"), call->verb->name);
}

void print_rule_set(struct cli *cli, const struct call *call, const cJSON *result)
{
	print_changed(cli, result, "rule %s is changed", call_value(call, "id"));
}

void print_rule_move(struct cli *cli, const struct call *call, const cJSON *result)
{
	const char *before = call_value(call, "before"), *after = call_value(call, "after");

	print_changed(cli, result, "rule %s is now %s %s", call_value(call, "id"),
		      before ? "before" : "after", before ? before : after);
}

void print_rule_rename(struct cli *cli, const struct call *call, const cJSON *result)
{
	print_changed(cli, result, "rule %s is now named %s", call_value(call, "id"),
		      call_value(call, "name"));
}
