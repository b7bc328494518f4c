// SPDX-License-Identifier: MIT
/* Print the table of ops (common/protocol/ops.h) as JSON, for tests that compare it with others. */
#include <stdio.h>
#include <stdlib.h>

#include <cjson/cJSON.h>

#include "common/protocol/ops.h"

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

int main(void)
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
