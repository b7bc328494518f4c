// SPDX-License-Identifier: MIT
/* Comma-separated values, RFC 4180: a column for each field, in their order. Lines end with CR LF. */
#include "common/records/type.h"

#include <string.h>

static void put_end(FILE *out, enum event_field field)
{
	fputs(field + 1 == EVENT_FIELD_MAX ? "\r\n" : ",", out);
}

static void put_quoted(FILE *out, const char *text)
{
	fputc('"', out);
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', out);
		fputc(*text, out);
	}
	fputc('"', out);
}

static void put_text(FILE *out, const char *text)
{
	if (strpbrk(text, ",\"\r\n"))
		put_quoted(out, text);
	else
		fputs(text, out);
}

static void put_list(FILE *out, const struct event_list *list)
{
	for (size_t i = 0; i < list->count && i < EVENT_LIST_MAX; i++)
		fprintf(out, "%s%s", i ? " " : "", list->items[i]);
}

static void put_value(FILE *out, const struct event_view *view, enum event_field field)
{
	const union event_value *value = &view->values[field];

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
	case EVENT_KIND_SENTENCE:
		put_quoted(out, value->text);
		break;
	case EVENT_KIND_TIME:
	case EVENT_KIND_TYPE:
	case EVENT_KIND_WORD:
	case EVENT_KIND_TEXT:
		put_text(out, value->text);
		break;
	}
}

void event_put_csv_header(FILE *out)
{
	for (enum event_field field = 0; field < EVENT_FIELD_MAX; field++) {
		fputs(event_fields[field].name, out);
		put_end(out, field);
	}
}

void event_put_csv(FILE *out, const struct event *event)
{
	struct event_view view;

	event_view(event, &view);
	for (enum event_field field = 0; field < EVENT_FIELD_MAX; field++) {
		if (event_has(&view, field))
			put_value(out, &view, field);
		put_end(out, field);
	}
}
