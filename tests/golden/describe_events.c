// SPDX-License-Identifier: MIT
/*
 * What the descriptors say of events, for the documents:
 *
 *	describe_events markdown|manual|schema
 *
 * check.sh compares it with docs/events.md, fwd(8) and configs/fwd-events.schema.json.
 */
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "common/records/type.h"

#define FEW_WORDS 8

static const char *const kinds[] = {
	[EVENT_KIND_TIME] = "time",	     [EVENT_KIND_TYPE] = "word",
	[EVENT_KIND_WORD] = "word",	     [EVENT_KIND_TEXT] = "text",
	[EVENT_KIND_NUMBER] = "number",	     [EVENT_KIND_SECONDS] = "seconds",
	[EVENT_KIND_LIST] = "list of texts", [EVENT_KIND_SENTENCE] = "text",
};

/* Whether each event of a type has it: a text can always be empty. */
static bool is_required(const struct event_member *member)
{
	enum event_kind kind = event_fields[member->field].kind;

	return member->when == EVENT_ALWAYS && kind != EVENT_KIND_TEXT;
}

/* What a field says; and its words, if they are few. Caller frees. */
static char *explain(enum event_field field)
{
	const struct event_field_info *info = &event_fields[field];
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	fputs(info->help, out);
	for (size_t i = 0, put = 0; info->words->count <= FEW_WORDS && i < info->words->count;
	     i++) {
		/* Fragments: what is whole has no such member. */
		if (strcmp(info->words->items[i], "none") != 0)
			fprintf(out, "%s%s", put++ ? ", " : ": ", info->words->items[i]);
	}
	fclose(out);
	return text;
}

/* ---- markdown: tables of docs/events.md ---- */

static void put_members(const struct event_type *type)
{
	for (size_t i = 0; i < type->member_count; i++)
		printf("%s`%s`", i ? ", " : "", event_fields[type->members[i].field].name);
	if (type->say)
		printf("%s`text`", type->member_count ? ", " : "");
}

static void put_markdown(void)
{
	puts("| type | when | members after `time` and `type` |\n|---|---|---|");
	for (enum fw_event_type type = 0; type < FW_EVENT_TYPE_MAX; type++) {
		printf("| `%s` | %s | ", event_type_name(type), event_types[type]->help);
		put_members(event_types[type]);
		puts(" |");
	}
	puts("\n| member | kind | what it says |\n|---|---|---|");
	for (enum event_field field = 0; field < EVENT_FIELD_MAX; field++) {
		cleanup_free char *text = explain(field);

		printf("| `%s` | %s | %s |\n", event_fields[field].name,
		       kinds[event_fields[field].kind], text);
	}
}

/* ---- manual: lists of fwd(8) ---- */

/* A line for each sentence, as the manual has it, and none that is too long. */
static void put_filled(const char *text)
{
	size_t column = 0;

	while (*text) {
		size_t length = strcspn(text, " ");
		bool sentence = text[length - 1] == '.';

		if (column && column + 1 + length > 78) {
			putchar('\n');
			column = 0;
		}
		column += (size_t)printf("%s%.*s", column ? " " : "", (int)length, text);
		text += length + strspn(text + length, " ");
		if (sentence && *text) {
			putchar('\n');
			column = 0;
		}
	}
	putchar('\n');
}

static void put_manual(void)
{
	puts("Types:\n.Bl -tag -width Ds");
	for (enum fw_event_type type = 0; type < FW_EVENT_TYPE_MAX; type++) {
		printf(".It Cm %s\n", event_type_name(type));
		put_filled(event_types[type]->help);
	}
	puts(".El\n.Pp\nMembers, which are the columns of CSV in this order:\n"
	     ".Bl -tag -width inner_vlan -compact");
	for (enum event_field field = 0; field < EVENT_FIELD_MAX; field++) {
		cleanup_free char *text = explain(field);

		printf(".It Li %s\n", event_fields[field].name);
		put_filled(text);
	}
	puts(".El");
}

/* ---- schema: of one event, a line of jsonl ---- */

