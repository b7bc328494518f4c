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
	for (struct event_subscriber *at = hub->first; at; at = next) {
		next = at->next;
		at->handler(at->userdata, event);
	}
}

void hub_notice(struct event_hub *hub, const struct notice *notice)
{
	struct event event;

	event_of_notice(notice, &event);
	hub_event(hub, &event);
}
