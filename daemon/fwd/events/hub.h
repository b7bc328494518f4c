/* SPDX-License-Identifier: MIT */
/*
 * The hub: sources of events give them to it, and each subscriber gets every event.
 *
 * Sources and subscribers are independent. A new consumer is one subscriber.
 */
#ifndef FWD_EVENT_HUB_H
#define FWD_EVENT_HUB_H

#include "common/records/record.h"
#include "daemon/fwd/events/event.h"

struct event_hub;

/* Owned by the subscriber; all 0 if not subscribed. */
struct event_subscriber {
	event_handler handler;
	void *userdata;
	struct event_subscriber *next; /* of the hub */
};

/* NULL: no memory. */
struct event_hub *hub_new(void);

/* There must be no subscribers any more. NULL is allowed; returns NULL. */
struct event_hub *hub_free(struct event_hub *hub);

/* Earlier subscribers get an event first. */
void hub_subscribe(struct event_hub *hub, struct event_subscriber *subscriber);

/* It gets no more events. A subscriber that is not subscribed is allowed, and hub NULL. */
void hub_unsubscribe(struct event_hub *hub, struct event_subscriber *subscriber);

/* Give an event to all. hub NULL is allowed: the event is dropped. */
void hub_event(struct event_hub *hub, const struct event *event);

/*
 * Give an event with the current time to all:
 *
 *	hub_send(hub, ban, .limit = limit->name, .address = text, ...);
 *
 * Each member of the type must be set, once. Texts are borrowed for the duration of the call.
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
