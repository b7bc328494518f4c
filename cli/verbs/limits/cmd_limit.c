// SPDX-License-Identifier: MIT
#include <string.h>

#include "cli/verbs/commands.h"

static const struct column columns[] = {{"LIMIT", false},     {"RATE", true},	{"BURST", true},
					{"PER", false},	      {"OVER", false},	{"FULL", false},
					{"ALGORITHM", false}, {"PASSED", true}, {"LIMITED", true},
					{"KEYS", true},	      {"RULES", false}, {NULL, false}};

/* "a, b, c" */
static void put_names(struct table *table, const cJSON *names)
{
	char text[256] = "";
	size_t used = 0;
	const cJSON *name;

	cJSON_ArrayForEach (name, names) {
		const char *value = cJSON_GetStringValue(name);

		if (used + 70 > sizeof(text)) {
			used += (size_t)snprintf(text + used, sizeof(text) - used, ", ...");
			break;
		}
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%.63s",
					 used ? ", " : "", value ? value : "");
	}
	table_put(table, text);
}

/* "99/65536"; a limit without keys has none. */
static void put_keys(struct table *table, const cJSON *item)
{
	char keys[HUMAN_TEXT], max[HUMAN_TEXT];

	if (field_number(item, "max") > 0)
		table_putf(table, "%s/%s", human_count(field_number(item, "keys"), keys),
			   human_count(field_number(item, "max"), max));
	else
		table_put(table, "");
}

static void put_row(struct table *table, const cJSON *item, size_t index)
{
	bool bytes = strcmp(field_text(item, "unit"), "bytes") == 0;
	char text[HUMAN_TEXT];

	(void)index;
	table_put(table, field_text(item, "name"));
	table_put(table, field_text(item, "rate"));
	table_put(table, bytes ? human_bytes(field_number(item, "burst"), text)
			       : human_count(field_number(item, "burst"), text));
	table_put(table, field_text(item, "per"));
	table_put(table, field_text(item, "over_action"));
	table_put(table, field_text(item, "when_full"));
	table_put(table, field_text(item, "algorithm"));
	table_put(table, human_count(field_number(field(item, "passed"), "packets"), text));
	table_put(table, human_count(field_number(field(item, "over"), "packets"), text));
	put_keys(table, item);
	put_names(table, field(item, "rules"));
}

const struct list_view view_limits = {
	.columns = columns,
	.row = put_row,
	.empty = "there are no limits",
};

/* Only values that are not zero. */
static void print_room(struct cli *cli, const cJSON *limit)
{
	double evicted = field_number(limit, "evicted"), full = field_number(limit, "full");
	char text[HUMAN_TEXT];

	if (strcmp(field_text(limit, "within"), "continue") == 0)
		fputs("packets within it continue with the rules that follow\n", cli->out);
	if (evicted > 0)
		fprintf(cli->out, "%s in use replaced by new ones\n",
			human_many(evicted, "bucket", text));
	if (full > 0)
		fprintf(cli->out, "%s of new keys found no free bucket and %s\n",
			human_many(full, "packet", text),
			strcmp(field_text(limit, "when_full"), "pass") == 0 ? "passed"
									    : "were dropped");
}

static void print_bans(struct cli *cli, const cJSON *limit)
{
	const cJSON *block = field(limit, "block");
	char bans[HUMAN_TEXT], missed[HUMAN_TEXT];

	if (!block)
		return;
	fprintf(cli->out, "%s since fwd started",
		human_many(field_number(limit, "bans"), "ban", bans));
	if (field_number(limit, "bans_missed") > 0)
		fprintf(cli->out, ", %s missed",
			human_count(field_number(limit, "bans_missed"), missed));
	fputs(": for ", cli->out);
	text_put_line(cli->out, field_text(block, "for"));
	fputs(", each next one twice as long, up to ", cli->out);
	text_put_line(cli->out, field_text(block, "max"));
	fputs("; forgotten after ", cli->out);
	text_put_line(cli->out, field_text(block, "quiet"));
	if (field(block, "set")) {
		fputs("; into set ", cli->out);
		text_put_line(cli->out, field_text(block, "set"));
	}
	if (field_true(block, "forgeable"))
		fputs("; also for sources that may be forged", cli->out);
	fputc('\n', cli->out);
}

/* The kind of key is shown only if there are several. */
static void print_top(struct cli *cli, const cJSON *limit)
{
	static const struct column top_columns[] = {
		{"LIMITED KEY", false}, {"PER", false}, {"PACKETS", true}, {NULL, false}};
	bool several = cJSON_GetArraySize(field(limit, "levels")) > 1;
	struct table *table;
	const cJSON *key;

	if (!field(limit, "top"))
		return;
	fputc('\n', cli->out);
	table = table_new(top_columns);
	cJSON_ArrayForEach (key, field(limit, "top")) {
		char text[HUMAN_TEXT];

		table_put(table, field_text(key, "key"));
		table_put(table, several ? field_text(key, "per") : "");
		table_put(table, human_count(field_number(key, "limited"), text));
	}
	if (table_rows(table) == 0)
		fputs("no current key was limited\n", cli->out);
	table_print(table, cli->out, cli->colour, 0);
	table_free(table);
}

void print_limit(struct cli *cli, const struct call *call, const cJSON *result)
{
	struct table *table = table_new(columns);

	(void)call;
	put_row(table, result, 0);
	table_print(table, cli->out, cli->colour, 0);
	table_free(table);
	print_room(cli, result);
	print_bans(cli, result);
	print_top(cli, result);
}

void print_limit_add(struct cli *cli, const struct call *call, const cJSON *result)
{
	print_changed(cli, result, "limit %s is added", call_value(call, "name"));
}

void print_limit_delete(struct cli *cli, const struct call *call, const cJSON *result)
{
	print_changed(cli, result, "limit %s is deleted", call_value(call, "name"));
}

void print_limit_set(struct cli *cli, const struct call *call, const cJSON *result)
{
	print_changed(cli, result, "limit %s is changed", call_value(call, "name"));
}
