// SPDX-License-Identifier: MIT
/* Events as JSON: members without a value are absent. */
#include "common/records/type.h"

#include <string.h>

#include <cjson/cJSON.h>

/* ---- text ---- */

/* The number of characters from `text` on that need no escape. */
static size_t plain(const char *text)
{
	size_t count = 0;

	while ((unsigned char)text[count] >= 0x20 && text[count] != '"' && text[count] != '\\')
		count++;
	return count;
}

static void put_escaped(FILE *out, char c)
{
	static const char controls[] = "\b\f\n\r\t", names[] = "bfnrt";
	const char *found = strchr(controls, c);

	if (c == '"' || c == '\\')
		fprintf(out, "\\%c", c);
	else if (found)
		fprintf(out, "\\%c", names[found - controls]);
	else
		fprintf(out, "\\u%04x", (unsigned char)c);
}

static void put_string(FILE *out, const char *text)
{
	fputc('"', out);
	for (;;) {
		size_t count = plain(text);

		fwrite(text, 1, count, out);
		text += count;
		if (!*text)
			break;
		put_escaped(out, *text++);
	}
	fputc('"', out);
}

static void put_list(FILE *out, const struct event_list *list)
{
	fputc('[', out);
	for (size_t i = 0; i < list->count && i < EVENT_LIST_MAX; i++) {
		if (i)
			fputc(',', out);
		put_string(out, list->items[i]);
	}
	fputc(']', out);
}

static void put_member(FILE *out, const struct event_view *view, enum event_field field)
{
	const union event_value *value = &view->values[field];

	if (!event_has(view, field))
		return;
	fprintf(out, "%c\"%s\":", field == EVENT_FIELD_TIME ? '{' : ',', event_fields[field].name);
	switch (event_fields[field].kind) {
	case EVENT_KIND_NUMBER:
		fprintf(out, "%llu", (unsigned long long)value->number);
		break;
	case EVENT_KIND_SECONDS:
		fprintf(out, "%.15g", value->seconds);
		break;
	case EVENT_KIND_LIST:
		put_list(out, &value->list);
		break;
	case EVENT_KIND_TIME:
	case EVENT_KIND_TYPE:
	case EVENT_KIND_WORD:
	case EVENT_KIND_TEXT:
	case EVENT_KIND_SENTENCE:
		put_string(out, value->text);
		break;
	}
}

void event_put_json(FILE *out, const struct event *event)
{
	const struct event_type *type = event_types[event->type];
	struct event_view view;

	event_view(event, &view);
	put_member(out, &view, EVENT_FIELD_TIME);
	put_member(out, &view, EVENT_FIELD_TYPE);
	for (size_t i = 0; i < type->member_count; i++)
		put_member(out, &view, type->members[i].field);
	put_member(out, &view, EVENT_FIELD_TEXT);
	fputc('}', out);
}

/* ---- an object ---- */

/* Only the kinds that a packet's own fields have. */
static bool add_member(cJSON *json, const struct event_view *view, enum event_field field)
{
	const char *name = event_fields[field].name;

	if (!event_has(view, field))
		return true;
	if (event_fields[field].kind == EVENT_KIND_NUMBER)
		return cJSON_AddNumberToObject(json, name, (double)view->values[field].number);
	return cJSON_AddStringToObject(json, name, view->values[field].text);
}

cJSON *event_packet_json(const struct packet_event *packet)
{
	const struct event event = {.type = FW_EVENT_PACKET, .data = packet};
	cJSON *json = cJSON_CreateObject();
	struct event_view view;
	bool ok = json;

	event_view(&event, &view);
	for (enum event_field field = EVENT_FIELD_KIND; ok && field <= EVENT_FIELD_ETHERTYPE;
	     field++)
		ok = add_member(json, &view, field);
	if (ok)
		return json;
	cJSON_Delete(json);
	return NULL;
}
