/* SPDX-License-Identifier: MIT */
/*
 * The hub: what makes events gives them to it, and each subscriber gets every event.
 *
 * Neither side knows the other. A new consumer is one subscriber.
 */
#ifndef FWD_EVENT_HUB_H
#define FWD_EVENT_HUB_H

#include "daemon/fwd/events/event.h"

struct event_hub;

/* Owned by who subscribes; all 0 when it does not. */
struct event_subscriber {
	event_handler handler;
	void *userdata;
	struct event_subscriber *next; /* of the hub */
};

/* NULL: no memory. */
struct event_hub *hub_new(void);

/* Nobody may be subscribed any more. NULL is allowed; returns NULL. */
struct event_hub *hub_free(struct event_hub *hub);

/* Earlier subscribers get an event first. */
void hub_subscribe(struct event_hub *hub, struct event_subscriber *subscriber);

/* No event for it from now on. One that is not subscribed is allowed, and so is hub NULL. */
void hub_unsubscribe(struct event_hub *hub, struct event_subscriber *subscriber);

/* Give an event, or a notice of now, to all. */
void hub_event(struct event_hub *hub, const struct event *event);
void hub_notice(struct event_hub *hub, const struct notice *notice);

#endif
