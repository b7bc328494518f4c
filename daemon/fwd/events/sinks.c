// SPDX-License-Identifier: MIT
/* The formats of --log-format, one row each. */
#include "daemon/fwd/events/event.h"

#include <string.h>

#include "common/base/memory.h"
#include "daemon/fwd/events/journald.h"

static void put_console(FILE *out, const struct event *event, bool first, bool colour)
{
	struct event_view view;

	(void)first;
	event_view(event, &view);
	event_put_line(out, &view, colour);
}

/* ---- json: one document, an array with an event a line ---- */

static void begin_json(FILE *out)
{
	fputs("[", out);
}

static void put_json(FILE *out, const struct event *event, bool first, bool colour)
{
	(void)colour;
	fputs(first ? "\n" : ",\n", out);
	event_put_json(out, event);
}

static void end_json(FILE *out)
{
	fputs("\n]\n", out);
}

static void put_jsonl(FILE *out, const struct event *event, bool first, bool colour)
{
	(void)first, (void)colour;
	event_put_json(out, event);
	fputc('\n', out);
}

static void put_csv(FILE *out, const struct event *event, bool first, bool colour)
{
	(void)first, (void)colour;
	event_put_csv(out, event);
}

static const struct sink_ops sinks[] = {
	{.name = "console", .notes = true, .write = put_console},
	{.name = "json", .whole = true, .begin = begin_json, .end = end_json, .write = put_json},
	{.name = "jsonl", .write = put_jsonl},
	{.name = "csv", .begin = event_put_csv_header, .write = put_csv},
	{.name = "journald", .open = journald_open},
};

const struct sink_ops *sink_find(const char *name)
{
	for (size_t i = 0; i < array_size(sinks); i++) {
		if (strcmp(sinks[i].name, name) == 0)
			return &sinks[i];
	}
	return NULL;
}
