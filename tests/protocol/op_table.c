// SPDX-License-Identifier: MIT
/*
 * The table of ops (common/protocol/ops.h) for tests and documents:
 *
 *	op_table json		all of it, for tests that compare it with others
 *	op_table markdown	the reference part of docs/protocol.md
 *	op_table check		lines {"op": ..., "result": ...} on stdin: what is not as the table says
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "common/protocol/ops.h"
#include "tests/protocol/check_reply.h"
#include "tests/protocol/markdown.h"

static const char *const types[] = {
	[OP_STRING] = "string",
	[OP_STRINGS] = "strings",
	[OP_COUNT] = "count",
	[OP_BOOL] = "bool",
};

static cJSON *json_argument(const struct op_argument *argument)
{
	cJSON *json = cJSON_CreateObject();

	cJSON_AddStringToObject(json, "key", argument->key);
	cJSON_AddStringToObject(json, "type", types[op_type(argument)]);
	cJSON_AddBoolToObject(json, "required", argument->flags & OP_REQUIRED);
	cJSON_AddStringToObject(json, "help", argument->help);
	return json;
}

static cJSON *json_op(enum op op)
{
	const struct op_row *row = op_row(op);
	const struct op_argument *argument;
	cJSON *json = cJSON_CreateObject(), *arguments;

	cJSON_AddBoolToObject(json, "writes", row->privilege != PRIVILEGE_READ);
	cJSON_AddStringToObject(json, "help", row->help);
	arguments = cJSON_AddArrayToObject(json, "arguments");
	for (size_t i = 0; (argument = op_argument_at(row, i)); i++)
		cJSON_AddItemToArray(arguments, json_argument(argument));
	return json;
}

static int print_json(void)
{
	cJSON *json = cJSON_CreateObject();
	char *text;

	for (unsigned op = OP_NONE + 1; op < OP_MAX; op++)
		cJSON_AddItemToObject(json, op_name((enum op)op), json_op((enum op)op));
	text = cJSON_Print(json);
	cJSON_Delete(json);
	if (!text)
		return 1;
	puts(text);
	free(text);
	return 0;
}

/* How many of the lines are wrong; each of them is printed. */
static int check_lines(void)
{
	char *line = NULL, text[REPLY_PROBLEM];
	size_t size = 0;
	int count = 0;

	while (getline(&line, &size, stdin) > 0) {
		cJSON *json = cJSON_Parse(line);
		const char *name = cJSON_GetStringValue(cJSON_GetObjectItem(json, "op"));
		enum op op = op_find(name ? name : "");
		const char *problem = "no such op";

		if (op)
			problem = check_reply(op, cJSON_GetObjectItem(json, "result"), true, text);
		if (problem)
			printf("%s: %s\n", name ? name : "?", problem);
		count += problem != NULL;
		cJSON_Delete(json);
	}
	free(line);
	return count;
}

int main(int argc, char **argv)
{
	const char *what = argc == 2 ? argv[1] : "";

	if (strcmp(what, "json") == 0)
		return print_json();
	if (strcmp(what, "check") == 0)
		return check_lines() > 0;
	if (strcmp(what, "markdown") != 0) {
		fputs("usage: op_table json|markdown|check\n", stderr);
		return 2;
	}
	put_markdown(stdout);
	return 0;
}
