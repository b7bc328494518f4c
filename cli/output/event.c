// SPDX-License-Identifier: MIT
/* Packets and events of fwd's replies, as its console log writes them. */
#include "cli/output/output.h"
#include "common/records/event.h"

void print_packet(FILE *out, const cJSON *packet)
{
	struct event_view view;

	event_view_read(packet, &view);
	event_put_packet(out, &view);
}

void print_event(FILE *out, const cJSON *event, bool colour)
{
	struct event_view view;

	event_view_read(event, &view);
	event_put_line(out, &view, colour);
}
