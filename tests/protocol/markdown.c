// SPDX-License-Identifier: MIT
#include "tests/protocol/markdown.h"

#include <ctype.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/protocol/ops.h"
#include "common/protocol/results.h"

/* What an argument is, for people. */
static const char *const kinds[] = {
	[VALUE_TEXT] = "text",
	[VALUE_JSON] = "text: JSON of an object",
	[VALUE_FIELDS] = "text: JSON of an object",
	[VALUE_RULE] = "id of a rule",
	[VALUE_SET] = "name of a set",
	[VALUE_LIMIT] = "name of a limit",
	[VALUE_INTERFACE] = "name of an interface",
	[VALUE_PREFIX] = "prefix",
	[VALUE_BLOCK] = "prefix",
	[VALUE_FILE] = "path",
	[VALUE_COUNT] = "whole number",
	[VALUE_SOME] = "whole number",
	[VALUE_REVISION] = "whole number",
	[VALUE_TIME] = "time",
	[VALUE_STAY] = "time, or forever",
	[VALUE_FLAG] = "true or false",
};

static const char *const types[] = {
	[FIELD_TEXT] = "text",	   [FIELD_TEXTS] = "list of texts", [FIELD_COUNT] = "whole number",
	[FIELD_NUMBER] = "number", [FIELD_BOOL] = "true or false",  [FIELD_ONE] = "object",
	[FIELD_LIST] = "list of",  [FIELD_OBJECT] = "object",
};

/* Records that are described once, at the end: those that several others refer to. */
static const struct op_record *const shared[] = {
	&record_problem,   &record_count,   &record_marked, &record_counts,
	&record_events,	   &record_entry,   &record_edit,   &record_trial,
	&record_interface, &record_pending, &record_panic,  &record_fault,
};

static bool is_shared(const struct op_record *record)
{
	for (size_t i = 0; i < array_size(shared); i++) {
		if (shared[i] == record)
			return true;
	}
	return false;
}

/* A link to the heading of a shared record. */
static void put_link(FILE *out, const struct op_record *record)
{
	fprintf(out, "[%s](#", record->name);
	for (const char *at = record->name; *at; at++)
		fputc(*at == ' ' ? '-' : *at, out);
	fputc(')', out);
}

static void put_type(FILE *out, const struct op_field *field)
{
	fputs(types[field->type], out);
	if (field->type == FIELD_LIST)
		fputs(is_shared(field->record) ? " " : " objects", out);
	else if (field->type == FIELD_ONE && is_shared(field->record))
		fputs(": ", out);
	if (field->record && is_shared(field->record))
		put_link(out, field->record);
	if (*field->unit)
		fprintf(out, ", %s", field->unit);
}

/* The rows of a record, those of records inside of it below; path is where it stands. */
static void put_fields(FILE *out, const struct op_record *record, const char *path)
{
	for (; record; record = record->also) {
		if (is_shared(record) && *path == '+') {
			fprintf(out, "| %s%s%s… | | and all of ", path[1] ? "`" : "", path + 1,
				path[1] ? "`" : "");
			put_link(out, record);
			fputs(" |\n", out);
			return;
		}
		for (size_t i = 0; i < OP_MAX_FIELDS && record->fields[i].name; i++) {
			const struct op_field *field = &record->fields[i];
			char inner[160];

			snprintf(inner, sizeof(inner), "%s%s", *path == '+' ? path + 1 : path,
				 field->name);
			fprintf(out, "| %s`%s`%s | ", field->optional ? "(" : "", inner,
				field->optional ? ")" : "");
			put_type(out, field);
			fprintf(out, " | %s |\n", field->help);
			if (!field->record || is_shared(field->record))
				continue;
			snprintf(inner, sizeof(inner), "+%s%s%s.", *path == '+' ? path + 1 : path,
				 field->name, field->type == FIELD_LIST ? "[]" : "");
			put_fields(out, field->record, inner);
		}
	}
}

static void put_arguments(FILE *out, const struct op_row *row)
{
	const struct op_argument *argument;
	const char *comma = "";

	if (row->arguments[0].key)
		fputs("\n| argument | type | |\n|---|---|---|\n", out);
	for (size_t i = 0; i < OP_MAX_ARGUMENTS && row->arguments[i].key; i++) {
		argument = &row->arguments[i];
		fprintf(out, "| %s`%s`%s | ", argument->flags & OP_REQUIRED ? "" : "(",
			argument->key, argument->flags & OP_REQUIRED ? "" : ")");
		fprintf(out, "%s%s | %s |\n", argument->flags & OP_MANY ? "list: each " : "",
			kinds[argument->kind], argument->help);
	}
	for (size_t i = 0; (argument = op_argument_at(row, i)); i++) {
		if (op_own_argument(row, argument->key))
			continue;
		fprintf(out, "%s`%s`", *comma ? comma : "\nAlso ", argument->key);
		comma = ", ";
	}
	fputs(*comma ? ".\n" : "", out);
}

static void put_result(FILE *out, const struct op_record *result)
{
	if (!result->fields[0].name)
		return;
	if (is_shared(result)) {
		fputs("\nResult: ", out);
		put_link(out, result);
		fputs(".\n", out);
		return;
	}
	fputs("\n| result | type | |\n|---|---|---|\n", out);
	put_fields(out, result, "+");
}

static void put_op(FILE *out, enum op op)
{
	const struct op_row *row = op_row(op);

	fprintf(out, "\n### %s\n", op_name(op));
	fprintf(out, "%s%c%s.\n", row->privilege == PRIVILEGE_READ ? "" : "*(w)* ",
		toupper((unsigned char)row->help[0]), row->help + 1);
	put_arguments(out, row);
	put_result(out, row->result);
	if (row->notes)
		fprintf(out, "\n%s\n", row->notes);
}

void put_markdown(FILE *out)
{
	for (unsigned op = OP_NONE + 1; op < OP_MAX; op++)
		put_op(out, (enum op)op);
	fputs("\n## Objects\n\nThat several results have.\n", out);
	for (size_t i = 0; i < array_size(shared); i++) {
		fprintf(out, "\n### %s\n\n| member | type | |\n|---|---|---|\n", shared[i]->name);
		put_fields(out, shared[i], "");
	}
}
