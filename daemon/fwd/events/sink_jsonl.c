// SPDX-License-Identifier: MIT
/* A JSON object a line. */
#include "daemon/fwd/events/sinks.h"

static int jsonl_write(FILE *out, const struct event *event, bool first, bool colour)
{
	int ret = event_write_json(out, event);

	(void)first, (void)colour;
	if (ret < 0)
		return ret;
	fputc('\n', out);
	return 0;
}

const struct sink_ops sink_jsonl = {
	.name = "jsonl",
	.write = jsonl_write,
};
