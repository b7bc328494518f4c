/* SPDX-License-Identifier: MIT */
/*
 * The hub: what makes events gives them to it, and each subscriber gets every event.
 *
 * Neither side knows the other. A new consumer is one subscriber.
 */
#ifndef FWD_EVENT_HUB_H
#define FWD_EVENT_HUB_H

#include "common/records/record.h"
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

/* Give an event to all. hub NULL is allowed: nobody gets it. */
void hub_event(struct event_hub *hub, const struct event *event);

/*
 * Give an event of now to all:
 *
 *	hub_send(hub, ban, .limit = limit->name, .address = text, ...);
 *
 * Each member of the type must be set, once. Texts are borrowed for the time of the call.
 */
#define hub_send(hub, type, ...)                                              \
	do {                                                                  \
		_Static_assert(EVENT_COUNT(__VA_ARGS__) == type##_event_size, \
			       "each member of the event must be set");       \
		const struct type##_event type##_event_data = {__VA_ARGS__};  \
		hub_send_data((hub), EVENT_NUMBER(type), &type##_event_data); \
	} while (0)
void hub_send_data(struct event_hub *hub, enum fw_event_type type, const void *data);

#endif