static cJSON *field_schema(enum event_field field)
{
	const struct event_field_info *info = &event_fields[field];
	cJSON *schema = cJSON_CreateObject();

	switch (info->kind) {
	case EVENT_KIND_NUMBER:
		cJSON_AddStringToObject(schema, "type", "integer");
		cJSON_AddNumberToObject(schema, "minimum", 0);
		break;
	case EVENT_KIND_SECONDS:
		cJSON_AddStringToObject(schema, "type", "number");
		cJSON_AddNumberToObject(schema, "minimum", 0);
		break;
	case EVENT_KIND_LIST:
		cJSON_AddStringToObject(schema, "type", "array");
		cJSON_AddStringToObject(cJSON_AddObjectToObject(schema, "items"), "type", "string");
		cJSON_AddNumberToObject(schema, "maxItems", EVENT_LIST_MAX);
		break;
	case EVENT_KIND_TIME:
		cJSON_AddStringToObject(schema, "type", "string");
		cJSON_AddStringToObject(schema, "format", "date-time");
		break;
	case EVENT_KIND_TYPE:
	case EVENT_KIND_WORD:
	case EVENT_KIND_TEXT:
	case EVENT_KIND_SENTENCE:
		cJSON_AddStringToObject(schema, "type", "string");
		break;
	}
	/* A number that fwd has no word for is "unknown". */
	if (info->kind == EVENT_KIND_WORD) {
		cJSON *words = cJSON_CreateStringArray(info->words->items, (int)info->words->count);

		cJSON_AddItemToArray(words, cJSON_CreateString("unknown"));
		cJSON_AddItemToObject(schema, "enum", words);
	}
	cJSON_AddStringToObject(schema, "description", info->help);
	return schema;
}

static void add_member(cJSON *schema, enum event_field field, bool required)
{
	cJSON *properties = cJSON_GetObjectItem(schema, "properties");
	char *reference = NULL;

	if (asprintf(&reference, "#/definitions/%s", event_fields[field].name) < 0)
		abort();
	cJSON_AddStringToObject(cJSON_AddObjectToObject(properties, event_fields[field].name),
				"$ref", reference);
	free(reference);
	if (required)
		cJSON_AddItemToArray(cJSON_GetObjectItem(schema, "required"),
				     cJSON_CreateString(event_fields[field].name));
}

static cJSON *type_schema(enum fw_event_type type)
{
	const struct event_type *info = event_types[type];
	cJSON *schema = cJSON_CreateObject();
	cJSON *properties;

	cJSON_AddStringToObject(schema, "description", info->help);
	properties = cJSON_AddObjectToObject(schema, "properties");
	cJSON_AddArrayToObject(schema, "required");
	add_member(schema, EVENT_FIELD_TIME, true);
	cJSON_AddStringToObject(cJSON_AddObjectToObject(properties, "type"), "const",
				event_type_name(type));
	cJSON_AddItemToArray(cJSON_GetObjectItem(schema, "required"), cJSON_CreateString("type"));
	for (size_t i = 0; i < info->member_count; i++)
		add_member(schema, info->members[i].field, is_required(&info->members[i]));
	if (info->say)
		add_member(schema, EVENT_FIELD_TEXT, true);
	return schema;
}

static void put_schema(void)
{
	cJSON *schema = cJSON_CreateObject();
	cJSON *definitions, *types;
	char *text;

	cJSON_AddStringToObject(schema, "$schema", "http://json-schema.org/draft-07/schema#");
	cJSON_AddStringToObject(schema, "title", "an event of fwd");
	cJSON_AddStringToObject(schema, "type", "object");
	types = cJSON_AddArrayToObject(schema, "oneOf");
	for (enum fw_event_type type = 0; type < FW_EVENT_TYPE_MAX; type++)
		cJSON_AddItemToArray(types, type_schema(type));
	definitions = cJSON_AddObjectToObject(schema, "definitions");
	for (enum event_field field = 0; field < EVENT_FIELD_MAX; field++) {
		if (field != EVENT_FIELD_TYPE)
			cJSON_AddItemToObject(definitions, event_fields[field].name,
					      field_schema(field));
	}
	text = cJSON_Print(schema);
	puts(text);
	free(text);
	cJSON_Delete(schema);
}

int main(int argc, char **argv)
{
	const char *form = argc == 2 ? argv[1] : "";

	if (strcmp(form, "markdown") == 0)
		put_markdown();
	else if (strcmp(form, "manual") == 0)
		put_manual();
	else if (strcmp(form, "schema") == 0)
		put_schema();
	else
		return 2;
	return 0;
}
