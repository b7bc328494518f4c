// SPDX-License-Identifier: MIT
#include "daemon/fwd/events/hub.h"

#include <stdlib.h>

struct event_hub {
	struct event_subscriber *first;
};

struct event_hub *hub_new(void)
{
	return calloc(1, sizeof(struct event_hub));
}

struct event_hub *hub_free(struct event_hub *hub)
{
	free(hub);
	return NULL;
}

void hub_subscribe(struct event_hub *hub, struct event_subscriber *subscriber)
{
	struct event_subscriber **end = &hub->first;

	while (*end)
		end = &(*end)->next;
	subscriber->next = NULL;
	*end = subscriber;
}

void hub_unsubscribe(struct event_hub *hub, struct event_subscriber *subscriber)
{
	if (!hub)
		return;
	for (struct event_subscriber **at = &hub->first; *at; at = &(*at)->next) {
		if (*at == subscriber) {
			*at = subscriber->next;
			return;
		}
	}
}

void hub_event(struct event_hub *hub, const struct event *event)
{
	struct event_subscriber *next;

	/* A handler may end its own subscription. */
	for (struct event_subscriber *at = hub ? hub->first : NULL; at; at = next) {
		next = at->next;
		at->handler(at->userdata, event);
	}
}

void hub_send_data(struct event_hub *hub, enum fw_event_type type, const void *data)
{
	const struct event event = {.type = type, .realtime_ns = clock_realtime_ns(), .data = data};

	hub_event(hub, &event);
}
