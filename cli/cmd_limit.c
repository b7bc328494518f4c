// SPDX-License-Identifier: MIT
#include <string.h>

#include "commands.h"

static const struct column columns[] = {{"LIMIT", false}, {"RATE", true},  {"BURST", true},
					{"PER", false},	  {"OVER", false}, {"FULL", false},
					{"PASSED", true}, {"OVER", true},  {"KEYS", true},
					{"RULES", false}, {NULL, false}};

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
	table_put(table, human_count(field_number(field(item, "passed"), "packets"), text));
	table_put(table, human_count(field_number(field(item, "over"), "packets"), text));
	table_put(table, human_count(field_number(item, "keys"), text));
	put_names(table, field(item, "rules"));
}

const struct list_view view_limits = {
	.columns = columns,
	.row = put_row,
	.empty = "there are no limits",
};

void print_limit(struct cli *cli, const struct call *call, const cJSON *result)
{
	struct table *table = table_new(columns);

	(void)call;
	put_row(table, result, 0);
	table_print(table, cli->out, cli->colour, 0);
	table_free(table);
}

void print_limit_add(struct cli *cli, const struct call *call, const cJSON *result)
{
	print_changed(cli, result, "limit %s is added", call_value(call, "name"));
}

void print_limit_delete(struct cli *cli, const struct call *call, const cJSON *result)
{
	print_changed(cli, result, "limit %s is deleted", call_value(call, "name"));
}
