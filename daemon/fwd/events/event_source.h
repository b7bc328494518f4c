/* SPDX-License-Identifier: MIT */
/* The ring: from the kernel to the hub. */
#ifndef FWD_EVENT_SOURCE_H
#define FWD_EVENT_SOURCE_H

struct event_hub;
struct event_source;
struct slots;

/* The slots of the running policy, whenever an event is decoded. */
struct event_names {
	const struct slots *(*current)(void *userdata);
	void *userdata;
};

/* map_fd: map `events`. The hub is borrowed. */
int event_source_open(int map_fd, const struct event_names *names, struct event_hub *hub,
		      struct event_source **ret);

/* Readable when the kernel wants a reader: add it to the loop. */
int event_source_fd(const struct event_source *source);

/* Handle everything pending; returns the number of events. Also call every 100 ms (the tail). */
int event_source_consume(struct event_source *source);

/* NULL is allowed; returns NULL. */
struct event_source *event_source_close(struct event_source *source);

#endif
