// SPDX-License-Identifier: MIT
/* One document: an array with an event a line. */
#include "daemon/fwd/events/sinks.h"

static int json_begin(FILE *out)
{
	fputs("[", out);
	return 0;
}

static int json_write(FILE *out, const struct event *event, bool first, bool colour)
{
	(void)colour;
	fputs(first ? "\n" : ",\n", out);
	return event_write_json(out, event);
}

static int json_end(FILE *out)
{
	fputs("\n]\n", out);
	return 0;
}

const struct sink_ops sink_json = {
	.name = "json",
	.whole = true,
	.begin = json_begin,
	.end = json_end,
	.write = json_write,
};
