// SPDX-License-Identifier: MIT
#include <string.h>

#include "cli/verbs/commands.h"

static void put_row(struct table *table, const cJSON *item)
{
	const char *name = field_text(item, "name"), *now = field_text(item, "current_name");
	bool renamed = *now && strcmp(now, name) != 0;

	table_putf(table, "%s%s%s", name, renamed ? " now " : "", renamed ? now : "");
	table_put(table, field_text(item, "zone"));
	table_put(table, field_text(item, "state"));
	table_put(table, field_true(item, "attached") ? field_text(item, "mode") : "");
	table_putf(table, "%.0f", field_number(item, "mtu"));
	table_put(table, field_true(item, "frags") ? "yes" : "no");
	table_putf(table, "%.0f", field_number(item, "repairs"));
	table_put(table, field_text(item, "note"));
}

void print_interfaces(struct cli *cli, const struct call *call, const cJSON *result)
{
	static const struct column columns[] = {
		{"INTERFACE", false}, {"ZONE", false}, {"STATE", false},
		{"MODE", false},      {"MTU", true},   {"JUMBO", false},
		{"REPAIRS", true},    {"NOTE", false}, {NULL, false}};
	struct table *table = table_new(columns);
	const cJSON *list = field(result, "items"), *item;

	(void)call;
	if (!list)
		list = field(result, "interfaces"); /* of status */
	cJSON_ArrayForEach (item, list)
		put_row(table, item);
	if (table_rows(table) == 0)
		fputs("there are no interfaces\n", cli->out);
	table_print(table, cli->out, cli->colour, 0);
	table_free(table);
}

void print_iface_attach(struct cli *cli, const struct call *call, const cJSON *result)
{
	const cJSON *interface = field(result, "interface");
	const char *note = field_text(interface, "note");

	if (!interface) /* a dry run */
		print_changed(cli, result, "%s is attached", call_value(call, "name"));
	else if (!field_true(interface, "attached"))
		print_changed(cli, result, "%s is missing, and is filtered when it appears",
			      call_value(call, "name"));
	else
		print_changed(cli, result, "%s is attached, %s mode", call_value(call, "name"),
			      field_text(interface, "mode"));
	if (*note)
		cli_note(cli, "note: %s", note);
}

void print_iface_detach(struct cli *cli, const struct call *call, const cJSON *result)
{
	const cJSON *interface = field(result, "interface");
	bool stays = strcmp(field_text(interface, "state"), "detached") == 0;
	const char *name = call_value(call, "name");

	if (interface && field_true(interface, "attached"))
		print_changed(cli, result, "%s will be detached, and is filtered until then", name);
	else
		print_changed(cli, result, "%s is detached%s", name,
			      stays ? ", and stays in the policy with \"attach\": false" : "");
}

void print_iface_set(struct cli *cli, const struct call *call, const cJSON *result)
{
	print_changed(cli, result, "%s is changed", call_value(call, "name"));
}
